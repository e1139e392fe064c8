/* volume.h: CofferVolume, a handle on one volume of a pool. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/pool.h>

G_BEGIN_DECLS

/**
 * CofferVolume:
 *
 * Names a volume by pool and name; every call looks at the storage as it is now.
 *
 * Thread rule: any thread.
 *
 * Since: 0.1
 */
#define COFFER_TYPE_VOLUME (coffer_volume_get_type())
COFFER_API
G_DECLARE_FINAL_TYPE(CofferVolume, coffer_volume, COFFER, VOLUME, GObject)

/**
 * CofferVolumeType:
 * @COFFER_VOLUME_TYPE_FILE: a regular file
 * @COFFER_VOLUME_TYPE_BLOCK: a block device
 * @COFFER_VOLUME_TYPE_DIR: a folder
 * @COFFER_VOLUME_TYPE_NETWORK: an image on a network storage
 * @COFFER_VOLUME_TYPE_NETDIR: a folder on a network storage
 * @COFFER_VOLUME_TYPE_PLOOP: a Parallels ploop image
 *
 * The numbers are libvirt's virStorageVolType.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_VOLUME_TYPE_FILE = 0,
    COFFER_VOLUME_TYPE_BLOCK = 1,
    COFFER_VOLUME_TYPE_DIR = 2,
    COFFER_VOLUME_TYPE_NETWORK = 3,
    COFFER_VOLUME_TYPE_NETDIR = 4,
    COFFER_VOLUME_TYPE_PLOOP = 5,
} CofferVolumeType;

/**
 * CofferVolumeInfo:
 * @type: file, block or dir
 * @capacity: what a guest can use, in bytes
 * @allocation: what it takes on the storage now, in bytes
 * @physical: the size of file or device, in bytes
 *
 * Since: 0.1
 */
typedef struct {
    CofferVolumeType type;
    guint64 capacity;
    guint64 allocation;
    guint64 physical;
} CofferVolumeInfo;

/**
 * CofferVolumeCreateFlags:
 * @COFFER_VOLUME_CREATE_NONE: create
 * @COFFER_VOLUME_CREATE_PREALLOC_METADATA: allocate qcow2 metadata
 * @COFFER_VOLUME_CREATE_VALIDATE: check against the RELAX NG schema first
 * @COFFER_VOLUME_CREATE_GENERATE_SECRET: where the encryption names no secret, make and generate
 * one
 *
 * The first number is libvirt's.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_VOLUME_CREATE_NONE = 0,
    COFFER_VOLUME_CREATE_PREALLOC_METADATA = 1 << 0,
    COFFER_VOLUME_CREATE_VALIDATE = 1 << 2,
    COFFER_VOLUME_CREATE_GENERATE_SECRET = 1 << 8,
} CofferVolumeCreateFlags;

/**
 * CofferVolumeDeleteFlags:
 * @COFFER_VOLUME_DELETE_NONE: delete; the secret that was generated for this volume, which its
 * usage tells, goes with it where nothing else uses it
 * @COFFER_VOLUME_DELETE_KEEP_SECRET: keep that secret
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_VOLUME_DELETE_NONE = 0,
    COFFER_VOLUME_DELETE_KEEP_SECRET = 1 << 8,
} CofferVolumeDeleteFlags;

/**
 * CofferVolumeResizeFlags:
 * @COFFER_VOLUME_RESIZE_NONE: to the given capacity, growing only
 * @COFFER_VOLUME_RESIZE_ALLOCATE: allocate what is added
 * @COFFER_VOLUME_RESIZE_DELTA: the capacity is added to (with SHRINK: taken from) the present one
 * @COFFER_VOLUME_RESIZE_SHRINK: a smaller capacity is meant; what lies beyond is lost
 *
 * The numbers are libvirt's virStorageVolResizeFlags.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_VOLUME_RESIZE_NONE = 0,
    COFFER_VOLUME_RESIZE_ALLOCATE = 1 << 0,
    COFFER_VOLUME_RESIZE_DELTA = 1 << 1,
    COFFER_VOLUME_RESIZE_SHRINK = 1 << 2,
} CofferVolumeResizeFlags;

/**
 * coffer_pool_create_volume:
 * @pool: a running pool
 * @xml: a volume element
 * @flags: how
 * @error: return location for a #GError
 *
 * The use of the secret is recorded before the volume is made. A volume that cannot be made leaves
 * nothing behind: neither file, nor use, nor generated secret.
 *
 * Returns: (transfer full) (nullable): the volume, or %NULL with %COFFER_ERROR_EXISTS,
 *   %COFFER_ERROR_INVALID_XML, %COFFER_ERROR_NOT_FOUND (secret), %COFFER_ERROR_NO_VALUE,
 *   %COFFER_ERROR_UNSUITABLE_VALUE (QEMU cannot take it), %COFFER_ERROR_TOOL_MISSING,
 *   %COFFER_ERROR_TOOL_FAILED, %COFFER_ERROR_NO_SPACE
 *
 * Since: 0.1
 */
