/* xml.c: tests of reading XML: what hostile text comes to, and what the accessors say of the rest.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/xml.h"

#include "failure.h"
#include "witness.h"

/* What a table row may say to get a text that is too long to write out. */
static char *
repeat(const char *before, const char *text, gsize times, const char *after)
{
    g_autoptr(GString) all = g_string_new(before);

    for (gsize i = 0; i < times; i++)
        g_string_append(all, text);
    g_string_append(all, after);
    return g_string_free(g_steal_pointer(&all), FALSE);
}

static char *
nested(gsize depth)
{
    g_autofree char *open = repeat("", "<a>", depth, "");

    return repeat(open, "</a>", depth, "");
}

/* <a a0='' a1='' .../> */
static char *
with_attributes(gsize count)
{
    g_autoptr(GString) all = g_string_new("<a");

    for (gsize i = 0; i < count; i++)
        g_string_append_printf(all, " a%" G_GSIZE_FORMAT "=''", i);
    g_string_append(all, "/>");
    return g_string_free(g_steal_pointer(&all), FALSE);
}

static CofferXmlDoc *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    CofferXmlDoc *doc = coffer_xml_parse(text, NULL, &error);

    g_assert_no_error(error);
    return doc;
}

/* --- what is refused --- */

static void
test_refused(void)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        { "", "line 1: the text is empty" },
        { " \n ", "line 1: " },
        { "secret", "line 1: " },
        { "<secret>", "line 1: <secret>: " },
        { "<secret>\n<a>\n</secret>", "line 3: <a>: " },
        { "<secret/><secret/>", "line 1: " },
        { "<secret a='1' a='2'/>", "line 1: <secret>: " },
        { "<secret a=1/>", "line 1: <secret>: " },
        { "<secret>\n<usage type='x' type='y'/></secret>", "line 2: <usage>: " },
        { "<secret>\n<usage type='<'/></secret>", "line 2: <usage>: " },
        { "<secret><a>\n</a>&lt;&x</secret>", "line 2: <secret>: " },
        { "<secret>&lt</secret>", "line 1: <secret>: " },
        { "<secret>\n&unknown;</secret>", "line 2: <secret>: Entity 'unknown' not defined" },
        { "<secret>&#0;</secret>", "line 1: <secret>: " },
        { "<secret>&#x1;</secret>", "line 1: <secret>: " },
        { "<secret>\x01</secret>", "line 1: <secret>: " },
        { "<secret>\xff\xfe</secret>", "line 1: " },
        { "<secret>\xc0\xaf</secret>", "line 1: " },
        { "\x7f"
          "ELF\x02\x01\x01",
          "line 1: " },
        { "\xff\xfe<", "line 1: " },
        { "<?xml version='1.0' encoding='no-such'?><secret/>", "line 1: the encoding 'no-such'" },
        { "<?xml version='1.0' encoding='UTF-16'?><secret/>", "line 1: the encoding 'UTF-16'" },
        { "<?xml version='1.0' encoding='UTF-7'?><secret/>", "line 1: the encoding 'UTF-7'" },
        { "<?xml version='1.0' encoding=\n'IBM037' ?><secret/>", "line 1: the encoding 'IBM037'" },
        { "\n<!DOCTYPE secret>\n<secret/>", "line 2: a document type (DTD) is not allowed" },
        { "<!DOCTYPE secret SYSTEM 'file:///etc/passwd'><secret/>", "(DTD) is not allowed" },
        { "<!DOCTYPE secret SYSTEM 'http://127.0.0.1:1/x'><secret/>", "(DTD) is not allowed" },
        { "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
          "(DTD) is not allowed" },
        { "<!DOCTYPE a [<!ENTITY % x SYSTEM 'file:///dev/random'>%x;]><a/>",
          "(DTD) is not allowed" },
        { "<!DOCTYPE a [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
          "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]>"
          "<a>&d;&d;&d;&d;&d;&d;&d;&d;</a>",
          "(DTD) is not allowed" },
        { "<a><!DOCTYPE a></a>", "line 1: <a>: " },
        { "<a/>\n<coffer:b/>", "line 2: " },
        { "<a>\n<coffer:b/></a>", "line 2: <coffer:b>: the prefix 'coffer' is not declared; add "
                                  "xmlns:coffer='urn:coffer:xml:1.0'" },
        { "<coffer:a/>", "line 1: <coffer:a>: the prefix 'coffer' is not declared" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        if (coffer_xml_parse(rows[i].text, NULL, &error) != NULL)
            g_error("accepted: %s", rows[i].text);
        failure_expect(&error, COFFER_ERROR_INVALID_XML, rows[i].words);
        g_assert_null(coffer_xml_parse(rows[i].text, NULL, NULL));
    }
}

