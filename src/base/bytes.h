/* bytes.h: making a CofferBytes in place; the type and its accessors are public: coffer/bytes.h. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"

/* The most bytes that coffer_bytes_alloc() gives: a value of COFFER_BYTES_MAX in base64, with room
 * for line breaks. */
#define COFFER_BYTES_ALLOC_MAX (2 * COFFER_BYTES_MAX)

/* @size bytes of locked memory, zeroed, to be filled through @out_data before anybody else sees
 * them. COFFER_ERROR_INVALID_ARGUMENT (0 or over the maximum), COFFER_ERROR_NO_SPACE. Any thread.
 */
CofferBytes *coffer_bytes_alloc(gsize size, guint8 **out_data, GError **error);

/* Makes @bytes end after its first @size bytes; only its maker may, before anybody else has a
 * reference. Returns: (transfer full): @bytes itself, which is taken over. */
CofferBytes *coffer_bytes_truncate(CofferBytes *bytes, gsize size);

/* Reads to the end of @fd; more than @max bytes (at most COFFER_BYTES_ALLOC_MAX) is
 * COFFER_ERROR_INVALID_ARGUMENT, as is nothing. */
CofferBytes *coffer_bytes_read_fd_max(int fd, gsize max, GError **error);

/* Whether the bytes are UTF-8 without NUL, the only values that QEMU's secret object takes
 * (qemu crypto/secret_common.c, qcrypto_secret_lookup_as_utf8). */
gboolean coffer_bytes_is_text(const CofferBytes *bytes);
