/* file.c: tests that a file is replaced whole or not at all, whatever fails, and read with care. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"

#include "base/bytes.h"
#include "base/error.h"
#include "failure.h"
#include "witness.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#define OLD "the old content"
#define NEW "something that is new and longer"

/* A folder, open. */
typedef struct {
    WitnessDir dir;
    CofferFd fd;
} Folder;

static void
folder_clear(Folder *folder)
{
    coffer_fd_close(folder->fd);
    witness_dir_clear(&folder->dir);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folder, folder_clear)

static Folder
folder_new(void)
{
    Folder folder = { witness_dir_new(), COFFER_FD_NONE };

    folder.fd = witness_open(folder.dir.path, O_RDONLY | O_DIRECTORY);
    return folder;
}

static void
put(int dirfd, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;

    coffer_file_replace_at(dirfd, name, text, strlen(text), NULL, &error);
    g_assert_no_error(error);
}

static void
assert_text(int dirfd, const char *name, const char *expected)
{
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    g_autofree char *text = coffer_file_read_at(dirfd, name, 1000, &size, &error);

    if (expected == NULL) {
        failure_expect(&error, COFFER_ERROR_NOT_FOUND, name);
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, expected);
    g_assert_cmpuint(size, ==, strlen(expected));
}

static gboolean
count_entry(const char *name, gpointer user_data, GError **error)
{
    guint *count = user_data;

    (*count)++;
    return TRUE;
}

static guint
entries(int dirfd)
{
    g_autoptr(GError) error = NULL;
    guint count = 0;

    coffer_file_foreach(dirfd, count_entry, &count, &error);
    g_assert_no_error(error);
    return count;
}

/* --- reading --- */

static void
test_read(void)
{
    static const gsize sizes[] = { 0, 1, 4095, 4096, 100000 };
    g_auto(Folder) folder = folder_new();

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *data = g_malloc(sizes[i] + 1);
        g_autofree char *path = NULL, *text = NULL;
        g_autoptr(GError) error = NULL;
        gsize size = 1;

        for (gsize k = 0; k < sizes[i]; k++)
            data[k] = (char)(k * 7); /* NUL and all */
        path = witness_file(&folder.dir, "file", data, sizes[i], 0);
        text = coffer_file_read_at(folder.fd, "file", sizes[i], &size, &error);
        g_assert_no_error(error);
        g_assert_cmpmem(text, size, data, sizes[i]);
        g_assert_cmpint(text[size], ==, '\0');
        if (sizes[i] == 0)
            continue;
        g_assert_null(coffer_file_read_at(folder.fd, "file", sizes[i] - 1, &size, &error));
        failure_expect(&error, COFFER_ERROR_DAMAGED, "'file' has more than");
    }
}

