/* fd.c: tests of opening, of folders made under any umask, and of reading and writing all of it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fd.h"

#include "failure.h"
#include "witness.h"

#include <errno.h>

/* More than any pipe holds here, so that the writer has to wait. */
#define PLENTY (4 * MIB)

#define NOBODY 65534

static void
test_open(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_file(&dir, "file", "abc", 3, 0);
    g_autofree char *missing = witness_path(&dir, "missing");
    g_autoptr(GError) error = NULL;
    g_auto(CofferFd) folder = COFFER_FD_NONE;
    g_auto(CofferFd) file = COFFER_FD_NONE;
    g_auto(CofferFd) read_end = COFFER_FD_NONE;
    g_auto(CofferFd) write_end = COFFER_FD_NONE;
    CofferFd none = COFFER_FD_NONE;

    g_assert_true(coffer_fd_open_dir(dir.path, &folder, &error));
    g_assert_true(coffer_fd_openat(folder, "file", O_RDONLY, 0, &file, &error));
    g_assert_true(coffer_fd_pipe(&read_end, &write_end, &error));
    g_assert_no_error(error);
    g_assert_cmpint(fcntl(folder, F_GETFD), ==, FD_CLOEXEC);
    g_assert_cmpint(fcntl(file, F_GETFD), ==, FD_CLOEXEC);
    g_assert_cmpint(fcntl(read_end, F_GETFD), ==, FD_CLOEXEC);
    g_assert_cmpint(fcntl(write_end, F_GETFD), ==, FD_CLOEXEC);

    g_assert_false(coffer_fd_open(missing, O_RDONLY, 0, &none, &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, missing);
    g_assert_false(coffer_fd_open_dir(path, &none, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, path);
    g_assert_cmpint(none, ==, COFFER_FD_NONE);
}

static void
test_close(void)
{
    CofferFd fd = witness_open("/dev/null", O_RDONLY);
    int number = fd;

    errno = EXDEV;
    coffer_fd_close(coffer_fd_steal(&fd));
    g_assert_cmpint(fd, ==, COFFER_FD_NONE);
    g_assert_cmpint(fcntl(number, F_GETFD), <, 0);
    errno = EXDEV;
    coffer_fd_close(COFFER_FD_NONE);
    coffer_fd_close(1 << 30);
    g_assert_cmpint(errno, ==, EXDEV);
}

/* --- folders --- */

static mode_t
mode_of(const char *path)
{
    struct stat status;

    g_assert_cmpint(stat(path, &status), ==, 0);
    return status.st_mode & 07777;
}

/* Makes a/b/c in @base in a process of its own, as @user and under @umask. */
static void
make_folders(const char *base, uid_t user, mode_t mask)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        g_autofree char *path = g_build_filename(base, "a", "b", "c", NULL);
        g_auto(CofferFd) fd = COFFER_FD_NONE;

        umask(mask);
        if (setresuid(user, user, user) < 0 || !coffer_fd_make_dir(path, 0700, &fd, NULL) ||
            fchdir(fd) < 0)
            _exit(1);
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(status, ==, 0);
}

static void
test_make_dir_umask(void)
{
    static const mode_t masks[] = { 0, 022, 077, 0277, 0777 };
    static const char *const made[] = { "a", "a/b", "a/b/c" };
    uid_t user = geteuid() == 0 ? NOBODY : geteuid();

    for (gsize i = 0; i < G_N_ELEMENTS(masks); i++) {
        g_auto(WitnessDir) dir = witness_dir_new();

        g_assert_cmpint(chmod(dir.path, 0777), ==, 0);
        make_folders(dir.path, user, masks[i]);
        make_folders(dir.path, user, masks[i]); /* what exists is opened */
        for (gsize k = G_N_ELEMENTS(made); k-- > 0;) {
            g_autofree char *path = witness_path(&dir, made[k]);

            g_assert_cmphex(mode_of(path), ==, 0700);
            g_assert_cmpint(rmdir(path), ==, 0);
        }
    }
}

static void
test_make_dir_existing(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_path(&dir, "folder");
    g_autofree char *slash = g_strconcat(path, "/", NULL);
    g_autoptr(GError) error = NULL;
    g_auto(CofferFd) first = COFFER_FD_NONE;
    g_auto(CofferFd) second = COFFER_FD_NONE;

    g_assert_true(coffer_fd_make_dir(slash, 0750, &first, &error));
    g_assert_true(coffer_fd_make_dir(path, 0700, &second, &error));
    g_assert_no_error(error);
    g_assert_cmphex(mode_of(path), ==, 0750); /* not ours to change */
    g_assert_cmpint(rmdir(path), ==, 0);
}

static void
test_make_dir_refused(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *file = witness_file(&dir, "file", "", 0, 0);
    g_autofree char *below = witness_path(&dir, "file/folder");
    g_autofree char *dangling = witness_path(&dir, "dangling");
    g_autofree char *name = g_strnfill(300, 'n');
    g_autofree char *long_name = witness_path(&dir, name);
    const struct {
        const char *path;
        CofferError code;
    } rows[] = {
        { file, COFFER_ERROR_INVALID_ARGUMENT },
        { below, COFFER_ERROR_INVALID_ARGUMENT },
        { long_name, COFFER_ERROR_INVALID_ARGUMENT },
        { dangling, COFFER_ERROR_NOT_FOUND },
        { "", COFFER_ERROR_NOT_FOUND },
    };

    g_assert_cmpint(symlink("nowhere", dangling), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(CofferFd) fd = COFFER_FD_NONE;

        g_assert_false(coffer_fd_make_dir(rows[i].path, 0700, &fd, &error));
        failure_expect(&error, rows[i].code, rows[i].path);
    }
}

static gpointer
make_thread(gpointer path)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;

    return GINT_TO_POINTER(coffer_fd_make_dir(path, 0700, &fd, NULL));
}

