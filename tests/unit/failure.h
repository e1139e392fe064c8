/* failure.h: what every test of a refusal asks of the error: its code, its words, one line. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/error.h"

#include <string.h>

/* Asserts, and clears @error for the next row of a table. @words is a part of the message. */
static inline void
failure_expect(GError **error, CofferError code, const char *words)
{
    g_assert_error(*error, COFFER_ERROR, (int)code);
    if (strstr((*error)->message, words) == NULL)
        g_error("'%s' is not in the message '%.300s'", words, (*error)->message);
    g_assert_true(g_utf8_validate((*error)->message, -1, NULL));
    for (const char *next = (*error)->message; *next != '\0'; next++)
        g_assert_false(g_ascii_iscntrl(*next));
    g_assert_cmpuint(strlen((*error)->message), <, 4000);
    g_clear_error(error);
}
