/* luks-check.c: opens copies of LUKS headers: which value opens them, and what they say. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "crypt/luks-session.h"
#include "crypt/luks.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The largest area of keyslots: 128 MiB, in LUKS2 (cryptsetup-luksFormat(8),
 * --luks2-keyslots-size). */
#define KEYSLOTS_MAX (128 * 1024 * 1024)

/* Argon2 memory beyond which a keyslot is taken for a trap: libcryptsetup itself makes none that
 * needs more. */
#define ARGON2_KIB_MAX (4 * 1024 * 1024)

/* The volume's header: where it stands, and how far it may reach. */
typedef struct {
    int fd;
    guint64 offset;
    guint64 length;
} Extent;

/* How many bytes hold the metadata, by the first bytes of the header: magic, version, and in LUKS2
 * the size of one of its two copies. (LUKS1 specification, figure 1; LUKS2 specification,
 * section 2.1) */
static gboolean
measure_metadata(const Extent *extent, guint64 *out_size, GError **error)
{
    static const guint8 magic[] = { 'L', 'U', 'K', 'S', 0xba, 0xbe };
    struct {
        guint8 magic[6];
        guint16 version;
        guint64 size;
    } start;
    ssize_t got = pread(extent->fd, &start, sizeof(start), (off_t)extent->offset);
    guint64 size = 0;

    if (got < 0)
        return coffer_throw_errno(error, errno, "cannot read the LUKS header");
    if (got != sizeof(start) || memcmp(start.magic, magic, sizeof(magic)) != 0)
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "there is no LUKS header");

    switch (GUINT16_FROM_BE(start.version)) {
    case 1:
        *out_size = 1024;
        return TRUE;
    case 2:
        size = GUINT64_FROM_BE(start.size);
        if (size < 16 * 1024 || size > 4 * 1024 * 1024)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "the LUKS header has an impossible size");
        *out_size = 2 * size;
        return TRUE;
    default:
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED, "the LUKS header has version %u",
                            GUINT16_FROM_BE(start.version));
    }
}

static gboolean
is_active(const CofferLuksSession *session, int slot)
{
    crypt_keyslot_info status = crypt_keyslot_status(session->device, slot);

    return status == CRYPT_SLOT_ACTIVE || status == CRYPT_SLOT_ACTIVE_LAST;
}

/* Copies the key material of each keyslot in use to the same place in memory. */
static gboolean
copy_keyslots(CofferLuksSession *session, const Extent *extent, GError **error)
{
    int slots = crypt_keyslot_max(crypt_get_type(session->device));
    guint64 total = 0;

    for (int slot = 0; slot < slots; slot++) {
        struct crypt_pbkdf_type pbkdf = { 0 };
        guint64 start = 0, size = 0;

        if (!is_active(session, slot))
            continue;
        if (crypt_keyslot_area(session->device, slot, &start, &size) < 0 ||
            start > extent->length || size > extent->length - start || size > KEYSLOTS_MAX - total)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "keyslot %d does not lie in the LUKS header", slot);
        if (crypt_keyslot_get_pbkdf(session->device, slot, &pbkdf) == 0 &&
            pbkdf.max_memory_kb > ARGON2_KIB_MAX)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "keyslot %d asks for %u KiB of memory to be opened", slot,
                                pbkdf.max_memory_kb);
        total += size;
        if (!coffer_luks_copy_area(extent->fd, extent->offset + start, session->memory, start, size,
                                   error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
throw_open(const CofferLuksSession *session, int result, GError **error)
{
    if (result == -EPERM)
        return coffer_throw(error, COFFER_ERROR_VERIFICATION_FAILED,
                            "the value opens no keyslot of the LUKS header");
    if (result == -ENOENT)
        return coffer_throw(error, COFFER_ERROR_VERIFICATION_FAILED,
                            "the LUKS header has no keyslot in use, so nothing opens it any more");
    if (result == -ENOMEM)
        return coffer_throw(error, COFFER_ERROR_NO_SPACE, "no memory to open a LUKS keyslot");
    return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                        "libcryptsetup cannot open '%s-%s' with this header on this host: %s",
                        crypt_get_cipher(session->device), crypt_get_cipher_mode(session->device),
                        coffer_luks_session_complaint(session, result));
}

static gboolean
open_keyslot(CofferLuksSession *session, const CofferBytes *value, int *out_keyslot, GError **error)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
        coffer_luks_lock_device_mapper(crypt_get_cipher(session->device));
    gsize size = 0;
    const char *data = (const char *)coffer_bytes_get_data(value, &size);
    int result = crypt_activate_by_passphrase(session->device, NULL, CRYPT_ANY_SLOT, data, size, 0);

    if (result < 0)
        return throw_open(session, result, error);
    if (out_keyslot != NULL)
        *out_keyslot = result;
    return TRUE;
}

