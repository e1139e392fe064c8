/* fd.h: descriptors that close themselves when their scope ends, and the few ways to open one. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sys/stat.h>
#include <sys/types.h>

/* GLib 2.74 has no g_autofd; declare as `g_auto(CofferFd) fd = COFFER_FD_NONE;`. */
typedef int CofferFd;

#define COFFER_FD_NONE (-1)

void coffer_fd_close(CofferFd fd);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(CofferFd, coffer_fd_close, COFFER_FD_NONE)

static inline CofferFd
coffer_fd_steal(CofferFd *fd)
{
    CofferFd stolen = *fd;

    *fd = COFFER_FD_NONE;
    return stolen;
}

/* All of these open with O_CLOEXEC, retry on EINTR and, where they fail, name the path. Any thread.
 */
gboolean coffer_fd_open(const char *path, int flags, mode_t mode, CofferFd *out_fd, GError **error);
gboolean coffer_fd_openat(int dirfd, const char *name, int flags, mode_t mode, CofferFd *out_fd,
                          GError **error);
gboolean coffer_fd_open_dir(const char *path, CofferFd *out_fd, GError **error);

/* Makes the folder @path and its missing parents, and opens it; a folder it makes has @mode
 * whatever the umask. */
gboolean coffer_fd_make_dir(const char *path, mode_t mode, CofferFd *out_fd, GError **error);

/* A pipe whose both ends are close-on-exec. */
gboolean coffer_fd_pipe(CofferFd *out_read, CofferFd *out_write, GError **error);

/* read(2), again where a signal came, and waiting where @fd would not. Returns: the bytes got, 0 at
 * the end, -1 with errno. */
gssize coffer_fd_read(int fd, gpointer buffer, gsize size);

/* Writes all of it, or fails; @what names the target in the error. */
gboolean
coffer_fd_write_all(int fd, gconstpointer data, gsize size, const char *what, GError **error);

/* Bytes of the regular file or block device open at @fd; its position stays. Anything else is
 * COFFER_ERROR_INVALID_ARGUMENT. */
gboolean coffer_fd_size(int fd, guint64 *out_size, GError **error);
