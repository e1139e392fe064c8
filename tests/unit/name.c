/* name.c: tests of which names are safe, and of showing foreign text in messages. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/name.h"

#include "failure.h"

static void
test_accepted(void)
{
    g_autofree char *longest = g_strnfill(COFFER_NAME_MAX, 'n');
    const char *const names[] = { "a",   "default", "vol 1.qcow2", ".hidden", "...",
                                  "a-b", "Größe",   "秘密",        longest };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(coffer_name_check("pool name", names[i], &error));
        g_assert_no_error(error);
    }
}

static void
test_refused(void)
{
    g_autofree char *too_long = g_strnfill(COFFER_NAME_MAX + 1, 'n');
    g_autofree char *endless = g_strnfill(1000000, 'n');
    const struct {
        const char *name, *words;
    } rows[] = {
        { "", "pool name '' is empty" },
        { ".", "pool name '.' names a folder" },
        { "..", "pool name '..' names a folder" },
        { "../x", "contains '/'" },
        { "a/b", "pool name 'a/b' contains '/'" },
        { "/", "contains '/'" },
        { "-f", "pool name '-f' begins with '-'" },
        { "a\nb", "pool name 'a?b' contains a control character" },
        { "\x1b[31m", "'?[31m' contains a control character" },
        { "a\x7f", "contains a control character" },
        { "a\xc2\x85", "contains a control character" }, /* U+0085, a line break */
        { "a\xff", "pool name 'a?' is not valid UTF-8" },
        { "\xc0\xaf", "is not valid UTF-8" },     /* an overlong '/' */
        { "\xed\xa0\x80", "is not valid UTF-8" }, /* a surrogate */
        { too_long, "has more than 240 bytes" },
        { endless, "has more than 240 bytes" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(coffer_name_check("pool name", rows[i].name, &error));
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, rows[i].words);
        g_assert_false(coffer_name_check("pool name", rows[i].name, NULL));
    }
}

static void
test_printable(void)
{
    g_autofree char *eighty = g_strnfill(80, 'x');
    g_autofree char *more = g_strnfill(81, 'x');
    g_autofree char *shortened = g_strconcat(eighty, "...", NULL);
    g_autofree char *wide = g_strnfill(400, '\xff');
    g_autofree char *questions = g_strnfill(80, '?');
    g_autofree char *wide_shortened = g_strconcat(questions, "...", NULL);
    const struct {
        const char *text, *expected;
    } rows[] = {
        { "", "" },
        { "plain 'text'", "plain 'text'" },
        { "Größe 秘密", "Größe 秘密" },
        { "a\nb\tc\rd\x1b[0m", "a?b?c?d?[0m" },
        { "a\xff\xfe z", "a?? z" },
        { "cut \xe7\xa7", "cut ??" },
        { "\xe2\x80\xae"
          "abc",
          "?abc" }, /* U+202E turns the rest of the line around */
        { "a\xe2\x80\xa8"
          "b",
          "a?b" },                                  /* U+2028, a line separator */
        { "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91" }, /* U+1F511, a key */
        { eighty, eighty },
        { more, shortened },
        { wide, wide_shortened },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *printable = coffer_name_printable(rows[i].text);

        g_assert_cmpstr(printable, ==, rows[i].expected);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/name/accepted", test_accepted);
    g_test_add_func("/name/refused", test_refused);
    g_test_add_func("/name/printable", test_printable);
    return g_test_run();
}
