/* cache.h: the records of one kind, parsed once and again only where they changed. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/store.h"

/* A parsed record: immutable, counted. */
typedef struct {
    gatomicrefcount references;
    char *name;
    gpointer data; /* what the table's parse() gave */
    GDestroyNotify free_data;
    CofferStoreStamp stamp;
    gboolean fresh; /* so young when it was read that a change since may not show in the stamp */
} CofferRecord;

CofferRecord *coffer_record_ref(CofferRecord *record);
void coffer_record_unref(CofferRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferRecord, coffer_record_unref)

/* How records of one kind are read. */
typedef struct {
    CofferStoreKind kind;
    const char *suffix; /* ".xml" */
    gpointer (*parse)(const char *name, const char *text, GError **error);
    GDestroyNotify free_data;
} CofferCacheTable;

/* Self-locking: any thread. */
typedef struct _CofferCache CofferCache;

/* @store outlives the cache; @table is static. */
CofferCache *coffer_cache_new(CofferStore *store, const CofferCacheTable *table);
void coffer_cache_free(CofferCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferCache, coffer_cache_free)

/* The record called @name as it is on disk now, or NULL: without an error where there is none, with
 * COFFER_ERROR_DAMAGED where it does not parse. Reads no other record. Returns: (transfer full). */
CofferRecord *coffer_cache_lookup(CofferCache *cache, const char *name, GError **error);

/* Whether a record is wanted; called under the cache's lock, so that it must not call the cache. */
typedef gboolean (*CofferCacheMatch)(const CofferRecord *record, gconstpointer user_data);

/* All records that @match wants (NULL: all), in no order. One that does not parse is left out, and
 * a warning names it once. A file that was changed in place by hand shows after its next lookup.
 * Returns: (transfer full). */
GPtrArray *coffer_cache_list(CofferCache *cache, CofferCacheMatch match, gconstpointer user_data,
                             GError **error);

/* Writes @text as the record @name; the caller holds the kind's lock. @fault: see
 * coffer_file_replace_at(). */
gboolean coffer_cache_write(CofferCache *cache, const char *name, const char *text,
                            const char *fault, GError **error);

/* Removes the record, whether it parses or not; COFFER_ERROR_NOT_FOUND where there is none. The
 * caller holds the kind's lock. */
gboolean coffer_cache_remove(CofferCache *cache, const char *name, GError **error);

/* The same for files of the kind that are no records, such as the values beside definitions:
 * written past the cache, each would make it look at all records again. */
gboolean coffer_cache_write_beside(CofferCache *cache, const char *file, const CofferBytes *bytes,
                                   const char *fault, GError **error);
gboolean coffer_cache_remove_beside(CofferCache *cache, const char *file, GError **error);

/* COFFER_ERROR_DAMAGED, naming one, where a record had to be left out: for questions to which
 * "none" must be certain. */
gboolean coffer_cache_check_whole(CofferCache *cache, GError **error);
