/* cache.c: keeps parsed records beside the revision at which they were read. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/cache.h"

#include "base/error.h"

#include <string.h>

struct _CofferCache {
    CofferStore *store;
    const CofferCacheTable *table;
    GMutex mutex;        /* guards all below */
    GHashTable *records; /* name to CofferRecord */
    GHashTable *damaged; /* name to CofferStoreStamp of records that were warned of */
    gboolean loaded;
    CofferStoreRevision revision; /* at which `records` is true; padding zeroed for memcmp() */
};

CofferRecord *
coffer_record_ref(CofferRecord *record)
{
    g_atomic_ref_count_inc(&record->references);
    return record;
}

void
coffer_record_unref(CofferRecord *record)
{
    if (record == NULL || !g_atomic_ref_count_dec(&record->references))
        return;
    record->free_data(record->data);
    g_free(record->name);
    g_free(record);
}

CofferCache *
coffer_cache_new(CofferStore *store, const CofferCacheTable *table)
{
    CofferCache *cache = g_new0(CofferCache, 1);

    cache->store = store;
    cache->table = table;
    g_mutex_init(&cache->mutex);
    cache->records =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)coffer_record_unref);
    cache->damaged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return cache;
}

void
coffer_cache_free(CofferCache *cache)
{
    if (cache == NULL)
        return;
    g_hash_table_unref(cache->records);
    g_hash_table_unref(cache->damaged);
    g_mutex_clear(&cache->mutex);
    g_free(cache);
}

static char *
file_name(CofferCache *cache, const char *name)
{
    return g_strconcat(name, cache->table->suffix, NULL);
}

static CofferRecord *
parse_record(CofferCache *cache, const char *name, const char *text, const CofferStoreStamp *stamp,
             GError **error)
{
    gpointer data = cache->table->parse(name, text, error);
    CofferRecord *record = NULL;

    if (data == NULL)
        return NULL;
    record = g_new0(CofferRecord, 1);
    g_atomic_ref_count_init(&record->references);
    record->name = g_strdup(name);
    record->data = data;
    record->free_data = cache->table->free_data;
    record->stamp = *stamp;
    return record;
}

static void
warn_damaged(CofferCache *cache, const char *name, const CofferStoreStamp *stamp,
             const GError *failure)
{
    const CofferStoreStamp *known = g_hash_table_lookup(cache->damaged, name);

    if (known != NULL && memcmp(known, stamp, sizeof(*stamp)) == 0)
        return;
    g_warning("%s/%s%s is left out: %s", coffer_store_folder(cache->store, cache->table->kind),
              name, cache->table->suffix, failure->message);
    g_hash_table_insert(cache->damaged, g_strdup(name), g_memdup2(stamp, sizeof(*stamp)));
}

static void
read_record(CofferCache *cache, const char *name, const CofferStoreStamp *stamp)
{
    g_autofree char *file = file_name(cache, name);
    g_autoptr(GError) failure = NULL;
    g_autofree char *text =
        coffer_store_read(cache->store, cache->table->kind, file, NULL, &failure);
    CofferRecord *record = NULL;

    if (text != NULL)
        record = parse_record(cache, name, text, stamp, &failure);
    if (record != NULL)
        g_hash_table_replace(cache->records, record->name, record);
    else if (!g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        warn_damaged(cache, name, stamp, failure);
}

static gboolean
is_gone_or_changed(gpointer name, gpointer value, gpointer user_data)
{
    const CofferRecord *record = value;
    const CofferStoreStamp *now = g_hash_table_lookup(user_data, name);

    return now == NULL || memcmp(now, &record->stamp, sizeof(*now)) != 0;
}

static gboolean
reload(CofferCache *cache, GError **error)
{
    g_autoptr(GHashTable) names =
        coffer_store_list(cache->store, cache->table->kind, cache->table->suffix, error);
    GHashTableIter iter;
    gpointer name = NULL, stamp = NULL;

    if (names == NULL)
        return FALSE;
    g_hash_table_foreach_remove(cache->records, is_gone_or_changed, names);
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, &stamp))
        if (!g_hash_table_contains(cache->records, name))
            read_record(cache, name, stamp);
    return TRUE;
}

