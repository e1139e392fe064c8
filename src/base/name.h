/* name.h: which names of pools and volumes are safe to become names of files. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The most bytes of a name: NAME_MAX less room for ".NAME.xml.new". */
#define COFFER_NAME_MAX 240

/* Refuses the empty name, "." and "..", a leading "-", "/", control characters, invalid UTF-8 and
 * more than COFFER_NAME_MAX bytes, with COFFER_ERROR_INVALID_ARGUMENT; @what ("pool name") begins
 * the message. Any thread. */
gboolean coffer_name_check(const char *what, const char *name, GError **error);

/* The same rule for a text that stands in an error message: control characters, separators of lines
 * and invalid bytes become "?" and it ends after 80 characters. Returns: (transfer full). */
char *coffer_name_printable(const char *text);

/* The same, ending after @max characters. */
char *coffer_name_printable_max(const char *text, guint max);
