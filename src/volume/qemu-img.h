/* qemu-img.h: requests to qemu-img: built as arguments (pure), then run with values handed over by pipe. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"
#include "model/volume-def.h"

/* Builds the arguments of `qemu-img create` for @def at @path. Encrypted qcow2 reads the value from
 * /dev/fd/10. Returns: (transfer full) (array zero-terminated=1). Pure. Any thread. */
char **coffer_qemu_img_create_args(const CofferVolumeDef *def, const char *path,
                                   gboolean prealloc_metadata, GError **error);

/* Runs that. @value is NULL for a volume without encryption. A failure of QEMU's PBKDF benchmark on a
 * coarse CPU clock ("Unable to get accurate CPU usage") is retried a bounded number of times, each from a removed file; any other failure is
 * not. @path must not exist. */
gboolean coffer_qemu_img_create(const CofferVolumeDef *def, const char *path,
                                gboolean prealloc_metadata, CofferBytes *value, GError **error);

/* `qemu-img resize`: a volume of @format (raw LUKS: @crypt says so) at @path to @capacity bytes. @value
 * as above. */
char **coffer_qemu_img_resize_args(CofferVolumeFormat format, gboolean luks, const char *path,
                                   guint64 capacity, gboolean shrink, gboolean preallocate);
gboolean coffer_qemu_img_resize(CofferVolumeFormat format, gboolean luks, const char *path,
                                guint64 capacity, gboolean shrink, gboolean preallocate,
                                CofferBytes *value, GError **error);
