/* lock.c: open-file-description locks on files of their own; see lock.h for the rules. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/lock.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>

/* A lock on a removed or replaced file would exclude nobody: compare what we locked with the name.
 */
static gboolean
is_current(int dirfd, const char *name, int fd)
{
    struct stat locked, named;

    if (fstat(fd, &locked) < 0 || fstatat(dirfd, name, &named, AT_SYMLINK_NOFOLLOW) < 0 ||
        locked.st_dev != named.st_dev || locked.st_ino != named.st_ino)
        return FALSE;
    /* Made under a umask that keeps its own user out: the next process could not open it. */
    if ((locked.st_mode & (S_IRUSR | S_IWUSR)) != (S_IRUSR | S_IWUSR))
        fchmod(fd, 0600);
    return TRUE;
}

static gboolean
acquire(int dirfd, const char *name, CofferLockMode mode, int command, CofferLock *out_lock,
        GError **error)
{
    for (;;) {
        struct flock range = { .l_type = mode == COFFER_LOCK_SHARED ? F_RDLCK : F_WRLCK,
                               .l_whence = SEEK_SET };
        g_auto(CofferFd) fd = COFFER_FD_NONE;
        int result = -1;

        if (!coffer_fd_openat(dirfd, name, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, &fd, error))
            return FALSE;
        do {
            result = fcntl(fd, command, &range);
        } while (result < 0 && errno == EINTR);
        if (result < 0 && errno == EAGAIN)
            return coffer_throw(error, COFFER_ERROR_BUSY,
                                "'%s' is locked by somebody else; try again later", name);
        if (result < 0)
            return coffer_throw_errno(error, errno, "cannot lock '%s'", name);
        if (!is_current(dirfd, name, fd))
            continue;
        out_lock->fd = coffer_fd_steal(&fd);
        return TRUE;
    }
}

gboolean
coffer_lock_acquire(int dirfd, const char *name, CofferLockMode mode, CofferLock *out_lock,
                    GError **error)
{
    return acquire(dirfd, name, mode, F_OFD_SETLKW, out_lock, error);
}

gboolean
coffer_lock_try(int dirfd, const char *name, CofferLockMode mode, CofferLock *out_lock,
                GError **error)
{
    return acquire(dirfd, name, mode, F_OFD_SETLK, out_lock, error);
}

void
coffer_lock_release(CofferLock *lock)
{
    struct flock range = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

    if (lock->fd < 0)
        return;
    /* Closing alone would leave it locked while a child that was just forked has our descriptors.
     */
    fcntl(lock->fd, F_OFD_SETLK, &range);
    coffer_fd_close(coffer_fd_steal(&lock->fd));
}
