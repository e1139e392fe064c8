/* copy.h: moving the raw bytes of a volume in and out, with holes; nothing is encrypted on the way.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* One transfer between two descriptors: regular files, block devices, or streams (pipes, sockets,
 * terminals). */
typedef struct {
    int source;
    int target;
    guint64 source_offset; /* ignored where the source is a stream */
    guint64 target_offset; /* ignored where the target is a stream */
    guint64 length;        /* at most so many bytes; 0: to the end of the source */
    gboolean sparse; /* holes of a source that is a file become holes of the target where that can
                        have them, and zeros where it cannot */
} CofferCopyRequest;

/* Copies until @length or the end of the source. A target that is a file or device is synced; a
 * file grows where it is shorter and is not cut where it is longer. The positions of files stay as
 * they are.
 * @out_copied: (optional): bytes, holes included. COFFER_ERROR_INVALID_ARGUMENT for an offset
 * behind the end of the source, COFFER_ERROR_NO_SPACE, COFFER_ERROR_IO; what was written until then
 * stays. Any thread. */
gboolean coffer_copy(const CofferCopyRequest *request, guint64 *out_copied, GError **error);
