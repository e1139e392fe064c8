/* idle.c: looks at the locks that QEMU holds on an image, and holds them in its place. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume/idle.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>

/* QEMU holds shared locks on single bytes of an image, from these two on (qemu block/file-posix.c,
 * RAW_LOCK_PERM_BASE and RAW_LOCK_SHARED_BASE, at most 64 permissions each), and tries exclusive
 * ones on those that must not be. */
#define PERM_BASE   100
#define SHARED_BASE 200
#define PERMISSIONS 64

gboolean
coffer_volume_check_idle(int fd, GError **error)
{
    struct flock range = { .l_type = F_WRLCK,
                           .l_whence = SEEK_SET,
                           .l_start = PERM_BASE,
                           .l_len = SHARED_BASE + PERMISSIONS - PERM_BASE };
    gboolean busy = FALSE;

    if (fcntl(fd, F_OFD_SETLK, &range) == 0)
        return TRUE;
    busy = errno == EAGAIN || errno == EACCES;
    /* Not open for writing: it can be asked only. A file system without locks has none. */
    if (!busy && errno == EBADF)
        busy = fcntl(fd, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
    return !busy || coffer_throw(error, COFFER_ERROR_BUSY,
                                 "a running QEMU has it open; stop the machine that uses it first");
}