/* Bounds: what is just within them parses, and what is beyond is refused without taking long. */
static void
test_bounds(void)
{
    const struct {
        char *text;
        const char *words; /* NULL: parses */
    } rows[] = {
        { nested(64), NULL },
        { nested(65), "line 1: <a>: nested deeper than 64 elements" },
        { nested(300), "line 1: <a>: nested deeper than 64 elements" },
        { nested(10000), "line 1: <a>: nested deeper than 64 elements" },
        { repeat("", "<a>", 1000000, ""), "nested deeper than 64 elements" },
        { repeat("<a>", "x", COFFER_XML_MAX_SIZE - 7, "</a>"), NULL },
        { repeat("<a>", "x", COFFER_XML_MAX_SIZE - 6, "</a>"),
          "the XML has more than 4194304 bytes" },
        { repeat("<a>", "<b/>", (COFFER_XML_MAX_SIZE - 7) / 4, "</a>"), NULL },
        { repeat("<a>", "\n", 100000, "<b></a>"), "line 100001: <b>: " },
        { with_attributes(500), NULL },
        { with_attributes(300000), "line 1: an element has more than 1000 attributes" },
        { repeat("<a>\n<b c='", "=", 999, "'/></a>"), NULL },
        { repeat("<a>\n<b c='", "=", 1000, "'/></a>"), "line 2: an element has more than" },
        { repeat("<a>", "<b xmlns:x='u'/>", 1000, "</a>"), "more than 100 namespaces" },
        { repeat("<", "n", 40000, "><b></a>"), "line 1: <b>: " },
        { repeat("<", "n", 40000, ">&x;"), "line 1: <nnnn" },
        { repeat("<a>&", "n", 40000, ";</a>"), "line 1: <a>: " },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = rows[i].text;
        g_autoptr(GError) error = NULL;
        gint64 began = g_get_monotonic_time();
        g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(text, NULL, &error);

        /* Two orders of magnitude above what it takes, and two below the quadratic ways. */
        g_assert_cmpint(g_get_monotonic_time() - began, <, 20 * G_USEC_PER_SEC);
        if (rows[i].words == NULL)
            g_assert_no_error(error);
        else
            failure_expect(&error, COFFER_ERROR_INVALID_XML, rows[i].words);
    }
}

