/* path.c: the rules for paths in XML. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/path.h"

#include <string.h>

char *
coffer_path_clean(const char *path)
{
    GString *clean = g_string_new(NULL);
    gsize slashes = strspn(path, "/");

    g_string_append(clean, slashes == 2 ? "//" : slashes > 0 ? "/" : "");
    for (const char *next = path + slashes; *next != '\0'; next++) {
        if (*next != '/' || (next[1] != '/' && next[1] != '\0'))
            g_string_append_c(clean, *next);
    }
    return g_string_free(clean, FALSE);
}

static gboolean
has_dots(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    return g_strv_contains((const char *const *)parts, ".") ||
           g_strv_contains((const char *const *)parts, "..");
}

const char *
coffer_path_why_unsafe(const char *path)
{
    if (*path != '/')
        return "is not absolute";
    if (has_dots(path))
        return "has '.' or '..' in it";
    if (!g_utf8_validate(path, -1, NULL))
        return "is not valid UTF-8";
    for (const char *next = path; *next != '\0'; next = g_utf8_next_char(next)) {
        if (g_unichar_iscntrl(g_utf8_get_char(next)))
            return "contains a control character";
    }
    return NULL;
}
