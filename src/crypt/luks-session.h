/* luks-session.h: one use of libcryptsetup on a device in memory; only for the files of luks.h. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/fd.h"

#include <libcryptsetup.h>

#define COFFER_LUKS_SECTOR_SIZE 512

/* libcryptsetup gets a memfd, never the volume itself. So nothing half-made ever stands in the
 * file, checking a LUKS2 header cannot "repair" it, and there is no waiting for the locks that
 * libcryptsetup takes on LUKS2 files and devices (flock, /run/cryptsetup), which could only be
 * switched off for the whole process. One thread. */
typedef struct {
    struct crypt_device *device;
    CofferFd memory;
    char *complaint; /* what libcryptsetup said last, one line; NULL if nothing */
} CofferLuksSession;

#define COFFER_LUKS_SESSION_NONE                                                                   \
    {                                                                                              \
        .memory = COFFER_FD_NONE                                                                   \
    }

void coffer_luks_session_clear(CofferLuksSession *session);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferLuksSession, coffer_luks_session_clear)

/* Opens an empty device of @size bytes; only what is written to it takes memory. The session may
 * not move afterwards. */
gboolean coffer_luks_session_open(CofferLuksSession *session, guint64 size, GError **error);

/* Why a call returned @negative_errno, as well as libcryptsetup tells. */
const char *coffer_luks_session_complaint(const CofferLuksSession *session, int negative_errno);

/* Where the crypto library and the kernel's AF_ALG lack @cipher, libcryptsetup tries
 * device-mapper, whose set-up counts its users without a lock; so other ciphers than AES, which is
 * in every crypto library, have to be used under this one. Returns: (transfer full) (nullable). */
GMutexLocker *coffer_luks_lock_device_mapper(const char *cipher);

/* Copies bytes of a header; moves the position of @target only. COFFER_ERROR_DAMAGED where @source
 * ends. */
gboolean coffer_luks_copy_area(int source, guint64 source_offset, int target, guint64 target_offset,
                               guint64 size, GError **error);
