/* probe.c: tells formats apart and reads the simple ones; qcow2 and LUKS have files of their own.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume/probe.h"

#include "base/error.h"
#include "base/fd.h"
#include "volume/probe-file.h"

#include <errno.h>
#include <unistd.h>

typedef enum {
    NO_NUMBER,
    BIG32,
    BIG64,
    LITTLE32,
    LITTLE64,
} Encoding;

typedef struct {
    Encoding encoding;
    guint offset;
} Field;

/* A format that its magic, its version, and one field for the capacity describe; a version that is
 * not listed is no match. */
typedef struct {
    CofferVolumeFormat format;
    guint magic_offset;
    const char *magic;
    gsize magic_size;
    Field version;
    guint32 versions[3]; /* ends at 0 */
    Field capacity;
    guint64 capacity_unit; /* bytes */
} SimpleFormat;

#define MAGIC(text) text, sizeof(text) - 1

/* The formats that libvirt 9 recognises by content, with the numbers it goes by
 * (storage_file_probe.c, itself after QEMU's drivers); bochs, cloop, dmg, fat and vhd have no magic
 * that libvirt or QEMU would trust. */
static const SimpleFormat simple_formats[] = {
    { COFFER_VOLUME_FORMAT_VMDK,
      0,
      MAGIC("KDMV"),
      { LITTLE32, 4 },
      { 1, 2, 3 },
      { LITTLE64, 12 },
      512 },
    { COFFER_VOLUME_FORMAT_VDI,
      64,
      MAGIC("\x7f\x10\xda\xbe"),
      { LITTLE32, 68 },
      { 0x00010001 },
      { LITTLE64, 368 },
      1 },
    { COFFER_VOLUME_FORMAT_VPC,
      0,
      MAGIC("conectix"),
      { BIG32, 12 },
      { 0x00010000 },
      { BIG64, 40 },
      1 },
    { COFFER_VOLUME_FORMAT_COW, 0, MAGIC("OOOM"), { BIG32, 4 }, { 2 }, { BIG64, 1036 }, 1 },
    { COFFER_VOLUME_FORMAT_PLOOP,
      0,
      MAGIC("WithouFreSpacExt"),
      { NO_NUMBER, 0 },
      { 0 },
      { LITTLE64, 36 },
      512 },
    /* The first volume descriptor stands behind 16 sectors of 2 KiB (ECMA-119, 8.1). */
    { COFFER_VOLUME_FORMAT_ISO,
      32769,
      MAGIC("CD001"),
      { NO_NUMBER, 0 },
      { 0 },
      { NO_NUMBER, 0 },
      0 },
};

/* --- reading --- */

static gboolean
read_at(int fd, guint64 offset, void *buffer, gsize size, gsize *out_got, GError **error)
{
    gsize got = 0;

    while (got < size) {
        ssize_t now = pread(fd, (guint8 *)buffer + got, size - got, (off_t)(offset + got));

        if (now < 0 && errno == EINTR)
            continue;
        if (now < 0)
            return coffer_throw_errno(error, errno, "cannot read the header");
        if (now == 0)
            break;
        got += (gsize)now;
    }
    *out_got = got;
    return TRUE;
}

gboolean
coffer_probe_file_read(const CofferProbeFile *file, guint64 offset, void *buffer, gsize size,
                       GError **error)
{
    gsize got = 0;

    if (offset <= file->head_size && size <= file->head_size - offset) {
        memcpy(buffer, file->head + offset, size);
        return TRUE;
    }
    if (offset <= file->size && size <= file->size - offset &&
        !read_at(file->fd, offset, buffer, size, &got, error))
        return FALSE;
    return got == size ||
           coffer_throw(error, COFFER_ERROR_DAMAGED, "the file ends within its header");
}

char *
coffer_probe_file_text(const CofferProbeFile *file, const char *what, guint64 offset, gsize size,
                       GError **error)
{
    g_autofree char *text = g_malloc(size + 1);

    if (!coffer_probe_file_read(file, offset, text, size, error))
        return NULL;
    text[size] = '\0';
    if (strlen(text) != size)
        return coffer_throw_null(error, COFFER_ERROR_DAMAGED, "the %s has a NUL in it", what);
    if (!g_utf8_validate(text, (gssize)size, NULL))
        return coffer_throw_null(error, COFFER_ERROR_UNSUPPORTED, "the %s is not UTF-8", what);
    for (const char *next = text; *next != '\0'; next = g_utf8_next_char(next)) {
        gunichar character = g_utf8_get_char(next);

        if (g_unichar_iscntrl(character) || character == 0xfffe || character == 0xffff)
            return coffer_throw_null(error, COFFER_ERROR_UNSUPPORTED,
                                     "the %s has control characters", what);
    }
    return g_steal_pointer(&text);
}

