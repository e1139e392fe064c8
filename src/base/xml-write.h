/* xml-write.h: writing XML the way libvirt lays it out: two spaces, single quotes, no declaration.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Elements are opened, given attributes, then filled or closed; a start tag without content
 * becomes "<name/>". Texts are escaped; a NULL text or value writes nothing at all, so that
 * optional parts need no if. Characters that XML cannot have are left out, as libvirt does, and
 * bytes that are not UTF-8 become U+FFFD. One thread. */
typedef struct _CofferXmlWriter CofferXmlWriter;

CofferXmlWriter *coffer_xml_writer_new(void);
void coffer_xml_writer_free(CofferXmlWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferXmlWriter, coffer_xml_writer_free)

void coffer_xml_open(CofferXmlWriter *writer, const char *name);
void coffer_xml_put_attr(CofferXmlWriter *writer, const char *name, const char *value);
void coffer_xml_put_attr_printf(CofferXmlWriter *writer, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* <name>text</name> on a line of its own. */
void coffer_xml_put_element(CofferXmlWriter *writer, const char *name, const char *text);
void coffer_xml_put_element_printf(CofferXmlWriter *writer, const char *name, const char *format,
                                   ...) G_GNUC_PRINTF(3, 4);
/* Text right behind the start tag of the element that is open, which is then closed on the same
 * line: open("capacity"); put_attr("unit", "bytes"); close_with_text("1048576"); */
void coffer_xml_close_with_text(CofferXmlWriter *writer, const char *text);
void coffer_xml_close(CofferXmlWriter *writer);
/* Ends the start tag of the element that is open, so that it takes two lines even when it stays
 * empty, as libvirt writes <source> and <encryption>. */
void coffer_xml_end_start_tag(CofferXmlWriter *writer);

/* Ends the document. Returns: (transfer full): the text; the writer is empty after it. */
char *coffer_xml_writer_finish(CofferXmlWriter *writer);
