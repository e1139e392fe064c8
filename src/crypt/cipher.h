/* cipher.h: which ciphers a new volume may have: those that QEMU and dm-crypt both open; nothing is
 * encrypted here. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The words of <cipher> and <ivgen>. NULL and 0 where the XML says nothing; no string is owned. */
typedef struct {
    const char *name;       /* "aes" */
    guint bits;             /* as in <cipher size=>: 256 for aes-256, in XTS too */
    const char *mode;       /* "xts" */
    const char *hash;       /* of the header: "sha256" */
    const char *ivgen;      /* "plain64" */
    const char *ivgen_hash; /* of essiv; NULL for all others once resolved */
} CofferCipher;

/* Fills in what is not said (aes-256-xts-plain64, sha256) and checks the rest.
 * COFFER_ERROR_INVALID_ARGUMENT for a word that names nothing, COFFER_ERROR_UNSUPPORTED for what
 * exists but should not or cannot be made. A hash of an ivgen that takes none is dropped: QEMU
 * would write it into the header ("xts-plain64:sha256"), and then nothing else opens it. Pure. Any
 * thread. */
gboolean coffer_cipher_resolve(CofferCipher *cipher, GError **error);

/* Bits of the volume key of a resolved cipher: XTS takes two keys. */
guint coffer_cipher_key_bits(const CofferCipher *cipher);

/* Mode and IV generator of a resolved cipher as a LUKS header writes them: "xts-plain64",
 * "cbc-essiv:sha256". Returns: (transfer full). */
char *coffer_cipher_mode_spec(const CofferCipher *cipher);
