/* size.h: sizes with units, checked for overflow; the text form is public: coffer/size.h. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/size.h"

/* Multiplies @number by @unit ("KiB", "G", "MB", ...; NULL or "" or "bytes" is 1; libvirt's
 * virScaleInteger). Returns: FALSE with COFFER_ERROR_INVALID_ARGUMENT for an unknown unit or a
 * result over 2^63-1. Any thread. */
gboolean coffer_size_scale(guint64 number, const char *unit, guint64 *out_bytes, GError **error);
