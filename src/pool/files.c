/* files.c: looking at the files of a folder as volumes; making and changing them is in
 * files-make.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool/files.h"

#include "base/error.h"
#include "base/file.h"
#include "base/name.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* st_blocks counts these, whatever the file system's block size (inode(7)). */
#define STAT_BLOCK_SIZE 512

gboolean
coffer_pool_files_usage(const CofferPoolDef *def, CofferPoolUsage *out_usage, GError **error)
{
    struct statvfs status;

    if (statvfs(def->target_path, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot examine '%s'", def->target_path);
    out_usage->capacity = (guint64)status.f_frsize * status.f_blocks;
    out_usage->available = (guint64)status.f_frsize * status.f_bfree;
    out_usage->allocation = out_usage->capacity - out_usage->available;
    return TRUE;
}

gboolean
coffer_pool_files_permissions(const CofferPoolDef *def, CofferPermissionsDef *out_permissions,
                              GError **error)
{
    struct stat status;

    if (stat(def->target_path, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot examine '%s'", def->target_path);
    out_permissions->mode = status.st_mode & 07777;
    out_permissions->uid = status.st_uid;
    out_permissions->gid = status.st_gid;
    return TRUE;
}

/* Types that are volumes; sockets and FIFOs are not. */
static gboolean
is_volume_mode(mode_t mode)
{
    return S_ISREG(mode) || S_ISDIR(mode) || S_ISBLK(mode);
}

gboolean
coffer_pool_files_is_draft(const char *name)
{
    return *name == '.' && g_str_has_suffix(name, COFFER_POOL_DRAFT_SUFFIX);
}

/* Whether a link may be followed: into a folder that others can write to they might put a link to a
 * file that only we can reach. The folder's owner could do worse. */
static gboolean
is_trusted_link(int dir, const struct stat *link)
{
    struct stat folder;

    return link->st_uid == geteuid() || link->st_uid == 0 ||
           (fstat(dir, &folder) == 0 && link->st_uid == folder.st_uid);
}

/* Looks at @name as open_at() will find it. */
static gboolean
stat_at(int dir, const char *name, struct stat *out_status)
{
    if (fstatat(dir, name, out_status, AT_SYMLINK_NOFOLLOW) < 0)
        return FALSE;
    return !S_ISLNK(out_status->st_mode) ||
           (is_trusted_link(dir, out_status) && fstatat(dir, name, out_status, 0) == 0);
}

static gboolean
is_volume_name(int dir, const char *name)
{
    struct stat status;

    if (coffer_pool_files_is_draft(name))
        return FALSE;
    if (!stat_at(dir, name, &status) || !is_volume_mode(status.st_mode))
        return FALSE; /* a link that leads nowhere or is not ours, or gone meanwhile */
    if (!coffer_name_check("volume name", name, NULL)) {
        g_autofree char *printable = coffer_name_printable(name);

        g_warning("'%s' is left out: its name is not safe as the name of a volume", printable);
        return FALSE;
    }
    return TRUE;
}

typedef struct {
    int dir;
    GPtrArray *names;
} Listing;

static gboolean
add_name(const char *name, gpointer user_data, GError **error)
{
    Listing *listing = user_data;

    if (is_volume_name(listing->dir, name))
        g_ptr_array_add(listing->names, g_strdup(name));
    return TRUE;
}

GPtrArray *
coffer_pool_files_list(const CofferPoolDef *def, GError **error)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    Listing listing = { COFFER_FD_NONE, names };

    if (!coffer_fd_open_dir(def->target_path, &dir, error))
        return NULL;
    listing.dir = dir;
    if (!coffer_file_foreach(dir, add_name, &listing, error))
        return NULL;
    return g_steal_pointer(&names);
}

char *
coffer_pool_files_path(const CofferPoolDef *def, const char *name)
{
    return g_build_filename(def->target_path, name, NULL);
}

/* Opens what the link @name leads to, by the text of the very link that was found trustworthy. */
static gboolean
open_link(int dir, const char *name, int flags, CofferFd *out_fd, GError **error)
{
    g_auto(CofferFd) link = COFFER_FD_NONE;
    struct stat status;
    char target[PATH_MAX];
    ssize_t length = -1;

    if (!coffer_fd_openat(dir, name, O_PATH | O_NOFOLLOW, 0, &link, error))
        return FALSE;
    if (fstat(link, &status) == 0 && S_ISLNK(status.st_mode))
        length = readlinkat(link, "", target, sizeof(target) - 1);
    if (length <= 0)
        return coffer_throw_errno(error, length < 0 ? errno : ELOOP, "cannot open '%s'", name);
    if (!is_trusted_link(dir, &status))
        return coffer_throw(error, COFFER_ERROR_DENIED,
                            "'%s' is a link that another user made; it is not followed", name);
    target[length] = '\0';
    return coffer_fd_openat(dir, target, flags, 0, out_fd, error);
}

/* O_NONBLOCK: a FIFO planted under the name must not make us wait. */
static gboolean
open_at(int dir, const char *name, int flags, CofferFd *out_fd, GError **error)
{
    g_autoptr(GError) failure = NULL;
    struct stat status;

    flags |= O_NONBLOCK | O_NOCTTY;
    if (coffer_fd_openat(dir, name, flags | O_NOFOLLOW, 0, out_fd, &failure))
        return TRUE;
    if (fstatat(dir, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode))
        return open_link(dir, name, flags, out_fd, error);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean
coffer_pool_files_open(const CofferPoolDef *def, const char *name, int flags, CofferFd *out_fd,
                       GError **error)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;

    return coffer_fd_open_dir(def->target_path, &dir, error) &&
           open_at(dir, name, flags, out_fd, error);
}

static void
set_timestamp(CofferTimestamp *timestamp, const struct timespec *time)
{
    timestamp->seconds = time->tv_sec;
    timestamp->nanoseconds = time->tv_nsec;
}

static void
describe_file(CofferVolumeDef *volume, const struct stat *status)
{
    volume->type = S_ISDIR(status->st_mode)   ? COFFER_VOLUME_TYPE_DIR
                   : S_ISBLK(status->st_mode) ? COFFER_VOLUME_TYPE_BLOCK
                                              : COFFER_VOLUME_TYPE_FILE;
    volume->allocation = (guint64)status->st_blocks * STAT_BLOCK_SIZE;
    volume->physical = (guint64)status->st_size;
    volume->capacity = volume->physical;
    volume->has_capacity = volume->has_allocation = TRUE;
    volume->permissions.mode = status->st_mode & 07777;
    volume->permissions.uid = status->st_uid;
    volume->permissions.gid = status->st_gid;
    volume->has_timestamps = TRUE;
    set_timestamp(&volume->atime, &status->st_atim);
    set_timestamp(&volume->mtime, &status->st_mtim);
    set_timestamp(&volume->ctime, &status->st_ctim);
}

/* "nbd://host/disk" and "json:{...}" are no paths (qemu block.c, path_has_protocol()). */
static gboolean
is_relative(const char *path)
{
    gsize before = strcspn(path, ":/");

    return path[before] != ':' && *path != '/';
}

static void
describe_backing(CofferVolumeDef *volume, const CofferPoolDef *def, const CofferProbe *probe)
{
    if (probe->backing_path == NULL)
        return;
    volume->backing = coffer_backing_def_new();
    volume->backing->format = probe->backing_format;
    /* Relative to the folder of the file that says so (qcow2.txt, "Header"). */
    volume->backing->path = is_relative(probe->backing_path)
                                ? g_build_filename(def->target_path, probe->backing_path, NULL)
                                : g_strdup(probe->backing_path);
}

static void
describe_content(CofferVolumeDef *volume, const CofferPoolDef *def, const CofferProbe *probe)
{
    static const struct {
        gboolean encrypted;
        CofferEncryptionFormat format;
    } encryptions[] = {
        [COFFER_PROBE_CRYPT_NONE] = { FALSE, COFFER_ENCRYPTION_FORMAT_DEFAULT },
        [COFFER_PROBE_CRYPT_QCOW_AES] = { TRUE, COFFER_ENCRYPTION_FORMAT_QCOW },
        [COFFER_PROBE_CRYPT_LUKS1] = { TRUE, COFFER_ENCRYPTION_FORMAT_LUKS },
        [COFFER_PROBE_CRYPT_LUKS2] = { TRUE, COFFER_ENCRYPTION_FORMAT_LUKS2 },
    };

    volume->format = probe->format;
    volume->capacity = probe->capacity;
    volume->compat = g_strdup(probe->compat);
    volume->cluster_size = probe->cluster_size;
    volume->lazy_refcounts = probe->lazy_refcounts;
    volume->extended_l2 = probe->extended_l2;
    volume->has_features = g_strcmp0(probe->compat, "1.1") == 0;
    if (encryptions[probe->crypt].encrypted)
        volume->encryption = coffer_encryption_def_new(encryptions[probe->crypt].format);
    describe_backing(volume, def, probe);
}

static CofferVolumeDef *
examine_at(int dir, const CofferPoolDef *def, const char *name, CofferProbe *out_probe,
           GError **error)
{
    g_autoptr(CofferVolumeDef) volume = coffer_volume_def_new();
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autoptr(GError) failure = NULL;
    struct stat status;

    if (!open_at(dir, name, O_RDONLY, &fd, error))
        return NULL;
    if (fstat(fd, &status) < 0) {
        coffer_throw_errno(error, errno, "cannot examine '%s'", name);
        return NULL;
    }
    if (!is_volume_mode(status.st_mode))
        return coffer_throw_null(error, COFFER_ERROR_NOT_FOUND,
                                 "'%s' is neither a file, a folder nor a block device", name);
    volume->name = g_strdup(name);
    volume->target_path = coffer_pool_files_path(def, name);
    volume->key = g_strdup(volume->target_path);
    describe_file(volume, &status);
    if (volume->type == COFFER_VOLUME_TYPE_DIR) {
        volume->format = COFFER_VOLUME_FORMAT_DIR;
        return g_steal_pointer(&volume);
    }
    /* A damaged header makes a volume of unknown format, not a pool that cannot be listed. */
    if (coffer_probe_fd(fd, out_probe, &failure))
        describe_content(volume, def, out_probe);
    else
        g_warning("'%s': %s", volume->target_path, failure->message);
    return g_steal_pointer(&volume);
}

CofferVolumeDef *
coffer_pool_files_examine(const CofferPoolDef *def, const char *name, CofferProbe *out_probe,
                          GError **error)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;

    if (!coffer_fd_open_dir(def->target_path, &dir, error))
        return NULL;
    return examine_at(dir, def, name, out_probe, error);
}

typedef struct {
    int dir;
    const CofferPoolDef *def;
    CofferVolumeCallback callback;
    CofferVolumeMaySweep may_sweep;
    gpointer user_data;
} Scan;

static gboolean
scan_one(const char *name, gpointer user_data, GError **error)
{
    const Scan *scan = user_data;
    g_auto(CofferProbe) probe = { 0 };
    g_autoptr(CofferVolumeDef) volume = NULL;
    g_autoptr(GError) failure = NULL;

    if (!is_volume_name(scan->dir, name))
        return TRUE;
    volume = examine_at(scan->dir, scan->def, name, &probe, &failure);
    if (volume != NULL)
        return scan->callback(volume, &probe, scan->user_data, error);
    /* One that is gone meanwhile is none; one that cannot be read is no reason not to see the rest.
     */
    if (!g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        g_warning("volume '%s' is left out: %s", name, failure->message);
    return TRUE;
}

static gboolean
walk(const CofferPoolDef *def, Scan *scan, CofferFileCallback callback, GError **error)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;

    if (!coffer_fd_open_dir(def->target_path, &dir, error))
        return FALSE;
    scan->dir = dir;
    scan->def = def;
    return coffer_file_foreach(dir, callback, scan, error);
}

gboolean
coffer_pool_files_scan(const CofferPoolDef *def, CofferVolumeCallback callback, gpointer user_data,
                       GError **error)
{
    Scan scan = { .callback = callback, .user_data = user_data };

    return walk(def, &scan, scan_one, error);
}

static gboolean
sweep_one(const char *name, gpointer user_data, GError **error)
{
    const Scan *scan = user_data;
    g_autofree char *volume = NULL;
    g_autofree char *key = NULL;

    if (!coffer_pool_files_is_draft(name))
        return TRUE;
    volume = g_strndup(name + 1, strlen(name) - 1 - strlen(COFFER_POOL_DRAFT_SUFFIX));
    key = coffer_pool_files_path(scan->def, volume);
    if (scan->may_sweep(key, scan->user_data) && unlinkat(scan->dir, name, 0) < 0 &&
        errno != ENOENT)
        return coffer_throw_errno(error, errno, "cannot remove '%s'", name);
    return TRUE;
}

gboolean
coffer_pool_files_sweep(const CofferPoolDef *def, CofferVolumeMaySweep may_sweep,
                        gpointer user_data, GError **error)
{
    Scan scan = { .may_sweep = may_sweep, .user_data = user_data };

    return walk(def, &scan, sweep_one, error);
}
