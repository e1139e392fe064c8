/* pool-def.c: tests the table of pool types and what a type does not have; the XML itself is in
 * tests/golden. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "model/path.h"
#include "model/pool-source.h"
#include "model/pool-type.h"
#include "model/words.h"

static CofferPoolDef *
parse(const char *xml, gboolean validate)
{
    g_autoptr(GError) error = NULL;
    CofferPoolDef *def = coffer_pool_def_parse(xml, validate, &error);

    g_assert_no_error(error);
    return def;
}

static void
test_type_words(void)
{
    static const char *const words[] = { "dir",      "fs",           "netfs", "logical", "disk",
                                         "iscsi",    "iscsi-direct", "scsi",  "mpath",   "rbd",
                                         "sheepdog", "gluster",      "zfs",   "vstorage" };
    CofferPoolType type = COFFER_POOL_TYPE_LAST;

    g_assert_cmpuint(G_N_ELEMENTS(words), ==, COFFER_POOL_TYPE_LAST);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_assert_cmpstr(coffer_pool_type_to_string((CofferPoolType)i), ==, words[i]);
        g_assert_true(coffer_pool_type_from_string(words[i], &type));
        g_assert_cmpint(type, ==, i);
    }
    g_assert_false(coffer_pool_type_from_string("tape", &type));
}

/* A row that contradicts itself would make pools that cannot be parsed. */
static void
test_rows(void)
{
    for (guint i = 0; i < COFFER_POOL_TYPE_LAST; i++) {
        const CofferPoolTypeRow *row = coffer_pool_type_row((CofferPoolType)i);

        g_assert_cmpuint(row->needs & ~row->has, ==, 0);
        g_assert_true((row->formats == NULL) == (row->default_format == NULL));
        if (row->formats != NULL)
            g_assert_cmpint(coffer_word_find(row->formats, row->default_format), >=, 0);
        if (row->target_prefix != NULL)
            g_assert_true(row->has_target && row->named_after_pool);
        if (row->named_after_pool)
            g_assert_true(row->has & COFFER_POOL_SOURCE_NAME);
    }
}

