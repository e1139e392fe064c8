/* xml-bounds.c: a single pass over text that may become XML, counting; it parses nothing. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/xml-bounds.h"

#include "base/error.h"
#include "base/name.h"
#include "base/xml.h"

#include <string.h>

/* libxml2 compares each attribute of an element with all before it, and each prefix with all that
 * are declared: a hundred thousand in one MiB keep it busy for a quarter of a minute. */
#define ATTRIBUTES_MAX 1000
#define NAMESPACES_MAX 100

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* In these, "<" and "=" are the bytes that they are in ASCII. */
static const char *const encodings[] = { "UTF-8", "US-ASCII", "ASCII", "ISO-8859-", "windows-125" };

static gboolean
throw_at(guint line, GError **error, const char *message)
{
    return coffer_throw(error, COFFER_ERROR_INVALID_XML, "line %u: %s", line, message);
}

/* What the XML declaration at the start of @text names (XML 1.0, section 4.3.3). Returns: (transfer
 * full) (nullable). */
static char *
declared_encoding(const char *text)
{
    const char *end = g_str_has_prefix(text, "<?xml") ? strstr(text, "?>") : NULL;
    const char *name = end != NULL ? g_strstr_len(text, end - text, "encoding") : NULL;
    gsize length = 0;

    if (name == NULL)
        return NULL;
    name += strcspn(name, "'\"");
    length = strcspn(name + (*name != '\0'), "'\"");
    return *name != '\0' ? g_strndup(name + 1, length) : NULL;
}

static gboolean
check_encoding(const char *text, GError **error)
{
    g_autofree char *declared = declared_encoding(text);
    g_autofree char *printable = NULL;

    if (declared == NULL)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(encodings); i++)
        if (g_ascii_strncasecmp(declared, encodings[i], strlen(encodings[i])) == 0)
            return TRUE;
    printable = coffer_name_printable(declared);
    return coffer_throw(error, COFFER_ERROR_INVALID_XML,
                        "line 1: the encoding '%s' is not supported; use UTF-8", printable);
}

/* Between two "<", which stand in no attribute's value, each attribute has its "=". So counting
 * never counts too few; a text with that many is refused with the others. */
static gboolean
check_counts(const char *text, gsize size, GError **error)
{
    guint line = 1, tag_line = 1, equals = 0, namespaces = 0;

    for (gsize i = 0; i < size; i++) {
        if (text[i] == '\n')
            line++;
        if (text[i] == '<') {
            tag_line = line;
            equals = 0;
        }
        if (text[i] == '=' && ++equals > ATTRIBUTES_MAX)
            return throw_at(tag_line, error,
                            "an element has more than " G_STRINGIFY(
                                ATTRIBUTES_MAX) " attributes, or signs '='");
        if (text[i] == 'x' && strncmp(text + i, "xmlns", strlen("xmlns")) == 0 &&
            ++namespaces > NAMESPACES_MAX)
            return throw_at(line, error,
                            "more than " G_STRINGIFY(NAMESPACES_MAX) " namespaces are declared");
    }
    return TRUE;
}

gboolean
coffer_xml_check_bounds(const char *text, gsize size, GError **error)
{
    gsize mark = g_str_has_prefix(text, BYTE_ORDER_MARK) ? strlen(BYTE_ORDER_MARK) : 0;

    if (size > COFFER_XML_MAX_SIZE)
        return coffer_throw(error, COFFER_ERROR_INVALID_XML, "the XML has more than %d bytes",
                            COFFER_XML_MAX_SIZE);
    if (strspn(text + mark, " \t\r\n") == size - mark)
        return throw_at(1, error, "the text is empty");
    /* Without "<" there is no element; and in EBCDIC, which libxml2 guesses, it is another byte. */
    if (strchr(text + mark, '<') == NULL)
        return throw_at(1, error, "the text is not XML; it has no element");
    return check_encoding(text + mark, error) && check_counts(text, size, error);
}
