/* store.c: records as files in a handful of folders; the table below says where. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The most bytes of a record that is not a value. */
#define RECORD_MAX (4 * 1024 * 1024)

#define LOCK_FOLDER "locks"

typedef enum {
    AREA_CONFIG,
    AREA_STATE,
    AREA_RUN,
    AREA_LAST,
} Area;

/* Each kind's folder and lock, and whether its writes are counted for those who keep what they
 * read. Uses are guarded by the secrets' lock, so that "does anything need this secret" and
 * "undefine it" are one step. */
static const struct {
    Area area;
    const char *folder;
    const char *lock;
    gboolean counted;
} kinds[COFFER_STORE_LAST] = {
    [COFFER_STORE_SECRETS] = { AREA_CONFIG, "secrets", "secrets", TRUE },
    [COFFER_STORE_SECRETS_RUNNING] = { AREA_RUN, "secrets", "secrets", TRUE },
    [COFFER_STORE_USES] = { AREA_STATE, "uses", "secrets", TRUE },
    [COFFER_STORE_POOLS] = { AREA_CONFIG, "storage", "pools", TRUE },
    [COFFER_STORE_POOLS_AUTOSTART] = { AREA_CONFIG, "storage/autostart", "pools", FALSE },
    [COFFER_STORE_POOLS_RUNNING] = { AREA_RUN, "storage", "pools", TRUE },
    [COFFER_STORE_JOBS] = { AREA_STATE, "jobs", "jobs", FALSE },
    [COFFER_STORE_BOOT] = { AREA_RUN, NULL, "boot", FALSE },
    [COFFER_STORE_VOLUME_LOCKS] = { AREA_RUN, LOCK_FOLDER "/volumes", NULL, FALSE },
};

typedef struct {
    char *path;
    CofferFd fd;      /* opened at first use, then immutable, as is the next */
    CofferFd counter; /* the lock file, which holds the counts of writes */
    gint swept;       /* atomic: leftovers of crashed writers were removed once */
} Folder;

struct _CofferStore {
    GMutex mutex; /* guards the opening of folders and counters */
    char *areas[AREA_LAST];
    char *identity;
    CofferFd locks;
    Folder folders[COFFER_STORE_LAST];
};

/* Whoever made the folder, from here on only its owner looks into it. */
static gboolean
close_to_others(int fd, const char *path, GError **error)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot examine '%s'", path);
    if ((status.st_mode & 077) == 0 || fchmod(fd, 0700) == 0)
        return TRUE;
    return coffer_throw_errno(error, errno, "others can look into '%s', which cannot be changed",
                              path);
}

static gboolean
open_folder(CofferStore *store, CofferStoreKind kind, Folder **out_folder, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->mutex);
    Folder *folder = &store->folders[kind];

    if (folder->fd < 0) {
        g_auto(CofferFd) fd = COFFER_FD_NONE;

        if (!coffer_fd_make_dir(folder->path, 0700, &fd, error) ||
            !close_to_others(fd, folder->path, error))
            return FALSE;
        folder->fd = coffer_fd_steal(&fd);
    }
    *out_folder = folder;
    return TRUE;
}

/* The counts of writes stand in the lock file, eight bytes for each kind: where nobody counted yet
 * it is shorter, which reads as 0. */
static gboolean
open_counter(CofferStore *store, CofferStoreKind kind, Folder *folder, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->mutex);

    return folder->counter >= 0 ||
           coffer_fd_openat(store->locks, kinds[kind].lock, O_RDWR | O_CREAT | O_NOFOLLOW, 0600,
                            &folder->counter, error);
}

static gboolean
read_count(CofferStore *store, CofferStoreKind kind, Folder *folder, guint64 *out_count,
           GError **error)
{
    ssize_t got = -1;

    *out_count = 0;
    if (!open_counter(store, kind, folder, error))
        return FALSE;
    got = pread(folder->counter, out_count, sizeof(*out_count), (off_t)(kind * sizeof(*out_count)));
    return got >= 0 ||
           coffer_throw_errno(error, errno, "cannot read the lock '%s'", kinds[kind].lock);
}

/* Not through a mapping: a write to a full disk has to fail, not to end the process. The caller
 * holds the kind's lock. */
static gboolean
count_write(CofferStore *store, CofferStoreKind kind, Folder *folder, GError **error)
{
    guint64 count = 0;

    if (!kinds[kind].counted)
        return TRUE;
    if (!read_count(store, kind, folder, &count, error))
        return FALSE;
    count++;
    if (pwrite(folder->counter, &count, sizeof(count), (off_t)(kind * sizeof(count))) < 0)
        return coffer_throw_errno(error, errno, "cannot write the lock '%s'", kinds[kind].lock);
    return TRUE;
}

static void
stamp_from_stat(const struct stat *status, CofferStoreStamp *out_stamp)
{
    out_stamp->inode = status->st_ino;
    out_stamp->seconds = status->st_mtim.tv_sec;
    out_stamp->nanoseconds = status->st_mtim.tv_nsec;
    out_stamp->size = status->st_size;
}