static void
test_root(void)
{
    static const struct {
        const char *text, *words; /* NULL: parses as "secret" */
    } rows[] = {
        { "<secret/>", NULL },
        { "<?xml version='1.0' encoding='UTF-8'?>\n<!-- a -->\n<?pi?>\n<secret/>\n<!-- b -->",
          NULL },
        { "\xef\xbb\xbf<secret/>", NULL },
        { "<?xml version='1.0' encoding='ISO-8859-1'?><secret>\xe9</secret>", NULL },
        { "<secret xmlns:coffer='urn:coffer:xml:1.0'/>", NULL },
        { "<pool/>", "line 1: <pool>: the root element must be <secret>" },
        { "\n\n<Secret/>", "line 3: <Secret>: the root element must be <secret>" },
        { "<secret xmlns='urn:x'/>", "line 1: <secret>: the root element must be <secret>" },
        { "<c:secret xmlns:c='urn:coffer:xml:1.0'/>", "the root element must be <secret>" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(rows[i].text, "secret", &error);

        if (rows[i].words != NULL)
            failure_expect(&error, COFFER_ERROR_INVALID_XML, rows[i].words);
        g_assert_no_error(error);
    }
}

/* --- what is read --- */

static void
test_walk(void)
{
    g_autoptr(CofferXmlDoc) doc =
        parse("<a xmlns:coffer='urn:coffer:xml:1.0' xmlns:q='urn:q'>text\n"
              "<!-- c --><b/><coffer:b i='1'/><?pi?>\n"
              "<q:b/><x:y/><b i='2'/></a>");
    const CofferXmlNode *root = coffer_xml_root(doc);
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autofree char *i = NULL;

    COFFER_XML_FOREACH (child, root)
        g_string_append_printf(seen, "%s:%u:%d ", coffer_xml_name(child), coffer_xml_line(child),
                               coffer_xml_is_ours(child));
    g_assert_cmpstr(seen->str, ==, "b:2:0 b:2:1 b:3:0 x:y:3:0 b:3:0 ");
    g_assert_true(coffer_xml_child(root, "b") == coffer_xml_first(root));
    i = coffer_xml_attr(coffer_xml_child_ours(root, "b"), "i");
    g_assert_cmpstr(i, ==, "1");
    g_assert_true(coffer_xml_child_ns(root, "b", "urn:q") ==
                  coffer_xml_next(coffer_xml_child_ours(root, "b")));
    g_assert_null(coffer_xml_child_ns(root, "b", "urn:none"));
    g_assert_null(coffer_xml_child(root, "c"));
    g_assert_null(coffer_xml_first(coffer_xml_first(root)));
    g_assert_null(coffer_xml_next(root));
    g_assert_true(coffer_xml_is(root, "a", NULL));
    g_assert_false(coffer_xml_is(root, "a", "urn:q"));
}

static void
test_text(void)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { "<a/>", "" },
        { "<a></a>", "" },
        { "<a> b </a>", " b " },
        { "<a>b<!-- c -->d</a>", "bd" },
        { "<a>b<c>d</c>e</a>", "bde" },
        { "<a><![CDATA[<&]]>x</a>", "<&x" },
        { "<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x1F511;</a>", "<&>\"'A\xf0\x9f\x94\x91" },
        { "<a>\r\n\r</a>", "\n\n" },
        { "<a>&#13;</a>", "\r" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CofferXmlDoc) doc = parse(rows[i].text);
        g_autofree char *text = coffer_xml_text(coffer_xml_root(doc));

        g_assert_cmpstr(text, ==, rows[i].expected);
    }
}

static void
test_child_text(void)
{
    g_autoptr(CofferXmlDoc) doc =
        parse("<a><full>x</full><full>y</full><empty/><blank> </blank></a>");
    g_autofree char *full = coffer_xml_child_text(coffer_xml_root(doc), "full");
    g_autofree char *blank = coffer_xml_child_text(coffer_xml_root(doc), "blank");

    g_assert_cmpstr(full, ==, "x");
    g_assert_cmpstr(blank, ==, " ");
    g_assert_null(coffer_xml_child_text(coffer_xml_root(doc), "empty"));
    g_assert_null(coffer_xml_child_text(coffer_xml_root(doc), "missing"));
}

