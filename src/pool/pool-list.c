/* pool-list.c: the states of pools and the rules by which they change; what a type does is in its
 * back end. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool/pool-list.h"

#include "base/error.h"

#include <string.h>
#include <sys/stat.h>

struct _CofferPoolList {
    CofferStore *store;   /* immutable */
    CofferCache *defined; /* self-locking */
    CofferCache *running; /* self-locking */
};

static gpointer
parse_pool(const char *name, const char *text, GError **error)
{
    g_autoptr(CofferPoolDef) def = coffer_pool_def_parse(text, FALSE, error);

    if (def == NULL)
        return NULL;
    if (!def->has_uuid || !g_str_equal(def->name, name))
        return coffer_throw_null(error, COFFER_ERROR_DAMAGED, "it does not define '%s'", name);
    return g_steal_pointer(&def);
}

static const CofferCacheTable defined_table = {
    .kind = COFFER_STORE_POOLS,
    .suffix = ".xml",
    .parse = parse_pool,
    .free_data = (GDestroyNotify)coffer_pool_def_free,
};

static const CofferCacheTable running_table = {
    .kind = COFFER_STORE_POOLS_RUNNING,
    .suffix = ".xml",
    .parse = parse_pool,
    .free_data = (GDestroyNotify)coffer_pool_def_free,
};

CofferPoolList *
coffer_pool_list_new(CofferStore *store)
{
    CofferPoolList *list = g_new0(CofferPoolList, 1);

    list->store = store;
    list->defined = coffer_cache_new(store, &defined_table);
    list->running = coffer_cache_new(store, &running_table);
    return list;
}

void
coffer_pool_list_free(CofferPoolList *list)
{
    if (list == NULL)
        return;
    coffer_cache_free(list->defined);
    coffer_cache_free(list->running);
    g_free(list);
}

void
coffer_pool_entry_free(CofferPoolEntry *entry)
{
    if (entry == NULL)
        return;
    coffer_record_unref(entry->defined);
    coffer_record_unref(entry->running);
    g_free(entry);
}

const CofferPoolDef *
coffer_pool_entry_def(const CofferPoolEntry *entry)
{
    return entry->running != NULL ? entry->running->data : entry->defined->data;
}

static char *
link_name(const char *name)
{
    return g_strconcat(name, ".xml", NULL);
}

/* The entry, or NULL without an error where there is none. */
static CofferPoolEntry *
find(CofferPoolList *list, const char *name, GError **error)
{
    g_autoptr(CofferPoolEntry) entry = g_new0(CofferPoolEntry, 1);
    g_autoptr(GError) failure = NULL;
    g_autofree char *link = link_name(name);

    entry->defined = coffer_cache_lookup(list->defined, name, &failure);
    if (failure == NULL)
        entry->running = coffer_cache_lookup(list->running, name, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    if (entry->defined == NULL && entry->running == NULL)
        return NULL;
    entry->autostart = coffer_store_exists(list->store, COFFER_STORE_POOLS_AUTOSTART, link);
    return g_steal_pointer(&entry);
}

CofferPoolEntry *
coffer_pool_list_lookup_name(CofferPoolList *list, const char *name, GError **error)
{
    g_autoptr(GError) failure = NULL;
    CofferPoolEntry *entry = find(list, name, &failure);

    if (entry == NULL && failure == NULL)
        coffer_throw(&failure, COFFER_ERROR_NOT_FOUND,
                     "there is no pool '%s'; pool-list --all shows those that are", name);
    if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return entry;
}

static int
compare_entries(gconstpointer a, gconstpointer b)
{
    const CofferPoolEntry *const *first = a;
    const CofferPoolEntry *const *second = b;

    return strcmp(coffer_pool_entry_def(*first)->name, coffer_pool_entry_def(*second)->name);
}

GPtrArray *
coffer_pool_list_all(CofferPoolList *list, GError **error)
{
    g_autoptr(GPtrArray) all =
        g_ptr_array_new_with_free_func((GDestroyNotify)coffer_pool_entry_free);
    g_autoptr(GPtrArray) defined = coffer_cache_list(list->defined, NULL, NULL, error);
    g_autoptr(GPtrArray) running =
        defined != NULL ? coffer_cache_list(list->running, NULL, NULL, error) : NULL;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer name = NULL;

    if (running == NULL)
        return NULL;
    for (guint i = 0; i < defined->len; i++)
        g_hash_table_add(names, ((CofferRecord *)g_ptr_array_index(defined, i))->name);
    for (guint i = 0; i < running->len; i++)
        g_hash_table_add(names, ((CofferRecord *)g_ptr_array_index(running, i))->name);
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        CofferPoolEntry *entry = find(list, name, NULL);

        if (entry != NULL)
            g_ptr_array_add(all, entry);
    }
    g_ptr_array_sort(all, compare_entries);
    return g_steal_pointer(&all);
}

