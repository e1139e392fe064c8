/* copy.h: moving the raw bytes of a volume in and out, with holes; nothing is encrypted on the way.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* One transfer. @length 0 means to the end of the source. */
typedef struct {
    int source;
    int target;
    guint64 source_offset; /* ignored where the source cannot seek */
    guint64 target_offset; /* ignored where the target cannot seek */
    guint64 length;        /* bytes */
    gboolean sparse;       /* holes of the source are skipped in (and punched into) the target */
} CofferCopyRequest;

/* @out_copied: (optional): bytes, holes included. Syncs a regular target. Any thread. */
gboolean coffer_copy(const CofferCopyRequest *request, guint64 *out_copied, GError **error);
