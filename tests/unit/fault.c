/* fault.c: tests that a fault acts at its point only, and that passed points are written down. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fault.h"

#include "witness.h"

#include <errno.h>

/* Packages are built without fault points. */
static gboolean
skipped(void)
{
    if (!COFFER_FAULT_POINTS)
        g_test_skip("needs a build with -Dfault_points=true");
    return !COFFER_FAULT_POINTS;
}

static void
test_errno(void)
{
    static const struct {
        const char *fault;
        int expected;
    } rows[] = {
        { "record:write=ENOSPC", ENOSPC },
        { "record:write=EIO", EIO },
        { "record:write=EDQUOT", EDQUOT },
        { "record:write=ENOSYS", ENOSYS },
        { "record:write=", 0 },
        { "record:write", 0 },
        { "record:writes=EIO", 0 },
        { "record:writ=EIO", 0 },
        { "other:write=EIO", 0 },
        { "write=EIO", 0 },
        { "", 0 },
        { ",", 0 },
        { "record:sync=EIO,record:write=ENOSPC", ENOSPC },
        { "record:write=ENOSPC,record:sync=EIO", ENOSPC },
        { ",record:write=EIO,", EIO },
    };

    if (skipped())
        return;
    g_unsetenv("COFFER_FAULT_TRACE");
    g_unsetenv("COFFER_FAULT");
    g_assert_cmpint(coffer_fault_point("record", "write"), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_setenv("COFFER_FAULT", rows[i].fault, TRUE);
        g_assert_cmpint(coffer_fault_point("record", "write"), ==, rows[i].expected);
    }
    g_unsetenv("COFFER_FAULT");
}

static void
test_kill(void)
{
    int status = 0;
    pid_t pid = 0;

    if (skipped())
        return;
    pid = fork();
    if (pid == 0) {
        g_setenv("COFFER_FAULT", "record:sync=kill", TRUE);
        coffer_fault_point("record", "write");
        coffer_fault_point("record", "sync");
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void
test_trace(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_path(&dir, "trace");
    g_autofree char *text = NULL;

    if (skipped())
        return;
    g_setenv("COFFER_FAULT_TRACE", path, TRUE);
    coffer_fault_point("record", "write");
    coffer_fault_point("record", "sync");
    g_unsetenv("COFFER_FAULT_TRACE");
    coffer_fault_point("record", "done");
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "record:write\nrecord:sync\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fault/errno", test_errno);
    g_test_add_func("/fault/kill", test_kill);
    g_test_add_func("/fault/trace", test_trace);
    return g_test_run();
}
