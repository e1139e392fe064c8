/* uuid.c: tests of UUIDs: what libvirt accepts, what it does not, and those we make. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/uuid.h"

#define TEXT "0123abcd-4567-89ef-0a1b-2c3d4e5f6071"

static void
test_parse(void)
{
    static const char *const texts[] = {
        TEXT,
        "0123ABCD-4567-89EF-0A1B-2C3D4E5F6071",
        "0123abcd456789ef0a1b2c3d4e5f6071",
        "01-23-ab-cd-45-67-89-ef-0a-1b-2c-3d-4e-5f-60-71",
        "01 23 ab cd 45 67 89 ef 0a 1b 2c 3d 4e 5f 60 71", /* virUUIDParse: '-' and ' ' */
        "0123abcd--4567 - 89ef0a1b2c3d4e5f6071",
        "-0123abcd456789ef0a1b2c3d4e5f6071",
        " \t\n\r" TEXT " \n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        CofferUuid uuid = { { 0 } };
        char text[COFFER_UUID_TEXT_SIZE];

        g_assert_true(coffer_uuid_parse(texts[i], &uuid));
        coffer_uuid_format(&uuid, text);
        g_assert_cmpstr(text, ==, TEXT);
        g_assert_true(coffer_uuid_is_valid(&uuid));
    }
}

static void
test_refused(void)
{
    static const char *const texts[] = {
        "",
        " ",
        "-",
        "0",
        "0123abcd-4567-89ef-0a1b-2c3d4e5f607",
        "0123abcd-4567-89ef-0a1b-2c3d4e5f60711",
        TEXT "-",
        TEXT "x",
        TEXT " x",
        "0123abcg-4567-89ef-0a1b-2c3d4e5f6071",
        "0-123abcd456789ef0a1b2c3d4e5f6071", /* a dash within a byte */
        "01\n23abcd456789ef0a1b2c3d4e5f6071",
        "0123abcd-4567-89ef-0a1b-2c3d4e5f607\xff",
        "{" TEXT "}",
        "urn:uuid:" TEXT,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        CofferUuid uuid = { { 1, 2, 3 } };
        CofferUuid before = uuid;

        if (coffer_uuid_parse(texts[i], &uuid))
            g_error("'%s' passed for a UUID", texts[i]);
        g_assert_true(coffer_uuid_equal(&uuid, &before));
    }
}

/* libvirt refuses UUIDs of sixteen equal bytes (virUUIDIsValid). */
static void
test_valid(void)
{
    CofferUuid uuid = { { 0 } };

    for (int byte = 0; byte < 256; byte++) {
        for (gsize i = 0; i < sizeof(uuid.bytes); i++)
            uuid.bytes[i] = (guint8)byte;
        g_assert_false(coffer_uuid_is_valid(&uuid));
        uuid.bytes[15] ^= 1;
        g_assert_true(coffer_uuid_is_valid(&uuid));
    }
}

static void
test_generate(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint8 ones[16] = { 0 }, zeros[16] = { 0 };

    for (int i = 0; i < 1000; i++) {
        CofferUuid uuid, again;
        char text[COFFER_UUID_TEXT_SIZE];

        coffer_uuid_generate(&uuid);
        coffer_uuid_format(&uuid, text);
        g_assert_cmpint(text[14], ==, '4');
        g_assert_nonnull(strchr("89ab", text[19]));
        g_assert_true(coffer_uuid_parse(text, &again));
        g_assert_true(coffer_uuid_equal(&uuid, &again));
        g_assert_true(g_hash_table_add(seen, g_strdup(text)));
        for (gsize k = 0; k < 16; k++) {
            ones[k] |= uuid.bytes[k];
            zeros[k] |= (guint8)~uuid.bytes[k];
        }
    }
    /* Every bit but those of version and variant was seen both ways. */
    for (gsize k = 0; k < 16; k++) {
        g_assert_cmphex(ones[k], ==, k == 6 ? 0x4f : k == 8 ? 0xbf : 0xff);
        g_assert_cmphex(zeros[k], ==, k == 6 ? 0xbf : k == 8 ? 0x7f : 0xff);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uuid/parse", test_parse);
    g_test_add_func("/uuid/refused", test_refused);
    g_test_add_func("/uuid/valid", test_valid);
    g_test_add_func("/uuid/generate", test_generate);
    return g_test_run();
}
