/* version.h: how a public symbol is marked, and which version of Coffer this is. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Everything else in the library is hidden; src/libcoffer.map lists the same names by version. */
#define COFFER_API __attribute__((visibility("default")))

/**
 * coffer_version:
 *
 * Thread rule: any thread.
 *
 * Returns: (transfer none): the version of the library at run time, such as "0.1.0"
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_version(void);

G_END_DECLS
