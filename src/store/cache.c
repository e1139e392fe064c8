/* cache.c: keeps parsed records beside the revision at which they were read. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/cache.h"

#include "base/error.h"

#include <string.h>

/* How long a file's time may stand still while its content changes: two ticks of the slowest kernel
 * clock, or where times have no fractions two seconds (ext3, FAT). */
#define FRESH_USEC       20000
#define FRESH_USEC_WHOLE (2 * G_USEC_PER_SEC)

struct _CofferCache {
    CofferStore *store;
    const CofferCacheTable *table;
    GMutex mutex;        /* guards all below */
    GHashTable *records; /* name to CofferRecord */
    GHashTable *damaged; /* name to CofferStoreStamp of records that were warned of */
    GPtrArray *warnings; /* said when the mutex is not held any more */
    gboolean loaded;
    CofferStoreRevision revision; /* at which `records` is all there is; no padding: memcmp() */
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
    cache->warnings = g_ptr_array_new_with_free_func(g_free);
    return cache;
}

void
coffer_cache_free(CofferCache *cache)
{
    if (cache == NULL)
        return;
    g_hash_table_unref(cache->records);
    g_hash_table_unref(cache->damaged);
    g_ptr_array_unref(cache->warnings);
    g_mutex_clear(&cache->mutex);
    g_free(cache);
}

static char *
file_name(CofferCache *cache, const char *name)
{
    return g_strconcat(name, cache->table->suffix, NULL);
}

static gboolean
is_fresh(const CofferStoreStamp *stamp)
{
    gint64 age = g_get_real_time() - (stamp->seconds * G_USEC_PER_SEC + stamp->nanoseconds / 1000);

    return ABS(age) < (stamp->nanoseconds == 0 ? FRESH_USEC_WHOLE : FRESH_USEC);
}

static CofferRecord *
parse_record(CofferCache *cache, const char *name, const char *text, GError **error)
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
    return record;
}

static gboolean
is_unchanged(const CofferRecord *record, const CofferStoreStamp *now)
{
    return !record->fresh && memcmp(&record->stamp, now, sizeof(*now)) == 0;
}

/* Reads the record into the table. It is gone from there where it is gone from disk, which is no
 * error, or damaged, which is COFFER_ERROR_DAMAGED. */
static gboolean
read_record(CofferCache *cache, const char *name, const CofferStoreStamp *stamp, GError **error)
{
    g_autofree char *file = file_name(cache, name);
    g_autoptr(GError) failure = NULL;
    g_autofree char *text = NULL;
    CofferRecord *record = NULL;

    g_hash_table_remove(cache->records, name);
    text = coffer_store_read(cache->store, cache->table->kind, file, NULL, &failure);
    if (g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        return TRUE;
    /* One that we may not read is one more that is left out: the rest works. */
    if (text == NULL && !g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_DAMAGED) &&
        !g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_DENIED)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (text != NULL)
        record = parse_record(cache, name, text, &failure);
    if (record == NULL)
        return coffer_throw(
            error, COFFER_ERROR_DAMAGED, "'%s/%s' cannot be used: %s; mend it or take it away",
            coffer_store_folder(cache->store, cache->table->kind), file, failure->message);
    record->stamp = *stamp;
    record->fresh = is_fresh(stamp);
    g_hash_table_replace(cache->records, record->name, record);
    return TRUE;
}

static void
warn_damaged(CofferCache *cache, const char *name, const CofferStoreStamp *stamp,
             const GError *failure)
{
    const CofferStoreStamp *known = g_hash_table_lookup(cache->damaged, name);

    if (known != NULL && memcmp(known, stamp, sizeof(*stamp)) == 0)
        return;
    g_hash_table_insert(cache->damaged, g_strdup(name), g_memdup2(stamp, sizeof(*stamp)));
    g_ptr_array_add(cache->warnings, g_strdup(failure->message));
}

/* A handler of warnings may call us again, so the mutex is not held. */
static void
warn(const GPtrArray *warnings)
{
    for (guint i = 0; i < warnings->len; i++)
        g_warning("left out: %s", (const char *)g_ptr_array_index(warnings, i));
}

static gboolean
is_gone_or_changed(gpointer name, gpointer value, gpointer user_data)
{
    const CofferStoreStamp *now = g_hash_table_lookup(user_data, name);

    return now == NULL || !is_unchanged(value, now);
}

static gboolean
is_gone(gpointer name, gpointer value, gpointer user_data)
{
    return !g_hash_table_contains(user_data, name);
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
    g_hash_table_foreach_remove(cache->damaged, is_gone, names);
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, &stamp)) {
        g_autoptr(GError) failure = NULL;

        if (g_hash_table_contains(cache->records, name) ||
            read_record(cache, name, stamp, &failure))
            continue;
        if (!g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_DAMAGED)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        warn_damaged(cache, name, stamp, failure);
    }
    return TRUE;
}

/* Whether the table is all there is at *@out_now. */
static gboolean
is_current(CofferCache *cache, CofferStoreRevision *out_now, GError **error)
{
    return coffer_store_revision(cache->store, cache->table->kind, out_now, error) &&
           cache->loaded && memcmp(out_now, &cache->revision, sizeof(*out_now)) == 0;
}

/* Brings the table up to date. The revision is taken before the reading, so that a write in between
 * makes the next call read again. The caller holds the mutex. */