static gboolean
find_extent(int fd, guint64 offset, guint64 length, Extent *out_extent, GError **error)
{
    guint64 end = 0;

    if (!coffer_fd_size(fd, &end, error))
        return FALSE;
    if (offset >= end)
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "the file ends before its LUKS header");
    *out_extent = (Extent){ fd, offset, end - offset };
    if (length != 0)
        out_extent->length = MIN(length, out_extent->length);
    return TRUE;
}

/* Brings the metadata into memory, where libcryptsetup parses it. */
static gboolean
load(CofferLuksSession *session, const Extent *extent, GError **error)
{
    guint64 metadata = 0;
    int result = 0;

    if (!measure_metadata(extent, &metadata, error) ||
        !coffer_luks_session_open(session, extent->length, error) ||
        !coffer_luks_copy_area(extent->fd, extent->offset, session->memory, 0,
                               MIN(metadata, extent->length), error))
        return FALSE;
    result = crypt_load(session->device, CRYPT_LUKS, NULL);
    if (result < 0)
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "the LUKS header is not sound: %s",
                            coffer_luks_session_complaint(session, result));
    if (crypt_get_data_offset(session->device) > extent->length / COFFER_LUKS_SECTOR_SIZE)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the LUKS header says that its data begin behind the end");
    return TRUE;
}

gboolean
coffer_luks_verify(int fd, guint64 offset, guint64 length, const CofferBytes *value,
                   int *out_keyslot, GError **error)
{
    g_auto(CofferLuksSession) session = COFFER_LUKS_SESSION_NONE;
    Extent extent;

    return find_extent(fd, offset, length, &extent, error) && load(&session, &extent, error) &&
           copy_keyslots(&session, &extent, error) &&
           open_keyslot(&session, value, out_keyslot, error);
}

void
coffer_luks_info_clear(CofferLuksInfo *info)
{
    g_clear_pointer(&info->cipher, g_free);
    g_clear_pointer(&info->mode_spec, g_free);
    g_clear_pointer(&info->uuid, g_free);
}

gboolean
coffer_luks_inspect(int fd, guint64 offset, guint64 length, CofferLuksInfo *out_info,
                    GError **error)
{
    g_auto(CofferLuksSession) session = COFFER_LUKS_SESSION_NONE;
    Extent extent;
    int key_bytes = 0;

    if (!find_extent(fd, offset, length, &extent, error) || !load(&session, &extent, error))
        return FALSE;
    key_bytes = crypt_get_volume_key_size(session.device);
    out_info->cipher = g_strdup(crypt_get_cipher(session.device));
    out_info->mode_spec = g_strdup(crypt_get_cipher_mode(session.device));
    out_info->uuid = g_strdup(crypt_get_uuid(session.device));
    out_info->key_bits = key_bytes > 0 ? (guint)key_bytes * 8 : 0;
    out_info->data_offset = crypt_get_data_offset(session.device) * COFFER_LUKS_SECTOR_SIZE;
    for (int slot = 0; slot < crypt_keyslot_max(crypt_get_type(session.device)); slot++) {
        if (is_active(&session, slot))
            out_info->keyslots_active |= 1U << slot;
    }
    return TRUE;
}