gboolean
coffer_probe_file_has(const CofferProbeFile *file, guint64 offset, const void *magic, gsize size)
{
    guint8 found[64];

    g_return_val_if_fail(size <= sizeof(found), FALSE);
    return coffer_probe_file_read(file, offset, found, size, NULL) &&
           memcmp(found, magic, size) == 0;
}

gboolean
coffer_probe_set_capacity(CofferProbe *probe, guint64 units, guint64 unit_size, GError **error)
{
    if (!g_uint64_checked_mul(&probe->capacity, units, unit_size) ||
        probe->capacity > (guint64)G_MAXINT64)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the header says a size that is impossible");
    return TRUE;
}

/* --- simple formats --- */

static gboolean
read_field(const CofferProbeFile *file, Field field, guint64 *out_number, GError **error)
{
    gsize size = field.encoding == BIG32 || field.encoding == LITTLE32 ? 4 : 8;
    guint8 bytes[8];

    if (!coffer_probe_file_read(file, field.offset, bytes, size, error))
        return FALSE;
    switch (field.encoding) {
    case NO_NUMBER:
        *out_number = 0;
        break;
    case BIG32:
        *out_number = coffer_probe_be32(bytes);
        break;
    case BIG64:
        *out_number = coffer_probe_be64(bytes);
        break;
    case LITTLE32:
        *out_number = coffer_probe_le32(bytes);
        break;
    case LITTLE64:
        *out_number = coffer_probe_le64(bytes);
        break;
    }
    return TRUE;
}

static gboolean
is_simple(const CofferProbeFile *file, const SimpleFormat *format)
{
    guint64 version = 0;

    if (!coffer_probe_file_has(file, format->magic_offset, format->magic, format->magic_size))
        return FALSE;
    if (format->version.encoding == NO_NUMBER)
        return TRUE;
    if (!read_field(file, format->version, &version, NULL))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(format->versions) && format->versions[i] != 0; i++) {
        if (version == format->versions[i])
            return TRUE;
    }
    return FALSE;
}

static gboolean
probe_simple(const CofferProbeFile *file, const SimpleFormat *format, CofferProbe *probe,
             GError **error)
{
    guint64 units = 0;

    probe->format = format->format;
    if (format->capacity.encoding == NO_NUMBER)
        return coffer_probe_set_capacity(probe, file->size, 1, error);
    return read_field(file, format->capacity, &units, error) &&
           coffer_probe_set_capacity(probe, units, format->capacity_unit, error);
}

/* --- raw --- */

static gboolean
probe_raw(const CofferProbeFile *file, CofferProbe *probe, GError **error)
{
    guint64 payload = 0;

    probe->format = COFFER_VOLUME_FORMAT_RAW;
    if (!coffer_probe_file_has(file, 0, COFFER_PROBE_LUKS_MAGIC, COFFER_PROBE_LUKS_MAGIC_SIZE))
        return coffer_probe_set_capacity(probe, file->size, 1, error);
    return coffer_probe_luks(file, 0, file->size, probe, &payload, error) &&
           coffer_probe_set_capacity(probe, file->size - payload, 1, error);
}

static gboolean
dispatch(const CofferProbeFile *file, CofferProbe *probe, GError **error)
{
    if (coffer_probe_file_has(file, 0, "QFI\xfb", 4))
        return coffer_probe_qcow(file, probe, error);
    if (coffer_probe_file_has(file, 0, "QED\0", 4))
        return coffer_probe_qed(file, probe, error);
    if (coffer_probe_file_has(file, 0, COFFER_PROBE_LUKS_MAGIC, COFFER_PROBE_LUKS_MAGIC_SIZE))
        return probe_raw(file, probe, error);
    for (gsize i = 0; i < G_N_ELEMENTS(simple_formats); i++) {
        if (is_simple(file, &simple_formats[i]))
            return probe_simple(file, &simple_formats[i], probe, error);
    }
    return probe_raw(file, probe, error);
}

void
coffer_probe_clear(CofferProbe *probe)
{
    g_clear_pointer(&probe->cipher_name, g_free);
    g_clear_pointer(&probe->cipher_mode, g_free);
    g_clear_pointer(&probe->cipher_hash, g_free);
    g_clear_pointer(&probe->ivgen_name, g_free);
    g_clear_pointer(&probe->ivgen_hash, g_free);
    g_clear_pointer(&probe->backing_path, g_free);
    g_clear_pointer(&probe->data_file, g_free);
    g_clear_pointer(&probe->compat, g_free);
    *probe = (CofferProbe){ 0 };
}

gboolean
coffer_probe_fd(int fd, CofferProbe *out_probe, GError **error)
{
    CofferProbeFile file = { .fd = fd };
    g_auto(CofferProbe) probe = { 0 };

    if (!coffer_fd_size(fd, &file.size, error) ||
        !read_at(fd, 0, file.head, sizeof(file.head), &file.head_size, error) ||
        !dispatch(&file, &probe, error))
        return FALSE;
    *out_probe = probe;
    probe = (CofferProbe){ 0 };
    return TRUE;
}
