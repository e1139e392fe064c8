/* jobs.c: jobs as records of the store. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/jobs.h"

#include <string.h>

/* Writers share the lock: each has a name of its own. Only the removal of what crashed writers left
 * must meet none of them. */
static gboolean
lock_jobs(CofferStore *store, CofferLockMode mode, CofferLock *out_lock, GError **error)
{
    return coffer_store_lock(store, COFFER_STORE_JOBS, mode, out_lock, error);
}

gboolean
coffer_jobs_begin(CofferStore *store, const char *name, const char *text, const char *fault,
                  GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;

    return lock_jobs(store, COFFER_LOCK_SHARED, &lock, error) &&
           coffer_store_write(store, COFFER_STORE_JOBS, name, text, strlen(text), fault, error);
}

gboolean
coffer_jobs_end(CofferStore *store, const char *name, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;

    return lock_jobs(store, COFFER_LOCK_SHARED, &lock, error) &&
           coffer_store_remove(store, COFFER_STORE_JOBS, name, error);
}

char *
coffer_jobs_read(CofferStore *store, const char *name, GError **error)
{
    return coffer_store_read(store, COFFER_STORE_JOBS, name, NULL, error);
}

gboolean
coffer_jobs_exists(CofferStore *store, const char *name)
{
    return coffer_store_exists(store, COFFER_STORE_JOBS, name);
}

char **
coffer_jobs_list(CofferStore *store, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(GHashTable) jobs = NULL;
    g_autofree gpointer *names = NULL;

    if (!lock_jobs(store, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return NULL;
    jobs = coffer_store_list(store, COFFER_STORE_JOBS, "", error);
    if (jobs == NULL)
        return NULL;
    names = g_hash_table_get_keys_as_array(jobs, NULL);
    return g_strdupv((char **)names);
}
