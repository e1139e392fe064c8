/* round-trip.h: what must hold for any input of an XML parser; for the fuzzers of the model. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/error.h"
#include "base/xml.h"

#include <string.h>

/* Parses @xml and writes it again; NULL with an error where it is refused. */
typedef char *(*RoundTrip)(const char *xml, GError **error);

/* Input is refused with one line that says why, or it is written so that reading that gives the
 * same. */
static inline void
check_round_trip(RoundTrip round_trip, const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *input = size > 0 ? g_strndup((const char *)data, size) : g_strdup("");
    g_autofree char *output = round_trip(input, &error);
    g_autofree char *again = NULL;

    if (output == NULL) {
        g_assert_error(error, COFFER_ERROR, COFFER_ERROR_INVALID_XML);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        g_assert_null(strpbrk(error->message, "\n\r\033"));
        return;
    }
    g_assert_no_error(error);
    again = round_trip(output, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(again, ==, output);
}