static void
test_attr(void)
{
    g_autoptr(CofferXmlDoc) doc = parse("<a xmlns:q='urn:q' b='x&#10;y&lt;' c='' q:d='1'/>");
    const CofferXmlNode *root = coffer_xml_root(doc);
    g_autofree char *b = coffer_xml_attr(root, "b");
    g_autofree char *c = coffer_xml_attr(root, "c");
    g_autofree char *required = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpstr(b, ==, "x\ny<");
    g_assert_cmpstr(c, ==, "");
    g_assert_null(coffer_xml_attr(root, "d"));
    required = coffer_xml_require_attr(root, "b", &error);
    g_assert_cmpstr(required, ==, b);
    g_assert_null(coffer_xml_require_attr(root, "c", &error));
    failure_expect(&error, COFFER_ERROR_INVALID_XML, "line 1: <a>: the attribute 'c' is missing");
    g_assert_null(coffer_xml_require_attr(root, "e", &error));
    failure_expect(&error, COFFER_ERROR_INVALID_XML, "line 1: <a>: the attribute 'e' is missing");
}

/* A message stays one line of bearable length, whatever the document calls its elements. */
static void
test_throw(void)
{
    g_autofree char *text = repeat("<", "n", 40000, "/>");
    g_autoptr(CofferXmlDoc) doc = parse(text);
    g_autoptr(GError) error = NULL;

    g_assert_false(coffer_xml_throw(coffer_xml_root(doc), &error, "bad %s", "thing"));
    failure_expect(&error, COFFER_ERROR_INVALID_XML, "...>: bad thing");
    g_assert_false(coffer_xml_throw(coffer_xml_root(doc), NULL, "unheard"));
}