COFFER_API CofferVolume *coffer_pool_create_volume(CofferPool *pool, const char *xml,
                                                   CofferVolumeCreateFlags flags, GError **error);

/**
 * coffer_pool_list_volumes:
 * @pool: a running pool
 * @error: return location for a #GError
 *
 * Returns: (transfer container) (element-type CofferVolume) (nullable): the volumes, sorted by name
 *
 * Since: 0.1
 */
COFFER_API GPtrArray *coffer_pool_list_volumes(CofferPool *pool, GError **error);

/**
 * coffer_pool_lookup_volume:
 * @pool: a running pool
 * @name: a volume's name
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the volume, or %NULL with %COFFER_ERROR_NOT_FOUND
 *
 * Since: 0.1
 */
COFFER_API CofferVolume *
coffer_pool_lookup_volume(CofferPool *pool, const char *name, GError **error);

/**
 * coffer_connection_lookup_volume_by_path:
 * @connection: a connection
 * @path: an absolute path
 * @error: return location for a #GError
 *
 * Searches the running pools. In every pool that exists so far a volume's key is its path.
 *
 * Returns: (transfer full) (nullable): the volume, or %NULL with %COFFER_ERROR_NOT_FOUND
 *
 * Since: 0.1
 */
COFFER_API CofferVolume *coffer_connection_lookup_volume_by_path(CofferConnection *connection,
                                                                 const char *path, GError **error);

/**
 * coffer_volume_get_name:
 * @volume: a volume
 *
 * Returns: (transfer none): its name in the pool
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_volume_get_name(CofferVolume *volume);

/**
 * coffer_volume_get_key:
 * @volume: a volume
 *
 * Returns: (transfer none): what names it on this host, whatever the pool
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_volume_get_key(CofferVolume *volume);

/**
 * coffer_volume_get_path:
 * @volume: a volume
 *
 * Returns: (transfer none): its path
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_volume_get_path(CofferVolume *volume);

/**
 * coffer_volume_get_pool:
 * @volume: a volume
 *
 * Returns: (transfer none): its pool
 *
 * Since: 0.1
 */
COFFER_API CofferPool *coffer_volume_get_pool(CofferVolume *volume);

/**
 * coffer_volume_get_info:
 * @volume: a volume
 * @out_info: (out caller-allocates): type and sizes now
 * @error: return location for a #GError
 *
 * Returns: whether it exists
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_volume_get_info(CofferVolume *volume, CofferVolumeInfo *out_info,
                                           GError **error);

/**
 * coffer_volume_dup_xml:
 * @volume: a volume
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the volume as libvirt writes it
 *
 * Since: 0.1
 */
COFFER_API char *coffer_volume_dup_xml(CofferVolume *volume, GError **error);

/**
 * coffer_volume_dup_format:
 * @volume: a volume
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the format of its content: "raw", "qcow2", ...
 *
 * Since: 0.1
 */
COFFER_API char *coffer_volume_dup_format(CofferVolume *volume, GError **error);

/**
 * coffer_volume_dup_secret_uuid:
 * @volume: a volume
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the UUID of the secret that opens it, or %NULL without an
 *   error where it has none
 *
 * Since: 0.1
 */
COFFER_API char *coffer_volume_dup_secret_uuid(CofferVolume *volume, GError **error);

/**
 * coffer_volume_delete:
 * @volume: a volume
 * @flags: what happens to its secret
 * @out_secret_uuid: (out) (optional) (nullable) (transfer full): the generated secret that went too
 * @error: return location for a #GError
 *
 * Returns: whether it is gone
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_volume_delete(CofferVolume *volume, CofferVolumeDeleteFlags flags,
                                         char **out_secret_uuid, GError **error);

/**
 * coffer_volume_resize:
 * @volume: a volume
 * @capacity: in bytes
 * @flags: how
 * @error: return location for a #GError
 *
 * Returns: whether it has the new capacity
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_volume_resize(CofferVolume *volume, guint64 capacity,
                                         CofferVolumeResizeFlags flags, GError **error);

/**
 * coffer_volume_upload:
 * @volume: a volume
 * @fd: open for reading
 * @offset: where in the volume to begin, in bytes
 * @length: how many bytes, 0 for all that @fd gives
 * @sparse: whether to leave holes for what are holes in @fd
 * @error: return location for a #GError
 *
 * Writes the raw content of the volume, header and all; nothing is encrypted on the way. Content
 * whose header the volume's secret does not open is refused where that can be told before anything
 * is written.
 *
 * Returns: whether all was written and synced
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_volume_upload(CofferVolume *volume, int fd, guint64 offset,
                                         guint64 length, gboolean sparse, GError **error);

/**
 * coffer_volume_download:
 * @volume: a volume
 * @fd: open for writing
 * @offset: where in the volume to begin, in bytes
 * @length: how many bytes, 0 for all
 * @sparse: whether to leave holes in @fd for the volume's holes
 * @error: return location for a #GError
 *
 * Returns: whether all was written
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_volume_download(CofferVolume *volume, int fd, guint64 offset,
                                           guint64 length, gboolean sparse, GError **error);

G_END_DECLS