static void
test_read_bytes(void)
{
    g_auto(Folder) folder = folder_new();
    gsize max = COFFER_BYTES_ALLOC_MAX;
    g_autofree char *data = g_strnfill(max + 1, 'v');
    g_autofree char *path = witness_file(&folder.dir, "value", data, max, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = coffer_file_read_bytes_at(folder.fd, "value", max, &error);

    g_assert_no_error(error);
    g_assert_cmpmem(coffer_bytes_get_data(value, NULL), coffer_bytes_get_size(value), data, max);
    g_assert_null(coffer_file_read_bytes_at(folder.fd, "value", max - 1, &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "'value' has more than 131071 bytes");
    g_assert_cmpint(truncate(path, 0), ==, 0);
    g_assert_null(coffer_file_read_bytes_at(folder.fd, "value", max, &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "'value' is empty");
}

static void
make_socket(const Folder *folder, const char *name)
{
    g_autofree char *path = witness_path(&folder->dir, name);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    g_auto(CofferFd) fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
}

/* Nothing but a regular file is read, and nothing else can make us wait. */
static void
test_read_refused(void)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *sparse = witness_file(&folder.dir, "sparse", "", 0, 5 * GIB);
    g_autofree char *inner = witness_path(&folder.dir, "folder");
    static const struct {
        const char *name, *words;
        CofferError code;
    } rows[] = {
        { "missing", "cannot open 'missing': No such file", COFFER_ERROR_NOT_FOUND },
        { "link", "'link' is not a regular file", COFFER_ERROR_DAMAGED },
        { "fifo", "'fifo' is not a regular file", COFFER_ERROR_DAMAGED },
        { "socket", "'socket' is not a regular file", COFFER_ERROR_DAMAGED },
        { "folder", "'folder' is not a regular file", COFFER_ERROR_DAMAGED },
        { "device", "'device' is not a regular file", COFFER_ERROR_DAMAGED },
        { "sparse", "'sparse' has more than 1000 bytes", COFFER_ERROR_DAMAGED },
    };

    put(folder.fd, "target", OLD);
    g_assert_cmpint(symlinkat("target", folder.fd, "link"), ==, 0);
    g_assert_cmpint(mkfifoat(folder.fd, "fifo", 0600), ==, 0);
    g_assert_cmpint(mkdirat(folder.fd, "folder", 0700), ==, 0);
    make_socket(&folder, "socket");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        if (g_str_equal(rows[i].name, "device") &&
            mknodat(folder.fd, "device", S_IFCHR | 0600, makedev(1, 5)) < 0)
            continue; /* only root can plant one */
        g_assert_null(coffer_file_read_at(folder.fd, rows[i].name, 1000, NULL, &error));
        failure_expect(&error, rows[i].code, rows[i].words);
        g_assert_null(coffer_file_read_bytes_at(folder.fd, rows[i].name, 1000, &error));
        failure_expect(&error, rows[i].code, rows[i].words);
    }
    g_assert_cmpint(rmdir(inner), ==, 0);
}

/* --- replacing --- */

/* With files without a name, and on file systems that have none. */
static const char *const ways[] = { "", "record:nameless=ENOSYS" };

static void
set_fault(const char *fault)
{
    if (*fault != '\0')
        g_setenv("COFFER_FAULT", fault, TRUE);
    else
        g_unsetenv("COFFER_FAULT");
}

static void
test_replace(void)
{
    static const mode_t masks[] = { 0, 022, 077, 0777 };

    for (gsize way = 0; way < G_N_ELEMENTS(ways); way++) {
        for (gsize i = 0; i < G_N_ELEMENTS(masks); i++) {
            g_auto(Folder) folder = folder_new();
            mode_t old_mask = umask(masks[i]);

            set_fault(ways[way]);
            for (int round = 0; round < 3; round++) {
                const char *text = round % 2 == 0 ? NEW : "";
                g_autoptr(GError) error = NULL;
                struct stat status;

                coffer_file_replace_at(folder.fd, "f", text, strlen(text), "record", &error);
                g_assert_no_error(error);
                assert_text(folder.fd, "f", text);
                g_assert_cmpint(fstatat(folder.fd, "f", &status, 0), ==, 0);
                g_assert_cmphex(status.st_mode, ==, S_IFREG | 0600);
                g_assert_cmpint((int)status.st_nlink, ==, 1);
                g_assert_cmpuint(entries(folder.fd), ==, 1);
            }
            umask(old_mask);
            set_fault("");
        }
    }
}

/* A link under the name is replaced itself; what it points to is not ours. The same for a link
 * under the name that the replacement has for a moment. */
static void
test_replace_link(void)
{
    for (gsize way = 0; way < G_N_ELEMENTS(ways); way++) {
        g_auto(Folder) folder = folder_new();
        g_autoptr(GError) error = NULL;
        struct stat status;

        put(folder.fd, "target", OLD);
        g_assert_cmpint(symlinkat("target", folder.fd, "f"), ==, 0);
        g_assert_cmpint(symlinkat("target", folder.fd, ".f.new"), ==, 0);
        set_fault(ways[way]);
        coffer_file_replace_at(folder.fd, "f", NEW, strlen(NEW), "record", &error);
        set_fault("");
        g_assert_no_error(error);
        assert_text(folder.fd, "target", OLD);
        assert_text(folder.fd, "f", NEW);
        g_assert_cmpint(fstatat(folder.fd, "f", &status, AT_SYMLINK_NOFOLLOW), ==, 0);
        g_assert_true(S_ISREG(status.st_mode));
        g_assert_cmpuint(entries(folder.fd), ==, 2);
    }
}

static void
test_replace_refused(void)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *inner = witness_path(&folder.dir, "folder");
    g_autofree char *name = g_strnfill(300, 'n');
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(mkdirat(folder.fd, "folder", 0700), ==, 0);
    g_assert_false(coffer_file_replace_at(folder.fd, "folder", NEW, 3, NULL, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "'folder': cannot replace the file");
    g_assert_false(coffer_file_replace_at(folder.fd, name, NEW, 3, NULL, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "too long");
    g_assert_false(coffer_file_replace_at(-1, "f", NEW, 3, NULL, &error));
    failure_expect(&error, COFFER_ERROR_IO, "'f': cannot");
    g_assert_cmpuint(entries(folder.fd), ==, 1);
    g_assert_cmpint(rmdir(inner), ==, 0);
}

/* --- faults --- */

static gboolean
skipped(void)
{
    if (!COFFER_FAULT_POINTS)
        g_test_skip("needs a build with -Dfault_points=true");
    return !COFFER_FAULT_POINTS;
}

/* In place of a code: nothing fails. */
#define WORKS (-1)

/* With @fault the old file, if there is one, is all there is. */
static void
fail_at(const char *fault, const char *way, const char *old, int code)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *faults = g_strdup_printf("%s,%s", way, fault);
    g_autoptr(GError) error = NULL;
    gboolean one_step = old == NULL && *way == '\0';
    gboolean ok = FALSE;

    if (old != NULL)
        put(folder.fd, "f", old);
    set_fault(faults);
    ok = coffer_file_replace_at(folder.fd, "f", NEW, strlen(NEW), "record", &error);
    set_fault("");
    /* A file without a name takes a free one without a moment between linking and renaming. */
    if (one_step && g_str_has_prefix(fault, "record:linked"))
        code = WORKS;
    g_assert_cmpint(ok, ==, code == WORKS);
    if (code != WORKS)
        failure_expect(&error, (CofferError)code, "'f': cannot");
    assert_text(folder.fd, "f", code != WORKS ? old : NEW);
    g_assert_cmpuint(entries(folder.fd), ==, code != WORKS && old == NULL ? 0 : 1);
}

static void
test_errors(void)
{
    static const struct {
        const char *fault;
        const char *old; /* NULL: there is no file yet */
        int code;
    } rows[] = {
        { "record:write=ENOSPC", OLD, COFFER_ERROR_NO_SPACE },
        { "record:write=EDQUOT", OLD, COFFER_ERROR_NO_SPACE },
        { "record:write=EIO", OLD, COFFER_ERROR_IO },
        { "record:write=ENOSPC", NULL, COFFER_ERROR_NO_SPACE },
        { "record:sync=EIO", OLD, COFFER_ERROR_IO },
        { "record:sync=ENOSPC", NULL, COFFER_ERROR_NO_SPACE },
        { "record:linked=ENOSPC", OLD, COFFER_ERROR_NO_SPACE },
        { "record:linked=ENOSPC", NULL, COFFER_ERROR_NO_SPACE },
        { "other:write=ENOSPC", OLD, WORKS },
    };

    if (skipped())
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (gsize way = 0; way < G_N_ELEMENTS(ways); way++)
            fail_at(rows[i].fault, ways[way], rows[i].old, rows[i].code);
}

/* Killed at @point, one finds the old or the new file, never a part, and nothing that the next
 * owner of the folder's lock could not clear away. */
static void
kill_at(const char *point, const char *old, const char *way)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *fault = g_strdup_printf("%s,record:%s=kill", way, point);
    gboolean one_step = old == NULL && *way == '\0';
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    int status = 0;
    pid_t pid = 0;

    if (old != NULL)
        put(folder.fd, "f", old);
    pid = fork();
    if (pid == 0) {
        set_fault(fault);
        coffer_file_replace_at(folder.fd, "f", NEW, strlen(NEW), "record", NULL);
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    /* A file without a name takes a free one without a moment between linking and renaming. */
    g_assert_cmpint(WIFSIGNALED(status), ==, !(one_step && g_str_equal(point, "linked")));
    text = coffer_file_read_at(folder.fd, "f", 1000, NULL, NULL);
    if (g_strcmp0(text, NEW) != 0)
        g_assert_cmpstr(text, ==, old);
    if (g_str_equal(point, "named") || g_str_equal(point, "done"))
        g_assert_cmpstr(text, ==, NEW);
    coffer_file_remove_stale(folder.fd, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(entries(folder.fd), ==, text != NULL ? 1 : 0);
}

static void
test_killed(void)
{
    static const char *const points[] = { "write", "sync", "linked", "named", "done" };

    if (skipped())
        return;
    for (gsize way = 0; way < G_N_ELEMENTS(ways); way++) {
        for (gsize i = 0; i < G_N_ELEMENTS(points); i++) {
            kill_at(points[i], OLD, ways[way]);
            kill_at(points[i], NULL, ways[way]);
        }
    }
}

/* Without a name to begin with, the file may stay behind; then it is in the way of nobody. */
static void
test_stale(void)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *inner = witness_path(&folder.dir, ".folder.new");
    g_autoptr(GError) error = NULL;

    put(folder.fd, "f", OLD);
    put(folder.fd, ".f.new", NEW);
    put(folder.fd, ".g.new", NEW);
    put(folder.fd, "f.new", NEW);
    put(folder.fd, ".new.f", NEW);
    g_assert_cmpint(mkdirat(folder.fd, ".folder.new", 0700), ==, 0); /* not made by us */
    coffer_file_remove_stale(folder.fd, &error);
    g_assert_no_error(error);
    assert_text(folder.fd, "f", OLD);
    assert_text(folder.fd, "f.new", NEW);
    assert_text(folder.fd, ".new.f", NEW);
    g_assert_cmpuint(entries(folder.fd), ==, 4);
    g_assert_cmpint(rmdir(inner), ==, 0);
}

/* --- a full disk --- */

/* As big as a file may get here; the kernel then fails the write as it does on a full disk. */
static void
test_too_big(void)
{
    g_auto(Folder) folder = folder_new();
    const struct rlimit limit = { 100, RLIM_INFINITY };
    const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
    g_autofree char *data = g_strnfill(1000, 'x');
    g_autoptr(GError) error = NULL;

    signal(SIGXFSZ, SIG_IGN);
    put(folder.fd, "f", OLD);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    g_assert_false(coffer_file_replace_at(folder.fd, "f", data, 1000, NULL, &error));
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &none), ==, 0);
    failure_expect(&error, COFFER_ERROR_NO_SPACE, "'f': cannot write the file");
    assert_text(folder.fd, "f", OLD);
    g_assert_cmpuint(entries(folder.fd), ==, 1);
}