static void
test_words(void)
{
    static const char *const words[] = { "default", "qcow", "luks", NULL };
    g_autoptr(CofferXmlDoc) doc =
        parse("<a good='luks' bad='LUKS' ugly='&#10;' yes='yes' no='no' on='on'/>");
    const CofferXmlNode *root = coffer_xml_root(doc);
    g_autoptr(GError) error = NULL;
    gboolean flag = 7;
    int word = 7;

    g_assert_true(coffer_xml_attr_enum(root, "missing", words, &word, &error));
    g_assert_cmpint(word, ==, 7);
    g_assert_false(coffer_xml_attr_enum(root, "bad", words, &word, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_XML,
                   "line 1: <a>: unknown bad 'LUKS'; known are: default, qcow, luks");
    g_assert_false(coffer_xml_attr_enum(root, "ugly", words, &word, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_XML, "unknown ugly '?'");
    g_assert_cmpint(word, ==, 7);
    g_assert_true(coffer_xml_attr_enum(root, "good", words, &word, &error));
    g_assert_cmpint(word, ==, 2);

    g_assert_true(coffer_xml_attr_bool(root, "missing", &flag, &error));
    g_assert_cmpint(flag, ==, 7);
    g_assert_false(coffer_xml_attr_bool(root, "on", &flag, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_XML, "unknown on 'on'; known are: no, yes");
    g_assert_true(coffer_xml_attr_bool(root, "yes", &flag, &error));
    g_assert_cmpint(flag, ==, TRUE);
    g_assert_true(coffer_xml_attr_bool(root, "no", &flag, &error));
    g_assert_cmpint(flag, ==, FALSE);
    g_assert_no_error(error);
}

static void
test_uint(void)
{
    static const struct {
        const char *text;
        gboolean ok;
        guint64 value;
    } rows[] = {
        { "0", TRUE, 0 },
        { "42", TRUE, 42 },
        { "0042", TRUE, 42 },
        { "100", TRUE, 100 },
        { "101", FALSE, 0 },
        { "-1", FALSE, 0 },
        { "-0", FALSE, 0 },
        { "+1", FALSE, 0 },
        { " 1", FALSE, 0 },
        { "1 ", FALSE, 0 },
        { "", FALSE, 0 },
        { "1x", FALSE, 0 },
        { "0x1", FALSE, 0 },
        { "1.0", FALSE, 0 },
        { "1e1", FALSE, 0 },
        { "\xd9\xa1", FALSE, 0 },
        { "18446744073709551617", FALSE, 0 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("<a n='%s'/>", rows[i].text);
        g_autoptr(CofferXmlDoc) doc = parse(text);
        g_autoptr(GError) error = NULL;
        guint64 value = 7;

        g_assert_cmpint(coffer_xml_attr_uint(coffer_xml_root(doc), "n", 100, &value, &error), ==,
                        rows[i].ok);
        if (!rows[i].ok)
            failure_expect(&error, COFFER_ERROR_INVALID_XML, "is not a whole number from 0 to 100");
        g_assert_cmpuint(value, ==, rows[i].ok ? rows[i].value : 7);
        g_assert_true(coffer_xml_attr_uint(coffer_xml_root(doc), "m", 100, &value, &error));
    }
}

static void
test_scaled(void)
{
    static const struct {
        const char *text;
        guint64 bytes;
        const char *words;
    } rows[] = {
        { "<c>1024</c>", 1024, NULL },
        { "<c unit=''>1024</c>", 1024, NULL },
        { "<c unit='KiB'>\n 3 \n</c>", 3072, NULL },
        { "<c unit='G'>20</c>", G_GUINT64_CONSTANT(21474836480), NULL },
        { "<c unit='EiB'>99999999999</c>", 0, "line 1: <c>: 99999999999 EiB is too large" },
        { "<c unit='EiB'>8</c>", 0, "is too large; the most is 8 EiB less one byte" },
        { "<c>18446744073709551616</c>", 0, "line 1: <c>: size '18446744073709551616' is not" },
        { "<c>-1</c>", 0, "line 1: <c>: size '-1' is not a whole number" },
        { "<c>1 2</c>", 0, "size '1 2' is not a whole number" },
        { "<c>1G</c>", 0, "size '1G' is not a whole number" },
        { "<c/>", 0, "size '' is not a whole number" },
        { "<c unit='furlong'>1</c>", 0, "line 1: <c>: unknown unit 'furlong'" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CofferXmlDoc) doc = parse(rows[i].text);
        g_autoptr(GError) error = NULL;
        guint64 bytes = 0;

        coffer_xml_scaled(coffer_xml_root(doc), &bytes, &error);
        if (rows[i].words != NULL)
            failure_expect(&error, COFFER_ERROR_INVALID_XML, rows[i].words);
        g_assert_no_error(error);
        g_assert_cmpuint(bytes, ==, rows[i].bytes);
    }
}

static void
test_uuid(void)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        { "<u> 0123abcd-4567-89ef-0a1b-2c3d4e5f6071\n</u>", NULL },
        { "<u>0123abcd</u>", "line 1: <u>: '0123abcd' is not a UUID" },
        { "<u/>", "line 1: <u>: '' is not a UUID" },
        { "<u>00000000-0000-0000-0000-000000000000</u>", "is not a UUID" },
        { "<u>\nx\n</u>", "'?x?' is not a UUID" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CofferXmlDoc) doc = parse(rows[i].text);
        g_autoptr(GError) error = NULL;
        CofferUuid uuid;

        g_assert_cmpint(coffer_xml_uuid(coffer_xml_root(doc), &uuid, &error), ==,
                        rows[i].words == NULL);
        if (rows[i].words != NULL)
            failure_expect(&error, COFFER_ERROR_INVALID_XML, rows[i].words);
    }
}

/* --- schemas --- */

#define SCHEMA                                                                                     \
    "<grammar xmlns='http://relaxng.org/ns/structure/1.0' "                                        \
    "datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'><start><element name='a'>"       \
    "<element name='n'><data type='unsignedInt'/></element><optional><element name='m'>"           \
    "<text/></element></optional></element></start></grammar>"

static void
set_schema(const WitnessDir *dir, const char *schema)
{
    g_autofree char *path = witness_file(dir, "a.rng", schema, strlen(schema), 0);

    g_setenv("COFFER_SCHEMA_DIR", dir->path, TRUE);
}

static void
test_validate(void)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        { "<a><n>1</n></a>", NULL },
        { "<a><n>1</n><m>x</m></a>", NULL },
        { "<a>\n<n>x</n></a>", "line 2: <n>: " },
        { "<a>\n<n>1</n>\n<o/></a>", "line 3: <o>: " },
        { "<a/>", "line 1: <a>: " },
        { "<b/>", "line 1: <b>: " },
    };
    g_auto(WitnessDir) dir = witness_dir_new();

    set_schema(&dir, SCHEMA);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CofferXmlDoc) doc = parse(rows[i].text);
        g_autoptr(GError) error = NULL;

        g_assert_cmpint(coffer_xml_validate(doc, "a.rng", &error), ==, rows[i].words == NULL);
        if (rows[i].words == NULL)
            continue;
        g_assert_nonnull(strstr(error->message, "(schema a.rng)"));
        failure_expect(&error, COFFER_ERROR_INVALID_XML, rows[i].words);
    }
}

