/* locked.c: that the memory of values is locked, left out of core dumps, wiped, and refused when
 * there is none. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/locked.h"

#include "coffer/bytes.h"
#include "coffer/error.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* What the kernel says of the mapping that @address is in: "VmFlags: rd wr mr ..." (proc(5)). */
static char *
flags_of(gconstpointer address)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    gboolean inside = FALSE;

    g_assert_true(g_file_get_contents("/proc/self/smaps", &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        char *end = NULL;
        guint64 from = g_ascii_strtoull(*line, &end, 16);

        if (*end == '-' && end != *line)
            inside = (guintptr)address >= from &&
                     (guintptr)address < g_ascii_strtoull(end + 1, NULL, 16);
        if (inside && g_str_has_prefix(*line, "VmFlags:"))
            return g_strconcat(*line, " ", NULL);
    }
    return g_strdup("");
}

static void
test_flags(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) small = coffer_bytes_new("throw-away", 10, &error);
    g_autofree char *large_data = g_strnfill(COFFER_BYTES_MAX, 'x');
    g_autoptr(GPtrArray) values =
        g_ptr_array_new_with_free_func((GDestroyNotify)coffer_bytes_unref);
    g_autofree char *small_flags = flags_of(coffer_bytes_get_data(small, NULL));

    g_assert_nonnull(strstr(small_flags, " lo "));
    g_assert_nonnull(strstr(small_flags, " dd "));
    /* More than any first pool would hold. */
    for (guint i = 0; i < 20; i++) {
        CofferBytes *large = coffer_bytes_new(large_data, COFFER_BYTES_MAX, &error);
        g_autofree char *flags = NULL;

        g_assert_no_error(error);
        g_ptr_array_add(values, large);
        flags = flags_of(coffer_bytes_get_data(large, NULL));
        g_assert_nonnull(strstr(flags, " lo "));
        g_assert_nonnull(strstr(flags, " dd "));
    }
}

static void
test_wiped(void)
{
    CofferLocked locked = { 0 };
    guint8 *before = NULL;
    gboolean reused = FALSE;

    for (guint i = 0; i < 100; i++) {
        g_assert_true(coffer_locked_take(100, &locked, NULL));
        reused = reused || locked.data == before;
        before = locked.data;
        for (gsize at = 0; at < locked.capacity; at++)
            g_assert_cmpuint(locked.data[at], ==, 0);
        for (gsize at = 0; at < 100; at++)
            locked.data[at] = 0xaa;
        coffer_locked_give(&locked, 100);
        g_assert_null(locked.data);
    }
    g_assert_true(reused);
}

/* In a process of its own, for the limit stays. Root may lock without limit and so becomes nobody.
 */
static void
test_limit(void)
{
    if (g_test_subprocess()) {
        const struct rlimit none = { 0, 0 };
        g_autofree char *data = g_strnfill(COFFER_BYTES_MAX, 'x');
        g_autoptr(GError) error = NULL;

        g_assert_cmpint(setrlimit(RLIMIT_MEMLOCK, &none), ==, 0);
        g_assert_true(geteuid() != 0 || seteuid(65534) == 0);
        g_assert_null(coffer_bytes_new(data, COFFER_BYTES_MAX, &error));
        g_assert_error(error, COFFER_ERROR, COFFER_ERROR_NO_SPACE);
        g_assert_nonnull(strstr(error->message, "ulimit -l"));
        /* The leak checker traces this process, which whoever changed users forbids. */
        g_assert_true(getuid() != 0 || seteuid(0) == 0);
        g_assert_cmpint(prctl(PR_SET_DUMPABLE, 1), ==, 0);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/locked/flags", test_flags);
    g_test_add_func("/locked/wiped", test_wiped);
    g_test_add_func("/locked/limit", test_limit);
    return g_test_run();
}
