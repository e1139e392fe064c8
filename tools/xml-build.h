/* xml-build.h: writing the little XML that commands build from arguments; reading is the library's.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* "<name a='1' b='2'>" with attribute names and values by turns, NULL at the end; a NULL value
 * leaves its attribute out. @depth is in steps of two blanks. */
void shell_xml_open(GString *xml, guint depth, const char *name, ...) G_GNUC_NULL_TERMINATED;
void shell_xml_empty(GString *xml, guint depth, const char *name, ...) G_GNUC_NULL_TERMINATED;
void shell_xml_close(GString *xml, guint depth, const char *name);

/* "<name>text</name>"; nothing where @text is NULL. */
void shell_xml_text(GString *xml, guint depth, const char *name, const char *text);