/* Nothing but the error: libxml2 must not write to our stderr. */
static void
test_schema_missing(void)
{
    static const char *const schemas[] = { NULL, "", "<grammar", "<a/>", "<!DOCTYPE a><a>&b;</a>" };

    if (g_test_subprocess()) {
        g_auto(WitnessDir) dir = witness_dir_new();
        g_autoptr(CofferXmlDoc) doc = parse("<a/>");

        g_setenv("COFFER_SCHEMA_DIR", dir.path, TRUE);
        for (gsize i = 0; i < G_N_ELEMENTS(schemas); i++) {
            g_autoptr(GError) error = NULL;

            if (schemas[i] != NULL)
                set_schema(&dir, schemas[i]);
            g_assert_false(coffer_xml_validate(doc, "a.rng", &error));
            g_assert_nonnull(strstr(error->message, dir.path));
            failure_expect(&error, COFFER_ERROR_UNSUPPORTED, "a.rng' is missing or damaged");
        }
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("");
}

static gpointer
validate_thread(gpointer data)
{
    for (int i = 0; i < 20; i++) {
        g_autoptr(CofferXmlDoc) doc = parse(i % 2 == 0 ? "<a><n>1</n></a>" : "<a><n>x</n></a>");

        g_assert_cmpint(coffer_xml_validate(doc, "a.rng", NULL), ==, i % 2 == 0);
        g_assert_null(coffer_xml_parse("<a>&x;</a>", NULL, NULL));
    }
    return NULL;
}

/* The first use of libxml2 in a process may be by many threads at once; where its tables are made
 * twice it complains on stderr. */
static void
test_threads(void)
{
    if (g_test_subprocess()) {
        GThread *threads[8];

        for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
            threads[i] = g_thread_new("validate", validate_thread, NULL);
        for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
            g_thread_join(threads[i]);
        return;
    }
    for (int round = 0; round < 5; round++) {
        g_auto(WitnessDir) dir = witness_dir_new();

        set_schema(&dir, SCHEMA);
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        g_test_trap_assert_stderr("");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/refused", test_refused);
    g_test_add_func("/xml/bounds", test_bounds);
    g_test_add_func("/xml/root", test_root);
    g_test_add_func("/xml/walk", test_walk);
    g_test_add_func("/xml/text", test_text);
    g_test_add_func("/xml/child-text", test_child_text);
    g_test_add_func("/xml/attr", test_attr);
    g_test_add_func("/xml/throw", test_throw);
    g_test_add_func("/xml/words", test_words);
    g_test_add_func("/xml/uint", test_uint);
    g_test_add_func("/xml/scaled", test_scaled);
    g_test_add_func("/xml/uuid", test_uuid);
    g_test_add_func("/xml/validate", test_validate);
    g_test_add_func("/xml/threads", test_threads);
    g_test_add_func("/xml/schema-missing", test_schema_missing);
    return g_test_run();
}
