/* make.h: filling an empty file or device with a new volume's content, and proving that it is what
 * was asked for. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"
#include "volume/probe.h"

/* What to make. Nothing is owned by it. */
typedef struct {
    const CofferVolumeDef *def; /* format, capacity, allocation, encryption, backing */
    CofferBytes *value;         /* NULL for a volume without encryption */
    gboolean generated;         /* the value has 256 bits of entropy */
    gboolean prealloc_metadata;
    int image;        /* empty, open for reading and writing; need not have a name */
    const char *path; /* its name, where a relative backing path has to resolve; else NULL */
} CofferVolumeMake;

/* Whether volumes of this format are made at all; COFFER_ERROR_UNSUPPORTED, before anything is
 * touched. */
gboolean coffer_volume_can_make(CofferVolumeFormat format, GError **error);

/* Makes the content, reads it back from the bytes themselves, and proves that the value opens it.
 * @out_probe: what it is now. The caller owns the file and removes it on failure. Any thread. */
gboolean
coffer_volume_make(const CofferVolumeMake *request, CofferProbe *out_probe, GError **error);

/* Makes the file @image @size bytes long and allocates those between two offsets, where the file
 * system can. */
gboolean coffer_volume_set_size(int image, guint64 size, guint64 allocate_from, guint64 allocate_to,
                                GError **error);
