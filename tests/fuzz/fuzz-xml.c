/* fuzz-xml.c: any bytes as XML, and what all the accessors make of it; no model looks at it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/xml.h"

#include "base/error.h"
#include "base/xml-write.h"
#include "fuzz.h"

#include <string.h>

/* Refusals are one line of UTF-8 and bear a code that callers expect. */
static void
check_error(GError **error, gboolean ok)
{
    g_assert_cmpint(ok, ==, *error == NULL);
    if (ok)
        return;
    g_assert_error(*error, COFFER_ERROR, COFFER_ERROR_INVALID_XML);
    g_assert_true(g_utf8_validate((*error)->message, -1, NULL));
    g_assert_null(strpbrk((*error)->message, "\n\r\t\033"));
    g_assert_cmpuint(strlen((*error)->message), <, 2000);
    g_clear_error(error);
}

/* What was read of @node can be written and is read again. */
static void
check_written(const CofferXmlNode *node)
{
    g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();
    g_autoptr(CofferXmlDoc) doc = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = coffer_xml_text(node);
    g_autofree char *unit = coffer_xml_attr(node, "unit");
    g_autofree char *xml = NULL, *text_again = NULL, *unit_again = NULL;

    coffer_xml_open(writer, "a");
    coffer_xml_put_attr(writer, "unit", unit);
    coffer_xml_close_with_text(writer, text);
    xml = coffer_xml_writer_finish(writer);
    doc = coffer_xml_parse(xml, "a", &error);
    /* Escaping may make it larger than the bounds. */
    if (doc == NULL) {
        check_error(&error, FALSE);
        return;
    }
    text_again = coffer_xml_text(coffer_xml_root(doc));
    unit_again = coffer_xml_attr(coffer_xml_root(doc), "unit");
    g_assert_cmpstr(text_again, ==, text);
    g_assert_cmpstr(unit_again, ==, unit);
}

static void
walk(const CofferXmlNode *node, guint depth)
{
    static const char *const words[] = { "bytes", "KiB", NULL };
    g_autoptr(GError) error = NULL;
    g_autofree char *unit = NULL, *child_text = NULL;
    CofferUuid uuid;
    guint64 number = 0;
    gboolean flag = FALSE;
    int word = 0;

    g_assert_cmpuint(depth, <=, COFFER_XML_MAX_DEPTH);
    g_assert_cmpuint(coffer_xml_line(node), >, 0);
    g_assert_true(g_utf8_validate(coffer_xml_name(node), -1, NULL));
    child_text = coffer_xml_child_text(node, "a");
    unit = coffer_xml_require_attr(node, "unit", &error);
    check_error(&error, unit != NULL);
    check_error(&error, coffer_xml_attr_enum(node, "unit", words, &word, &error));
    check_error(&error, coffer_xml_attr_bool(node, "unit", &flag, &error));
    check_error(&error, coffer_xml_attr_uint(node, "unit", 100, &number, &error));
    g_assert_cmpuint(number, <=, 100);
    check_error(&error, coffer_xml_scaled(node, &number, &error));
    g_assert_cmpuint(number, <=, G_MAXINT64);
    check_error(&error, coffer_xml_uuid(node, &uuid, &error));
    check_written(node);
    COFFER_XML_FOREACH (child, node)
        walk(child, depth + 1);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = g_strndup(size > 0 ? (const char *)data : "", size);
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(text, NULL, &error);

    check_error(&error, doc != NULL);
    if (doc != NULL)
        walk(coffer_xml_root(doc), 1);
    return 0;
}