CofferPoolEntry *
coffer_pool_list_lookup_uuid(CofferPoolList *list, const CofferUuid *uuid, GError **error)
{
    g_autoptr(GPtrArray) all = coffer_pool_list_all(list, error);
    char text[COFFER_UUID_TEXT_SIZE];

    if (all == NULL)
        return NULL;
    for (guint i = 0; i < all->len; i++) {
        CofferPoolEntry *entry = g_ptr_array_index(all, i);

        if (coffer_uuid_equal(&coffer_pool_entry_def(entry)->uuid, uuid))
            return g_ptr_array_steal_index(all, i);
    }
    coffer_uuid_format(uuid, text);
    return coffer_throw_null(
        error, COFFER_ERROR_NOT_FOUND,
        "there is no pool with UUID '%s'; pool-list --all shows those that are", text);
}

static gboolean
lock_pools(CofferPoolList *list, CofferLock *out_lock, GError **error)
{
    return coffer_store_lock(list->store, COFFER_STORE_POOLS, COFFER_LOCK_EXCLUSIVE, out_lock,
                             error);
}

/* Whether two paths lead to one folder, by whatever links. */
static gboolean
is_same_folder(const char *path, const char *other)
{
    struct stat first, second;

    return g_str_equal(path, other) ||
           (stat(path, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev &&
            first.st_ino == second.st_ino);
}

/* Name and UUID belong together, and no two pools share a target: two lists of the same volumes
 * would each change them without the other's knowing. */
static gboolean
check_beside(const CofferPoolDef *def, const CofferPoolDef *other, GError **error)
{
    gboolean same_uuid = coffer_uuid_equal(&other->uuid, &def->uuid);
    gboolean same_name = g_str_equal(other->name, def->name);
    char uuid[COFFER_UUID_TEXT_SIZE];

    coffer_uuid_format(&other->uuid, uuid);
    if (same_uuid && same_name)
        return TRUE;
    if (same_name)
        return coffer_throw(error, COFFER_ERROR_EXISTS,
                            "it exists already with UUID '%s'; give that UUID to redefine it",
                            uuid);
    if (same_uuid)
        return coffer_throw(error, COFFER_ERROR_EXISTS, "UUID '%s' belongs to pool '%s'", uuid,
                            other->name);
    if (def->target_path != NULL && other->target_path != NULL &&
        is_same_folder(def->target_path, other->target_path))
        return coffer_throw(error, COFFER_ERROR_EXISTS, "its target '%s' is that of pool '%s'",
                            def->target_path, other->name);
    return TRUE;
}

static gboolean
check_unique(CofferPoolList *list, const CofferPoolDef *def, GError **error)
{
    g_autoptr(GPtrArray) all = coffer_pool_list_all(list, error);

    for (guint i = 0; all != NULL && i < all->len; i++)
        if (!check_beside(def, coffer_pool_entry_def(g_ptr_array_index(all, i)), error))
            return FALSE;
    return all != NULL;
}

static gboolean
check_definition(CofferPoolList *list, CofferPoolDef *def, const CofferPoolBackend **out_backend,
                 GError **error)
{
    *out_backend = coffer_pool_backend(def->type, error);
    if (*out_backend == NULL || !(*out_backend)->check(def, error))
        return FALSE;
    if (!def->has_uuid)
        coffer_uuid_generate(&def->uuid);
    def->has_uuid = TRUE;
    return check_unique(list, def, error);
}

/* Whether it runs; what cannot be read is not written over. */
static gboolean
check_readable(CofferPoolList *list, const char *name, gboolean *out_running, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(CofferPoolEntry) entry = find(list, name, &failure);

    *out_running = entry != NULL && entry->running != NULL;
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean
coffer_pool_list_define(CofferPoolList *list, CofferPoolDef *def, GError **error)
{
    COFFER_PREFIX(error, "pool", def->name);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autofree char *text = NULL;
    const CofferPoolBackend *backend = NULL;
    gboolean running = FALSE;

    if (!lock_pools(list, &lock, error) || !check_definition(list, def, &backend, error) ||
        !check_readable(list, def->name, &running, error))
        return FALSE;
    text = coffer_pool_def_format(def);
    return coffer_cache_write(list->defined, def->name, text, "pool-define", error);
}

/* Builds if asked, starts, and records that it runs. The caller holds the lock. */
static gboolean
start(CofferPoolList *list, const CofferPoolDef *def, gboolean build,
      CofferPoolBuildFlags build_flags, GError **error)
{
    const CofferPoolBackend *backend = coffer_pool_backend(def->type, error);
    g_autofree char *text = NULL;

    /* Links may lead elsewhere than when it was defined. */
    if (backend == NULL || !check_unique(list, def, error) ||
        (build && !backend->build(def, build_flags, error)) || !backend->start(def, error))
        return FALSE;
    text = coffer_pool_def_format(def);
    if (coffer_cache_write(list->running, def->name, text, "pool-start", error))
        return TRUE;
    if (backend->stop != NULL)
        backend->stop(def, NULL);
    return FALSE;
}

gboolean
coffer_pool_list_create(CofferPoolList *list, CofferPoolDef *def, gboolean build,
                        CofferPoolBuildFlags build_flags, GError **error)
{
    COFFER_PREFIX(error, "pool", def->name);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    const CofferPoolBackend *backend = NULL;
    gboolean running = FALSE;

    if (!lock_pools(list, &lock, error) || !check_definition(list, def, &backend, error) ||
        !check_readable(list, def->name, &running, error))
        return FALSE;
    if (running)
        return coffer_throw(error, COFFER_ERROR_INVALID_STATE, "it is running already");
    return start(list, def, build, build_flags, error);
}

CofferPoolEntry *
coffer_pool_list_lookup(CofferPoolList *list, const CofferPoolKey *key, GError **error)
{
    g_autoptr(CofferPoolEntry) entry = coffer_pool_list_lookup_name(list, key->name, error);
    char uuid[COFFER_UUID_TEXT_SIZE];

    if (entry == NULL || coffer_uuid_equal(&coffer_pool_entry_def(entry)->uuid, &key->uuid))
        return g_steal_pointer(&entry);
    coffer_uuid_format(&key->uuid, uuid);
    return coffer_throw_null(error, COFFER_ERROR_NOT_FOUND,
                             "pool '%s' with UUID '%s' is gone; another has its name now",
                             key->name, uuid);
}

/* Looks a pool up under the lock and checks its state. */
static CofferPoolEntry *
claim(CofferPoolList *list, const CofferPoolKey *key, gboolean running, CofferLock *out_lock,
      GError **error)
{
    g_autoptr(CofferPoolEntry) entry = NULL;

    if (!lock_pools(list, out_lock, error))
        return NULL;
    entry = coffer_pool_list_lookup(list, key, error);
    if (entry == NULL)
        return NULL;
    if ((entry->running != NULL) != running)
        return coffer_throw_null(error, COFFER_ERROR_INVALID_STATE, "pool '%s' is %s", key->name,
                                 running ? "not running; pool-start starts it"
                                         : "running; pool-destroy stops it");
    return g_steal_pointer(&entry);
}

gboolean
coffer_pool_list_build(CofferPoolList *list, const CofferPoolKey *key, CofferPoolBuildFlags flags,
                       GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferPoolEntry) entry = claim(list, key, FALSE, &lock, error);
    const CofferPoolBackend *backend = NULL;

    if (entry == NULL)
        return FALSE;
    COFFER_PREFIX(error, "pool", key->name);
    backend = coffer_pool_backend(coffer_pool_entry_def(entry)->type, error);
    return backend != NULL && backend->build(coffer_pool_entry_def(entry), flags, error);
}

gboolean
coffer_pool_list_start(CofferPoolList *list, const CofferPoolKey *key, gboolean build,
                       CofferPoolBuildFlags build_flags, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferPoolEntry) entry = claim(list, key, FALSE, &lock, error);

    if (entry == NULL)
        return FALSE;
    COFFER_PREFIX(error, "pool", key->name);
    return start(list, coffer_pool_entry_def(entry), build, build_flags, error);
}

