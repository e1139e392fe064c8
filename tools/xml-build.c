/* xml-build.c: elements, indented and escaped. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml-build.h"

#include <stdarg.h>

static void
begin(GString *xml, guint depth, const char *name, va_list attributes)
{
    const char *key = NULL;

    g_string_append_printf(xml, "%*s<%s", (int)depth * 2, "", name);
    while ((key = va_arg(attributes, const char *)) != NULL) {
        const char *value = va_arg(attributes, const char *);
        g_autofree char *escaped = value != NULL ? g_markup_escape_text(value, -1) : NULL;

        if (escaped != NULL)
            g_string_append_printf(xml, " %s='%s'", key, escaped);
    }
}

void
shell_xml_open(GString *xml, guint depth, const char *name, ...)
{
    va_list attributes;

    va_start(attributes, name);
    begin(xml, depth, name, attributes);
    va_end(attributes);
    g_string_append(xml, ">\n");
}

void
shell_xml_empty(GString *xml, guint depth, const char *name, ...)
{
    va_list attributes;

    va_start(attributes, name);
    begin(xml, depth, name, attributes);
    va_end(attributes);
    g_string_append(xml, "/>\n");
}

void
shell_xml_close(GString *xml, guint depth, const char *name)
{
    g_string_append_printf(xml, "%*s</%s>\n", (int)depth * 2, "", name);
}

void
shell_xml_text(GString *xml, guint depth, const char *name, const char *text)
{
    g_autofree char *escaped = text != NULL ? g_markup_escape_text(text, -1) : NULL;

    if (escaped != NULL)
        g_string_append_printf(xml, "%*s<%s>%s</%s>\n", (int)depth * 2, "", name, escaped, name);
}
