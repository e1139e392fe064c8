/* fd.c: opening, closing and writing descriptors; the only file that calls open() and close(). */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fd.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

void
coffer_fd_close(CofferFd fd)
{
    int saved_errno = errno;

    /* Linux closes the descriptor even on EINTR, so there is no retry. */
    if (fd >= 0)
        close(fd);
    errno = saved_errno;
}

gboolean
coffer_fd_openat(int dirfd, const char *name, int flags, mode_t mode, CofferFd *out_fd,
                 GError **error)
{
    int fd = -1;

    do {
        fd = openat(dirfd, name, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return coffer_throw_errno(error, errno, "cannot open '%s'", name);
    *out_fd = fd;
    return TRUE;
}

gboolean
coffer_fd_open(const char *path, int flags, mode_t mode, CofferFd *out_fd, GError **error)
{
    return coffer_fd_openat(AT_FDCWD, path, flags, mode, out_fd, error);
}

gboolean
coffer_fd_open_dir(const char *path, CofferFd *out_fd, GError **error)
{
    return coffer_fd_open(path, O_RDONLY | O_DIRECTORY, 0, out_fd, error);
}

gboolean
coffer_fd_make_dir(const char *path, mode_t mode, CofferFd *out_fd, GError **error)
{
    g_autofree char *parent = NULL;
    g_autoptr(GError) why = NULL;
    g_auto(CofferFd) parent_fd = COFFER_FD_NONE;

    if (coffer_fd_open_dir(path, out_fd, &why))
        return TRUE;
    if (!g_error_matches(why, COFFER_ERROR, COFFER_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    parent = g_path_get_dirname(path);
    if (!coffer_fd_make_dir(parent, mode, &parent_fd, error))
        return FALSE;
    if (mkdir(path, mode) == 0) {
        /* By name, for the umask may keep us from opening it. */
        if (chmod(path, mode) < 0 || fsync(parent_fd) < 0)
            return coffer_throw_errno(error, errno, "cannot make folder '%s'", path);
    } else if (errno != EEXIST) {
        return coffer_throw_errno(error, errno, "cannot make folder '%s'", path);
    }
    /* Where somebody else was faster, it is theirs to set the mode. */
    return coffer_fd_open_dir(path, out_fd, error);
}

gboolean
coffer_fd_pipe(CofferFd *out_read, CofferFd *out_write, GError **error)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return coffer_throw_errno(error, errno, "cannot make a pipe");
    *out_read = ends[0];
    *out_write = ends[1];
    return TRUE;
}

/* After read(2) or write(2) failed: whether to call it again. Waits where somebody who shares the
 * open file with us made it non-blocking. */
static gboolean
may_retry(int fd, short events)
{
    struct pollfd wait = { fd, events, 0 };

    if (errno == EAGAIN)
        return poll(&wait, 1, -1) >= 0 || errno == EINTR;
    return errno == EINTR;
}

gssize
coffer_fd_read(int fd, gpointer buffer, gsize size)
{
    ssize_t got = -1;

    do {
        got = read(fd, buffer, size);
    } while (got < 0 && may_retry(fd, POLLIN));
    return got;
}

gboolean
coffer_fd_write_all(int fd, gconstpointer data, gsize size, const char *what, GError **error)
{
    const guint8 *next = data;

    while (size > 0) {
        ssize_t written = write(fd, next, size);

        if (written < 0 && may_retry(fd, POLLOUT))
            continue;
        if (written <= 0)
            return coffer_throw_errno(error, written < 0 ? errno : EIO, "cannot write the %s",
                                      what);
        next += written;
        size -= (gsize)written;
    }
    return TRUE;
}

gboolean
coffer_fd_size(int fd, guint64 *out_size, GError **error)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot look at the file");
    if (S_ISBLK(status.st_mode)) {
        if (ioctl(fd, BLKGETSIZE64, out_size) < 0)
            return coffer_throw_errno(error, errno, "cannot get the size of the device");
        return TRUE;
    }
    if (!S_ISREG(status.st_mode))
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "it is neither a regular file nor a block device");
    *out_size = (guint64)status.st_size;
    return TRUE;
}
