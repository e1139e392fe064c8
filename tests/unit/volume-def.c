/* volume-def.c: tests volumes as data: what is for output only, flags and words; the XML itself is
 * in tests/golden. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/volume-def.h"

static CofferVolumeDef *
parse(const char *xml, CofferVolumeParseFlags flags)
{
    g_autoptr(GError) error = NULL;
    CofferVolumeDef *def = coffer_volume_def_parse(xml, flags, &error);

    g_assert_no_error(error);
    return def;
}

/* As a pool fills it in after looking at the storage. */
static void
test_output_only(void)
{
    g_autoptr(CofferVolumeDef) def = coffer_volume_def_new();
    g_autofree char *xml = NULL;

    def->name = g_strdup("v");
    def->key = g_strdup("/p/v");
    def->capacity = 1024;
    def->allocation = 512;
    def->physical = 2048;
    def->target_path = g_strdup("/p/v");
    def->format = COFFER_VOLUME_FORMAT_QCOW2;
    def->permissions.mode = 0600;
    def->permissions.uid = 0;
    def->has_timestamps = TRUE;
    def->atime = (CofferTimestamp){ 1341933637, 273190990 };
    def->mtime = (CofferTimestamp){ 1341930622, 7 };
    def->ctime = (CofferTimestamp){ 1341930622, 0 };
    def->compat = g_strdup("1.1");
    def->lazy_refcounts = TRUE;
    xml = coffer_volume_def_format(def);
    g_assert_cmpstr(xml, ==,
                    "<volume type='file'>\n"
                    "  <name>v</name>\n"
                    "  <key>/p/v</key>\n"
                    "  <capacity unit='bytes'>1024</capacity>\n"
                    "  <allocation unit='bytes'>512</allocation>\n"
                    "  <physical unit='bytes'>2048</physical>\n"
                    "  <target>\n"
                    "    <path>/p/v</path>\n"
                    "    <format type='qcow2'/>\n"
                    "    <permissions>\n"
                    "      <mode>0600</mode>\n"
                    "      <owner>0</owner>\n"
                    "    </permissions>\n"
                    "    <timestamps>\n"
                    "      <atime>1341933637.273190990</atime>\n"
                    "      <mtime>1341930622.000000007</mtime>\n"
                    "      <ctime>1341930622</ctime>\n"
                    "    </timestamps>\n"
                    "    <compat>1.1</compat>\n"
                    "    <features>\n"
                    "      <lazy_refcounts/>\n"
                    "    </features>\n"
                    "  </target>\n"
                    "</volume>\n");
}

static void
test_birth_time(void)
{
    g_autoptr(CofferVolumeDef) def = coffer_volume_def_new();
    g_autofree char *xml = NULL;

    def->name = g_strdup("v");
    def->has_timestamps = TRUE;
    def->btime.seconds = 5;
    xml = coffer_volume_def_format(def);
    g_assert_nonnull(g_strstr_len(xml, -1, "<ctime>0</ctime>\n      <btime>5</btime>\n"));
}

static void
test_fields(void)
{
    g_autoptr(CofferVolumeDef) def =
        parse("<volume type='block'><name>v</name><key>k</key><capacity unit='K'>2</capacity>"
              "<physical>7</physical><target><path>/p/v</path><format type='qcow2'/><nocow/>"
              "<timestamps><atime>1.5</atime></timestamps><clusterSize>512</clusterSize>"
              "<features><extended_l2/></features><encryption format='luks'/></target>"
              "<backingStore><path>/b</path><format type='vmdk'/></backingStore></volume>",
              COFFER_VOLUME_PARSE_NONE);

    g_assert_cmpint(def->type, ==, COFFER_VOLUME_TYPE_BLOCK);
    g_assert_cmpstr(def->key, ==, "k");
    g_assert_cmpuint(def->capacity, ==, 2048);
    g_assert_true(def->has_capacity);
    g_assert_cmpuint(def->allocation, ==, 2048);
    g_assert_false(def->has_allocation);
    g_assert_cmpuint(def->physical, ==, 0);
    g_assert_cmpint(def->format, ==, COFFER_VOLUME_FORMAT_QCOW2);
    g_assert_true(def->nocow);
    g_assert_false(def->has_timestamps);
    g_assert_cmpuint(def->cluster_size, ==, 512);
    g_assert_cmpstr(def->compat, ==, "1.1");
    g_assert_true(def->extended_l2);
    g_assert_false(def->lazy_refcounts);
    g_assert_cmpint(def->encryption->format, ==, COFFER_ENCRYPTION_FORMAT_LUKS);
    g_assert_cmpstr(def->backing->path, ==, "/b");
    g_assert_cmpint(def->backing->format, ==, COFFER_VOLUME_FORMAT_VMDK);
}

