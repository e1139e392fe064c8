/* child.c: tests of children: what they get, what they say, how they fail, and what they never see.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/child.h"

#include "failure.h"
#include "witness.h"

#include <dirent.h>
#include <sys/time.h>

#define CANARY "canary-3f9c5b61"

/* Runs a shell script with @values; "$1" in it is @argument. */
static gboolean
run_script(const char *script, const char *argument, const CofferChildValue *values, gsize n_values,
           char **out_stdout, GError **error)
{
    const char *const argv[] = { "sh", "-c", script, "sh", argument, NULL };
    const CofferChildRequest request = { .argv = argv, .values = values, .n_values = n_values };

    return coffer_child_run(&request, out_stdout, error);
}

static char *
output_of(const char *script, const CofferChildValue *values, gsize n_values)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    run_script(script, NULL, values, n_values, &text, &error);
    g_assert_no_error(error);
    return text;
}

static guint
open_descriptors(void)
{
    DIR *stream = opendir("/proc/self/fd");
    guint count = 0;

    while (readdir(stream) != NULL)
        count++;
    closedir(stream);
    return count;
}

/* --- what a child says --- */

static void
test_failures(void)
{
    static const struct {
        const char *script, *message;
    } rows[] = {
        { "exit 3", "'sh' failed with status 3: it said nothing" },
        { "echo lost; exit 1", "'sh' failed with status 1: it said nothing" },
        { "echo no space left >&2; exit 1", "'sh' failed with status 1: no space left" },
        { "printf 'sh: first\\n\\nsh: second\\n' >&2; exit 1",
          "'sh' failed with status 1: first; second" },
        { "printf 'a\\tb\\r\\033[31mred\\n' >&2; exit 1",
          "'sh' failed with status 1: a b ?[31mred" },
        { "printf 'a\\377b\\302\\205' >&2; exit 1", "'sh' failed with status 1: a?b?" },
        { "echo dying >&2; kill -TERM $$", "'sh' was killed by signal 15: dying" },
        { "kill -KILL $$", "'sh' was killed by signal 9" },
    };
    guint before = open_descriptors();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL;

        g_assert_false(run_script(rows[i].script, NULL, NULL, 0, &text, &error));
        g_assert_cmpstr(error->message, ==, rows[i].message);
        failure_expect(&error, COFFER_ERROR_TOOL_FAILED, "'sh'");
        g_assert_null(text);
    }
    g_assert_cmpuint(open_descriptors(), ==, before);
}

static void
test_not_started(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_file(&dir, "plain", "", 0, 0);
    g_autoptr(CofferBytes) value = witness_value(CANARY);
    const CofferChildValue values[] = { { value, 10 } };
    const struct {
        const char *program, *words;
        CofferError code;
    } rows[] = {
        { "coffer-no-such-program", "'coffer-no-such-program' is not installed or not in PATH",
          COFFER_ERROR_TOOL_MISSING },
        { "/no/such/program", "'/no/such/program' is not installed", COFFER_ERROR_TOOL_MISSING },
        { path, "cannot start", COFFER_ERROR_TOOL_FAILED },
    };
    guint before = open_descriptors();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const argv[] = { rows[i].program, NULL };
        const CofferChildRequest request = { .argv = argv, .values = values, .n_values = 1 };
        g_autoptr(GError) error = NULL;
        int status = 0;

        g_assert_false(coffer_child_run(&request, NULL, &error));
        failure_expect(&error, rows[i].code, rows[i].words);
        g_assert_false(coffer_child_run_foreground(&request, &status, &error));
        failure_expect(&error, rows[i].code, rows[i].words);
    }
    g_assert_cmpuint(open_descriptors(), ==, before);
}

