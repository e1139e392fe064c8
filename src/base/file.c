/* file.c: reading small files whole and replacing them durably; it knows nothing of what is in
 * them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Opens a regular file for reading; a FIFO or device planted under a record's name must neither
 * block us nor be read. */
static gboolean
open_regular(int dirfd, const char *name, gsize max, CofferFd *out_fd, gsize *out_size,
             GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    struct stat status;

    /* Looked at first, for opening a device may have effects; and again when open. */
    if (fstatat(dirfd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(status.st_mode))
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "'%s' is not a regular file", name);
    if (!coffer_fd_openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0, &fd,
                          error))
        return FALSE;
    if (fstat(fd, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot examine '%s'", name);
    if (!S_ISREG(status.st_mode))
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "'%s' is not a regular file", name);
    if ((guint64)status.st_size > max)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "'%s' has more than %" G_GSIZE_FORMAT " bytes", name, max);
    *out_size = (gsize)status.st_size;
    *out_fd = coffer_fd_steal(&fd);
    return TRUE;
}

char *
coffer_file_read_at(int dirfd, const char *name, gsize max, gsize *out_size, GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autofree char *text = NULL;
    gsize size = 0;
    gsize used = 0;
    gssize got = 0;

    if (!open_regular(dirfd, name, max, &fd, &size, error))
        return NULL;
    text = g_malloc(size + 1);
    while (used < size && (got = coffer_fd_read(fd, text + used, size - used)) > 0)
        used += (gsize)got;
    if (got < 0) {
        coffer_throw_errno(error, errno, "cannot read '%s'", name);
        return NULL;
    }
    text[used] = '\0';
    if (out_size != NULL)
        *out_size = used;
    return g_steal_pointer(&text);
}

CofferBytes *
coffer_file_read_bytes_at(int dirfd, const char *name, gsize max, GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autoptr(CofferBytes) bytes = NULL;
    guint8 *data = NULL;
    gsize size = 0;
    gsize used = 0;
    gssize got = 0;

    if (!open_regular(dirfd, name, max, &fd, &size, error))
        return NULL;
    if (size == 0)
        return coffer_throw_null(error, COFFER_ERROR_DAMAGED, "'%s' is empty", name);
    bytes = coffer_bytes_alloc(size, &data, error);
    if (bytes == NULL)
        return NULL;
    /* Records are replaced, never changed, so fstat() said all, and mostly one read gives it. */
    while (used < size && (got = coffer_fd_read(fd, data + used, size - used)) > 0)
        used += (gsize)got;
    if (got < 0) {
        coffer_throw_errno(error, errno, "cannot read '%s'", name);
        return NULL;
    }
    if (used < size)
        return coffer_throw_null(error, COFFER_ERROR_DAMAGED, "'%s' ended early", name);
    return g_steal_pointer(&bytes);
}

/* 0, or -1 with errno where a test wants the step @point of @fault to fail. */
static int
fault_at(const char *fault, const char *point)
{
    int injected = fault != NULL ? coffer_fault_point(fault, point) : 0;

    if (injected == 0)
        return 0;
    errno = injected;
    return -1;
}

/* A file without a name, or -1 with errno: ENOSYS where it could not get one later, for there is no
 * /proc. */
