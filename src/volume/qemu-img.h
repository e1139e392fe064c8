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

/* Builds the arguments of `qemu-img create` for a volume of any format that it makes; encryption is
 * for qcow2. Without a capacity the image takes that of its backing file. COFFER_ERROR_UNSUPPORTED
 * and COFFER_ERROR_INVALID_ARGUMENT say what the definition asks for and cannot have. Returns:
 * (transfer full) (array zero-terminated=1). Pure. Any thread. */
char **coffer_qemu_img_create_args(const CofferQemuImgCreate *request, GError **error);

/* Runs that. A failure of QEMU's PBKDF benchmark on a coarse CPU clock ("Unable to get accurate CPU
 * usage"; a second message, that /dev/fd/11 cannot be deleted, comes with it and means nothing) is
 * retried a bounded number of times, each from a file truncated to nothing; any other failure is
 * not. COFFER_ERROR_TOOL_MISSING, COFFER_ERROR_TOOL_FAILED with qemu-img's own message, or where
 * that says so COFFER_ERROR_NO_SPACE, COFFER_ERROR_BUSY, COFFER_ERROR_DENIED and
 * COFFER_ERROR_NOT_FOUND (backing file). Any thread. */
gboolean coffer_qemu_img_create(const CofferQemuImgCreate *request, GError **error);

/* What to resize. Nothing is owned by it. */
typedef struct {
    CofferVolumeFormat format; /* raw with a value: a bare LUKS header and its payload */
    const char *path;          /* absolute */
    guint64 capacity;          /* bytes that a guest is to see */
    gboolean shrink;           /* a smaller capacity is meant */
    gboolean preallocate;      /* allocate what is added */
    CofferBytes *value;        /* NULL for a volume without encryption; as above */
} CofferQemuImgResize;

/* Builds the arguments of `qemu-img resize`, and runs that; errors as above, COFFER_ERROR_BUSY
 * where a running QEMU has the volume open. Any thread. */
char **coffer_qemu_img_resize_args(const CofferQemuImgResize *request);
gboolean coffer_qemu_img_resize(const CofferQemuImgResize *request, GError **error);
