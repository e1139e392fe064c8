/* luks.h: LUKS headers through libcryptsetup: made, read, proven to open; no device-mapper here. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"
#include "crypt/cipher.h"

/* How to format. */
typedef struct {
    const char *path;    /* an existing file or device of at least COFFER_LUKS1_HEADER_SIZE bytes;
                            /proc/self/fd/N for a file without a name */
    CofferCipher cipher; /* need not be resolved; zero means aes-256-xts-plain64, sha256 */
    const CofferBytes *value;
    gboolean generated; /* the value has 256 bits of entropy: minimal PBKDF cost suffices */
} CofferLuksFormatRequest;

/* Bytes that a LUKS1 header takes before the payload, whatever the cipher. */
#define COFFER_LUKS1_HEADER_SIZE (2 * 1024 * 1024)

/* Puts a LUKS1 header whose keyslot 0 @value opens into the first COFFER_LUKS1_HEADER_SIZE bytes of
 * the file, and syncs it. The header is made and proven to open in memory first: until then the
 * file is not touched; what a failure after that leaves is for the owner of the file to remove.
 * @out_uuid: (transfer full) (optional): the header's UUID. Costs some 30 ms for a generated value,
 * some 3 s of CPU for a chosen one. COFFER_ERROR_INVALID_ARGUMENT names a cipher that does not
 * exist; COFFER_ERROR_UNSUPPORTED is one that libcryptsetup has not on this host though QEMU may.
 * Any thread. */
gboolean
coffer_luks1_format(const CofferLuksFormatRequest *request, char **out_uuid, GError **error);

/* Proves that @value opens a keyslot of the LUKS header (1 or 2) at @offset of @fd (raw: 0; qcow2:
 * where its header extension says). No keyslot may reach behind @length bytes; 0: the end of the
 * file. @out_keyslot: (optional). COFFER_ERROR_VERIFICATION_FAILED where it opens none,
 * COFFER_ERROR_DAMAGED where there is no sound header, COFFER_ERROR_UNSUPPORTED where libcryptsetup
 * has not the cipher on this host. Takes as long as the PBKDF of the keyslots that it tries. Works
 * on a copy of header and keyslots in memory: nothing is written and no lock is taken. Any thread.
 */
gboolean coffer_luks_verify(int fd, guint64 offset, guint64 length, const CofferBytes *value,
                            int *out_keyslot, GError **error);

/* What a LUKS header (1 or 2) says of itself. Owned strings; NULL and 0 where it says nothing. */
typedef struct {
    char *cipher;    /* "aes" */
    char *mode_spec; /* "xts-plain64" */
    char *uuid;
    guint key_bits;        /* of the volume key: 512 for aes-256 in XTS */
    guint64 data_offset;   /* bytes from the header's beginning to the data */
    guint keyslots_active; /* bit N: keyslot N is in use */
} CofferLuksInfo;

void coffer_luks_info_clear(CofferLuksInfo *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferLuksInfo, coffer_luks_info_clear)

/* Reads a header without opening it; errors and manner as coffer_luks_verify(). Any thread. */
gboolean coffer_luks_inspect(int fd, guint64 offset, guint64 length, CofferLuksInfo *out_info,
                             GError **error);
