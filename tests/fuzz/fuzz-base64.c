/* fuzz-base64.c: any bytes as base64: refused, or exactly what encoding the value gives back. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/bytes.h"
#include "coffer/error.h"
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) stripped = g_string_new(NULL);
    g_autoptr(CofferBytes) encoded = NULL;
    g_autoptr(CofferBytes) value = NULL;
    g_autoptr(CofferBytes) again = NULL;

    if (size == 0 || size > COFFER_BYTES_MAX)
        return 0;
    encoded = coffer_bytes_new(data, size, &error);
    g_assert_no_error(error);
    value = coffer_bytes_new_from_base64(encoded, &error);
    if (value == NULL) {
        g_assert_error(error, COFFER_ERROR, COFFER_ERROR_INVALID_ARGUMENT);
        return 0;
    }
    again = coffer_bytes_to_base64(value, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < size; i++)
        if (strchr(" \t\n\f\r", data[i]) == NULL || data[i] == '\0')
            g_string_append_c(stripped, (char)data[i]);
    g_assert_cmpmem(coffer_bytes_get_data(again, NULL), coffer_bytes_get_size(again), stripped->str,
                    stripped->len);
    return 0;
}
