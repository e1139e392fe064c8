/* pool-type.c: the table of the types of pools; parsing is in pool-def.c, acting in the back ends.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/pool-type.h"

#define HOST      COFFER_POOL_SOURCE_HOST
#define DEVICE    COFFER_POOL_SOURCE_DEVICE
#define DIR       COFFER_POOL_SOURCE_DIR
#define NAME      COFFER_POOL_SOURCE_NAME
#define ADAPTER   COFFER_POOL_SOURCE_ADAPTER
#define INITIATOR COFFER_POOL_SOURCE_INITIATOR

static const char *const fs_formats[] = {
    "auto", "ext2", "ext3", "ext4", "ufs",   "iso9660", "udf", "gfs",
    "gfs2", "vfat", "hfs+", "xfs",  "ocfs2", "vmfs",    NULL,
};
static const char *const netfs_formats[] = { "auto", "nfs", "glusterfs", "cifs", NULL };
static const char *const logical_formats[] = { "unknown", "lvm2", NULL };
static const char *const disk_formats[] = {
    "unknown", "dos", "dvh", "gpt", "mac", "bsd", "pc98", "sun", "lvm2", NULL,
};

static const CofferPoolNamespace fs_namespace = {
    .prefix = "fs",
    .uri = "http://libvirt.org/schemas/storagepool/fs/1.0",
    .element = "mount_opts",
};
static const CofferPoolNamespace rbd_namespace = {
    .prefix = "rbd",
    .uri = "http://libvirt.org/schemas/storagepool/rbd/1.0",
    .element = "config_opts",
    .has_value = TRUE,
};

static const CofferPoolTypeRow rows[COFFER_POOL_TYPE_LAST] = {
    [COFFER_POOL_TYPE_DIR] = {
        .word = "dir",
        .has_target = TRUE,
        .has_cow = TRUE,
    },
    [COFFER_POOL_TYPE_FS] = {
        .word = "fs",
        .has = DEVICE,
        .needs = DEVICE,
        .formats = fs_formats,
        .default_format = "auto",
        .has_target = TRUE,
        .has_cow = TRUE,
        .namespace = &fs_namespace,
    },
    [COFFER_POOL_TYPE_NETFS] = {
        .word = "netfs",
        .has = HOST | DIR,
        .needs = HOST | DIR,
        .formats = netfs_formats,
        .default_format = "auto",
        .has_target = TRUE,
        .namespace = &fs_namespace,
    },
    [COFFER_POOL_TYPE_LOGICAL] = {
        .word = "logical",
        .has = NAME | DEVICE,
        .formats = logical_formats,
        .default_format = "lvm2",
        .named_after_pool = TRUE,
        .has_target = TRUE,
        .target_prefix = "/dev/",
        .volume_flags = COFFER_VOLUME_PARSE_NO_FORMAT,
    },
    [COFFER_POOL_TYPE_DISK] = {
        .word = "disk",
        .has = DEVICE,
        .needs = DEVICE,
        .formats = disk_formats,
        .default_format = "unknown",
        .has_target = TRUE,
        .volume_flags = COFFER_VOLUME_PARSE_PARTITION,
    },
    [COFFER_POOL_TYPE_ISCSI] = {
        .word = "iscsi",
        .has = HOST | DEVICE | INITIATOR,
        .needs = HOST,
        .has_target = TRUE,
        .volume_flags = COFFER_VOLUME_PARSE_NO_FORMAT,
    },
    [COFFER_POOL_TYPE_ISCSI_DIRECT] = {
        .word = "iscsi-direct",
        .has = HOST | DEVICE | INITIATOR,
        .needs = HOST | INITIATOR,
        .volume_flags = COFFER_VOLUME_PARSE_NO_FORMAT,
    },
    [COFFER_POOL_TYPE_SCSI] = {
        .word = "scsi",
        .has = ADAPTER,
        .needs = ADAPTER,
        .has_target = TRUE,
        .volume_flags = COFFER_VOLUME_PARSE_NO_FORMAT,
    },
    [COFFER_POOL_TYPE_MPATH] = {
        .word = "mpath",
        .has_target = TRUE,
        .volume_flags = COFFER_VOLUME_PARSE_NO_FORMAT,
    },
    [COFFER_POOL_TYPE_RBD] = {
        .word = "rbd",
        .has = HOST | NAME,
        .needs = HOST | NAME,
        .namespace = &rbd_namespace,
    },
    [COFFER_POOL_TYPE_SHEEPDOG] = {
        .word = "sheepdog",
        .has = HOST | NAME,
        .needs = HOST,
        .named_after_pool = TRUE,
    },
    [COFFER_POOL_TYPE_GLUSTER] = {
        .word = "gluster",
        .has = HOST | DIR | NAME,
        .needs = HOST,
        .default_dir = "/",
        .named_after_pool = TRUE,
    },
    [COFFER_POOL_TYPE_ZFS] = {
        .word = "zfs",
        .has = NAME | DEVICE,
        .named_after_pool = TRUE,
        .has_target = TRUE,
        .target_prefix = "/dev/zvol/",
        .volume_flags = COFFER_VOLUME_PARSE_NO_FORMAT,
    },
    [COFFER_POOL_TYPE_VSTORAGE] = {
        .word = "vstorage",
        .has = NAME,
        .named_after_pool = TRUE,
        .has_target = TRUE,
    },
};

const CofferPoolTypeRow *
coffer_pool_type_row(CofferPoolType type)
{
    return &rows[type];
}

const char *
coffer_pool_type_to_string(CofferPoolType type)
{
    return rows[type].word;
}

gboolean
coffer_pool_type_from_string(const char *word, CofferPoolType *out_type)
{
    for (guint i = 0; i < COFFER_POOL_TYPE_LAST; i++) {
        if (g_str_equal(rows[i].word, word)) {
            *out_type = (CofferPoolType)i;
            return TRUE;
        }
    }
    return FALSE;
}
