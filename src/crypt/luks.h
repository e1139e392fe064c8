/* luks.h: LUKS headers through libcryptsetup: made, and proven to open; no device-mapper here. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"

/* How to format. NULL and 0 mean the default: aes-256-xts-plain64, sha256. */
typedef struct {
    const char *path;        /* an existing file or device, large enough */
    const char *cipher;      /* "aes" */
    const char *mode;        /* with IV generator: "xts-plain64" */
    guint key_bits;          /* of the volume key: 512 for aes-256 in XTS */
    const char *hash;        /* "sha256" */
    CofferBytes *value;
    gboolean generated;      /* the value has 256 bits of entropy: minimal PBKDF cost suffices */
} CofferLuksFormatRequest;

/* Bytes that a LUKS1 header with the default layout takes before the payload. */
#define COFFER_LUKS1_HEADER_SIZE (2 * 1024 * 1024)

/* Makes a LUKS1 header whose keyslot 0 @value opens, proves it by opening, and syncs. @out_uuid: (transfer full): the
 * header's UUID. COFFER_ERROR_INVALID_ARGUMENT names a cipher that does not exist. Any thread. */
gboolean coffer_luks1_format(const CofferLuksFormatRequest *request, char **out_uuid,
                             GError **error);

/* Proves that @value opens a keyslot of the LUKS header of @length bytes at @offset of @fd (raw: 0 and
 * the payload offset; qcow2: where its header extension says). @out_keyslot: (optional).
 * COFFER_ERROR_VERIFICATION_FAILED where it opens none, COFFER_ERROR_DAMAGED where there is no header.
 * Nothing is written. Any thread. */
gboolean coffer_luks_verify(int fd, guint64 offset, guint64 length, const CofferBytes *value,
                            int *out_keyslot, GError **error);
