/* name.c: the one rule for names that become names of files. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/name.h"

#include "base/error.h"

#include <string.h>

/* Characters of a foreign text that an error message shows. */
#define PRINTABLE_MAX 80

char *
coffer_name_printable(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, PRINTABLE_MAX * 4));
    GString *printable = g_string_new(NULL);
    guint characters = 0;

    for (const char *next = valid; *next != '\0'; next = g_utf8_next_char(next)) {
        gunichar character = g_utf8_get_char(next);

        if (++characters > PRINTABLE_MAX) {
            g_string_append(printable, "...");
            break;
        }
        if (g_unichar_isprint(character))
            g_string_append_unichar(printable, character);
        else
            g_string_append_c(printable, '?');
    }
    return g_string_free(printable, FALSE);
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
