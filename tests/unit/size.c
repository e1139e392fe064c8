/* size.c: tests of sizes with units, of their overflow, and of how they are shown. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/size.h"

#include "failure.h"

#include <glib.h>

static void
test_parse(void)
{
    static const struct {
        const char *text;
        guint64 bytes;
    } rows[] = {
        { "0", 0 },
        { "1", 1 },
        { "007", 7 },
        { "1b", 1 },
        { "2byte", 2 },
        { "2Bytes", 2 },
        { "1k", 1024 },
        { "1K", 1024 },
        { "1KiB", 1024 },
        { "1kib", 1024 },
        { "1KB", 1000 },
        { "3m", 3 * 1024 * 1024 },
        { "3MiB", 3 * 1024 * 1024 },
        { "3MB", 3000000 },
        { "20G", G_GUINT64_CONSTANT(21474836480) },
        { "1GB", 1000000000 },
        { "1T", G_GUINT64_CONSTANT(1099511627776) },
        { "1TB", G_GUINT64_CONSTANT(1000000000000) },
        { "1P", G_GUINT64_CONSTANT(1125899906842624) },
        { "1PB", G_GUINT64_CONSTANT(1000000000000000) },
        { "7E", G_GUINT64_CONSTANT(8070450532247928832) },
        { "9EB", G_GUINT64_CONSTANT(9000000000000000000) },
        { "0E", 0 },
        { "9223372036854775807", G_MAXINT64 },
        { "8191P", G_GUINT64_CONSTANT(8191) << 50 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        guint64 bytes = 4711;

        coffer_size_parse(rows[i].text, &bytes, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(bytes, ==, rows[i].bytes);
    }
}

static void
test_refused(void)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        { "", "'' is not a size; write a number and a unit" },
        { "-1", "'-1' is not a size" },
        { "+1", "is not a size" },
        { " 1", "is not a size" },
        { "G", "'G' is not a size" },
        { "0x10", "unknown unit 'x10'" },
        { "1.5G", "unknown unit '.5G'" },
        { "1 G", "unknown unit ' G'" },
        { "1Q", "unknown unit 'Q'; known are bytes, KiB" },
        { "1KiBs", "unknown unit" },
        { "1Ki", "unknown unit" },
        { "1iB", "unknown unit" },
        { "1bb", "unknown unit" },
        { "1\xff", "unknown unit '?'" },
        { "1\n", "unknown unit '?'" },
        { "8E", "8 E is too large; the most is 8 EiB less one byte" },
        { "99999999999EiB", "99999999999 EiB is too large" },
        { "9223372036854775808", "9223372036854775808 bytes is too large" },
        { "18446744073709551615", "is too large" },
        { "18446744073709551616", "is too large" },
        { "99999999999999999999999999999999999999999k", "is too large" },
        { "18014398509481984K", "is too large" }, /* 2^64: wraps to 0 where unchecked */
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        guint64 bytes = 4711;

        g_assert_false(coffer_size_parse(rows[i].text, &bytes, &error));
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, rows[i].words);
        g_assert_cmpuint(bytes, ==, 4711);
    }
}

static void
test_scale(void)
{
    g_autoptr(GError) error = NULL;
    guint64 bytes = 0;

    g_assert_true(coffer_size_scale(5, NULL, &bytes, &error));
    g_assert_cmpuint(bytes, ==, 5);
    g_assert_true(coffer_size_scale(5, "", &bytes, &error));
    g_assert_cmpuint(bytes, ==, 5);
    g_assert_false(coffer_size_scale(G_MAXUINT64, NULL, &bytes, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "18446744073709551615 bytes is too");
    g_assert_cmpuint(bytes, ==, 5);
}

static void
test_format(void)
{
    static const struct {
        guint64 bytes;
        const char *text;
    } rows[] = {
        { 0, "0.00 B" },
        { 1023, "1023.00 B" },
        { 1024, "1.00 KiB" },
        { 1536, "1.50 KiB" },
        { 1048575, "1024.00 KiB" }, /* as virsh has it */
        { 1048576, "1.00 MiB" },
        { G_GUINT64_CONSTANT(21474836480), "20.00 GiB" },
        { G_MAXINT64, "8.00 EiB" },
        { G_MAXUINT64, "16.00 EiB" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = coffer_size_format(rows[i].bytes);

        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/size/parse", test_parse);
    g_test_add_func("/size/refused", test_refused);
    g_test_add_func("/size/scale", test_scale);
    g_test_add_func("/size/format", test_format);
    return g_test_run();
}
