/* pool.h: CofferPool, a handle on one storage pool: where volumes live. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/secret.h>

G_BEGIN_DECLS

/**
 * CofferPool:
 *
 * Names a pool by UUID; every call looks at what is stored now.
 *
 * Thread rule: any thread.
 *
 * Since: 0.1
 */
#define COFFER_TYPE_POOL (coffer_pool_get_type())
COFFER_API
G_DECLARE_FINAL_TYPE(CofferPool, coffer_pool, COFFER, POOL, GObject)

/**
 * CofferPoolListFlags:
 * @COFFER_POOL_LIST_ALL: every pool
 * @COFFER_POOL_LIST_INACTIVE: not running
 * @COFFER_POOL_LIST_ACTIVE: running
 * @COFFER_POOL_LIST_PERSISTENT: defined
 * @COFFER_POOL_LIST_TRANSIENT: created without a definition
 * @COFFER_POOL_LIST_AUTOSTART: started by autostart
 * @COFFER_POOL_LIST_NO_AUTOSTART: not started by autostart
 *
 * Flags of one pair are alternatives, the pairs are all to be met.
 * virConnectListAllStoragePoolsFlags has the same numbers. Types are filtered by name, see
 * coffer_connection_list_pools().
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_POOL_LIST_ALL = 0,
    COFFER_POOL_LIST_INACTIVE = 1 << 0,
    COFFER_POOL_LIST_ACTIVE = 1 << 1,
    COFFER_POOL_LIST_PERSISTENT = 1 << 2,
    COFFER_POOL_LIST_TRANSIENT = 1 << 3,
    COFFER_POOL_LIST_AUTOSTART = 1 << 4,
    COFFER_POOL_LIST_NO_AUTOSTART = 1 << 5,
} CofferPoolListFlags;

/**
 * CofferPoolBuildFlags:
 * @COFFER_POOL_BUILD_NONE: make what the pool needs; libvirt's default
 * @COFFER_POOL_BUILD_NO_OVERWRITE: refuse where something is there already
 * @COFFER_POOL_BUILD_OVERWRITE: make it anew over what is there
 *
 * The two flags matter for pools that make file systems; a dir pool refuses them.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_POOL_BUILD_NONE = 0,
    COFFER_POOL_BUILD_NO_OVERWRITE = 1 << 0,
    COFFER_POOL_BUILD_OVERWRITE = 1 << 1,
} CofferPoolBuildFlags;

/**
 * CofferPoolStartFlags:
 * @COFFER_POOL_START_NONE: start
 * @COFFER_POOL_START_BUILD: build first
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_POOL_START_NONE = 0,
    COFFER_POOL_START_BUILD = 1 << 0,
} CofferPoolStartFlags;

/**
 * CofferPoolXmlFlags:
 * @COFFER_POOL_XML_NONE: as the pool is now
 * @COFFER_POOL_XML_INACTIVE: as it was defined
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_POOL_XML_NONE = 0,
    COFFER_POOL_XML_INACTIVE = 1 << 0,
} CofferPoolXmlFlags;

/**
 * CofferPoolState:
 * @COFFER_POOL_STATE_INACTIVE: not running
 * @COFFER_POOL_STATE_BUILDING: being built
 * @COFFER_POOL_STATE_RUNNING: running
 *
 * The numbers are libvirt's virStoragePoolState.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_POOL_STATE_INACTIVE = 0,
    COFFER_POOL_STATE_BUILDING = 1,
    COFFER_POOL_STATE_RUNNING = 2,
} CofferPoolState;

/**
 * CofferPoolInfo:
 * @state: running or not
 * @persistent: whether it is defined
 * @autostart: whether autostart starts it
 * @capacity: size of the storage, in bytes; 0 while inactive
 * @allocation: used of it, in bytes
 * @available: free of it, in bytes
 *
 * Since: 0.1
 */
typedef struct {
    CofferPoolState state;
    gboolean persistent;
    gboolean autostart;
    guint64 capacity;
    guint64 allocation;
    guint64 available;
} CofferPoolInfo;

/**
 * coffer_connection_define_pool:
 * @connection: a connection
 * @xml: a pool element
 * @flags: whether to validate
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the pool, defined and not started
 *
 * Since: 0.1
 */
COFFER_API CofferPool *coffer_connection_define_pool(CofferConnection *connection, const char *xml,
                                                     CofferDefineFlags flags, GError **error);

/**
 * coffer_connection_create_pool:
 * @connection: a connection
 * @xml: a pool element
 * @flags: whether to validate
 * @build: whether to build first: %COFFER_POOL_START_BUILD
 * @build_flags: how to build
 * @error: return location for a #GError
 *
 * Starts a pool that is gone when it is destroyed.
 *
 * Returns: (transfer full) (nullable): the running pool
 *
 * Since: 0.1
 */
