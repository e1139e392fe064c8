/* luks-session.c: setting up libcryptsetup for luks-session.h; what is done with it is elsewhere.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypt/luks-session.h"

#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

void
coffer_luks_session_clear(CofferLuksSession *session)
{
    g_clear_pointer(&session->device, crypt_free);
    coffer_fd_close(coffer_fd_steal(&session->memory));
    g_clear_pointer(&session->complaint, g_free);
}

static void
keep_complaint(int level, const char *message, void *user_data)
{
    CofferLuksSession *session = user_data;

    if (level != CRYPT_LOG_ERROR)
        return;
    g_free(session->complaint);
    session->complaint = g_strndup(message, strcspn(message, "\n"));
}

const char *
coffer_luks_session_complaint(const CofferLuksSession *session, int negative_errno)
{
    return session->complaint != NULL ? session->complaint : g_strerror(-negative_errno);
}

static gboolean
open_device(CofferLuksSession *session, guint64 size, GError **error)
{
    char path[sizeof("/proc/self/fd/") + 10];
    int result = 0;

    session->memory = memfd_create("coffer-luks", MFD_CLOEXEC);
    if (session->memory < 0 || ftruncate(session->memory, (off_t)size) < 0)
        return coffer_throw_errno(error, errno, "cannot get memory for a LUKS header");

    g_snprintf(path, sizeof(path), "/proc/self/fd/%d", session->memory);
    result = crypt_init(&session->device, path);
    if (result < 0)
        return coffer_throw_errno(error, -result, "cannot start libcryptsetup (is /proc mounted?)");
    crypt_set_log_callback(session->device, keep_complaint, session);
    return TRUE;
}

/* The first load or format of a process sets up libcryptsetup's crypto backend, without a lock. */
static gpointer
start_backend(gpointer unused)
{
    g_auto(CofferLuksSession) session = COFFER_LUKS_SESSION_NONE;

    if (open_device(&session, COFFER_LUKS_SECTOR_SIZE, NULL))
        crypt_load(session.device, CRYPT_LUKS1, NULL);
    return NULL;
}

gboolean
coffer_luks_session_open(CofferLuksSession *session, guint64 size, GError **error)
{
    static GOnce once = G_ONCE_INIT;

    g_once(&once, start_backend, NULL);
    return open_device(session, size, error);
}

GMutexLocker *
coffer_luks_lock_device_mapper(const char *cipher)
{
    static GMutex mutex;

    return g_strcmp0(cipher, "aes") == 0 ? NULL : g_mutex_locker_new(&mutex);
}

gboolean
coffer_luks_copy_area(int source, guint64 source_offset, int target, guint64 target_offset,
                      guint64 size, GError **error)
{
    off_t position = (off_t)source_offset;

    if (lseek(target, (off_t)target_offset, SEEK_SET) < 0)
        return coffer_throw_errno(error, errno, "cannot copy the LUKS header");
    while (size > 0) {
        ssize_t copied = sendfile(target, source, &position, size);

        if (copied < 0 && errno == EINTR)
            continue;
        if (copied < 0)
            return coffer_throw_errno(error, errno, "cannot copy the LUKS header");
        if (copied == 0)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "the file ends within the LUKS header");
        size -= (guint64)copied;
    }
    return TRUE;
}
