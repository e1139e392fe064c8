/* bytes.h: CofferBytes, the only carrier of a secret's value; it does not read or store values. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/version.h>
#include <gio/gio.h>
#include <glib-object.h>

G_BEGIN_DECLS

/**
 * COFFER_BYTES_MAX:
 *
 * The most bytes that a value may have (libvirt: VIR_SECRET_VALUE_MAX is 65536).
 *
 * Since: 0.1
 */
#define COFFER_BYTES_MAX 65536

/**
 * CofferBytes:
 *
 * An immutable, counted run of 1 to %COFFER_BYTES_MAX bytes in locked memory that does not go to
 * swap or core dumps and is wiped when the last reference goes.
 *
 * Thread rule: any thread may hold, read and release a reference.
 *
 * Since: 0.1
 */
typedef struct _CofferBytes CofferBytes;

#define COFFER_TYPE_BYTES (coffer_bytes_get_type())
COFFER_API GType coffer_bytes_get_type(void);

/**
 * coffer_bytes_new:
 * @data: (array length=size) (element-type guint8): the bytes; the caller wipes its own copy
 * @size: how many, in bytes: 1 to %COFFER_BYTES_MAX
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): a copy of @data, or %NULL with
 *   %COFFER_ERROR_INVALID_ARGUMENT (size) or %COFFER_ERROR_NO_SPACE (locked memory used up)
 *
 * Since: 0.1
 */
COFFER_API CofferBytes *coffer_bytes_new(gconstpointer data, gsize size, GError **error);

/**
 * coffer_bytes_read_fd:
 * @fd: a descriptor open for reading: file, pipe or terminal; stays open
 * @error: return location for a #GError
 *
 * Reads to the end of @fd, straight into locked memory.
 *
 * Returns: (transfer full) (nullable): all bytes, or %NULL with %COFFER_ERROR_INVALID_ARGUMENT
 *   (none, or more than %COFFER_BYTES_MAX) or %COFFER_ERROR_IO
 *
 * Since: 0.1
 */
COFFER_API CofferBytes *coffer_bytes_read_fd(int fd, GError **error);

/**
 * coffer_bytes_read_base64_fd:
 * @fd: a descriptor open for reading; stays open
 * @error: return location for a #GError
 *
 * Reads to the end of @fd, straight into locked memory, and decodes it as
 * coffer_bytes_new_from_base64() does. Unlike with coffer_bytes_read_fd() there is room for the
 * encoded form of %COFFER_BYTES_MAX bytes.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL with %COFFER_ERROR_INVALID_ARGUMENT or
 *   %COFFER_ERROR_IO
 *
 * Since: 0.1
 */
COFFER_API CofferBytes *coffer_bytes_read_base64_fd(int fd, GError **error);

/**
 * coffer_bytes_new_from_base64:
 * @encoded: the encoded form (RFC 4648, section 4)
 * @error: return location for a #GError
 *
 * Strict: padding must be right and nothing but the alphabet and white space (the line breaks of
 * base64(1)) may occur. Garbage is an error, not another value.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL with %COFFER_ERROR_INVALID_ARGUMENT
 *
 * Since: 0.1
 */
COFFER_API CofferBytes *coffer_bytes_new_from_base64(const CofferBytes *encoded, GError **error);

/**
 * coffer_bytes_to_base64:
 * @bytes: a value
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the base64 form (RFC 4648, section 4) in locked memory,
 * without a newline; it may be longer than %COFFER_BYTES_MAX
 *
 * Since: 0.1
 */
COFFER_API CofferBytes *coffer_bytes_to_base64(const CofferBytes *bytes, GError **error);

/**
 * coffer_bytes_ref:
 * @bytes: a value
 *
 * Returns: (transfer full): @bytes, with one reference more
 *
 * Since: 0.1
 */
COFFER_API CofferBytes *coffer_bytes_ref(CofferBytes *bytes);

/**
 * coffer_bytes_unref:
 * @bytes: a value
 *
 * Gives up one reference; with the last one the value is wiped.
 *
 * Since: 0.1
 */
COFFER_API void coffer_bytes_unref(CofferBytes *bytes);

/**
 * coffer_bytes_get_data:
 * @bytes: a value
 * @out_size: (out) (optional): how many bytes
 *
 * Returns: (transfer none) (array length=out_size) (element-type guint8): the bytes, valid while
 *   a reference is held; there is no terminating NUL
 *
 * Since: 0.1
 */
COFFER_API const guint8 *coffer_bytes_get_data(const CofferBytes *bytes, gsize *out_size);

/**
 * coffer_bytes_get_size:
 * @bytes: a value
 *
 * Returns: its size in bytes
 *
 * Since: 0.1
 */
COFFER_API gsize coffer_bytes_get_size(const CofferBytes *bytes);

/**
 * coffer_bytes_equal:
 * @a: a value
 * @b: another
 *
 * Takes the same time wherever the first difference is; only the sizes show.
 *
 * Returns: whether both have the same bytes
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_bytes_equal(const CofferBytes *a, const CofferBytes *b);

/**
 * coffer_bytes_write_fd:
 * @bytes: a value
 * @fd: a descriptor open for writing; stays open
 * @error: return location for a #GError
 *
 * Returns: whether every byte was written
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_bytes_write_fd(const CofferBytes *bytes, int fd, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferBytes, coffer_bytes_unref)

G_END_DECLS