COFFER_API CofferPool *
coffer_connection_create_pool(CofferConnection *connection, const char *xml,
                              CofferDefineFlags flags, CofferPoolStartFlags build,
                              CofferPoolBuildFlags build_flags, GError **error);

/**
 * coffer_connection_lookup_pool_by_name:
 * @connection: a connection
 * @name: a pool's name
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the pool, or %NULL with %COFFER_ERROR_NOT_FOUND
 *
 * Since: 0.1
 */
COFFER_API CofferPool *coffer_connection_lookup_pool_by_name(CofferConnection *connection,
                                                             const char *name, GError **error);

/**
 * coffer_connection_lookup_pool_by_uuid:
 * @connection: a connection
 * @uuid: a UUID
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the pool, or %NULL with %COFFER_ERROR_NOT_FOUND
 *
 * Since: 0.1
 */
COFFER_API CofferPool *coffer_connection_lookup_pool_by_uuid(CofferConnection *connection,
                                                             const char *uuid, GError **error);

/**
 * coffer_connection_list_pools:
 * @connection: a connection
 * @flags: which
 * @types: (array zero-terminated=1) (nullable): only pools of these types ("dir", ...); %NULL for
 * all
 * @error: return location for a #GError
 *
 * Returns: (transfer container) (element-type CofferPool) (nullable): the pools, sorted by name
 *
 * Since: 0.1
 */
COFFER_API GPtrArray *
coffer_connection_list_pools(CofferConnection *connection, CofferPoolListFlags flags,
                             const char *const *types, GError **error);

/**
 * coffer_pool_get_name:
 * @pool: a pool
 *
 * Returns: (transfer none): the name
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_pool_get_name(CofferPool *pool);

/**
 * coffer_pool_get_uuid:
 * @pool: a pool
 *
 * Returns: (transfer none): the UUID, 36 characters
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_pool_get_uuid(CofferPool *pool);

/**
 * coffer_pool_get_info:
 * @pool: a pool
 * @out_info: (out caller-allocates): what is known now
 * @error: return location for a #GError
 *
 * Returns: whether the pool exists
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_pool_get_info(CofferPool *pool, CofferPoolInfo *out_info,
                                         GError **error);

/**
 * coffer_pool_dup_xml:
 * @pool: a pool
 * @flags: now, or as defined
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the pool as libvirt writes it
 *
 * Since: 0.1
 */
COFFER_API char *coffer_pool_dup_xml(CofferPool *pool, CofferPoolXmlFlags flags, GError **error);

/**
 * coffer_pool_build:
 * @pool: a pool that is not running
 * @flags: what to do where something is there
 * @error: return location for a #GError
 *
 * Returns: whether the pool can now be started
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_pool_build(CofferPool *pool, CofferPoolBuildFlags flags, GError **error);

/**
 * coffer_pool_start:
 * @pool: a pool that is not running
 * @flags: whether to build first
 * @build_flags: how to build
 * @error: return location for a #GError
 *
 * Returns: whether it runs
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_pool_start(CofferPool *pool, CofferPoolStartFlags flags,
                                      CofferPoolBuildFlags build_flags, GError **error);

/**
 * coffer_pool_destroy:
 * @pool: a running pool
 * @error: return location for a #GError
 *
 * Stops the pool; no data is touched. A transient pool is forgotten.
 *
 * Returns: whether it is stopped
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_pool_destroy(CofferPool *pool, GError **error);

/**
 * coffer_pool_delete:
 * @pool: a pool that is not running
 * @error: return location for a #GError
 *
 * Deletes the storage itself; a dir pool's folder must be empty.
 *
 * Returns: whether it is gone
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_pool_delete(CofferPool *pool, GError **error);

/**
 * coffer_pool_undefine:
 * @pool: a pool that is not running
 * @error: return location for a #GError
 *
 * Forgets the definition; volumes, secrets and their uses stay.
 *
 * Returns: whether it is forgotten
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_pool_undefine(CofferPool *pool, GError **error);

/**
 * coffer_pool_set_autostart:
 * @pool: a defined pool
 * @autostart: whether autostart starts it
 * @error: return location for a #GError
 *
 * Returns: whether it was set
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_pool_set_autostart(CofferPool *pool, gboolean autostart, GError **error);

/**
 * coffer_pool_refresh:
 * @pool: a running pool
 * @error: return location for a #GError
 *
 * Looks at every volume anew. References to secrets are never lost by it.
 *
 * Returns: whether the pool could be read
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_pool_refresh(CofferPool *pool, GError **error);

G_END_DECLS