/* What tells this store from all others on the machine, by whatever path it is reached. */
static char *
make_identity(CofferStore *store, GError **error)
{
    g_autofree char *resolved = realpath(store->areas[AREA_RUN], NULL);
    struct stat status;

    if (resolved == NULL || stat(resolved, &status) < 0) {
        coffer_throw_errno(error, errno, "cannot examine '%s'", store->areas[AREA_RUN]);
        return NULL;
    }
    return g_strdup_printf("%s:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, resolved,
                           (guint64)status.st_dev, (guint64)status.st_ino);
}

CofferStore *
coffer_store_open(const CofferStorePaths *paths, GError **error)
{
    g_autoptr(CofferStore) store = g_new0(CofferStore, 1);
    const char *const areas[AREA_LAST] = { paths->config, paths->state, paths->run };
    g_autofree char *locks = g_build_filename(paths->run, LOCK_FOLDER, NULL);

    g_mutex_init(&store->mutex);
    store->locks = COFFER_FD_NONE;
    for (Area area = 0; area < AREA_LAST; area++)
        store->areas[area] = g_strdup(areas[area]);
    for (CofferStoreKind kind = 0; kind < COFFER_STORE_LAST; kind++) {
        store->folders[kind].fd = COFFER_FD_NONE;
        store->folders[kind].counter = COFFER_FD_NONE;
        /* Without a folder it is the area itself. */
        store->folders[kind].path =
            g_build_filename(areas[kinds[kind].area], kinds[kind].folder, NULL);
    }
    if (!coffer_fd_make_dir(locks, 0700, &store->locks, error) ||
        !close_to_others(store->locks, locks, error))
        return NULL;
    store->identity = make_identity(store, error);
    return store->identity != NULL ? g_steal_pointer(&store) : NULL;
}

void
coffer_store_free(CofferStore *store)
{
    if (store == NULL)
        return;
    for (CofferStoreKind kind = 0; kind < COFFER_STORE_LAST; kind++) {
        coffer_fd_close(store->folders[kind].fd);
        coffer_fd_close(store->folders[kind].counter);
        g_free(store->folders[kind].path);
    }
    for (Area area = 0; area < AREA_LAST; area++)
        g_free(store->areas[area]);
    g_free(store->identity);
    coffer_fd_close(store->locks);
    g_mutex_clear(&store->mutex);
    g_free(store);
}

const char *
coffer_store_identity(CofferStore *store)
{
    return store->identity;
}

const char *
coffer_store_folder(CofferStore *store, CofferStoreKind kind)
{
    return store->folders[kind].path;
}

/* Once per store and kind: what another process left behind when it died is removed by the next.
 * The caller holds the lock. */
static gboolean
sweep(CofferStore *store, CofferStoreKind kind, GError **error)
{
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error))
        return FALSE;
    if (g_atomic_int_get(&folder->swept))
        return TRUE;
    if (!coffer_file_remove_stale(folder->fd, error))
        return FALSE;
    g_atomic_int_set(&folder->swept, 1);
    return TRUE;
}

gboolean
coffer_store_lock(CofferStore *store, CofferStoreKind kind, CofferLockMode mode,
                  CofferLock *out_lock, GError **error)
{
    if (!coffer_lock_acquire(store->locks, kinds[kind].lock, mode, out_lock, error))
        return FALSE;
    if (mode == COFFER_LOCK_SHARED)
        return TRUE;
    for (CofferStoreKind other = 0; other < COFFER_STORE_LAST; other++)
        if (g_strcmp0(kinds[other].lock, kinds[kind].lock) == 0 && !sweep(store, other, error))
            return FALSE;
    return TRUE;
}

gboolean
coffer_store_lock_volume(CofferStore *store, const char *key, gboolean wait, CofferLock *out_lock,
                         GError **error)
{
    g_autofree char *name = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);
    g_autoptr(GError) failure = NULL;
    Folder *folder = NULL;

    if (!open_folder(store, COFFER_STORE_VOLUME_LOCKS, &folder, error))
        return FALSE;
    if (wait)
        return coffer_lock_acquire(folder->fd, name, COFFER_LOCK_EXCLUSIVE, out_lock, error);
    if (coffer_lock_try(folder->fd, name, COFFER_LOCK_EXCLUSIVE, out_lock, &failure))
        return TRUE;
    if (g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_BUSY))
        return coffer_throw(error, COFFER_ERROR_BUSY,
                            "another process is working on volume '%s'; try again later", key);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

void
coffer_store_drop_volume_lock(CofferStore *store, const char *key)
{
    g_autofree char *name = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);
    Folder *folder = NULL;

    /* Who waits for it finds out that its file is gone, and takes a new one. */
    if (open_folder(store, COFFER_STORE_VOLUME_LOCKS, &folder, NULL))
        unlinkat(folder->fd, name, 0);
}

