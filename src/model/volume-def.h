/* volume-def.h: a <volume> element as plain data. (libvirt: formatstorage.html, "Storage volume XML") */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/volume.h"
#include "model/encryption-def.h"
#include "model/permissions-def.h"

/* virStorageFileFormat's words for volumes, in its order. */
typedef enum {
    COFFER_VOLUME_FORMAT_UNKNOWN, /* not said, or not recognised */
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
    guint64 capacity;       /* bytes */
    gboolean has_capacity;  /* may be missing where there is a backing file */
    guint64 allocation;     /* bytes; equals capacity where the XML says nothing (libvirt) */
    gboolean has_allocation;
    guint64 physical;       /* bytes; 0 unknown; output only */
    char *target_path;
    CofferVolumeFormat format;
    CofferPermissionsDef permissions;
    CofferTimestamp atime, mtime, ctime, btime;
    gboolean has_timestamps;
    CofferEncryptionDef *encryption;
    char *compat; /* "0.10" or "1.1" */
    guint64 cluster_size; /* bytes; 0 not said */
    gboolean lazy_refcounts;
    gboolean extended_l2;
    gboolean nocow;
    CofferBackingDef *backing;
} CofferVolumeDef;

CofferVolumeDef *coffer_volume_def_new(void);
void coffer_volume_def_free(CofferVolumeDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferVolumeDef, coffer_volume_def_free)
CofferBackingDef *coffer_backing_def_new(void);
void coffer_backing_def_free(CofferBackingDef *backing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferBackingDef, coffer_backing_def_free)

/* How to parse. */
typedef enum {
    COFFER_VOLUME_PARSE_NONE = 0,
    COFFER_VOLUME_PARSE_VALIDATE = 1 << 0,
} CofferVolumeParseFlags;

/* Pure. Any thread. The name is checked by coffer_name_check(). */
CofferVolumeDef *coffer_volume_def_parse(const char *xml, CofferVolumeParseFlags flags,
                                         GError **error);
char *coffer_volume_def_format(const CofferVolumeDef *def);