/* Every word of every table of formats parses, is kept, and is in the schema. */
static void
test_formats(void)
{
    static const struct {
        CofferPoolType type;
        const char *source;
    } rows[] = {
        { COFFER_POOL_TYPE_FS, "<device path='/dev/sdb'/>" },
        { COFFER_POOL_TYPE_NETFS, "<host name='h'/><dir path='/x'/>" },
        { COFFER_POOL_TYPE_LOGICAL, "" },
        { COFFER_POOL_TYPE_DISK, "<device path='/dev/sdb'/>" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const CofferPoolTypeRow *row = coffer_pool_type_row(rows[i].type);

        for (guint j = 0; row->formats[j] != NULL; j++) {
            g_autofree char *xml =
                g_strdup_printf("<pool type='%s'><name>p</name><source>%s<format type='%s'/>"
                                "</source><target><path>/p</path></target></pool>",
                                row->word, rows[i].source, row->formats[j]);
            g_autoptr(CofferPoolDef) def = parse(xml, TRUE);

            g_assert_cmpint(def->type, ==, rows[i].type);
            g_assert_cmpstr(def->source.format, ==, row->formats[j]);
        }
    }
}

/* As in libvirt, what the type does not have is not read. */
static void
test_other_parts(void)
{
    g_autoptr(CofferPoolDef) def =
        parse("<pool type='dir' xmlns:f='urn:other'><name>p</name><f:name>q</f:name><capacity>9"
              "</capacity><source><host name='h'/><device path='/d'/><dir path='/x'/><name>n</name>"
              "<adapter/><initiator><iqn name='i'/></initiator><format type='x'/></source>"
              "<target><path>/p</path></target></pool>",
              FALSE);

    g_assert_cmpstr(def->name, ==, "p");
    g_assert_cmpuint(def->capacity, ==, 0);
    g_assert_cmpuint(def->source.hosts->len, ==, 0);
    g_assert_cmpuint(def->source.devices->len, ==, 0);
    g_assert_null(def->source.dir);
    g_assert_null(def->source.name);
    g_assert_null(def->source.adapter);
    g_assert_null(def->source.initiator_iqn);
    g_assert_null(def->source.format);
}

static void
test_new(void)
{
    g_autoptr(CofferPoolDef) def = coffer_pool_def_new(COFFER_POOL_TYPE_DIR);
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;
    g_autoptr(CofferPoolDef) again = NULL;

    def->name = g_strdup("p");
    def->target_path = g_strdup("/srv/p");
    def->capacity = 3;
    def->allocation = 1;
    def->available = 2;
    xml = coffer_pool_def_format(def);
    g_assert_cmpstr(xml, ==,
                    "<pool type='dir'>\n"
                    "  <name>p</name>\n"
                    "  <capacity unit='bytes'>3</capacity>\n"
                    "  <allocation unit='bytes'>1</allocation>\n"
                    "  <available unit='bytes'>2</available>\n"
                    "  <source>\n"
                    "  </source>\n"
                    "  <target>\n"
                    "    <path>/srv/p</path>\n"
                    "  </target>\n"
                    "</pool>\n");
    again = coffer_pool_def_parse(xml, TRUE, &error);
    g_assert_no_error(error);
    g_assert_cmpint(again->cow, ==, -1);
    g_assert_cmpuint(again->permissions.mode, ==, (mode_t)-1);
}

static void
test_source_fields(void)
{
    g_autoptr(CofferPoolDef) iscsi = parse(
        "<pool type='iscsi'><name>p</name><source><host name='h' port='3260'/><host name='i'/>"
        "<device path='iqn.2013-06.com.example:i' part_separator='no'/><device path='/d'/>"
        "<auth type='chap' username='u'><secret usage='s'/></auth></source>"
        "<target><path>/p</path></target></pool>",
        FALSE);
    const CofferPoolHost *hosts = (const CofferPoolHost *)(gpointer)iscsi->source.hosts->data;
    const CofferPoolDevice *devices =
        (const CofferPoolDevice *)(gpointer)iscsi->source.devices->data;

    g_assert_cmpuint(iscsi->source.hosts->len, ==, 2);
    g_assert_cmpint(hosts[0].port, ==, 3260);
    g_assert_cmpstr(hosts[1].name, ==, "i");
    g_assert_cmpint(hosts[1].port, ==, 0);
    g_assert_true(devices[0].part_separator_set);
    g_assert_false(devices[0].part_separator);
    g_assert_false(devices[1].part_separator_set);
    g_assert_cmpint(iscsi->source.auth->type, ==, COFFER_POOL_AUTH_CHAP);
    g_assert_cmpstr(iscsi->source.auth->username, ==, "u");
    g_assert_cmpstr(iscsi->source.auth->secret.usage, ==, "s");
}

static void
test_path(void)
{
    static const struct {
        const char *path;
        const char *clean;
    } rows[] = {
        { "/", "/" },    { "//", "//" },           { "///", "/" },          { "/a", "/a" },
        { "/a/", "/a" }, { "/a//", "/a" },         { "//a///b/", "//a/b" }, { "a/b//", "a/b" },
        { "", "" },      { "/a/../b", "/a/../b" },
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *clean = coffer_path_clean(rows[i].path);

        g_assert_cmpstr(clean, ==, rows[i].clean);
    }
    g_assert_null(coffer_path_why_unsafe("/srv/..a/b..c/.d"));
    g_assert_nonnull(coffer_path_why_unsafe(""));
    g_assert_nonnull(coffer_path_why_unsafe("a"));
    g_assert_nonnull(coffer_path_why_unsafe("/a/.."));
    g_assert_nonnull(coffer_path_why_unsafe("/./a"));
    g_assert_nonnull(coffer_path_why_unsafe("/a\x7f"));
    g_assert_nonnull(coffer_path_why_unsafe("/a\xff"));
}

/* The schema is stricter than the parser, so it says things that the parser does not. */
static void
test_validate(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferPoolDef) def = coffer_pool_def_parse(
        "<pool type='dir'>\n<name>p</name>\n<colour/>\n<target><path>/p</path></target></pool>",
        TRUE, &error);

    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_INVALID_XML);
    g_assert_null(def);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool-def/type-words", test_type_words);
    g_test_add_func("/pool-def/rows", test_rows);
    g_test_add_func("/pool-def/formats", test_formats);
    g_test_add_func("/pool-def/other-parts", test_other_parts);
    g_test_add_func("/pool-def/new", test_new);
    g_test_add_func("/pool-def/source-fields", test_source_fields);
    g_test_add_func("/pool-def/path", test_path);
    g_test_add_func("/pool-def/validate", test_validate);
    return g_test_run();
}
