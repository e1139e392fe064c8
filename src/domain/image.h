/* image.h: the data of a disk, found: files with absolute paths, formats, encryption, and what lies
 * below; finding it is the engine's. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/uuid.h"
#include "model/volume-def.h"

/* One layer. Owns its strings and the layers below it. */
typedef struct _CofferImage CofferImage;
struct _CofferImage {
    char *path;         /* absolute */
    gboolean is_device; /* a block device of the host */
    CofferVolumeFormat format;
    gboolean luks;        /* LUKS1, inside qcow2 or around raw */
    CofferUuid secret;    /* where luks */
    guint64 slice_offset; /* bytes */
    guint64 slice_size;   /* bytes; 0: all of the file */
    guint64 cache_size;   /* bytes of metadata kept in memory; 0: QEMU's default */
    CofferImage *backing; /* may be NULL */
    gboolean cut;         /* the header names a layer below that must not be used */
};

CofferImage *coffer_image_new(const char *path);
void coffer_image_free(CofferImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferImage, coffer_image_free)
