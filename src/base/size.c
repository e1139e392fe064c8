/* size.c: numbers with units to bytes and back; every product is checked. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/size.h"

#include "base/error.h"
#include "base/name.h"

#include <string.h>

/* libvirt counts a size as signed where it meets the kernel: the most is what off_t holds. */
#define SIZE_MAX_BYTES ((guint64)G_MAXINT64)

static const char prefixes[] = "KMGTPE";

/* "K", "KiB": 1024; "KB": 1000; and so on (libvirt's virScaleInteger; IEC 80000-13). */
static gboolean
unit_factor(const char *unit, guint64 *out_factor)
{
    const char *prefix = NULL;
    guint64 base = 1024;
    guint64 factor = 1;

    if (unit == NULL || *unit == '\0' || g_ascii_strcasecmp(unit, "b") == 0 ||
        g_ascii_strcasecmp(unit, "byte") == 0 || g_ascii_strcasecmp(unit, "bytes") == 0) {
        *out_factor = 1;
        return TRUE;
    }
    prefix = strchr(prefixes, g_ascii_toupper(*unit));
    if (prefix == NULL)
        return FALSE;
    if (g_ascii_strcasecmp(unit + 1, "b") == 0)
        base = 1000;
    else if (unit[1] != '\0' && g_ascii_strcasecmp(unit + 1, "ib") != 0)
        return FALSE;
    for (const char *step = prefixes; step <= prefix; step++)
        factor *= base;
    *out_factor = factor;
    return TRUE;
}

gboolean
coffer_size_scale(guint64 number, const char *unit, guint64 *out_bytes, GError **error)
{
    guint64 factor = 1;
    guint64 bytes = 0;

    if (!unit_factor(unit, &factor)) {
        g_autofree char *printable = coffer_name_printable(unit);

        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "unknown unit '%s'; known are bytes, KiB, KB, MiB, MB ... EiB, EB",
                            printable);
    }
    if (!g_uint64_checked_mul(&bytes, number, factor) || bytes > SIZE_MAX_BYTES)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "%" G_GUINT64_FORMAT
                            " %s is too large; the most is 8 EiB less one byte",
                            number, unit != NULL && *unit != '\0' ? unit : "bytes");
    *out_bytes = bytes;
    return TRUE;
}

gboolean
coffer_size_parse(const char *text, guint64 *out_bytes, GError **error)
{
    g_autofree char *printable = NULL;
    g_autofree char *digits = NULL;
    gsize length = strspn(text, "0123456789");
    guint64 number = 0;

    digits = g_strndup(text, length);
    if (length > 0 && g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT64, &number, NULL))
        return coffer_size_scale(number, text + length, out_bytes, error);
    printable = coffer_name_printable(text);
    if (length > 0)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "'%s' is too large; the most is 8 EiB less one byte", printable);
    return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                        "'%s' is not a size; write a number and a unit, such as 20G", printable);
}

char *
coffer_size_format(guint64 bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    double value = (double)bytes;
    guint unit = 0;

    while (value >= 1024.0 && unit + 1 < G_N_ELEMENTS(units)) {
        value /= 1024.0;
        unit++;
    }
    return g_strdup_printf("%.2f %s", value, units[unit]);
}
