/* xml-write.c: an indenting writer of XML; what is written is up to the model. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/xml-write.h"

struct _CofferXmlWriter {
    GString *text;
    GPtrArray *open; /* names of the elements that are open, of char* */
    gboolean in_tag; /* the last start tag still lacks its ">" */
};

CofferXmlWriter *
coffer_xml_writer_new(void)
{
    CofferXmlWriter *writer = g_new0(CofferXmlWriter, 1);

    writer->text = g_string_new(NULL);
    writer->open = g_ptr_array_new_with_free_func(g_free);
    return writer;
}

void
coffer_xml_writer_free(CofferXmlWriter *writer)
{
    if (writer == NULL)
        return;
    g_string_free(writer->text, TRUE);
    g_ptr_array_unref(writer->open);
    g_free(writer);
}

/* What no XML 1.0 document can say, not even by reference (section 2.2). */
static gboolean
is_xml_character(gunichar character)
{
    return character >= 0x20 ? character != 0xfffe && character != 0xffff
                             : character == '\t' || character == '\n' || character == '\r';
}

/* libvirt escapes the first five, quotes in element text too (virBufferEscapeString). White space
 * that a parser would change (XML 1.0, 2.11 and 3.3.3) is written as a reference, so that what was
 * read is what will be read again. NULL: as it is. */
static const char *
reference(gunichar character, gboolean in_attribute)
{
    switch (character) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    case '\r':
        return "&#13;";
    case '\n':
        return in_attribute ? "&#10;" : NULL;
    case '\t':
        return in_attribute ? "&#9;" : NULL;
    default:
        return NULL;
    }
}

static void
append_escaped(GString *text, const char *raw, gboolean in_attribute)
{
    g_autofree char *valid = g_utf8_make_valid(raw, -1);

    for (const char *next = valid; *next != '\0'; next = g_utf8_next_char(next)) {
        gunichar character = g_utf8_get_char(next);
        const char *escaped = reference(character, in_attribute);

        if (escaped != NULL)
            g_string_append(text, escaped);
        else if (is_xml_character(character))
            g_string_append_unichar(text, character);
    }
}

static void
end_tag(CofferXmlWriter *writer)
{
    if (writer->in_tag)
        g_string_append(writer->text, ">\n");
    writer->in_tag = FALSE;
}

static void
indent(CofferXmlWriter *writer)
{
    for (guint i = 0; i < writer->open->len; i++)
        g_string_append(writer->text, "  ");
}

void
coffer_xml_open(CofferXmlWriter *writer, const char *name)
{
    end_tag(writer);
    indent(writer);
    g_string_append_printf(writer->text, "<%s", name);
    g_ptr_array_add(writer->open, g_strdup(name));
    writer->in_tag = TRUE;
}

void
coffer_xml_put_attr(CofferXmlWriter *writer, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_string_append_printf(writer->text, " %s='", name);
    append_escaped(writer->text, value, TRUE);
    g_string_append_c(writer->text, '\'');
}

void
coffer_xml_put_attr_printf(CofferXmlWriter *writer, const char *name, const char *format, ...)
{
    g_autofree char *value = NULL;
    va_list args;

    va_start(args, format);
    value = g_strdup_vprintf(format, args);
    va_end(args);
    coffer_xml_put_attr(writer, name, value);
}

static char *
pop_name(CofferXmlWriter *writer)
{
    return g_ptr_array_steal_index(writer->open, writer->open->len - 1);
}

void
coffer_xml_close_with_text(CofferXmlWriter *writer, const char *text)
{
    g_autofree char *name = NULL;

    if (text == NULL) {
        coffer_xml_close(writer);
        return;
    }
    name = pop_name(writer);
    g_string_append_c(writer->text, '>');
    append_escaped(writer->text, text, FALSE);
    g_string_append_printf(writer->text, "</%s>\n", name);
    writer->in_tag = FALSE;
}

void
coffer_xml_put_element(CofferXmlWriter *writer, const char *name, const char *text)
{
    if (text == NULL)
        return;
    coffer_xml_open(writer, name);
    coffer_xml_close_with_text(writer, text);
}

void
coffer_xml_put_element_printf(CofferXmlWriter *writer, const char *name, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    coffer_xml_put_element(writer, name, text);
}

void
coffer_xml_close(CofferXmlWriter *writer)
{
    g_autofree char *name = pop_name(writer);

    if (writer->in_tag) {
        g_string_append(writer->text, "/>\n");
        writer->in_tag = FALSE;
        return;
    }
    indent(writer);
    g_string_append_printf(writer->text, "</%s>\n", name);
}

void
coffer_xml_end_start_tag(CofferXmlWriter *writer)
{
    end_tag(writer);
}

char *
coffer_xml_writer_finish(CofferXmlWriter *writer)
{
    char *text = g_string_free(writer->text, FALSE);

    g_assert(writer->open->len == 0);
    writer->text = g_string_new(NULL);
    return text;
}