/* libvirt wants neither a target nor a type. */
static void
test_minimal(void)
{
    g_autoptr(CofferVolumeDef) def =
        parse("<volume><name>v</name><capacity>1</capacity></volume>", COFFER_VOLUME_PARSE_NONE);

    g_assert_cmpint(def->type, ==, COFFER_VOLUME_TYPE_FILE);
    g_assert_cmpint(def->format, ==, COFFER_VOLUME_FORMAT_RAW);
    g_assert_null(def->target_path);
    g_assert_null(def->encryption);
    g_assert_null(def->backing);
    g_assert_cmpuint(def->permissions.mode, ==, (mode_t)-1);
}

/* Features of other namespaces are not features. */
static void
test_foreign(void)
{
    g_autoptr(CofferVolumeDef) def =
        parse("<volume xmlns:x='urn:other'><name>v</name><x:name>w</x:name><capacity>1</capacity>"
              "<target><features><x:hover/></features><x:encryption/></target><later/></volume>",
              COFFER_VOLUME_PARSE_NONE);

    g_assert_cmpstr(def->name, ==, "v");
    g_assert_true(def->has_features);
    g_assert_null(def->encryption);
}

static void
test_flags(void)
{
    static const char xml[] = "<volume><name>v</name><capacity>1</capacity><target>"
                              "<format type='linux-swap'/></target></volume>";
    g_autoptr(CofferVolumeDef) partition = parse(xml, COFFER_VOLUME_PARSE_PARTITION);
    g_autoptr(CofferVolumeDef) formatless = parse(xml, COFFER_VOLUME_PARSE_NO_FORMAT);

    g_assert_cmpstr(partition->partition, ==, "linux-swap");
    g_assert_cmpint(partition->format, ==, COFFER_VOLUME_FORMAT_UNKNOWN);
    g_assert_null(formatless->partition);
    g_assert_cmpint(formatless->format, ==, COFFER_VOLUME_FORMAT_UNKNOWN);
}

static void
test_format_words(void)
{
    static const char *const words[] = { "raw",  "dir",   "bochs", "cloop", "dmg",   "iso",
                                         "vpc",  "vdi",   "fat",   "vhd",   "ploop", "cow",
                                         "qcow", "qcow2", "qed",   "vmdk" };
    CofferVolumeFormat format = COFFER_VOLUME_FORMAT_UNKNOWN;

    g_assert_cmpuint(G_N_ELEMENTS(words), ==, COFFER_VOLUME_FORMAT_VMDK);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_assert_true(coffer_volume_format_from_string(words[i], &format));
        g_assert_cmpint(format, ==, i + 1);
        g_assert_cmpstr(coffer_volume_format_to_string(format), ==, words[i]);
    }
    g_assert_false(coffer_volume_format_from_string("unknown", &format));
    g_assert_false(coffer_volume_format_from_string("luks", &format));
    g_assert_cmpstr(coffer_volume_format_to_string(COFFER_VOLUME_FORMAT_UNKNOWN), ==, "unknown");
}

static void
test_permissions_copy(void)
{
    CofferPermissionsDef permissions = { .mode = 0640, .uid = 1, .gid = 2, .label = g_strdup("l") };
    CofferPermissionsDef copy = { .label = NULL };

    coffer_permissions_def_copy(&permissions, &copy);
    coffer_permissions_def_clear(&permissions);
    g_assert_cmpuint(copy.mode, ==, 0640);
    g_assert_cmpuint(copy.uid, ==, 1);
    g_assert_cmpuint(copy.gid, ==, 2);
    g_assert_cmpstr(copy.label, ==, "l");
    coffer_permissions_def_clear(&copy);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/volume-def/output-only", test_output_only);
    g_test_add_func("/volume-def/birth-time", test_birth_time);
    g_test_add_func("/volume-def/fields", test_fields);
    g_test_add_func("/volume-def/minimal", test_minimal);
    g_test_add_func("/volume-def/foreign", test_foreign);
    g_test_add_func("/volume-def/flags", test_flags);
    g_test_add_func("/volume-def/format-words", test_format_words);
    g_test_add_func("/volume-def/permissions-copy", test_permissions_copy);
    return g_test_run();
}