char *
coffer_store_read(CofferStore *store, CofferStoreKind kind, const char *name, gsize *out_size,
                  GError **error)
{
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error))
        return NULL;
    return coffer_file_read_at(folder->fd, name, RECORD_MAX, out_size, error);
}

CofferBytes *
coffer_store_read_bytes(CofferStore *store, CofferStoreKind kind, const char *name, GError **error)
{
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error))
        return NULL;
    return coffer_file_read_bytes_at(folder->fd, name, 2 * COFFER_BYTES_MAX - 1, error);
}

/* Counted before, so that a disk too full to count is found out while nothing has changed yet, and
 * after, for whoever looked in between. */
gboolean
coffer_store_write(CofferStore *store, CofferStoreKind kind, const char *name, gconstpointer data,
                   gsize size, const char *fault, GError **error)
{
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error) || !count_write(store, kind, folder, error) ||
        !coffer_file_replace_at(folder->fd, name, data, size, fault, error))
        return FALSE;
    count_write(store, kind, folder, NULL);
    return TRUE;
}

gboolean
coffer_store_remove(CofferStore *store, CofferStoreKind kind, const char *name, GError **error)
{
    Folder *folder = NULL;
    gboolean removed = FALSE;

    if (!open_folder(store, kind, &folder, error))
        return FALSE;
    removed = coffer_file_remove_at(folder->fd, name, error);
    /* Only now: what frees space must not need any. The folder's own time tells too. */
    count_write(store, kind, folder, NULL);
    return removed;
}

gboolean
coffer_store_exists(CofferStore *store, CofferStoreKind kind, const char *name)
{
    Folder *folder = NULL;

    return open_folder(store, kind, &folder, NULL) &&
           faccessat(folder->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Whether @name is a link to @target. */
static gboolean
links_to(int dirfd, const char *name, const char *target)
{
    char found[PATH_MAX];
    ssize_t length = readlinkat(dirfd, name, found, sizeof(found) - 1);

    if (length < 0)
        return FALSE;
    found[length] = '\0';
    return g_str_equal(found, target);
}

gboolean
coffer_store_link(CofferStore *store, CofferStoreKind kind, const char *name, const char *target,
                  GError **error)
{
    g_autofree char *new_name = g_strconcat(".", name, COFFER_FILE_NEW_SUFFIX, NULL);
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error))
        return FALSE;
    if (links_to(folder->fd, name, target))
        return TRUE;
    unlinkat(folder->fd, new_name, 0);
    if (symlinkat(target, folder->fd, new_name) < 0)
        return coffer_throw_errno(error, errno, "cannot link '%s'", name);
    if (renameat(folder->fd, new_name, folder->fd, name) < 0) {
        int saved_errno = errno;

        unlinkat(folder->fd, new_name, 0);
        return coffer_throw_errno(error, saved_errno, "cannot link '%s'", name);
    }
    if (fsync(folder->fd) < 0)
        return coffer_throw_errno(error, errno, "cannot sync the folder of '%s'", name);
    return TRUE;
}

gboolean
coffer_store_stamp(CofferStore *store, CofferStoreKind kind, const char *name,
                   CofferStoreStamp *out_stamp, GError **error)
{
    Folder *folder = NULL;
    struct stat status;

    if (!open_folder(store, kind, &folder, error))
        return FALSE;
    if (fstatat(folder->fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return coffer_throw_errno(error, errno, "cannot examine '%s'", name);
    stamp_from_stat(&status, out_stamp);
    return TRUE;
}

typedef struct {
    Folder *folder;
    const char *suffix;
    GHashTable *names;
} Listing;

static gboolean
add_name(const char *name, gpointer user_data, GError **error)
{
    Listing *listing = user_data;
    struct stat status;

    if (!g_str_has_suffix(name, listing->suffix) || *name == '.')
        return TRUE;
    /* A record that goes while we list is not there; a folder is no record. */
    if (fstatat(listing->folder->fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
        S_ISDIR(status.st_mode))
        return TRUE;
    CofferStoreStamp *stamp = g_new(CofferStoreStamp, 1);
    stamp_from_stat(&status, stamp);
    g_hash_table_insert(listing->names, g_strndup(name, strlen(name) - strlen(listing->suffix)),
                        stamp);
    return TRUE;
}

GHashTable *
coffer_store_list(CofferStore *store, CofferStoreKind kind, const char *suffix, GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Listing listing = { NULL, suffix, names };

    if (!open_folder(store, kind, &listing.folder, error) ||
        !coffer_file_foreach(listing.folder->fd, add_name, &listing, error))
        return NULL;
    return g_steal_pointer(&names);
}

gboolean
coffer_store_revision(CofferStore *store, CofferStoreKind kind, CofferStoreRevision *out_revision,
                      GError **error)
{
    Folder *folder = NULL;
    struct stat status;

    if (!open_folder(store, kind, &folder, error) ||
        !read_count(store, kind, folder, &out_revision->writes, error))
        return FALSE;
    if (fstat(folder->fd, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot examine '%s'", folder->path);
    stamp_from_stat(&status, &out_revision->folder);
    return TRUE;
}
