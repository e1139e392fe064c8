/* adopt.c: compares the records of uses with the volumes that are there. The volume is the truth:
 * what it needs is recorded, and a record is taken away only where its volume is known to be
 * elsewhere. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "engine/private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The use of a path that is gone, whose header stands elsewhere now. */
static gboolean
is_moved(const CofferUse *use, const char *key)
{
    return !g_str_equal(use->volume, key) &&
           faccessat(AT_FDCWD, use->volume, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT;
}

/* The secret that the volume needs: of the same header elsewhere, or with its path as usage. */
static gboolean
find_secret(CofferConnection *connection, const char *key, const GPtrArray *others,
            CofferUuid *out_secret)
{
    g_autoptr(CofferRecord) record = NULL;

    if (others->len > 0) {
        *out_secret = ((const CofferUse *)g_ptr_array_index(others, 0))->secret;
        return TRUE;
    }
    record =
        coffer_secret_list_lookup_usage(connection->secrets, COFFER_SECRET_USAGE_VOLUME, key, NULL);
    if (record != NULL)
        *out_secret = ((const CofferSecretDef *)record->data)->uuid;
    return record != NULL;
}

/* Records the use, and forgets those of the paths that the volume had before. */
static gboolean
record(CofferConnection *connection, const CofferVolumeDef *volume, const CofferProbe *probe,
       GError **error)
{
    g_auto(CofferLock) busy = COFFER_LOCK_NONE;
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(GPtrArray) others = NULL;
    g_autoptr(CofferUse) use = NULL;
    CofferUuid secret;

    /* Whoever works on it, or has deleted it meanwhile, sees to its use. */
    if (!coffer_store_lock_volume(connection->store, volume->key, FALSE, &busy, NULL) ||
        faccessat(AT_FDCWD, volume->key, F_OK, 0) < 0)
        return TRUE;
    if (!coffer_store_lock(connection->store, COFFER_STORE_USES, COFFER_LOCK_EXCLUSIVE, &lock,
                           error))
        return FALSE;
    others = coffer_uses_of_header(connection->uses, probe->crypt_uuid, error);
    if (others == NULL)
        return FALSE;
    if (!find_secret(connection, volume->key, others, &secret))
        return TRUE;
    use = coffer_use_new(volume->key, &secret,
                         coffer_encryption_format_to_string(volume->encryption->format));
    use->header_uuid = g_strdup(probe->crypt_uuid);
    if (!coffer_uses_record(connection->uses, use, NULL, error))
        return FALSE;
    for (guint i = 0; i < others->len; i++) {
        const CofferUse *other = g_ptr_array_index(others, i);

        if (is_moved(other, volume->key) &&
            !coffer_uses_forget(connection->uses, other->volume, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
coffer_volume_adopt(const CofferVolumeDef *volume, const CofferProbe *probe, gpointer user_data,
                    GError **error)
{
    CofferConnection *connection = user_data;
    g_autoptr(CofferUse) use = NULL;
    g_autoptr(GError) failure = NULL;

    if (volume->encryption == NULL || *probe->crypt_uuid == '\0')
        return TRUE;
    use = coffer_uses_lookup(connection->uses, volume->key, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (use == NULL)
        return record(connection, volume, probe, error);
    if (use->header_uuid != NULL && !g_str_equal(use->header_uuid, probe->crypt_uuid))
        g_warning("volume '%s' has another LUKS header than when its use of a secret was recorded",
                  volume->key);
    return TRUE;
}
