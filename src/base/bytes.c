/* bytes.c: values in locked memory: allocated, compared, encoded, wiped; never printed. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/bytes.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/locked.h"

#include <errno.h>
#include <string.h>

/* Bytes that a first read asks for: most values are far shorter. */
#define READ_STEP 4096

struct _CofferBytes {
    gint references;     /* atomic */
    gsize size;          /* immutable once shared, like the bytes */
    gsize filled;        /* how many bytes may hold something, to be wiped */
    CofferLocked locked; /* holds the bytes, and nothing else */
};

G_DEFINE_BOXED_TYPE(CofferBytes, coffer_bytes, coffer_bytes_ref, coffer_bytes_unref)

static CofferBytes *
alloc_unchecked(gsize size, guint8 **out_data, GError **error)
{
    g_autofree CofferBytes *bytes = g_new0(CofferBytes, 1);

    if (!coffer_locked_take(size, &bytes->locked, error))
        return NULL;
    bytes->references = 1;
    bytes->size = bytes->filled = size;
    *out_data = bytes->locked.data;
    return g_steal_pointer(&bytes);
}

CofferBytes *
coffer_bytes_alloc(gsize size, guint8 **out_data, GError **error)
{
    if (size == 0)
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "a value must have at least one byte");
    if (size > COFFER_BYTES_ALLOC_MAX)
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "a value has at most %d bytes", COFFER_BYTES_MAX);
    return alloc_unchecked(size, out_data, error);
}

CofferBytes *
coffer_bytes_new(gconstpointer data, gsize size, GError **error)
{
    guint8 *copy = NULL;
    CofferBytes *bytes = NULL;

    if (size > COFFER_BYTES_MAX)
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "a value has at most %d bytes", COFFER_BYTES_MAX);
    bytes = coffer_bytes_alloc(size, &copy, error);
    if (bytes != NULL)
        memcpy(copy, data, size);
    return bytes;
}

CofferBytes *
coffer_bytes_ref(CofferBytes *bytes)
{
    g_atomic_int_inc(&bytes->references);
    return bytes;
}

void
coffer_bytes_unref(CofferBytes *bytes)
{
    if (bytes == NULL || !g_atomic_int_dec_and_test(&bytes->references))
        return;
    coffer_locked_give(&bytes->locked, bytes->filled);
    g_free(bytes);
}

const guint8 *
coffer_bytes_get_data(const CofferBytes *bytes, gsize *out_size)
{
    if (out_size != NULL)
        *out_size = bytes->size;
    return bytes->locked.data;
}

gsize
coffer_bytes_get_size(const CofferBytes *bytes)
{
    return bytes->size;
}

gboolean
coffer_bytes_equal(const CofferBytes *a, const CofferBytes *b)
{
    guint8 difference = 0;

    if (a->size != b->size)
        return FALSE;
    for (gsize i = 0; i < a->size; i++)
        difference |= a->locked.data[i] ^ b->locked.data[i];
    return difference == 0;
}

gboolean
coffer_bytes_is_text(const CofferBytes *bytes)
{
    return g_utf8_validate_len((const char *)bytes->locked.data, bytes->size, NULL);
}

CofferBytes *
coffer_bytes_truncate(CofferBytes *bytes, gsize size)
{
    g_assert(size > 0 && size <= bytes->size && bytes->references == 1);
    coffer_locked_shrink(&bytes->locked, size, bytes->filled);
    bytes->filled = MIN(bytes->filled, bytes->locked.capacity);
    bytes->size = size;
    return bytes;
}

CofferBytes *
coffer_bytes_read_fd_max(int fd, gsize max, GError **error)
{
    g_autoptr(CofferBytes) buffer = NULL;
    guint8 *data = NULL;
    gsize room = MIN(max, READ_STEP - 1) + 1; /* the one more shows that it is too much */
    gsize used = 0;
    gssize got = 0;

    g_return_val_if_fail(max <= COFFER_BYTES_ALLOC_MAX, NULL);
    buffer = alloc_unchecked(room, &data, error);
    while (buffer != NULL && (got = coffer_fd_read(fd, data + used, room - used)) > 0) {
        used += (gsize)got;
        if (used > max)
            return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                     "a value has at most %d bytes", COFFER_BYTES_MAX);
        if (used == room) {
            g_autoptr(CofferBytes) small G_GNUC_UNUSED = g_steal_pointer(&buffer);
            guint8 *larger = NULL;

            room = MIN(max + 1, room * 2);
            buffer = alloc_unchecked(room, &larger, error);
            if (buffer != NULL)
                memcpy(larger, data, used);
            data = larger;
        }
    }
    if (buffer == NULL)
        return NULL;
    if (got < 0) {
        coffer_throw_errno(error, errno, "cannot read the value");
        return NULL;
    }
    if (used == 0)
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "a value must have at least one byte; nothing was given");
    return coffer_bytes_truncate(g_steal_pointer(&buffer), used);
}

