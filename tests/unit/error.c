/* error.c: tests of throwing, of the scope's prefix, and of the numbers that libvirt's users know.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include "failure.h"

#include <errno.h>

static void
test_throw(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(coffer_throw(&error, COFFER_ERROR_BUSY, "volume '%s': %d", "v%n%s", 7));
    g_assert_cmpstr(error->message, ==, "volume 'v%n%s': 7");
    failure_expect(&error, COFFER_ERROR_BUSY, "volume");
    g_assert_null(coffer_throw_null(&error, COFFER_ERROR_IO, "no %s", "thing"));
    failure_expect(&error, COFFER_ERROR_IO, "no thing");
    g_assert_false(coffer_throw(NULL, COFFER_ERROR_IO, "unheard"));
    g_assert_null(coffer_throw_null(NULL, COFFER_ERROR_IO, "unheard"));
    g_assert_false(coffer_throw_errno(NULL, EIO, "unheard"));
}

/* A message stays one line of UTF-8, whatever names are in it. */
static void
test_one_line(void)
{
    g_autofree char *endless = g_strnfill(100000, 'n');
    g_autoptr(GError) error = NULL;

    coffer_throw(&error, COFFER_ERROR_IO, "cannot open '%s'", "a\nb\033[31m\xff\xe2\x80\xa8");
    g_assert_cmpstr(error->message, ==,
                    "cannot open 'a?b?[31m?"
                    "?'");
    g_clear_error(&error);
    coffer_throw_null(&error, COFFER_ERROR_IO, "%s", endless);
    failure_expect(&error, COFFER_ERROR_IO, "nnn...");
    coffer_throw_errno(&error, EIO, "cannot open '%s'", "a\nb");
    failure_expect(&error, COFFER_ERROR_IO, "cannot open 'a?b': ");
}

static void
test_errno(void)
{
    static const struct {
        int number;
        CofferError code;
    } rows[] = {
        { ENOENT, COFFER_ERROR_NOT_FOUND },
        { EEXIST, COFFER_ERROR_EXISTS },
        { EACCES, COFFER_ERROR_DENIED },
        { EPERM, COFFER_ERROR_DENIED },
        { EROFS, COFFER_ERROR_DENIED },
        { ENOSPC, COFFER_ERROR_NO_SPACE },
        { EDQUOT, COFFER_ERROR_NO_SPACE },
        { ENOMEM, COFFER_ERROR_NO_SPACE },
        { EMFILE, COFFER_ERROR_NO_SPACE },
        { EBUSY, COFFER_ERROR_BUSY },
        { EAGAIN, COFFER_ERROR_BUSY },
        { ENAMETOOLONG, COFFER_ERROR_INVALID_ARGUMENT },
        { ENOTDIR, COFFER_ERROR_INVALID_ARGUMENT },
        { EOPNOTSUPP, COFFER_ERROR_UNSUPPORTED },
        { EIO, COFFER_ERROR_IO },
        { EPIPE, COFFER_ERROR_IO },
        { 0, COFFER_ERROR_IO },
        { 4096, COFFER_ERROR_IO },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *message =
            g_strdup_printf("cannot open 'f': %s", g_strerror(rows[i].number));

        g_assert_false(coffer_throw_errno(&error, rows[i].number, "cannot open '%s'", "f"));
        g_assert_cmpstr(error->message, ==, message);
        failure_expect(&error, rows[i].code, "f");
    }
}

static gboolean
fail_inside(const char *name, gboolean fail, GError **error)
{
    COFFER_PREFIX(error, "pool", name);

    return fail ? coffer_throw(error, COFFER_ERROR_DENIED, "not yours") : TRUE;
}

static gboolean
fail_outside(gboolean fail, GError **error)
{
    COFFER_PREFIX(error, "volume", "v");

    return fail_inside("100%s", fail, error);
}

static void
test_prefix(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(fail_outside(TRUE, &error));
    g_assert_cmpstr(error->message, ==, "volume 'v': pool '100%s': not yours");
    failure_expect(&error, COFFER_ERROR_DENIED, "not yours");
    g_assert_false(fail_inside("a\nb\xff", TRUE, &error));
    g_assert_cmpstr(error->message, ==, "pool 'a?b?': not yours");
    g_clear_error(&error);
    g_assert_true(fail_outside(FALSE, &error));
    g_assert_no_error(error);
    g_assert_false(fail_outside(TRUE, NULL));
}

/* The numbers of include/libvirt/virterror.h. */
static void
test_libvirt(void)
{
    static const struct {
        CofferError code;
        int secret, pool, volume, other;
    } rows[] = {
        { COFFER_ERROR_NOT_FOUND, 66, 49, 50, 9 },
        { COFFER_ERROR_EXISTS, 9, 9, 90, 9 },
        { COFFER_ERROR_IN_USE, 55, 55, 55, 55 },
        { COFFER_ERROR_BUSY, 87, 87, 87, 87 },
        { COFFER_ERROR_DENIED, 65, 29, 29, 29 },
        { COFFER_ERROR_INVALID_XML, 27, 27, 27, 27 },
        { COFFER_ERROR_INVALID_ARGUMENT, 8, 8, 8, 8 },
        { COFFER_ERROR_INVALID_STATE, 55, 55, 55, 55 },
        { COFFER_ERROR_NO_VALUE, 66, 66, 66, 66 },
        { COFFER_ERROR_UNREADABLE_VALUE, 65, 65, 65, 65 },
        { COFFER_ERROR_UNSUITABLE_VALUE, 65, 65, 65, 65 },
        { COFFER_ERROR_UNSUPPORTED, 67, 67, 67, 67 },
        { COFFER_ERROR_NO_SPACE, 38, 38, 38, 38 },
        { COFFER_ERROR_TOOL_MISSING, 9, 9, 9, 9 },
        { COFFER_ERROR_TOOL_FAILED, 9, 9, 9, 9 },
        { COFFER_ERROR_VERIFICATION_FAILED, 9, 9, 9, 9 },
        { COFFER_ERROR_DAMAGED, 9, 9, 9, 9 },
        { COFFER_ERROR_CANCELLED, 78, 78, 78, 78 },
        { COFFER_ERROR_IO, 38, 38, 38, 38 },
    };

    g_assert_cmpint(G_N_ELEMENTS(rows), ==, COFFER_ERROR_IO + 1);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        CofferError code = rows[i].code;

        g_assert_cmpint(code, ==, i);
        g_assert_cmpint(coffer_error_to_libvirt(code, COFFER_OBJECT_SECRET), ==, rows[i].secret);
        g_assert_cmpint(coffer_error_to_libvirt(code, COFFER_OBJECT_POOL), ==, rows[i].pool);
        g_assert_cmpint(coffer_error_to_libvirt(code, COFFER_OBJECT_VOLUME), ==, rows[i].volume);
        g_assert_cmpint(coffer_error_to_libvirt(code, COFFER_OBJECT_OTHER), ==, rows[i].other);
    }
    /* What a newer caller may pass. */
    g_assert_cmpint(coffer_error_to_libvirt((CofferError)1000, COFFER_OBJECT_OTHER), ==, 9);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/throw", test_throw);
    g_test_add_func("/error/one-line", test_one_line);
    g_test_add_func("/error/errno", test_errno);
    g_test_add_func("/error/prefix", test_prefix);
    g_test_add_func("/error/libvirt", test_libvirt);
    return g_test_run();
}
