/* xml-bounds.h: what is refused of a text before an XML parser sees it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Refuses, with COFFER_ERROR_INVALID_XML and the line, what would cost the parser far more time
 * than the text is long (attributes and namespaces by the thousand), and encodings in which such
 * things would not be seen here; also the text that is empty or larger than COFFER_XML_MAX_SIZE.
 * Whether the rest is XML is for the parser to say. Any thread. */
gboolean coffer_xml_check_bounds(const char *text, gsize size, GError **error);
