/* boot.c: compares the kernel's boot ID with the one that the run folder was written under. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/boot.h"

#include "base/error.h"

#include <string.h>

#define RECORD         "boot-id"
#define KERNEL_BOOT_ID "/proc/sys/kernel/random/boot_id"

/* *@out_now is NULL where there is no /proc: nothing to compare with. */
static gboolean
boot_id_now(char **out_now, GError **error)
{
    g_autoptr(GError) failure = NULL;

    *out_now = NULL;
    if (g_file_get_contents(KERNEL_BOOT_ID, out_now, NULL, &failure) ||
        g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
    return coffer_throw(error, COFFER_ERROR_IO, "cannot tell one boot from another: %s",
                        failure->message);
}

/* A record that cannot be read now (too many open files) is no sign of another boot. */
static gboolean
is_known(CofferStore *store, const char *now, gboolean *out_known, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *then = coffer_store_read(store, COFFER_STORE_BOOT, RECORD, NULL, &failure);

    if (then == NULL && !g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND) &&
        !g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_DAMAGED)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    *out_known = g_strcmp0(then, now) == 0;
    return TRUE;
}

static gboolean
wipe(CofferStore *store, CofferStoreKind kind, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(GHashTable) names = NULL;
    GHashTableIter iter;
    gpointer name = NULL;

    if (!coffer_store_lock(store, kind, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    names = coffer_store_list(store, kind, "", error);
    if (names == NULL)
        return FALSE;
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (!coffer_store_remove(store, kind, name, error))
            return FALSE;
    return TRUE;
}

gboolean
coffer_boot_begin(CofferStore *store, CofferLock *out_lock, gboolean *out_new, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autofree char *now = NULL;
    gboolean known = TRUE;

    *out_new = FALSE;
    if (!boot_id_now(&now, error) || (now != NULL && !is_known(store, now, &known, error)))
        return FALSE;
    if (known)
        return TRUE;
    if (!coffer_store_lock(store, COFFER_STORE_BOOT, COFFER_LOCK_EXCLUSIVE, &lock, error) ||
        !is_known(store, now, &known, error))
        return FALSE;
    if (known)
        return TRUE;
    if (!wipe(store, COFFER_STORE_SECRETS_RUNNING, error) ||
        !wipe(store, COFFER_STORE_POOLS_RUNNING, error))
        return FALSE;
    *out_new = TRUE;
    *out_lock = lock;
    lock = (CofferLock)COFFER_LOCK_NONE;
    return TRUE;
}

gboolean
coffer_boot_end(CofferStore *store, GError **error)
{
    g_autofree char *now = NULL;

    if (!boot_id_now(&now, error))
        return FALSE;
    return now == NULL ||
           coffer_store_write(store, COFFER_STORE_BOOT, RECORD, now, strlen(now), NULL, error);
}