/* In a mount namespace of its own, so that nobody else sees it. */
static int
fill_disk(const char *path, gboolean with_old)
{
    g_autofree char *data = g_strnfill(256 * 1024, 'x');
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autoptr(GError) error = NULL;

    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("tmpfs", path, "tmpfs", 0, "size=64k") < 0)
        return 77;
    coffer_fd_open_dir(path, &fd, &error);
    g_assert_no_error(error);
    if (with_old)
        put(fd, "f", OLD);
    g_assert_false(coffer_file_replace_at(fd, "f", data, 256 * 1024, NULL, &error));
    failure_expect(&error, COFFER_ERROR_NO_SPACE, "'f': cannot write the file: No space");
    assert_text(fd, "f", with_old ? OLD : NULL);
    g_assert_cmpuint(entries(fd), ==, with_old ? 1 : 0);
    put(fd, "f", NEW); /* the space was given back */
    assert_text(fd, "f", NEW);
    return 0;
}

static void
test_full(void)
{
    for (int with_old = 0; with_old < 2; with_old++) {
        g_auto(WitnessDir) dir = witness_dir_new();
        int status = 0;
        pid_t pid = fork();

        if (pid == 0)
            _exit(fill_disk(dir.path, with_old));
        g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
            g_test_skip("needs to be root, to mount a small tmpfs");
            return;
        }
        g_assert_cmpint(status, ==, 0);
    }
}

