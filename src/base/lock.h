/* lock.h: exclusive and shared locks between processes and threads, by open file descriptions. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/fd.h"

#include <glib.h>

typedef enum {
    COFFER_LOCK_SHARED,
    COFFER_LOCK_EXCLUSIVE,
} CofferLockMode;

/* Held while the variable is in scope: `g_auto(CofferLock) lock = COFFER_LOCK_NONE;`. */
typedef struct {
    CofferFd fd;
} CofferLock;

#define COFFER_LOCK_NONE                                                                           \
    {                                                                                              \
        COFFER_FD_NONE                                                                             \
    }

void coffer_lock_release(CofferLock *lock);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferLock, coffer_lock_release)

/* Waits for the lock on the file @name in the folder @dirfd, which is made if missing (0600). The
 * file is compared with the folder's entry after locking, so a lock on a file that was removed
 * meanwhile is not taken for one. Locks of one process conflict like those of two (F_OFD_SETLKW,
 * fcntl(2)). Any thread. */
gboolean coffer_lock_acquire(int dirfd, const char *name, CofferLockMode mode, CofferLock *out_lock,
                             GError **error);

/* The same without waiting: COFFER_ERROR_BUSY where somebody else has it. */
gboolean coffer_lock_try(int dirfd, const char *name, CofferLockMode mode, CofferLock *out_lock,
                         GError **error);
