/* lock.c: tests that locks exclude threads and processes, also when their file is removed. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/lock.h"

#include "failure.h"
#include "witness.h"

#include <errno.h>

typedef struct {
    CofferFd dir;
    CofferLockMode mode;
    int rounds;
    volatile int *inside; /* how many are in; not atomic, for the lock is to guard it */
    volatile int *total;
} Worker;

static gboolean
try_lock(int dir, CofferLockMode mode)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(GError) error = NULL;

    if (coffer_lock_try(dir, "lock", mode, &lock, &error))
        return TRUE;
    failure_expect(&error, COFFER_ERROR_BUSY, "'lock'");
    return FALSE;
}

static void
test_modes(void)
{
    static const struct {
        CofferLockMode held, wanted;
        gboolean expected;
    } rows[] = {
        { COFFER_LOCK_SHARED, COFFER_LOCK_SHARED, TRUE },
        { COFFER_LOCK_SHARED, COFFER_LOCK_EXCLUSIVE, FALSE },
        { COFFER_LOCK_EXCLUSIVE, COFFER_LOCK_SHARED, FALSE },
        { COFFER_LOCK_EXCLUSIVE, COFFER_LOCK_EXCLUSIVE, FALSE },
    };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_auto(CofferFd) fd = witness_open(dir.path, O_RDONLY);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        g_autoptr(GError) error = NULL;

        g_assert_true(coffer_lock_acquire(fd, "lock", rows[i].held, &lock, &error));
        g_assert_no_error(error);
        g_assert_cmpint(fcntl(lock.fd, F_GETFD), ==, FD_CLOEXEC);
        g_assert_cmpint(try_lock(fd, rows[i].wanted), ==, rows[i].expected);
        coffer_lock_release(&lock);
        g_assert_cmpint(lock.fd, ==, COFFER_FD_NONE);
        g_assert_true(try_lock(fd, COFFER_LOCK_EXCLUSIVE));
        coffer_lock_release(&lock); /* once more does nothing */
    }
}

static gpointer
count_thread(gpointer data)
{
    const Worker *worker = data;

    for (int i = 0; i < worker->rounds; i++) {
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        g_autoptr(GError) error = NULL;

        coffer_lock_acquire(worker->dir, "lock", worker->mode, &lock, &error);
        g_assert_no_error(error);
        g_assert_cmpint(++*worker->inside, ==, 1);
        g_thread_yield();
        ++*worker->total;
        g_assert_cmpint(--*worker->inside, ==, 0);
    }
    return NULL;
}

static void
test_threads(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_auto(CofferFd) fd = witness_open(dir.path, O_RDONLY);
    volatile int inside = 0, total = 0;
    Worker worker = { fd, COFFER_LOCK_EXCLUSIVE, 500, &inside, &total };
    GThread *threads[4];

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("count", count_thread, &worker);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    g_assert_cmpint(total, ==, 2000);
}

/* Reads the number in the file "count", adds one, and writes it back, under the lock; every few
 * rounds the lock's file is removed by who holds it. */
static void
count_in_file(int dir, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        g_auto(CofferFd) fd = COFFER_FD_NONE;
        int count = 0;

        if (!coffer_lock_acquire(dir, "lock", COFFER_LOCK_EXCLUSIVE, &lock, NULL) ||
            !coffer_fd_openat(dir, "count", O_RDWR, 0, &fd, NULL) ||
            pread(fd, &count, sizeof(count), 0) != sizeof(count))
            _exit(1);
        count++;
        if (pwrite(fd, &count, sizeof(count), 0) != sizeof(count) ||
            (i % 5 == 0 && unlinkat(dir, "lock", 0) < 0))
            _exit(2);
    }
    _exit(0);
}

static void
test_processes(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    int count = 0;
    g_autofree char *path = witness_file(&dir, "count", &count, sizeof(count), 0);
    g_auto(CofferFd) fd = witness_open(dir.path, O_RDONLY);
    g_auto(CofferFd) counted = witness_open(path, O_RDONLY);
    pid_t pids[4];

    for (gsize i = 0; i < G_N_ELEMENTS(pids); i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            count_in_file(fd, 300);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(pids); i++) {
        int status = 0;

        g_assert_cmpint(waitpid(pids[i], &status, 0), ==, pids[i]);
        g_assert_cmpint(status, ==, 0);
    }
    g_assert_cmpint(pread(counted, &count, sizeof(count), 0), ==, sizeof(count));
    g_assert_cmpint(count, ==, 1200);
}

/* A lock on a file that is no longer the named one excludes nobody, and is not given. */
static void
test_removed(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_auto(CofferFd) fd = witness_open(dir.path, O_RDONLY);
    g_auto(CofferLock) old = COFFER_LOCK_NONE;
    g_auto(CofferLock) current = COFFER_LOCK_NONE;

    g_assert_true(coffer_lock_acquire(fd, "lock", COFFER_LOCK_EXCLUSIVE, &old, NULL));
    g_assert_cmpint(unlinkat(fd, "lock", 0), ==, 0);
    g_assert_true(coffer_lock_try(fd, "lock", COFFER_LOCK_EXCLUSIVE, &current, NULL));
    coffer_lock_release(&old);
    g_assert_false(try_lock(fd, COFFER_LOCK_EXCLUSIVE));
}