gboolean
coffer_pool_list_destroy(CofferPoolList *list, const CofferPoolKey *key, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferPoolEntry) entry = claim(list, key, TRUE, &lock, error);
    const CofferPoolBackend *backend = NULL;

    if (entry == NULL)
        return FALSE;
    COFFER_PREFIX(error, "pool", key->name);
    backend = coffer_pool_backend(coffer_pool_entry_def(entry)->type, error);
    if (backend == NULL ||
        (backend->stop != NULL && !backend->stop(coffer_pool_entry_def(entry), error)))
        return FALSE;
    return coffer_cache_remove(list->running, key->name, error);
}

gboolean
coffer_pool_list_delete(CofferPoolList *list, const CofferPoolKey *key, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferPoolEntry) entry = claim(list, key, FALSE, &lock, error);
    const CofferPoolBackend *backend = NULL;

    if (entry == NULL)
        return FALSE;
    COFFER_PREFIX(error, "pool", key->name);
    backend = coffer_pool_backend(coffer_pool_entry_def(entry)->type, error);
    return backend != NULL && backend->delete_storage(coffer_pool_entry_def(entry), error);
}

static gboolean
remove_autostart(CofferPoolList *list, const char *name, GError **error)
{
    g_autofree char *link = link_name(name);

    return !coffer_store_exists(list->store, COFFER_STORE_POOLS_AUTOSTART, link) ||
           coffer_store_remove(list->store, COFFER_STORE_POOLS_AUTOSTART, link, error);
}

gboolean
coffer_pool_list_undefine(CofferPoolList *list, const CofferPoolKey *key, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferPoolEntry) entry = claim(list, key, FALSE, &lock, error);

    if (entry == NULL)
        return FALSE;
    COFFER_PREFIX(error, "pool", key->name);
    return remove_autostart(list, key->name, error) &&
           coffer_cache_remove(list->defined, key->name, error);
}

gboolean
coffer_pool_list_set_autostart(CofferPoolList *list, const CofferPoolKey *key, gboolean autostart,
                               GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferPoolEntry) entry = NULL;
    g_autofree char *link = link_name(key->name);
    g_autofree char *target = g_strconcat("../", link, NULL);

    if (!lock_pools(list, &lock, error))
        return FALSE;
    entry = coffer_pool_list_lookup(list, key, error);
    if (entry == NULL)
        return FALSE;
    COFFER_PREFIX(error, "pool", key->name);
    if (entry->defined == NULL)
        return coffer_throw(error, COFFER_ERROR_INVALID_STATE,
                            "it is transient; define it before autostart can start it");
    if (!autostart)
        return remove_autostart(list, key->name, error);
    return coffer_store_link(list->store, COFFER_STORE_POOLS_AUTOSTART, link, target, error);
}