/* In a chroot without /proc nothing can be linked by its descriptor. */
static int
replace_without_proc(int dirfd)
{
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        umount2("/proc", MNT_DETACH) < 0)
        return 77;
    put(dirfd, "f", OLD);
    put(dirfd, "f", NEW);
    assert_text(dirfd, "f", NEW);
    g_assert_cmpuint(entries(dirfd), ==, 1);
    return 0;
}

static void
test_without_proc(void)
{
    g_auto(Folder) folder = folder_new();
    int status = 0;
    pid_t pid = fork();

    if (pid == 0)
        _exit(replace_without_proc(folder.fd));
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        g_test_skip("needs to be root, to take /proc away");
    else
        g_assert_cmpint(status, ==, 0);
}

/* --- the rest --- */

static gpointer
read_thread(gpointer data)
{
    const Folder *folder = data;

    for (int i = 0; i < 2000; i++) {
        g_autofree char *text = coffer_file_read_at(folder->fd, "f", 1000, NULL, NULL);

        g_assert_true(g_strcmp0(text, OLD) == 0 || g_strcmp0(text, NEW) == 0);
    }
    return NULL;
}

/* A reader without a lock sees one of the two at every moment. */
static void
test_readers(void)
{
    g_auto(Folder) folder = folder_new();
    GThread *reader = NULL;

    put(folder.fd, "f", OLD);
    reader = g_thread_new("reader", read_thread, &folder);
    for (int i = 0; i < 200; i++)
        put(folder.fd, "f", i % 2 == 0 ? NEW : OLD);
    g_thread_join(reader);
}