CofferBytes *
coffer_bytes_read_fd(int fd, GError **error)
{
    return coffer_bytes_read_fd_max(fd, COFFER_BYTES_MAX, error);
}

CofferBytes *
coffer_bytes_read_base64_fd(int fd, GError **error)
{
    g_autoptr(CofferBytes) encoded =
        coffer_bytes_read_fd_max(fd, COFFER_BYTES_ALLOC_MAX - 1, error);

    return encoded != NULL ? coffer_bytes_new_from_base64(encoded, error) : NULL;
}

gboolean
coffer_bytes_write_fd(const CofferBytes *bytes, int fd, GError **error)
{
    return coffer_fd_write_all(fd, bytes->locked.data, bytes->size, "value", error);
}

CofferBytes *
coffer_bytes_to_base64(const CofferBytes *bytes, GError **error)
{
    guint8 *text = NULL;
    gint state = 0, save = 0;
    gsize length = 0;
    g_autoptr(CofferBytes) encoded = NULL;

    /* The room that g_base64_encode_step() asks for; the state it keeps between calls holds up to
     * two bytes of the value and is wiped by the closing call. */
    encoded = coffer_bytes_alloc((bytes->size / 3 + 1) * 4 + 4, &text, error);
    if (encoded == NULL)
        return NULL;
    length =
        g_base64_encode_step(bytes->locked.data, bytes->size, FALSE, (char *)text, &state, &save);
    length += g_base64_encode_close(FALSE, (char *)text + length, &state, &save);
    return coffer_bytes_truncate(g_steal_pointer(&encoded), length);
}

/* Copies @encoded without line breaks and blanks, which base64(1) puts in. */
static CofferBytes *
strip_white_space(const CofferBytes *encoded, GError **error)
{
    guint8 *text = NULL;
    gsize length = 0;
    g_autoptr(CofferBytes) stripped = coffer_bytes_alloc(encoded->size, &text, error);

    if (stripped == NULL)
        return NULL;
    for (gsize i = 0; i < encoded->size; i++)
        if (!g_ascii_isspace(encoded->locked.data[i]))
            text[length++] = encoded->locked.data[i];
    if (length == 0)
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "a value must have at least one byte; nothing was given");
    return coffer_bytes_truncate(g_steal_pointer(&stripped), length);
}

CofferBytes *
coffer_bytes_new_from_base64(const CofferBytes *encoded, GError **error)
{
    g_autoptr(CofferBytes) stripped = strip_white_space(encoded, error);
    g_autoptr(CofferBytes) buffer = NULL;
    g_autoptr(CofferBytes) value = NULL;
    g_autoptr(CofferBytes) again = NULL;
    guint8 *data = NULL;
    gint state = 0;
    guint save = 0;
    gsize length = 0;

    if (stripped == NULL)
        return NULL;
    buffer = coffer_bytes_alloc(stripped->size / 4 * 3 + 3, &data, error);
    if (buffer == NULL)
        return NULL;
    length = g_base64_decode_step((const char *)stripped->locked.data, stripped->size, data, &state,
                                  &save);
    if (length > COFFER_BYTES_MAX)
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "a value has at most %d bytes", COFFER_BYTES_MAX);
    /* GLib skips what it does not know. Only a text that encoding gives back is strict base64. */
    if (length > 0) {
        value = coffer_bytes_truncate(g_steal_pointer(&buffer), length);
        again = coffer_bytes_to_base64(value, error);
        if (again == NULL)
            return NULL;
    }
    if (again == NULL || !coffer_bytes_equal(again, stripped))
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "the value is not base64 (RFC 4648); bytes as they are need "
                                 "the option for a plain value");
    return g_steal_pointer(&value);
}