/* All of them find the folder, whoever made it. */
static void
test_make_dir_race(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    static const char *const made[] = { "a", "a/b", "a/b/c" };
    g_autofree char *path = witness_path(&dir, "a/b/c");
    GThread *threads[8];

    for (int round = 0; round < 50; round++) {
        for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
            threads[i] = g_thread_new("make", make_thread, path);
        for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
            g_assert_true(GPOINTER_TO_INT(g_thread_join(threads[i])));
        for (gsize k = G_N_ELEMENTS(made); k-- > 0;) {
            g_autofree char *folder = witness_path(&dir, made[k]);

            g_assert_cmpint(rmdir(folder), ==, 0);
        }
    }
}

/* --- reading and writing --- */

static gpointer
write_thread(gpointer data)
{
    g_auto(CofferFd) fd = GPOINTER_TO_INT(data);
    g_autofree guint8 *sent = g_malloc(PLENTY);

    for (gsize i = 0; i < PLENTY; i++)
        sent[i] = (guint8)(i * 7 + i / 256);
    return GINT_TO_POINTER(coffer_fd_write_all(fd, sent, PLENTY, "pipe", NULL));
}

/* A pipe takes a part at a time; a descriptor that another program set to O_NONBLOCK (it shares its
 * end with us) must not make us fail, neither as writer nor as reader. */
static void
test_transfer(void)
{
    static const int flags[] = { 0, O_NONBLOCK };

    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        g_auto(CofferFd) read_end = COFFER_FD_NONE;
        g_auto(CofferFd) write_end = COFFER_FD_NONE;
        g_autoptr(GError) error = NULL;
        GThread *writer = NULL;
        guint8 got[1000];
        gsize total = 0;
        gssize size = 0;

        g_assert_true(coffer_fd_pipe(&read_end, &write_end, &error));
        g_assert_cmpint(fcntl(read_end, F_SETFL, flags[i]), ==, 0);
        g_assert_cmpint(fcntl(write_end, F_SETFL, flags[i]), ==, 0);
        writer = g_thread_new("writer", write_thread, GINT_TO_POINTER(coffer_fd_steal(&write_end)));
        while ((size = coffer_fd_read(read_end, got, sizeof(got))) > 0)
            for (gssize k = 0; k < size; k++, total++)
                g_assert_cmphex(got[k], ==, (guint8)(total * 7 + total / 256));
        g_assert_cmpint(size, ==, 0);
        g_assert_cmpuint(total, ==, PLENTY);
        g_assert_true(GPOINTER_TO_INT(g_thread_join(writer)));
    }
}

