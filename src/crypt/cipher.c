/* cipher.c: the tables behind cipher.h. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "crypt/cipher.h"

#include "base/error.h"

#include <string.h>

/* Sizes per cipher: QEMU's QCryptoCipherAlgorithm (qapi/crypto.json, 7.2) as far as its LUKS driver
 * maps them (crypto/block-luks.c); the words are also those of the kernel. */
static const struct {
    const char *name;
    guint bits[4];
} ciphers[] = {
    { "aes", { 128, 192, 256 } },
    { "serpent", { 128, 192, 256 } },
    { "twofish", { 128, 192, 256 } },
    { "cast5", { 128 } },
};

/* Hashes that both QEMU and libcryptsetup derive LUKS1 keys with; md5 only the former, whirlpool
 * only the latter. */
static const char *const hashes[] = {
    "sha1", "sha224", "sha256", "sha384", "sha512", "ripemd160", NULL,
};

static const char *const ivgens[] = { "plain", "plain64", "essiv", NULL };

static gboolean
check_name(const CofferCipher *cipher, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        if (strcmp(cipher->name, ciphers[i].name) != 0)
            continue;
        for (gsize j = 0; ciphers[i].bits[j] != 0; j++) {
            if (ciphers[i].bits[j] == cipher->bits)
                return TRUE;
        }
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "cipher '%s' has no key size of %u bits; use %u", cipher->name,
                            cipher->bits, ciphers[i].bits[ciphers[i].bits[1] != 0 ? 2 : 0]);
    }
    return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                        "there is no cipher '%s'; use aes, serpent, twofish or cast5",
                        cipher->name);
}

static gboolean
check_mode(const CofferCipher *cipher, GError **error)
{
    gboolean xts = strcmp(cipher->mode, "xts") == 0;

    if (strcmp(cipher->mode, "ecb") == 0 || strcmp(cipher->mode, "ctr") == 0)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "cipher mode '%s' shows what is equal on the disk; use xts",
                            cipher->mode);
    if (!xts && strcmp(cipher->mode, "cbc") != 0)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "there is no cipher mode '%s'; use xts or cbc", cipher->mode);
    if (xts && strcmp(cipher->name, "cast5") == 0)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "cipher mode 'xts' needs blocks of 128 bits, those of cast5 have 64; "
                            "use aes");
    /* 4000 stripes of a 24-byte key do not fill whole sectors, on which QEMU (7.2, crypto/block.c)
     * aborts. */
    if (!xts && cipher->bits == 192)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "QEMU cannot open keys of 192 bits in mode '%s'; use 256 bits or xts",
                            cipher->mode);
    return TRUE;
}

static gboolean
check_ivgen(const CofferCipher *cipher, GError **error)
{
    if (!g_strv_contains(ivgens, cipher->ivgen))
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "there is no IV generator '%s'; use plain64, plain or essiv",
                            cipher->ivgen);
    if (cipher->ivgen_hash == NULL)
        return TRUE;

    /* The hash's output is the key of the cipher that makes the IV: 256 bits fit, others mostly do
     * not. */
    if (strcmp(cipher->ivgen_hash, "sha256") != 0)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "IV generator 'essiv' with the hash '%s' opens nowhere; use sha256",
                            cipher->ivgen_hash);
    if (strcmp(cipher->name, "cast5") == 0)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "IV generator 'essiv' needs keys of 256 bits, those of cast5 have "
                            "128; use plain64");
    return TRUE;
}

gboolean
coffer_cipher_resolve(CofferCipher *cipher, GError **error)
{
    if (cipher->name == NULL)
        cipher->name = "aes";
    if (cipher->bits == 0)
        cipher->bits = strcmp(cipher->name, "cast5") == 0 ? 128 : 256;
    if (cipher->mode == NULL)
        cipher->mode = "xts";
    if (cipher->hash == NULL)
        cipher->hash = "sha256";
    if (cipher->ivgen == NULL)
        cipher->ivgen = "plain64";
    if (strcmp(cipher->ivgen, "essiv") != 0)
        cipher->ivgen_hash = NULL;
    else if (cipher->ivgen_hash == NULL)
        cipher->ivgen_hash = "sha256";

    if (!check_name(cipher, error) || !check_mode(cipher, error) || !check_ivgen(cipher, error))
        return FALSE;
    if (!g_strv_contains(hashes, cipher->hash))
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "there is no header hash '%s' that QEMU and cryptsetup both know; use "
                            "sha256",
                            cipher->hash);
    return TRUE;
}

guint
coffer_cipher_key_bits(const CofferCipher *cipher)
{
    return strcmp(cipher->mode, "xts") == 0 ? 2 * cipher->bits : cipher->bits;
}

char *
coffer_cipher_mode_spec(const CofferCipher *cipher)
{
    if (cipher->ivgen_hash == NULL)
        return g_strdup_printf("%s-%s", cipher->mode, cipher->ivgen);
    return g_strdup_printf("%s-%s:%s", cipher->mode, cipher->ivgen, cipher->ivgen_hash);
}