/* A child that has just been forked, and not yet become another program, has our descriptors: our
 * lock must end when we release it all the same. */
static void
test_fork(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_auto(CofferFd) fd = witness_open(dir.path, O_RDONLY);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_auto(CofferFd) read_end = COFFER_FD_NONE;
    g_auto(CofferFd) write_end = COFFER_FD_NONE;
    char nothing = 0;
    pid_t pid = 0;

    g_assert_true(coffer_fd_pipe(&read_end, &write_end, NULL));
    g_assert_true(coffer_lock_acquire(fd, "lock", COFFER_LOCK_EXCLUSIVE, &lock, NULL));
    pid = fork();
    if (pid == 0) {
        coffer_fd_close(coffer_fd_steal(&write_end));
        _exit(coffer_fd_read(read_end, &nothing, 1) == 0 ? 0 : 1);
    }
    coffer_lock_release(&lock);
    g_assert_true(try_lock(fd, COFFER_LOCK_EXCLUSIVE));
    coffer_fd_close(coffer_fd_steal(&write_end));
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void
on_alarm(int number)
{
}

/* A signal that comes while we wait does not end the waiting. */
static void
test_interrupted(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_auto(CofferFd) fd = witness_open(dir.path, O_RDONLY);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_auto(CofferFd) read_end = COFFER_FD_NONE;
    g_auto(CofferFd) write_end = COFFER_FD_NONE;
    const struct sigaction alarm_action = { .sa_handler = on_alarm };
    char nothing = 0;
    int status = 0;
    pid_t parent = getpid(), pid = 0;

    g_assert_true(coffer_fd_pipe(&read_end, &write_end, NULL));
    g_assert_cmpint(sigaction(SIGALRM, &alarm_action, NULL), ==, 0);
    pid = fork();
    if (pid == 0) {
        if (!coffer_lock_acquire(fd, "lock", COFFER_LOCK_EXCLUSIVE, &lock, NULL) ||
            write(write_end, "", 1) != 1)
            _exit(1);
        for (int i = 0; i < 2000; i++)
            if (kill(parent, SIGALRM) < 0)
                _exit(2);
        coffer_lock_release(&lock);
        _exit(0);
    }
    g_assert_cmpint(coffer_fd_read(read_end, &nothing, 1), ==, 1);
    g_assert_true(coffer_lock_acquire(fd, "lock", COFFER_LOCK_EXCLUSIVE, &lock, NULL));
    while (waitpid(pid, &status, 0) < 0)
        g_assert_cmpint(errno, ==, EINTR);
    g_assert_cmpint(status, ==, 0);
}

static void
test_file(void)
{
    static const mode_t masks[] = { 0, 077, 0777 };

    for (gsize i = 0; i < G_N_ELEMENTS(masks); i++) {
        g_auto(WitnessDir) dir = witness_dir_new();
        g_auto(CofferFd) fd = witness_open(dir.path, O_RDONLY);
        mode_t old = umask(masks[i]);
        struct stat status;

        g_assert_true(try_lock(fd, COFFER_LOCK_SHARED));
        umask(old);
        g_assert_cmpint(fstatat(fd, "lock", &status, 0), ==, 0);
        g_assert_cmphex(status.st_mode, ==, S_IFREG | 0600);
    }
}

static void
test_refused(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_auto(CofferFd) fd = witness_open(dir.path, O_RDONLY);
    g_autofree char *path = witness_path(&dir, "folder");
    g_autofree char *target = witness_path(&dir, "target");
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(symlinkat("target", fd, "link"), ==, 0);
    g_assert_false(coffer_lock_acquire(fd, "link", COFFER_LOCK_EXCLUSIVE, &lock, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "'link'");
    g_assert_false(g_file_test(target, G_FILE_TEST_EXISTS));
    g_assert_cmpint(mkdirat(fd, "folder", 0700), ==, 0);
    g_assert_false(coffer_lock_acquire(fd, "folder", COFFER_LOCK_EXCLUSIVE, &lock, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "'folder'");
    g_assert_cmpint(rmdir(path), ==, 0);
    g_assert_false(coffer_lock_try(-1, "lock", COFFER_LOCK_SHARED, &lock, &error));
    failure_expect(&error, COFFER_ERROR_IO, "'lock'");
    g_assert_cmpint(lock.fd, ==, COFFER_FD_NONE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lock/modes", test_modes);
    g_test_add_func("/lock/threads", test_threads);
    g_test_add_func("/lock/processes", test_processes);
    g_test_add_func("/lock/removed", test_removed);
    g_test_add_func("/lock/fork", test_fork);
    g_test_add_func("/lock/interrupted", test_interrupted);
    g_test_add_func("/lock/file", test_file);
    g_test_add_func("/lock/refused", test_refused);
    return g_test_run();
}