/* Brings the table up to date. The revision is taken before the reading, so that a write in between
 * makes the next call read again. The caller holds the mutex. */
static gboolean
refresh(CofferCache *cache, GError **error)
{
    CofferStoreRevision now;

    memset(&now, 0, sizeof(now));
    if (!coffer_store_revision(cache->store, cache->table->kind, &now, error))
        return FALSE;
    if (cache->loaded && memcmp(&now, &cache->revision, sizeof(now)) == 0)
        return TRUE;
    if (!reload(cache, error))
        return FALSE;
    cache->revision = now;
    cache->loaded = TRUE;
    return TRUE;
}

CofferRecord *
coffer_cache_lookup(CofferCache *cache, const char *name, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);
    CofferRecord *record = NULL;

    if (!refresh(cache, error))
        return NULL;
    record = g_hash_table_lookup(cache->records, name);
    return record != NULL ? coffer_record_ref(record) : NULL;
}

GPtrArray *
coffer_cache_list(CofferCache *cache, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);
    GPtrArray *list = NULL;
    GHashTableIter iter;
    gpointer record = NULL;

    if (!refresh(cache, error))
        return NULL;
    list = g_ptr_array_new_full(g_hash_table_size(cache->records),
                                (GDestroyNotify)coffer_record_unref);
    g_hash_table_iter_init(&iter, cache->records);
    while (g_hash_table_iter_next(&iter, NULL, &record))
        g_ptr_array_add(list, coffer_record_ref(record));
    return list;
}

/* Takes over what a write of our own did: @record is new, or NULL where @name is gone, or both NULL
 * where no record changed. The writer holds the kind's lock and was up to date before (@current),
 * so the folder differs from what we know by this one record only and need not be read again. */
static void
adopt(CofferCache *cache, const char *name, CofferRecord *record, gboolean current)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);

    if (record != NULL)
        g_hash_table_replace(cache->records, record->name, coffer_record_ref(record));
    else if (name != NULL)
        g_hash_table_remove(cache->records, name);
    cache->loaded = current && cache->loaded &&
                    coffer_store_revision(cache->store, cache->table->kind, &cache->revision, NULL);
}

static gboolean
is_current(CofferCache *cache)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);

    return refresh(cache, NULL);
}

gboolean
coffer_cache_write(CofferCache *cache, const char *name, const char *text, const char *fault,
                   GError **error)
{
    g_autofree char *file = file_name(cache, name);
    g_autoptr(CofferRecord) record = NULL;
    CofferStoreStamp stamp;
    gboolean current = is_current(cache);

    memset(&stamp, 0, sizeof(stamp));
    record = parse_record(cache, name, text, &stamp, error);
    if (record == NULL)
        return FALSE;
    if (!coffer_store_write(cache->store, cache->table->kind, file, text, strlen(text), fault,
                            error))
        return FALSE;
    current =
        current && coffer_store_stamp(cache->store, cache->table->kind, file, &record->stamp, NULL);
    adopt(cache, name, record, current);
    return TRUE;
}

gboolean
coffer_cache_remove(CofferCache *cache, const char *name, GError **error)
{
    g_autofree char *file = file_name(cache, name);
    gboolean current = is_current(cache);

    if (!coffer_store_remove(cache->store, cache->table->kind, file, error))
        return FALSE;
    adopt(cache, name, NULL, current);
    return TRUE;
}

gboolean
coffer_cache_write_beside(CofferCache *cache, const char *file, gconstpointer data, gsize size,
                          const char *fault, GError **error)
{
    gboolean current = is_current(cache);

    if (!coffer_store_write(cache->store, cache->table->kind, file, data, size, fault, error))
        return FALSE;
    adopt(cache, NULL, NULL, current);
    return TRUE;
}

gboolean
coffer_cache_remove_beside(CofferCache *cache, const char *file, GError **error)
{
    gboolean current = is_current(cache);

    if (!coffer_store_remove(cache->store, cache->table->kind, file, error))
        return FALSE;
    adopt(cache, NULL, NULL, current);
    return TRUE;
}
