/* qemu-img.h: requests to qemu-img: built as arguments (pure), then run with values handed over by
 * pipe. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"
#include "model/volume-def.h"

/* What to create. Nothing is owned by it. */
typedef struct {
    const CofferVolumeDef *def;
    int image; /* an empty file, 0600, that need not have a name: the child has it as /dev/fd/11, so
                * that a crash leaves nothing */
    const char *path; /* or, where a relative backing path has to resolve, the name of that file;
                         else NULL */
    gboolean prealloc_metadata;
    gboolean generated; /* the value has 256 bits of entropy: minimal PBKDF cost */
    CofferBytes
        *value; /* NULL for a volume without encryption; read by the child from /dev/fd/10 */
} CofferQemuImgCreate;

/* Builds the arguments of `qemu-img create`. Returns: (transfer full) (array zero-terminated=1).
 * Pure. Any thread. */
char **coffer_qemu_img_create_args(const CofferQemuImgCreate *request, GError **error);

/* Runs that. A failure of QEMU's PBKDF benchmark on a coarse CPU clock ("Unable to get accurate CPU
 * usage"; a second message, that /dev/fd/11 cannot be deleted, comes with it and means nothing) is
 * retried a bounded number of times, each from a file truncated to nothing; any other failure is
 * not. */
gboolean coffer_qemu_img_create(const CofferQemuImgCreate *request, GError **error);

/* `qemu-img resize`: a volume of @format (raw LUKS: @crypt says so) at @path to @capacity bytes.
 * @value as above. */
char **coffer_qemu_img_resize_args(CofferVolumeFormat format, gboolean luks, const char *path,
                                   guint64 capacity, gboolean shrink, gboolean preallocate);
gboolean
coffer_qemu_img_resize(CofferVolumeFormat format, gboolean luks, const char *path, guint64 capacity,
                       gboolean shrink, gboolean preallocate, CofferBytes *value, GError **error);
