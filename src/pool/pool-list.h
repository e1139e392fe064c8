/* pool-list.h: the pools of a root: definitions, what runs, what autostart starts. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/pool.h"
#include "model/pool-def.h"
#include "pool/backend.h"
#include "store/cache.h"

/* One pool as it is now: at least one of the two is there. The data of both is a const
 * CofferPoolDef *. */
typedef struct {
    CofferRecord *defined; /* NULL: transient */
    CofferRecord *running; /* NULL: inactive */
    gboolean autostart;
} CofferPoolEntry;

void coffer_pool_entry_free(CofferPoolEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferPoolEntry, coffer_pool_entry_free)

/* A pool and no other that has its name later; @name is not owned. */
typedef struct {
    const char *name;
    CofferUuid uuid;
} CofferPoolKey;

/* The definition that counts now: of a running pool the one it was started with. */
const CofferPoolDef *coffer_pool_entry_def(const CofferPoolEntry *entry);

/* Any thread, any number of processes. @store outlives the list. */
typedef struct _CofferPoolList CofferPoolList;

CofferPoolList *coffer_pool_list_new(CofferStore *store);
void coffer_pool_list_free(CofferPoolList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferPoolList, coffer_pool_list_free)

/* COFFER_ERROR_NOT_FOUND; COFFER_ERROR_DAMAGED where its definition does not parse. Returns:
 * (transfer full). */
CofferPoolEntry *
coffer_pool_list_lookup(CofferPoolList *list, const CofferPoolKey *key, GError **error);
CofferPoolEntry *
coffer_pool_list_lookup_name(CofferPoolList *list, const char *name, GError **error);
CofferPoolEntry *
coffer_pool_list_lookup_uuid(CofferPoolList *list, const CofferUuid *uuid, GError **error);
/* Sorted by name. Returns: (transfer full) (element-type CofferPoolEntry). */
GPtrArray *coffer_pool_list_all(CofferPoolList *list, GError **error);

/* Each of these takes the pools' lock. A UUID is made where @def has none. */
gboolean coffer_pool_list_define(CofferPoolList *list, CofferPoolDef *def, GError **error);
gboolean coffer_pool_list_create(CofferPoolList *list, CofferPoolDef *def, gboolean build,
                                 CofferPoolBuildFlags build_flags, GError **error);
gboolean coffer_pool_list_build(CofferPoolList *list, const CofferPoolKey *key,
                                CofferPoolBuildFlags flags, GError **error);
gboolean coffer_pool_list_start(CofferPoolList *list, const CofferPoolKey *key, gboolean build,
                                CofferPoolBuildFlags build_flags, GError **error);
gboolean coffer_pool_list_destroy(CofferPoolList *list, const CofferPoolKey *key, GError **error);
gboolean coffer_pool_list_delete(CofferPoolList *list, const CofferPoolKey *key, GError **error);
gboolean coffer_pool_list_undefine(CofferPoolList *list, const CofferPoolKey *key, GError **error);
gboolean coffer_pool_list_set_autostart(CofferPoolList *list, const CofferPoolKey *key,
                                        gboolean autostart, GError **error);
