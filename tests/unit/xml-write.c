/* xml-write.c: tests of the layout that libvirt has, and that what is written reads back the same.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/xml-write.h"

#include "base/xml.h"

static void
test_layout(void)
{
    g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();
    g_autofree char *text = NULL;
    g_autofree char *again = NULL;

    coffer_xml_open(writer, "pool");
    coffer_xml_put_attr(writer, "type", "dir");
    coffer_xml_put_attr(writer, "missing", NULL);
    coffer_xml_put_element(writer, "name", "default");
    coffer_xml_put_element(writer, "missing", NULL);
    coffer_xml_put_element(writer, "empty", "");
    coffer_xml_put_element_printf(writer, "number", "%d%%", 42);
    coffer_xml_open(writer, "capacity");
    coffer_xml_put_attr_printf(writer, "unit", "%s", "bytes");
    coffer_xml_close_with_text(writer, "1024");
    coffer_xml_open(writer, "nothing");
    coffer_xml_put_attr(writer, "unit", "bytes");
    coffer_xml_close_with_text(writer, NULL);
    coffer_xml_open(writer, "source");
    coffer_xml_end_start_tag(writer);
    coffer_xml_close(writer);
    coffer_xml_open(writer, "target");
    coffer_xml_open(writer, "single");
    coffer_xml_close(writer);
    coffer_xml_close(writer);
    coffer_xml_close(writer);
    text = coffer_xml_writer_finish(writer);
    g_assert_cmpstr(text, ==,
                    "<pool type='dir'>\n"
                    "  <name>default</name>\n"
                    "  <empty></empty>\n"
                    "  <number>42%</number>\n"
                    "  <capacity unit='bytes'>1024</capacity>\n"
                    "  <nothing unit='bytes'/>\n"
                    "  <source>\n"
                    "  </source>\n"
                    "  <target>\n"
                    "    <single/>\n"
                    "  </target>\n"
                    "</pool>\n");
    again = coffer_xml_writer_finish(writer);
    g_assert_cmpstr(again, ==, "");
}

/* As an attribute and as text. */
static void
test_round_trip(void)
{
    static const struct {
        const char *text;
        const char *expected; /* NULL: the same */
    } rows[] = {
        { "plain", NULL },
        { "<a b='c' d=\"e\">&amp;]]></a>", NULL },
        { "  two  blanks ", NULL },
        { "line\nline\r\nline\rtab\t", NULL },
        { "\n", NULL },
        { "Größe 秘密 \xf0\x9f\x94\x91", NULL },
        { "a\x01"
          "b\x1b[0m\x7f",
          "ab[0m\x7f" }, /* no XML can say these; libvirt drops them too */
        { "\xef\xbf\xbe"
          "a",
          "a" }, /* U+FFFE */
        { "bad \xff\xc0\xaf end", "bad \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd end" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *expected = rows[i].expected != NULL ? rows[i].expected : rows[i].text;
        g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();
        g_autoptr(CofferXmlDoc) doc = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *xml = NULL, *attribute = NULL, *text = NULL;

        coffer_xml_open(writer, "a");
        coffer_xml_put_attr(writer, "b", rows[i].text);
        coffer_xml_close_with_text(writer, rows[i].text);
        xml = coffer_xml_writer_finish(writer);
        doc = coffer_xml_parse(xml, "a", &error);
        g_assert_no_error(error);
        attribute = coffer_xml_attr(coffer_xml_root(doc), "b");
        text = coffer_xml_text(coffer_xml_root(doc));
        g_assert_cmpstr(attribute, ==, expected);
        g_assert_cmpstr(text, ==, expected);
    }
}

/* An unfinished document is given up without a leak. */
static void
test_unfinished(void)
{
    g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();

    coffer_xml_open(writer, "a");
    coffer_xml_open(writer, "b");
    coffer_xml_put_attr(writer, "c", "d");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml-write/layout", test_layout);
    g_test_add_func("/xml-write/round-trip", test_round_trip);
    g_test_add_func("/xml-write/unfinished", test_unfinished);
    return g_test_run();
}