static int
open_nameless(int dirfd, const char *fault)
{
    if (fault_at(fault, "nameless") < 0)
        return -1;
    if (access("/proc/self/fd", F_OK) < 0) {
        errno = ENOSYS;
        return -1;
    }
    return openat(dirfd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

gboolean
coffer_file_open_new(int dirfd, const char *new_name, gboolean need_name, const char *fault,
                     CofferFd *out_fd, gboolean *out_named, GError **error)
{
    int fd = need_name ? -1 : open_nameless(dirfd, fault);

    *out_named =
        need_name ||
        (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOSYS));
    if (*out_named) {
        unlinkat(dirfd, new_name, 0);
        if (!coffer_fd_openat(dirfd, new_name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600, &fd,
                              error))
            return FALSE;
    }
    if (fd < 0)
        return coffer_throw_errno(error, errno, "cannot make a file");
    *out_fd = fd;
    /* The umask may have taken bits away from 0600, though never added any. */
    return fchmod(fd, 0600) == 0 || coffer_throw_errno(error, errno, "cannot make a file");
}

static gboolean
write_new(int fd, gconstpointer data, gsize size, const char *fault, GError **error)
{
    if (fault_at(fault, "write") < 0)
        return coffer_throw_errno(error, errno, "cannot write the file");
    if (!coffer_fd_write_all(fd, data, size, "file", error))
        return FALSE;
    if (fault_at(fault, "sync") < 0 || fsync(fd) < 0)
        return coffer_throw_errno(error, errno, "cannot write the file");
    return TRUE;
}

/* Gives the nameless file at @fd the name @name where that is free, else @new_name. */
static gboolean
link_new(int fd, int dirfd, const char *name, const char *new_name, gboolean *out_done,
         GError **error)
{
    char self[64];

    g_snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
    *out_done = linkat(AT_FDCWD, self, dirfd, name, AT_SYMLINK_FOLLOW) == 0;
    if (*out_done)
        return TRUE;
    if (errno != EEXIST)
        return coffer_throw_errno(error, errno, "cannot make the file");
    unlinkat(dirfd, new_name, 0);
    if (linkat(AT_FDCWD, self, dirfd, new_name, AT_SYMLINK_FOLLOW) < 0)
        return coffer_throw_errno(error, errno, "cannot make the file");
    return TRUE;
}

gboolean
coffer_file_replace_at(int dirfd, const char *name, gconstpointer data, gsize size,
                       const char *fault, GError **error)
{
    COFFER_PREFIX(error, "file", name);
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autofree char *new_name = g_strdup_printf(".%s" COFFER_FILE_NEW_SUFFIX, name);
    gboolean named = FALSE;
    gboolean done = FALSE;

    if (!coffer_file_open_new(dirfd, new_name, FALSE, fault, &fd, &named, error))
        return FALSE;
    if (!write_new(fd, data, size, fault, error) ||
        (!named && !link_new(fd, dirfd, name, new_name, &done, error))) {
        if (named)
            unlinkat(dirfd, new_name, 0);
        return FALSE;
    }
    /* A name that was free is taken already. One that exists cannot be taken in one step, for
     * linkat() does not replace: for this one moment the new file stands under its ".new" name. */
    if (!done && (fault_at(fault, "linked") < 0 || renameat(dirfd, new_name, dirfd, name) < 0)) {
        int saved_errno = errno;

        unlinkat(dirfd, new_name, 0);
        return coffer_throw_errno(error, saved_errno, "cannot replace the file");
    }
    fault_at(fault, "named");
    if (fsync(dirfd) < 0)
        return coffer_throw_errno(error, errno, "cannot sync the folder");
    fault_at(fault, "done");
    return TRUE;
}

gboolean
coffer_file_remove_at(int dirfd, const char *name, GError **error)
{
    if (unlinkat(dirfd, name, 0) < 0)
        return coffer_throw_errno(error, errno, "cannot remove '%s'", name);
    if (fsync(dirfd) < 0)
        return coffer_throw_errno(error, errno, "cannot sync the folder of '%s'", name);
    return TRUE;
}

static gboolean
remove_if_stale(const char *name, gpointer user_data, GError **error)
{
    const int *dirfd = user_data;

    if (name[0] != '.' || !g_str_has_suffix(name, COFFER_FILE_NEW_SUFFIX))
        return TRUE;
    /* A folder is not of our making, and stays. */
    if (unlinkat(*dirfd, name, 0) < 0 && errno != ENOENT && errno != EISDIR)
        return coffer_throw_errno(error, errno, "cannot remove '%s'", name);
    return TRUE;
}

gboolean
coffer_file_remove_stale(int dirfd, GError **error)
{
    return coffer_file_foreach(dirfd, remove_if_stale, &dirfd, error);
}

static void
close_stream(DIR *stream)
{
    closedir(stream);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DIR, close_stream)

gboolean
coffer_file_foreach(int dirfd, CofferFileCallback callback, gpointer user_data, GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autoptr(DIR) stream = NULL;
    struct dirent *entry = NULL;

    /* A descriptor of our own: fdopendir() takes it over, and its position is not shared. */
    if (!coffer_fd_openat(dirfd, ".", O_RDONLY | O_DIRECTORY, 0, &fd, error))
        return FALSE;
    stream = fdopendir(fd);
    if (stream == NULL)
        return coffer_throw_errno(error, errno, "cannot list the folder");
    coffer_fd_steal(&fd);
    while ((errno = 0, entry = readdir(stream)) != NULL) {
        if (g_str_equal(entry->d_name, ".") || g_str_equal(entry->d_name, ".."))
            continue;
        if (!callback(entry->d_name, user_data, error))
            return FALSE;
    }
    if (errno != 0)
        return coffer_throw_errno(error, errno, "cannot list the folder");
    return TRUE;
}
