/* volume-def.h: a <volume> element as plain data. (libvirt: formatstorage.html, "Storage volume
 * XML") */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/volume.h"
#include "model/encryption-def.h"
#include "model/permissions-def.h"

/* virStorageFileFormat's words for volumes, in its order. */
typedef enum {
    COFFER_VOLUME_FORMAT_UNKNOWN, /* the pool has no formats, or not recognised */
    COFFER_VOLUME_FORMAT_RAW,
    COFFER_VOLUME_FORMAT_DIR,
    COFFER_VOLUME_FORMAT_BOCHS,
    COFFER_VOLUME_FORMAT_CLOOP,
    COFFER_VOLUME_FORMAT_DMG,
    COFFER_VOLUME_FORMAT_ISO,
    COFFER_VOLUME_FORMAT_VPC,
    COFFER_VOLUME_FORMAT_VDI,
    COFFER_VOLUME_FORMAT_FAT,
    COFFER_VOLUME_FORMAT_VHD,
    COFFER_VOLUME_FORMAT_PLOOP,
    COFFER_VOLUME_FORMAT_COW,
    COFFER_VOLUME_FORMAT_QCOW,
    COFFER_VOLUME_FORMAT_QCOW2,
    COFFER_VOLUME_FORMAT_QED,
    COFFER_VOLUME_FORMAT_VMDK,
} CofferVolumeFormat;

/* "unknown" for UNKNOWN, which from_string does not take. */
const char *coffer_volume_format_to_string(CofferVolumeFormat format);
gboolean coffer_volume_format_from_string(const char *word, CofferVolumeFormat *out_format);

/* Seconds and nanoseconds since the epoch; 0 where unknown. */
typedef struct {
    gint64 seconds;
    glong nanoseconds;
} CofferTimestamp;

/* A file that the volume's content refers to. */
typedef struct {
    char *path;
    CofferVolumeFormat format;
    CofferPermissionsDef permissions;
} CofferBackingDef;

/* Pointers may be NULL where nothing is said; all owned. */
typedef struct {
    CofferVolumeType type;
    char *name;
    char *key;
    guint64 capacity;      /* bytes */
    gboolean has_capacity; /* may be missing where there is a backing file */
    guint64 allocation;    /* bytes; equals capacity where the XML says nothing (libvirt) */
    gboolean has_allocation;
    guint64 physical; /* bytes; 0 unknown; output only */
    char *target_path;
    CofferVolumeFormat format;
    CofferPermissionsDef permissions;
    CofferTimestamp atime, mtime, ctime, btime; /* output only */
    gboolean has_timestamps;
    char *partition; /* pools of type disk: libvirt's word for the kind of partition, else NULL */
    CofferEncryptionDef *encryption;
    char *compat;          /* "0.10" or "1.1" */
    guint64 cluster_size;  /* bytes; 0 not said */
    gboolean has_features; /* <features> is there even if neither of the next two is set */
    gboolean lazy_refcounts;
    gboolean extended_l2;
    gboolean nocow; /* for creation only: libvirt does not write it */
    CofferBackingDef *backing;
} CofferVolumeDef;

CofferVolumeDef *coffer_volume_def_new(void);
void coffer_volume_def_free(CofferVolumeDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferVolumeDef, coffer_volume_def_free)
CofferBackingDef *coffer_backing_def_new(void);
void coffer_backing_def_free(CofferBackingDef *backing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferBackingDef, coffer_backing_def_free)

/* How to parse. What a volume's <format> means depends on the pool: pool-type.h has the flag for
 * each type. */
typedef enum {
    COFFER_VOLUME_PARSE_NONE = 0,
    COFFER_VOLUME_PARSE_VALIDATE = 1 << 0,  /* check against volume.rng first */
    COFFER_VOLUME_PARSE_PARTITION = 1 << 1, /* the format is a kind of partition: `partition` */
    COFFER_VOLUME_PARSE_NO_FORMAT = 1 << 2, /* the format is not read: UNKNOWN */
} CofferVolumeParseFlags;

/* Parses and checks. A format that is not said is RAW, of the backing file too, as in libvirt; key,
 * type and path are read although a pool overrides them; source, physical and timestamps are not.
 * The name is checked by coffer_name_check(). Pure. Any thread. */
CofferVolumeDef *
coffer_volume_def_parse(const char *xml, CofferVolumeParseFlags flags, GError **error);
/* Returns: (transfer full): the element as libvirt writes it. */
char *coffer_volume_def_format(const CofferVolumeDef *def);
