/* name.c: the one rule for names that become names of files. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/name.h"

#include "base/error.h"

#include <string.h>

/* Characters of a foreign text that an error message shows. */
#define PRINTABLE_MAX 80

/* The last code point of Unicode; GLib says "invalid" with numbers beyond it. */
#define MAX_CODE_POINT 0x10ffff

/* What neither moves the cursor, nor ends the line, nor turns it around. */
static gboolean
is_printable(gunichar character)
{
    GUnicodeType type = g_unichar_type(character);

    return g_unichar_isprint(character) && type != G_UNICODE_LINE_SEPARATOR &&
           type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

char *
coffer_name_printable_max(const char *text, guint max)
{
    GString *printable = g_string_new(NULL);
    guint characters = 0;

    while (*text != '\0') {
        gunichar character = g_utf8_get_char_validated(text, -1);
        gboolean valid = character <= MAX_CODE_POINT;

        if (++characters > max) {
            g_string_append(printable, "...");
            break;
        }
        if (valid && is_printable(character))
            g_string_append_unichar(printable, character);
        else
            g_string_append_c(printable, '?');
        text = valid ? g_utf8_next_char(text) : text + 1;
    }
    return g_string_free(printable, FALSE);
}

char *
coffer_name_printable(const char *text)
{
    return coffer_name_printable_max(text, PRINTABLE_MAX);
}

static const char *
why_unsafe(const char *name)
{
    if (*name == '\0')
        return "is empty";
    if (strlen(name) > COFFER_NAME_MAX)
        return "has more than " G_STRINGIFY(COFFER_NAME_MAX) " bytes";
    if (g_str_equal(name, ".") || g_str_equal(name, ".."))
        return "names a folder";
    if (*name == '-')
        return "begins with '-'";
    if (strchr(name, '/') != NULL)
        return "contains '/'";
    if (!g_utf8_validate(name, -1, NULL))
        return "is not valid UTF-8";
    for (const char *next = name; *next != '\0'; next = g_utf8_next_char(next))
        if (g_unichar_iscntrl(g_utf8_get_char(next)))
            return "contains a control character";
    return NULL;
}

gboolean
coffer_name_check(const char *what, const char *name, GError **error)
{
    const char *why = why_unsafe(name);
    g_autofree char *printable = NULL;

    if (why == NULL)
        return TRUE;
    printable = coffer_name_printable(name);
    return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT, "%s '%s' %s", what, printable, why);
}
