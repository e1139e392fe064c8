/* secret-def.c: tests secrets as data: defaults, words, copies, what is not ours; the XML itself is
 * in tests/golden. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/secret-def.h"

static CofferSecretDef *
parse(const char *xml)
{
    g_autoptr(GError) error = NULL;
    CofferSecretDef *def = coffer_secret_def_parse(xml, FALSE, &error);

    g_assert_no_error(error);
    return def;
}

static void
test_defaults(void)
{
    g_autoptr(CofferSecretDef) def = parse("<secret/>");

    g_assert_false(def->has_uuid);
    g_assert_false(def->ephemeral);
    g_assert_false(def->private);
    g_assert_false(def->generated);
    g_assert_null(def->description);
    g_assert_cmpint(def->usage_type, ==, COFFER_SECRET_USAGE_NONE);
    g_assert_null(def->usage_id);
}

static void
test_all(void)
{
    g_autoptr(CofferSecretDef) def = parse(
        "<secret ephemeral='yes' private='yes' xmlns:c='urn:coffer:xml:1.0'>"
        "<uuid>4a52ffee-6c9d-4ad9-b0d5-6a2c4a8f9a01</uuid><description>d</description>"
        "<usage type='iscsi'><target>t</target></usage><c:value origin='generated'/></secret>");
    char uuid[COFFER_UUID_TEXT_SIZE];

    g_assert_true(def->has_uuid);
    coffer_uuid_format(&def->uuid, uuid);
    g_assert_cmpstr(uuid, ==, "4a52ffee-6c9d-4ad9-b0d5-6a2c4a8f9a01");
    g_assert_true(def->ephemeral);
    g_assert_true(def->private);
    g_assert_true(def->generated);
    g_assert_cmpstr(def->description, ==, "d");
    g_assert_cmpint(def->usage_type, ==, COFFER_SECRET_USAGE_ISCSI);
    g_assert_cmpstr(def->usage_id, ==, "t");
}

/* What is in another namespace, or not known, is nobody's business. */
static void
test_foreign(void)
{
    g_autoptr(CofferSecretDef) def =
        parse("<secret xmlns:x='urn:other' x:private='yes'><x:uuid>no</x:uuid><later/>"
              "<x:value origin='generated'/><value origin='generated'/>"
              "<usage type='none'/><x:usage type='floppy'/></secret>");

    g_assert_false(def->has_uuid);
    g_assert_false(def->private);
    g_assert_false(def->generated);
    g_assert_cmpint(def->usage_type, ==, COFFER_SECRET_USAGE_NONE);
}

static void
test_first_of_several(void)
{
    g_autoptr(CofferSecretDef) def =
        parse("<secret><description>one</description><description>two</description></secret>");

    g_assert_cmpstr(def->description, ==, "one");
}

static void
test_copy(void)
{
    g_autoptr(CofferSecretDef) def = parse("<secret private='yes'><description>d</description>"
                                           "<usage type='tls'><name>n</name></usage></secret>");
    g_autoptr(CofferSecretDef) copy = coffer_secret_def_copy(def);
    g_autofree char *before = coffer_secret_def_format(def);
    g_autofree char *after = NULL;

    def->description[0] = 'x';
    def->usage_id[0] = 'x';
    after = coffer_secret_def_format(copy);
    g_assert_cmpstr(after, ==, before);
}

static void
test_usage_words(void)
{
    static const char *const words[] = { "none", "volume", "ceph", "iscsi", "tls", "vtpm" };
    CofferSecretUsageType type = COFFER_SECRET_USAGE_NONE;

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_assert_cmpstr(coffer_secret_usage_type_to_string((CofferSecretUsageType)i), ==, words[i]);
        g_assert_true(coffer_secret_usage_type_from_string(words[i], &type));
        g_assert_cmpint(type, ==, i);
    }
    g_assert_false(coffer_secret_usage_type_from_string("Volume", &type));
    g_assert_false(coffer_secret_usage_type_from_string("", &type));
    g_assert_null(coffer_secret_usage_type_to_string((CofferSecretUsageType)99));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/secret-def/defaults", test_defaults);
    g_test_add_func("/secret-def/all", test_all);
    g_test_add_func("/secret-def/foreign", test_foreign);
    g_test_add_func("/secret-def/first-of-several", test_first_of_several);
    g_test_add_func("/secret-def/copy", test_copy);
    g_test_add_func("/secret-def/usage-words", test_usage_words);
    return g_test_run();
}