static void
test_remove(void)
{
    g_auto(Folder) folder = folder_new();
    g_autoptr(GError) error = NULL;

    put(folder.fd, "f", OLD);
    g_assert_true(coffer_file_remove_at(folder.fd, "f", &error));
    g_assert_no_error(error);
    assert_text(folder.fd, "f", NULL);
    g_assert_false(coffer_file_remove_at(folder.fd, "f", &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "cannot remove 'f'");
}

static gboolean
stop_at_third(const char *name, gpointer user_data, GError **error)
{
    guint *count = user_data;

    return ++*count < 3 ? TRUE : coffer_throw(error, COFFER_ERROR_CANCELLED, "enough");
}

static void
test_foreach(void)
{
    g_auto(Folder) folder = folder_new();
    g_auto(CofferFd) null = witness_open("/dev/null", O_RDONLY);
    g_autoptr(GError) error = NULL;
    guint count = 0;

    for (int i = 0; i < 300; i++) {
        g_autofree char *name = g_strdup_printf("entry-%d", i);

        g_assert_cmpint(symlinkat("nowhere", folder.fd, name), ==, 0);
    }
    g_assert_cmpuint(entries(folder.fd), ==, 300);
    g_assert_cmpuint(entries(folder.fd), ==, 300); /* from the beginning again */
    g_assert_false(coffer_file_foreach(folder.fd, stop_at_third, &count, &error));
    failure_expect(&error, COFFER_ERROR_CANCELLED, "enough");
    g_assert_cmpuint(count, ==, 3);
    g_assert_false(coffer_file_foreach(null, stop_at_third, &count, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "cannot");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/file/read", test_read);
    g_test_add_func("/file/read-bytes", test_read_bytes);
    g_test_add_func("/file/read-refused", test_read_refused);
    g_test_add_func("/file/replace", test_replace);
    g_test_add_func("/file/replace-link", test_replace_link);
    g_test_add_func("/file/replace-refused", test_replace_refused);
    g_test_add_func("/file/errors", test_errors);
    g_test_add_func("/file/killed", test_killed);
    g_test_add_func("/file/stale", test_stale);
    g_test_add_func("/file/too-big", test_too_big);
    g_test_add_func("/file/full", test_full);
    g_test_add_func("/file/without-proc", test_without_proc);
    g_test_add_func("/file/readers", test_readers);
    g_test_add_func("/file/remove", test_remove);
    g_test_add_func("/file/foreach", test_foreach);
    return g_test_run();
}
