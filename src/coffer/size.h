/* size.h: sizes with units as people and libvirt's XML write them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/version.h>

G_BEGIN_DECLS

/**
 * coffer_size_parse:
 * @text: a number and, directly behind it, a unit: none or "b"/"bytes", "k"/"KiB", "KB", "M"/"MiB",
 *   "MB", ... up to "E"/"EiB", "EB" (libvirt, virScaleInteger); case does not matter but for that
 * @out_bytes: (out): the size in bytes
 * @error: return location for a #GError
 *
 * Returns: whether @text was a size that fits 63 bits; else %COFFER_ERROR_INVALID_ARGUMENT
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_size_parse(const char *text, guint64 *out_bytes, GError **error);

/**
 * coffer_size_format:
 * @bytes: a size in bytes
 *
 * Returns: (transfer full): such as "20.00 GiB", as virsh prints sizes
 *
 * Since: 0.1
 */
COFFER_API char *coffer_size_format(guint64 bytes);

G_END_DECLS
