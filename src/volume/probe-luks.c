/* probe-luks.c: reads LUKS headers, bare or inside qcow2, without opening them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "crypt/luks.h"
#include "volume/probe-file.h"

/* The header of LUKS1: offsets of fields and their sizes in bytes. (LUKS On-Disk Format
 * Specification 1.2.3, figures 1 and 3.) The UUID of LUKS2 stands at the same place. */
enum {
    VERSION = 6,
    CIPHER_NAME = 8,
    CIPHER_MODE = 40,
    HASH = 72,
    NAME_SIZE = 32,
    PAYLOAD = 104,
    KEY_BYTES = 108,
    UUID = 168,
    UUID_SIZE = 40,
    KEYSLOTS = 208,
    KEYSLOT_SIZE = 48,
    KEYSLOT_COUNT = 8,
    LUKS1_SIZE = 592,
};

#define KEYSLOT_ACTIVE 0x00ac71f3
#define SECTOR         512

/* A name that fills its field has no NUL behind it. */
static char *
read_name(const guint8 *field, gsize size, GError **error)
{
    g_autofree char *name = g_strndup((const char *)field, size);

    for (const char *next = name; *next != '\0'; next++) {
        if (!g_ascii_isgraph(*next))
            return coffer_throw_null(error, COFFER_ERROR_DAMAGED,
                                     "a name in the LUKS header is no text");
    }
    return g_steal_pointer(&name);
}

/* Splits "cbc-essiv:sha256" into the words of <cipher> and <ivgen>. */
static void
set_cipher(CofferProbe *probe, char *name, const char *mode_spec, guint key_bits)
{
    g_auto(GStrv) parts = g_strsplit(mode_spec, "-", 2);
    g_auto(GStrv) ivgen = g_strsplit(parts[0] != NULL && parts[1] != NULL ? parts[1] : "", ":", 2);

    probe->cipher_name = name;
    probe->cipher_mode = g_strdup(parts[0] != NULL ? parts[0] : "");
    /* The key of XTS is two keys. */
    probe->cipher_size = strcmp(probe->cipher_mode, "xts") == 0 ? key_bits / 2 : key_bits;
    if (ivgen[0] == NULL)
        return;
    probe->ivgen_name = g_strdup(ivgen[0]);
    probe->ivgen_hash = g_strdup(ivgen[1]);
}

static gboolean
probe_luks1(const guint8 *header, guint64 length, CofferProbe *probe, guint64 *out_payload,
            GError **error)
{
    g_autofree char *cipher = read_name(header + CIPHER_NAME, NAME_SIZE, error);
    g_autofree char *mode =
        cipher != NULL ? read_name(header + CIPHER_MODE, NAME_SIZE, error) : NULL;
    guint32 key_bytes = coffer_probe_be32(header + KEY_BYTES);

    if (mode == NULL)
        return FALSE;
    probe->cipher_hash = read_name(header + HASH, NAME_SIZE, error);
    if (probe->cipher_hash == NULL)
        return FALSE;
    /* As much as any cipher's key takes, and then some. */
    if (key_bytes == 0 || key_bytes > 512)
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "the LUKS header has a key of %u bytes",
                            key_bytes);
    *out_payload = (guint64)coffer_probe_be32(header + PAYLOAD) * SECTOR;
    if (*out_payload > length)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the LUKS header says that its data begin behind the end");

    probe->crypt = COFFER_PROBE_CRYPT_LUKS1;
    set_cipher(probe, g_steal_pointer(&cipher), mode, key_bytes * 8);
    for (guint slot = 0; slot < KEYSLOT_COUNT; slot++) {
        if (coffer_probe_be32(header + KEYSLOTS + slot * KEYSLOT_SIZE) == KEYSLOT_ACTIVE)
            probe->keyslots_active |= 1U << slot;
    }
    return TRUE;
}

/* All but the UUID stands in JSON, in two copies with checksums: that is libcryptsetup's to read.
 */
static gboolean
probe_luks2(const CofferProbeFile *file, guint64 offset, guint64 length, CofferProbe *probe,
            guint64 *out_payload, GError **error)
{
    g_auto(CofferLuksInfo) info = { 0 };

    if (!coffer_luks_inspect(file->fd, offset, length, &info, error))
        return FALSE;
    probe->crypt = COFFER_PROBE_CRYPT_LUKS2;
    probe->keyslots_active = info.keyslots_active;
    *out_payload = info.data_offset;
    if (info.cipher != NULL && info.mode_spec != NULL)
        set_cipher(probe, g_steal_pointer(&info.cipher), info.mode_spec, info.key_bits);
    return TRUE;
}

gboolean
coffer_probe_luks(const CofferProbeFile *file, guint64 offset, guint64 length, CofferProbe *probe,
                  guint64 *out_payload, GError **error)
{
    guint8 header[LUKS1_SIZE];
    g_autofree char *uuid = NULL;
    guint version = 0;

    if (!coffer_probe_file_read(file, offset, header, sizeof(header), error))
        return FALSE;
    if (length < sizeof(header) ||
        memcmp(header, COFFER_PROBE_LUKS_MAGIC, COFFER_PROBE_LUKS_MAGIC_SIZE) != 0)
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "there is no LUKS header");
    version = (guint)header[VERSION] << 8 | header[VERSION + 1];
    if (version != 1 && version != 2)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED, "the LUKS header has version %u",
                            version);
    uuid = read_name(header + UUID, UUID_SIZE, error);
    if (uuid == NULL)
        return FALSE;
    if (!(version == 1 ? probe_luks1(header, length, probe, out_payload, error)
                       : probe_luks2(file, offset, length, probe, out_payload, error)))
        return FALSE;
    g_strlcpy(probe->crypt_uuid, uuid, sizeof(probe->crypt_uuid));
    probe->crypt_offset = offset;
    probe->crypt_length = *out_payload;
    return TRUE;
}
