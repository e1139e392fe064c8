/* pool-def.h: a <pool> element as plain data, every type of pool that libvirt knows.
 * (libvirt: formatstorage.html, "Storage pool XML") */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/uuid.h"
#include "model/encryption-def.h"
#include "model/permissions-def.h"

/* virStoragePoolType's words in its order. */
typedef enum {
    COFFER_POOL_TYPE_DIR,
    COFFER_POOL_TYPE_FS,
    COFFER_POOL_TYPE_NETFS,
    COFFER_POOL_TYPE_LOGICAL,
    COFFER_POOL_TYPE_DISK,
    COFFER_POOL_TYPE_ISCSI,
    COFFER_POOL_TYPE_ISCSI_DIRECT,
    COFFER_POOL_TYPE_SCSI,
    COFFER_POOL_TYPE_MPATH,
    COFFER_POOL_TYPE_RBD,
    COFFER_POOL_TYPE_SHEEPDOG,
    COFFER_POOL_TYPE_GLUSTER,
    COFFER_POOL_TYPE_ZFS,
    COFFER_POOL_TYPE_VSTORAGE,
    COFFER_POOL_TYPE_LAST,
} CofferPoolType;

const char *coffer_pool_type_to_string(CofferPoolType type);
gboolean coffer_pool_type_from_string(const char *word, CofferPoolType *out_type);

/* The source of a pool; every pointer may be NULL, all owned. */
typedef struct {
    char *name;
    int port; /* 0 not said; libvirt allows -1 as well */
} CofferPoolHost;

typedef struct {
    char *path;
    gboolean part_separator_set;
    gboolean part_separator;
} CofferPoolDevice;

typedef struct _CofferPoolAdapter CofferPoolAdapter; /* fc_host or scsi_host: pool-source.h */
typedef struct _CofferPoolAuth CofferPoolAuth;       /* chap or ceph, with a secret: the same */

typedef struct {
    GArray *hosts;   /* of CofferPoolHost, never NULL */
    GArray *devices; /* of CofferPoolDevice, never NULL */
    char *dir;
    char *name;
    char *format; /* libvirt's word, never NULL but where the type has none (pool-type.h) */
    char *initiator_iqn;
    CofferPoolAdapter *adapter;
    CofferPoolAuth *auth;
    char *vendor;
    char *product;
    char *protocol_version;
} CofferPoolSource;

typedef struct {
    CofferPoolType type;
    char *name;
    CofferUuid uuid;
    gboolean has_uuid;
    guint64 capacity;   /* bytes; 0 while inactive */
    guint64 allocation; /* bytes */
    guint64 available;  /* bytes */
    int cow;            /* <features><cow state=>: -1 not said, 0 no, 1 yes */
    CofferPoolSource source;
    char *target_path; /* without a trailing slash */
    CofferPermissionsDef permissions;
    char *refresh_allocation; /* <refresh><volume allocation=>: "default" or "capacity", or NULL */
    GPtrArray *mount_options; /* fs: namespace, of char*; may be NULL */
    GPtrArray *rbd_options;   /* rbd: namespace, name and value by turns, of char*; may be NULL */
} CofferPoolDef;

CofferPoolDef *coffer_pool_def_new(CofferPoolType type);
void coffer_pool_def_free(CofferPoolDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferPoolDef, coffer_pool_def_free)

/* Parses and checks; @validate checks against pool.rng first. What libvirt fills in is filled in
 * (format, names, target path), what it takes for output only (capacity, allocation, available) is
 * not read. The name is checked by coffer_name_check(), the target path is absolute and without "."
 * and "..". Pure. Any thread. */
CofferPoolDef *coffer_pool_def_parse(const char *xml, gboolean validate, GError **error);
/* Returns: (transfer full): the element as libvirt writes it. */
char *coffer_pool_def_format(const CofferPoolDef *def);
