/* encryption-def.c: tests encryption as data: its secrets, copies and words; the XML itself is in
 * tests/golden. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/encryption-def.h"

static const CofferUuid uuid_a = { { 0xa1, 0xb2 } };
static const CofferUuid uuid_b = { { 0xb1, 0xa2 } };

static CofferEncryptionDef *
parse(const char *xml)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(xml, "encryption", &error);
    CofferEncryptionDef *def = NULL;

    g_assert_no_error(error);
    def = coffer_encryption_def_parse(coffer_xml_root(doc), &error);
    g_assert_no_error(error);
    return def;
}

static char *
format(const CofferEncryptionDef *def)
{
    g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();

    coffer_encryption_def_format(def, writer);
    return coffer_xml_writer_finish(writer);
}

static void
test_set_secret(void)
{
    g_autoptr(CofferEncryptionDef) def = parse("<encryption format='luks'>"
                                               "<secret type='passphrase' usage='one'/>"
                                               "<secret type='passphrase' usage='two'/>"
                                               "</encryption>");
    const CofferSecretRef *ref = coffer_encryption_def_secret(def);

    g_assert_cmpint(ref->type, ==, COFFER_SECRET_REF_USAGE);
    g_assert_cmpstr(ref->usage, ==, "one");
    coffer_encryption_def_set_secret(def, &uuid_a);
    g_assert_cmpuint(def->secrets->len, ==, 1);
    ref = coffer_encryption_def_secret(def);
    g_assert_cmpint(ref->type, ==, COFFER_SECRET_REF_UUID);
    g_assert_true(coffer_uuid_equal(&ref->uuid, &uuid_a));
    g_assert_null(ref->usage);
}

static void
test_no_secret(void)
{
    g_autoptr(CofferEncryptionDef) def = coffer_encryption_def_new(COFFER_ENCRYPTION_FORMAT_LUKS2);

    g_assert_null(coffer_encryption_def_secret(def));
    g_assert_cmpint(def->format, ==, COFFER_ENCRYPTION_FORMAT_LUKS2);
    g_assert_cmpint(def->engine, ==, COFFER_ENCRYPTION_ENGINE_DEFAULT);
}

static void
test_copy(void)
{
    g_autoptr(CofferEncryptionDef) def =
        parse("<encryption format='luks' engine='qemu'><secret type='passphrase' usage='one'/>"
              "<secret type='passphrase' uuid='4a52ffee-6c9d-4ad9-b0d5-6a2c4a8f9a20'/>"
              "<cipher name='aes' size='256' mode='cbc' hash='sha256'/>"
              "<ivgen name='essiv' hash='sha512'/></encryption>");
    g_autofree char *before = format(def);
    g_autoptr(CofferEncryptionDef) copy = coffer_encryption_def_copy(def);
    g_autofree char *after = NULL;

    coffer_encryption_def_set_secret(def, &uuid_b);
    def->cipher_name[0] = 'x';
    def->cipher_mode[0] = 'x';
    def->cipher_hash[0] = 'x';
    def->ivgen_name[0] = 'x';
    def->ivgen_hash[0] = 'x';
    after = format(copy);
    g_assert_cmpstr(after, ==, before);
}

static void
test_engines(void)
{
    static const struct {
        const char *xml;
        CofferEncryptionEngine engine;
    } rows[] = {
        { "<encryption format='luks'/>", COFFER_ENCRYPTION_ENGINE_DEFAULT },
        { "<encryption format='luks' engine='qemu'/>", COFFER_ENCRYPTION_ENGINE_QEMU },
        { "<encryption format='luks' engine='librbd'/>", COFFER_ENCRYPTION_ENGINE_LIBRBD },
        { "<encryption format='luks' engine='dm-crypt'/>", COFFER_ENCRYPTION_ENGINE_DM_CRYPT },
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CofferEncryptionDef) def = parse(rows[i].xml);

        g_assert_cmpint(def->engine, ==, rows[i].engine);
    }
}

static void
test_format_words(void)
{
    static const struct {
        CofferEncryptionFormat format;
        const char *word;
    } rows[] = {
        { COFFER_ENCRYPTION_FORMAT_DEFAULT, "default" },
        { COFFER_ENCRYPTION_FORMAT_QCOW, "qcow" },
        { COFFER_ENCRYPTION_FORMAT_LUKS, "luks" },
        { COFFER_ENCRYPTION_FORMAT_LUKS2, "luks2" },
        { COFFER_ENCRYPTION_FORMAT_LUKS_ANY, "luks-any" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *xml = g_strdup_printf("<encryption format='%s'/>", rows[i].word);
        g_autoptr(CofferEncryptionDef) def = parse(xml);

        g_assert_cmpint(def->format, ==, rows[i].format);
        g_assert_cmpstr(coffer_encryption_format_to_string(rows[i].format), ==, rows[i].word);
    }
}

static void
test_ref_copy(void)
{
    g_auto(CofferSecretRef) ref = { .type = COFFER_SECRET_REF_USAGE, .usage = g_strdup("u") };
    g_auto(CofferSecretRef) copy = { .type = COFFER_SECRET_REF_NONE };

    coffer_secret_ref_copy(&ref, &copy);
    coffer_secret_ref_clear(&ref);
    g_assert_cmpint(ref.type, ==, COFFER_SECRET_REF_NONE);
    g_assert_null(ref.usage);
    g_assert_cmpint(copy.type, ==, COFFER_SECRET_REF_USAGE);
    g_assert_cmpstr(copy.usage, ==, "u");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/encryption-def/set-secret", test_set_secret);
    g_test_add_func("/encryption-def/no-secret", test_no_secret);
    g_test_add_func("/encryption-def/copy", test_copy);
    g_test_add_func("/encryption-def/engines", test_engines);
    g_test_add_func("/encryption-def/format-words", test_format_words);
    g_test_add_func("/encryption-def/ref-copy", test_ref_copy);
    return g_test_run();
}