static gboolean
refresh(CofferCache *cache, GError **error)
{
    g_autoptr(GError) failure = NULL;
    CofferStoreRevision now;

    if (is_current(cache, &now, &failure))
        return TRUE;
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    cache->loaded = FALSE;
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
    g_autofree char *file = file_name(cache, name);
    g_autoptr(GError) failure = NULL;
    CofferRecord *record = NULL;
    CofferStoreStamp now;

    if (!coffer_store_stamp(cache->store, cache->table->kind, file, &now, &failure)) {
        g_hash_table_remove(cache->records, name);
        if (!g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
            g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    record = g_hash_table_lookup(cache->records, name);
    if ((record == NULL || !is_unchanged(record, &now)) && !read_record(cache, name, &now, error)) {
        cache->loaded = FALSE; /* the next list says what it leaves out */
        return NULL;
    }
    record = g_hash_table_lookup(cache->records, name);
    return record != NULL ? coffer_record_ref(record) : NULL;
}

static GPtrArray *
list(CofferCache *cache, CofferCacheMatch match, gconstpointer user_data, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);
    GPtrArray *found = NULL;
    GHashTableIter iter;
    gpointer record = NULL;

    if (!refresh(cache, error))
        return NULL;
    found = g_ptr_array_new_with_free_func((GDestroyNotify)coffer_record_unref);
    g_hash_table_iter_init(&iter, cache->records);
    while (g_hash_table_iter_next(&iter, NULL, &record))
        if (match == NULL || match(record, user_data))
            g_ptr_array_add(found, coffer_record_ref(record));
    return found;
}

static GPtrArray *
take_warnings(CofferCache *cache)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);
    GPtrArray *warnings = cache->warnings;

    cache->warnings = g_ptr_array_new_with_free_func(g_free);
    return warnings;
}

GPtrArray *
coffer_cache_list(CofferCache *cache, CofferCacheMatch match, gconstpointer user_data,
                  GError **error)
{
    GPtrArray *found = list(cache, match, user_data, error);
    g_autoptr(GPtrArray) warnings = take_warnings(cache);

    warn(warnings);
    return found;
}

/* Whether a write of our own is the next change: whoever holds the kind's lock and was up to date
 * before differs afterwards by this write only, and need not read the folder again. */
static gboolean
may_adopt(CofferCache *cache)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);
    CofferStoreRevision now;

    return is_current(cache, &now, NULL);
}

static void
adopt(CofferCache *cache, gboolean current)
{
    cache->loaded = current && cache->loaded &&
                    coffer_store_revision(cache->store, cache->table->kind, &cache->revision, NULL);
}

static void
adopt_record(CofferCache *cache, CofferRecord *record, const char *file, gboolean current)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);

    if (coffer_store_stamp(cache->store, cache->table->kind, file, &record->stamp, NULL)) {
        record->fresh = is_fresh(&record->stamp);
        g_hash_table_replace(cache->records, record->name, coffer_record_ref(record));
        adopt(cache, current);
    } else {
        g_hash_table_remove(cache->records, record->name);
        cache->loaded = FALSE;
    }
}

gboolean
coffer_cache_write(CofferCache *cache, const char *name, const char *text, const char *fault,
                   GError **error)
{
    g_autofree char *file = file_name(cache, name);
    g_autoptr(CofferRecord) record = parse_record(cache, name, text, error);
    gboolean current = may_adopt(cache);

    if (record == NULL || !coffer_store_write(cache->store, cache->table->kind, file, text,
                                              strlen(text), fault, error))
        return FALSE;
    adopt_record(cache, record, file, current);
    return TRUE;
}

gboolean
coffer_cache_remove(CofferCache *cache, const char *name, GError **error)
{
    g_autofree char *file = file_name(cache, name);
    gboolean current = may_adopt(cache);
    gboolean removed = coffer_store_remove(cache->store, cache->table->kind, file, error);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);

    g_hash_table_remove(cache->records, name);
    adopt(cache, current && removed);
    return removed;
}

gboolean
coffer_cache_write_beside(CofferCache *cache, const char *file, const CofferBytes *bytes,
                          const char *fault, GError **error)
{
    gsize size = 0;
    const guint8 *data = coffer_bytes_get_data(bytes, &size);
    gboolean current = may_adopt(cache);
    gboolean written =
        coffer_store_write(cache->store, cache->table->kind, file, data, size, fault, error);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);

    adopt(cache, current && written);
    return written;
}

gboolean
coffer_cache_remove_beside(CofferCache *cache, const char *file, GError **error)
{
    gboolean current = may_adopt(cache);
    gboolean removed = coffer_store_remove(cache->store, cache->table->kind, file, error);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);

    adopt(cache, current && removed);
    return removed;
}

gboolean
coffer_cache_check_whole(CofferCache *cache, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&cache->mutex);
    GHashTableIter iter;
    gpointer name = NULL;

    if (!refresh(cache, error))
        return FALSE;
    g_hash_table_iter_init(&iter, cache->damaged);
    if (!g_hash_table_iter_next(&iter, &name, NULL))
        return TRUE;
    return coffer_throw(
        error, COFFER_ERROR_DAMAGED,
        "'%s/%s%s' cannot be read, so it is not certain what depends on it; mend it "
        "or take it away",
        coffer_store_folder(cache->store, cache->table->kind), (const char *)name,
        cache->table->suffix);
}
