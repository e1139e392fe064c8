/* cipher.c: tests which ciphers are made, what is filled in, and what is refused with which words.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypt/cipher.h"

#include "base/error.h"

#include <string.h>

static void
test_defaults(void)
{
    g_autoptr(GError) error = NULL;
    CofferCipher cipher = { 0 };
    g_autofree char *mode = NULL;

    g_assert_true(coffer_cipher_resolve(&cipher, &error));
    g_assert_no_error(error);
    mode = coffer_cipher_mode_spec(&cipher);
    g_assert_cmpstr(cipher.name, ==, "aes");
    g_assert_cmpuint(cipher.bits, ==, 256);
    g_assert_cmpuint(coffer_cipher_key_bits(&cipher), ==, 512);
    g_assert_cmpstr(cipher.hash, ==, "sha256");
    g_assert_cmpstr(mode, ==, "xts-plain64");
}

static void
test_accepted(void)
{
    static const struct {
        CofferCipher cipher;
        guint key_bits;
        const char *mode;
    } rows[] = {
        { { .name = "aes", .bits = 128 }, 256, "xts-plain64" },
        { { .name = "aes", .bits = 192 }, 384, "xts-plain64" },
        { { .mode = "cbc" }, 256, "cbc-plain64" },
        { { .mode = "cbc", .ivgen = "plain" }, 256, "cbc-plain" },
        { { .mode = "cbc", .ivgen = "essiv" }, 256, "cbc-essiv:sha256" },
        { { .mode = "cbc", .ivgen = "essiv", .ivgen_hash = "sha256" }, 256, "cbc-essiv:sha256" },
        /* as in libvirt's own example; QEMU would write ":sha256" into the header */
        { { .mode = "cbc", .ivgen = "plain64", .ivgen_hash = "sha256" }, 256, "cbc-plain64" },
        { { .name = "serpent", .bits = 256, .hash = "sha512" }, 512, "xts-plain64" },
        { { .name = "twofish", .bits = 128, .hash = "ripemd160" }, 256, "xts-plain64" },
        { { .name = "cast5", .mode = "cbc" }, 128, "cbc-plain64" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        CofferCipher cipher = rows[i].cipher;
        g_autofree char *mode = NULL;

        coffer_cipher_resolve(&cipher, &error);
        g_assert_no_error(error);
        mode = coffer_cipher_mode_spec(&cipher);
        g_assert_cmpuint(coffer_cipher_key_bits(&cipher), ==, rows[i].key_bits);
        g_assert_cmpstr(mode, ==, rows[i].mode);
    }
}

static void
test_refused(void)
{
    static const struct {
        CofferCipher cipher;
        CofferError code;
        const char *word; /* that the message names */
    } rows[] = {
        { { .name = "rot13" }, COFFER_ERROR_INVALID_ARGUMENT, "'rot13'" },
        { { .name = "" }, COFFER_ERROR_INVALID_ARGUMENT, "''" },
        { { .name = "aes", .bits = 512 }, COFFER_ERROR_INVALID_ARGUMENT, "512" },
        { { .name = "cast5", .bits = 256 }, COFFER_ERROR_INVALID_ARGUMENT, "use 128" },
        { { .mode = "gcm" }, COFFER_ERROR_INVALID_ARGUMENT, "'gcm'" },
        { { .mode = "ecb" }, COFFER_ERROR_UNSUPPORTED, "'ecb'" },
        { { .mode = "ctr" }, COFFER_ERROR_UNSUPPORTED, "'ctr'" },
        { { .name = "cast5" }, COFFER_ERROR_UNSUPPORTED, "cast5" },
        { { .bits = 192, .mode = "cbc" }, COFFER_ERROR_UNSUPPORTED, "192" },
        { { .ivgen = "plain128" }, COFFER_ERROR_INVALID_ARGUMENT, "'plain128'" },
        { { .mode = "cbc", .ivgen = "essiv", .ivgen_hash = "sha1" },
          COFFER_ERROR_UNSUPPORTED,
          "'sha1'" },
        { { .name = "cast5", .mode = "cbc", .ivgen = "essiv" }, COFFER_ERROR_UNSUPPORTED, "cast5" },
        { { .hash = "md5" }, COFFER_ERROR_INVALID_ARGUMENT, "'md5'" },
        { { .hash = "whirlpool" }, COFFER_ERROR_INVALID_ARGUMENT, "'whirlpool'" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        CofferCipher cipher = rows[i].cipher;

        g_assert_false(coffer_cipher_resolve(&cipher, &error));
        g_assert_error(error, COFFER_ERROR, (int)rows[i].code);
        g_assert_nonnull(strstr(error->message, rows[i].word));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cipher/defaults", test_defaults);
    g_test_add_func("/cipher/accepted", test_accepted);
    g_test_add_func("/cipher/refused", test_refused);
    return g_test_run();
}