static void
test_write_refused(void)
{
    g_auto(CofferFd) full = witness_open("/dev/full", O_WRONLY);
    g_auto(CofferFd) unwritable = witness_open("/dev/null", O_RDONLY);
    g_auto(CofferFd) read_end = COFFER_FD_NONE;
    g_auto(CofferFd) write_end = COFFER_FD_NONE;
    g_autoptr(GError) error = NULL;

    signal(SIGPIPE, SIG_IGN);
    g_assert_false(coffer_fd_write_all(full, "abc", 3, "record", &error));
    failure_expect(&error, COFFER_ERROR_NO_SPACE, "cannot write the record");
    g_assert_false(coffer_fd_write_all(unwritable, "abc", 3, "record", &error));
    failure_expect(&error, COFFER_ERROR_IO, "cannot write the record");
    g_assert_true(coffer_fd_pipe(&read_end, &write_end, &error));
    coffer_fd_close(coffer_fd_steal(&read_end));
    g_assert_false(coffer_fd_write_all(write_end, "abc", 3, "record", &error));
    failure_expect(&error, COFFER_ERROR_IO, "cannot write the record");
    g_assert_true(coffer_fd_write_all(full, NULL, 0, "record", &error));
    g_assert_cmpint(coffer_fd_read(-1, NULL, 0), ==, -1);
    g_assert_cmpint(errno, ==, EBADF);
}

static void
test_size(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_file(&dir, "sparse", "abc", 3, 5 * GIB + 1);
    g_auto(CofferFd) file = witness_open(path, O_RDONLY);
    g_auto(CofferFd) folder = witness_open(dir.path, O_RDONLY);
    g_auto(CofferFd) device = witness_open("/dev/null", O_RDONLY);
    g_autoptr(GError) error = NULL;
    guint64 size = 0;

    g_assert_cmpint(lseek(file, 2, SEEK_SET), ==, 2);
    g_assert_true(coffer_fd_size(file, &size, &error));
    g_assert_cmpuint(size, ==, 5 * GIB + 1);
    g_assert_cmpint(lseek(file, 0, SEEK_CUR), ==, 2);
    g_assert_false(coffer_fd_size(folder, &size, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "neither a regular file nor a block");
    g_assert_false(coffer_fd_size(device, &size, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "neither a regular file nor a block");
    g_assert_false(coffer_fd_size(-1, &size, &error));
    failure_expect(&error, COFFER_ERROR_IO, "cannot");
    g_assert_cmpuint(size, ==, 5 * GIB + 1);
}

/* The first disk that /sys names, if we may open it. */
static void
test_size_of_device(void)
{
    g_autoptr(GDir) entries = g_dir_open("/sys/class/block", 0, NULL);
    const char *name = NULL;

    while (entries != NULL && (name = g_dir_read_name(entries)) != NULL) {
        g_autofree char *path = g_build_filename("/dev", name, NULL);
        g_autofree char *size_path = g_build_filename("/sys/class/block", name, "size", NULL);
        g_autofree char *sectors = NULL;
        g_auto(CofferFd) fd = COFFER_FD_NONE;
        g_autoptr(GError) error = NULL;
        guint64 size = 0;

        if (!coffer_fd_open(path, O_RDONLY, 0, &fd, NULL) ||
            !g_file_get_contents(size_path, &sectors, NULL, NULL))
            continue;
        g_assert_true(coffer_fd_size(fd, &size, &error));
        g_assert_cmpuint(size, ==, g_ascii_strtoull(sectors, NULL, 10) * 512);
        return;
    }
    g_test_skip("no block device that this user may open");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fd/open", test_open);
    g_test_add_func("/fd/close", test_close);
    g_test_add_func("/fd/make-dir/umask", test_make_dir_umask);
    g_test_add_func("/fd/make-dir/existing", test_make_dir_existing);
    g_test_add_func("/fd/make-dir/refused", test_make_dir_refused);
    g_test_add_func("/fd/make-dir/race", test_make_dir_race);
    g_test_add_func("/fd/transfer", test_transfer);
    g_test_add_func("/fd/write-refused", test_write_refused);
    g_test_add_func("/fd/size", test_size);
    g_test_add_func("/fd/size-of-device", test_size_of_device);
    return g_test_run();
}