/* A folder in PATH that we may not enter does not make a missing program a forbidden one. */
static void
test_closed_path(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    const char *const argv[] = { "coffer-no-such-program", NULL };
    const CofferChildRequest request = { .argv = argv };
    int status = 0;
    pid_t pid = 0;

    g_assert_cmpint(chmod(dir.path, 0), ==, 0);
    pid = fork();
    if (pid == 0) {
        g_autoptr(GError) error = NULL;

        g_assert_true(geteuid() != 0 || setresuid(65534, 65534, 65534) == 0);
        g_setenv("PATH", dir.path, TRUE);
        g_assert_false(coffer_child_run(&request, NULL, &error));
        failure_expect(&error, COFFER_ERROR_TOOL_MISSING, "is not installed or not in PATH");
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpint(chmod(dir.path, 0700), ==, 0);
}

/* More than a pipe holds, on both; the child must not wait for us, nor we for it. */
static void
test_huge_output(void)
{
    static const char script[] =
        "i=0; while [ $i -lt 64 ]; do head -c 65536 /dev/zero | tr '\\0' o; "
        "head -c 65536 /dev/zero | tr '\\0' e >&2; i=$((i+1)); done; exit $1";
    const char *const ok[] = { "sh", "-c", script, "sh", "0", NULL };
    CofferChildRequest request = { .argv = ok, .max_output = 64 * 65536 };
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    g_assert_true(coffer_child_run(&request, &text, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(strlen(text), ==, 64 * 65536);
    g_assert_cmpuint(strspn(text, "o"), ==, 64 * 65536);
    request.max_output--;
    g_assert_false(coffer_child_run(&request, NULL, &error));
    failure_expect(&error, COFFER_ERROR_TOOL_FAILED, "'sh' printed more than 4194303 bytes");
    g_assert_false(run_script(script, "1", NULL, 0, NULL, &error));
    failure_expect(&error, COFFER_ERROR_TOOL_FAILED, "'sh' failed with status 1: eeee");
}

/* What a child leaves running may keep its pipes open; we wait for the child alone. */
static void
test_left_running(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_path(&dir, "fifo");
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    run_script("cat \"$1\" & echo said", path, NULL, 0, &text, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, "said\n");
    coffer_fd_close(witness_open(path, O_WRONLY)); /* lets cat go */
}

/* A program that has its children reaped for it must not hear that all went well. */
static void
test_reaped(void)
{
    g_autoptr(GError) error = NULL;
    struct sigaction ignore = { .sa_handler = SIG_IGN }, old;

    g_assert_cmpint(sigaction(SIGCHLD, &ignore, &old), ==, 0);
    g_assert_false(run_script("exit 3", NULL, NULL, 0, NULL, &error));
    g_assert_cmpint(sigaction(SIGCHLD, &old, NULL), ==, 0);
    failure_expect(&error, COFFER_ERROR_TOOL_FAILED, "how 'sh' ended");
}

/* --- what a child gets --- */

static void
test_value(void)
{
    static const gsize sizes[] = { 1, 4096, 65535, COFFER_BYTES_MAX };

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree guint8 *data = g_malloc(sizes[i]);
        g_autofree char *expected = NULL, *text = NULL;
        g_autoptr(CofferBytes) value = NULL;

        for (gsize k = 0; k < sizes[i]; k++)
            data[k] = (guint8)(k * 31 + k / 256); /* every byte there is */
        value = coffer_bytes_new(data, sizes[i], NULL);
        expected = g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, sizes[i]);
        text = output_of("sha256sum < /dev/fd/10", &(CofferChildValue){ value, 10 }, 1);
        g_assert_true(g_str_has_prefix(text, expected));
        g_clear_pointer(&text, g_free);
        text = output_of("sha256sum /dev/fd/10", &(CofferChildValue){ value, 10 }, 1);
        g_assert_true(g_str_has_prefix(text, expected));
    }
}

/* Whatever numbers the pipes have with us: with all below 10 taken they are those that the child is
 * to see, in another order. */
static void
test_two_values(void)
{
    g_autoptr(CofferBytes) one = witness_value("one");
    g_autoptr(CofferBytes) two = witness_value("two");
    g_autoptr(CofferBytes) three = witness_value("three");
    const CofferChildValue values[] = { { one, 12 }, { two, 11 }, { three, 10 } };
    CofferFd taken[12];

    for (gsize i = 0; i < G_N_ELEMENTS(taken); i++) {
        g_autofree char *text =
            output_of("cat /dev/fd/10 /dev/fd/11 /dev/fd/12 /dev/fd/10", values, 3);

        g_assert_cmpstr(text, ==, "threetwoone");
        taken[i] = witness_open("/dev/null", O_RDONLY);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(taken); i++)
        coffer_fd_close(taken[i]);
}

static void
test_files(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_file(&dir, "file", "content", 7, 0);
    g_auto(CofferFd) fd = witness_open(path, O_RDWR);
    g_autoptr(CofferBytes) value = witness_value("value ");
    const CofferChildValue values[] = { { value, 10 } };
    const CofferChildFile files[] = { { fd, 11 } };
    const char *const argv[] = { "sh", "-c", "cat /dev/fd/10 /dev/fd/11; echo more >> /dev/fd/11",
                                 NULL };
    const CofferChildRequest request = {
        .argv = argv, .values = values, .n_values = 1, .files = files, .n_files = 1
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL, *content = NULL;

    g_assert_true(coffer_child_run(&request, &text, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, "value content");
    g_assert_true(g_file_get_contents(path, &content, NULL, NULL)); /* and @fd is still open */
    g_assert_cmpstr(content, ==, "contentmore\n");
    g_assert_cmpint(fcntl(fd, F_GETFD), ==, FD_CLOEXEC);
}

/* Only the standard three and what it was given, though some of ours are not close-on-exec. */
static void
test_descriptors(void)
{
    g_autoptr(CofferBytes) value = witness_value(CANARY);
    CofferFd leaky[20];
    g_autofree char *text = NULL;
    const char *const argv[] = { "ls", "/proc/self/fd", NULL };
    const CofferChildValue values[] = { { value, 10 } };
    const CofferChildRequest request = { .argv = argv, .values = values, .n_values = 1 };

    for (gsize i = 0; i < G_N_ELEMENTS(leaky); i++) {
        leaky[i] = witness_open("/dev/null", O_RDONLY);
        g_assert_cmpint(fcntl(leaky[i], F_SETFD, 0), ==, 0);
    }
    g_assert_true(coffer_child_run(&request, &text, NULL));
    g_assert_cmpstr(text, ==, "0\n1\n10\n2\n3\n"); /* 3 is that of ls itself */
    for (gsize i = 0; i < G_N_ELEMENTS(leaky); i++)
        coffer_fd_close(leaky[i]);
}

static void
test_surroundings(void)
{
    g_autoptr(CofferBytes) value = witness_value(CANARY);
    const CofferChildValue values[] = { { value, 10 } };
    g_autofree char *text = NULL, *stdin_text = NULL;

    g_setenv("LC_ALL", "de_DE.UTF-8", TRUE);
    g_setenv("COFFER_TEST_KEPT", "kept", TRUE);
    text = output_of("tr '\\0' '\\n' < /proc/$$/cmdline; tr '\\0' '\\n' < /proc/$$/environ", values,
                     1);
    g_assert_nonnull(strstr(text, "\nLC_ALL=C\n"));
    g_assert_null(strstr(text, "LC_ALL=de"));
    g_assert_nonnull(strstr(text, "\nCOFFER_TEST_KEPT=kept\n"));
    g_assert_null(strstr(text, CANARY));
    g_assert_cmpstr(g_getenv("LC_ALL"), ==, "de_DE.UTF-8"); /* ours is as it was */
    g_unsetenv("LC_ALL");
    stdin_text = output_of("readlink /proc/self/fd/0; cat", NULL, 0);
    g_assert_cmpstr(stdin_text, ==, "/dev/null\n");
}

/* The signal that ends a pipeline does so in the child, whatever we do with it. */
static void
test_sigpipe(void)
{
    g_autofree char *text = NULL;

    signal(SIGPIPE, SIG_IGN);
    text = output_of("yes | head -n 1", NULL, 0);
    g_assert_cmpstr(text, ==, "y\n");
}

static gpointer
many_thread(gpointer data)
{
    g_autofree char *name = g_strdup_printf("value of %p", data);
    g_autoptr(CofferBytes) value = witness_value(name);
    const CofferChildValue values[] = { { value, 10 } };

    for (int i = 0; i < 20; i++) {
        g_autofree char *text = output_of("cat /dev/fd/10", values, 1);

        g_assert_cmpstr(text, ==, name);
    }
    return NULL;
}

static void
test_threads(void)
{
    GThread *threads[4];
    guint before = open_descriptors();

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("many", many_thread, GSIZE_TO_POINTER(i + 1));
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    g_assert_cmpuint(open_descriptors(), ==, before);
}

static void
on_alarm(int number)
{
}

/* Signals come all the while, and no call is lost to them. */
static void
test_interrupted(void)
{
    const struct sigaction alarm_action = { .sa_handler = on_alarm };
    const struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = { { 0, 0 }, { 0, 0 } };
    g_autofree char *content = g_strnfill(60000, 'v');
    g_autoptr(CofferBytes) value = witness_value(content);

    g_assert_cmpint(sigaction(SIGALRM, &alarm_action, NULL), ==, 0);
    g_assert_cmpint(setitimer(ITIMER_REAL, &often, NULL), ==, 0);
    for (int i = 0; i < 20; i++) {
        g_autofree char *text = output_of("cat /dev/fd/10", &(CofferChildValue){ value, 10 }, 1);

        g_assert_cmpstr(text, ==, content);
    }
    g_assert_cmpint(setitimer(ITIMER_REAL, &never, NULL), ==, 0);
}

/* --- in the foreground --- */

static int
foreground(const char *script)
{
    g_autoptr(CofferBytes) value = witness_value("value");
    const CofferChildValue values[] = { { value, 10 } };
    const char *const argv[] = { "sh", "-c", script, NULL };
    const CofferChildRequest request = { .argv = argv, .values = values, .n_values = 1 };
    g_autoptr(GError) error = NULL;
    int status = -1;

    coffer_child_run_foreground(&request, &status, &error);
    g_assert_no_error(error);
    return status;
}

static void
test_foreground(void)
{
    if (g_test_subprocess()) {
        g_auto(CofferFd) read_end = COFFER_FD_NONE;
        g_auto(CofferFd) write_end = COFFER_FD_NONE;
        int status = 0;

        g_assert_true(coffer_fd_pipe(&read_end, &write_end, NULL));
        g_assert_true(coffer_fd_write_all(write_end, "typed\n", 6, "pipe", NULL));
        g_assert_cmpint(dup2(read_end, STDIN_FILENO), ==, STDIN_FILENO);
        g_setenv("LC_ALL", "C.UTF-8", TRUE);
        status =
            foreground("read x; echo \"[$x $LC_ALL $(cat /dev/fd/10)]\"; echo spoken >&2; exit 7");
        g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
        status = foreground("kill -TERM $$");
        g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*[typed C.UTF-8 value]*");
    g_test_trap_assert_stderr("spoken\n");
}

/* Ctrl-C is for the child: we go on, it does as it likes, and afterwards the signal is ours again.
 */
static void
test_interrupt(void)
{
    struct sigaction before, after;
    int status = 0;

    g_assert_cmpint(sigaction(SIGINT, NULL, &before), ==, 0);
    for (int round = 0; round < 20; round++) {
        status = foreground("kill -INT $PPID; kill -QUIT $PPID; exit 3");
        g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    }
    status = foreground("kill -INT $$");
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    g_assert_cmpint(sigaction(SIGINT, NULL, &after), ==, 0);
    g_assert_true(before.sa_handler == after.sa_handler);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/child/failures", test_failures);
    g_test_add_func("/child/not-started", test_not_started);
    g_test_add_func("/child/closed-path", test_closed_path);
    g_test_add_func("/child/huge-output", test_huge_output);
    g_test_add_func("/child/left-running", test_left_running);
    g_test_add_func("/child/reaped", test_reaped);
    g_test_add_func("/child/value", test_value);
    g_test_add_func("/child/two-values", test_two_values);
    g_test_add_func("/child/files", test_files);
    g_test_add_func("/child/descriptors", test_descriptors);
    g_test_add_func("/child/surroundings", test_surroundings);
    g_test_add_func("/child/sigpipe", test_sigpipe);
    g_test_add_func("/child/threads", test_threads);
    g_test_add_func("/child/interrupted", test_interrupted);
    g_test_add_func("/child/foreground", test_foreground);
    g_test_add_func("/child/interrupt", test_interrupt);
    return g_test_run();
}
