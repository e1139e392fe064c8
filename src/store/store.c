/* store.c: records as files in a handful of folders; the table below says where. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The most bytes of a record that is not a value. */
#define RECORD_MAX (4 * 1024 * 1024)

#define LOCK_FOLDER    "locks"
#define BOOT_ID_RECORD "boot-id"
#define BOOT_ID_PATH   "/proc/sys/kernel/random/boot_id"

typedef enum {
    AREA_CONFIG,
    AREA_STATE,
    AREA_RUN,
    AREA_LAST,
} Area;

/* Each kind's folder and lock. Uses are guarded by the secrets' lock, so that "does anything need
 * this secret" and "undefine it" are one step. */
static const struct {
    Area area;
    const char *folder;
    const char *lock;
} kinds[COFFER_STORE_LAST] = {
    [COFFER_STORE_SECRETS] = { AREA_CONFIG, "secrets", "secrets" },
    [COFFER_STORE_SECRETS_RUNNING] = { AREA_RUN, "secrets", "secrets" },
    [COFFER_STORE_USES] = { AREA_STATE, "uses", "secrets" },
    [COFFER_STORE_POOLS] = { AREA_CONFIG, "storage", "pools" },
    [COFFER_STORE_POOLS_AUTOSTART] = { AREA_CONFIG, "storage/autostart", "pools" },
    [COFFER_STORE_POOLS_RUNNING] = { AREA_RUN, "storage", "pools" },
    [COFFER_STORE_JOBS] = { AREA_STATE, "jobs", "jobs" },
    [COFFER_STORE_VOLUME_LOCKS] = { AREA_RUN, LOCK_FOLDER "/volumes", NULL },
};

typedef struct {
    char *path;
    CofferFd fd;     /* opened at first use, then immutable */
    gint swept;      /* atomic: leftovers of crashed writers were removed once */
    guint64 *writes; /* the counter in the mapped lock file; NULL until first use */
} Folder;

struct _CofferStore {
    GMutex mutex; /* guards the opening of folders and the mapping of counters */
    char *areas[AREA_LAST];
    CofferFd locks;
    Folder folders[COFFER_STORE_LAST];
};

static gboolean
open_folder(CofferStore *store, CofferStoreKind kind, Folder **out_folder, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->mutex);
    Folder *folder = &store->folders[kind];

    if (folder->fd < 0 && !coffer_fd_make_dir(folder->path, 0700, &folder->fd, error))
        return FALSE;
    *out_folder = folder;
    return TRUE;
}

/* The counter of writes is the first eight bytes of the lock file, shared by all processes. */
static gboolean
map_counter(CofferStore *store, CofferStoreKind kind, Folder *folder, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->mutex);
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    void *mapped = NULL;
    struct stat status;

    if (folder->writes != NULL)
        return TRUE;
    if (!coffer_fd_openat(store->locks, kinds[kind].lock, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, &fd,
                          error))
        return FALSE;
    /* Growing to the same size twice is harmless: nothing is ever written but through the mapping.
     */
    if (fstat(fd, &status) < 0 ||
        (status.st_size < (off_t)sizeof(guint64) && ftruncate(fd, sizeof(guint64)) < 0))
        return coffer_throw_errno(error, errno, "cannot prepare the lock '%s'", kinds[kind].lock);
    mapped = mmap(NULL, sizeof(guint64), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        return coffer_throw_errno(error, errno, "cannot map the lock '%s'", kinds[kind].lock);
    folder->writes = mapped;
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

/* Whether the run folder was written since this machine booted; marks it where not. */
static gboolean
check_boot(CofferStore *store, gboolean *out_new_boot, GError **error)
{
    g_auto(CofferFd) run = COFFER_FD_NONE;
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autofree char *now = NULL;
    g_autofree char *then = NULL;
    gsize length = 0;

    *out_new_boot = FALSE;
    if (!g_file_get_contents(BOOT_ID_PATH, &now, &length, NULL))
        return TRUE; /* no /proc: nothing to compare with */
    if (!coffer_fd_open_dir(store->areas[AREA_RUN], &run, error))
        return FALSE;
    then = coffer_file_read_at(run, BOOT_ID_RECORD, 256, NULL, NULL);
    if (g_strcmp0(now, then) == 0)
        return TRUE;
    if (!coffer_lock_acquire(store->locks, "boot", COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    g_clear_pointer(&then, g_free);
    then = coffer_file_read_at(run, BOOT_ID_RECORD, 256, NULL, NULL);
    if (g_strcmp0(now, then) == 0)
        return TRUE;
    for (CofferStoreKind kind = 0; kind < COFFER_STORE_LAST; kind++) {
        g_autoptr(GHashTable) names = NULL;
        GHashTableIter iter;
        gpointer name = NULL;

        if (kinds[kind].area != AREA_RUN || kind == COFFER_STORE_VOLUME_LOCKS)
            continue;
        names = coffer_store_list(store, kind, "", error);
        if (names == NULL)
            return FALSE;
        g_hash_table_iter_init(&iter, names);
        while (g_hash_table_iter_next(&iter, &name, NULL))
            if (!coffer_store_remove(store, kind, name, error))
                return FALSE;
    }
    *out_new_boot = TRUE;
    return coffer_file_replace_at(run, BOOT_ID_RECORD, now, length, NULL, error);
}

CofferStore *
coffer_store_open(const CofferStorePaths *paths, gboolean *out_new_boot, GError **error)
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
        store->folders[kind].path =
            g_build_filename(areas[kinds[kind].area], kinds[kind].folder, NULL);
    }
    if (!coffer_fd_make_dir(locks, 0700, &store->locks, error) ||
        !check_boot(store, out_new_boot, error))
        return NULL;
    return g_steal_pointer(&store);
}

void
coffer_store_free(CofferStore *store)
{
    if (store == NULL)
        return;
    for (CofferStoreKind kind = 0; kind < COFFER_STORE_LAST; kind++) {
        Folder *folder = &store->folders[kind];

        if (folder->writes != NULL)
            munmap(folder->writes, sizeof(guint64));
        coffer_fd_close(folder->fd);
        g_free(folder->path);
    }
    for (Area area = 0; area < AREA_LAST; area++)
        g_free(store->areas[area]);
    coffer_fd_close(store->locks);
    g_mutex_clear(&store->mutex);
    g_free(store);
}

const char *
coffer_store_folder(CofferStore *store, CofferStoreKind kind)
{
    return store->folders[kind].path;
}

/* Once per store and kind: what another process left behind when it died is removed by the next. */
static gboolean
sweep(CofferStore *store, CofferStoreKind kind, GError **error)
{
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error))
        return FALSE;
    if (!g_atomic_int_compare_and_exchange(&folder->swept, 0, 1))
        return TRUE;
    return coffer_file_remove_stale(folder->fd, error);
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
    Folder *folder = NULL;

    if (!open_folder(store, COFFER_STORE_VOLUME_LOCKS, &folder, error))
        return FALSE;
    if (wait)
        return coffer_lock_acquire(folder->fd, name, COFFER_LOCK_EXCLUSIVE, out_lock, error);
    if (coffer_lock_try(folder->fd, name, COFFER_LOCK_EXCLUSIVE, out_lock, NULL))
        return TRUE;
    return coffer_throw(error, COFFER_ERROR_BUSY,
                        "another process is working on volume '%s'; try again later", key);
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

static gboolean
count_write(CofferStore *store, CofferStoreKind kind, Folder *folder, GError **error)
{
    if (!map_counter(store, kind, folder, error))
        return FALSE;
    __atomic_add_fetch(folder->writes, 1, __ATOMIC_SEQ_CST);
    return TRUE;
}

gboolean
coffer_store_write(CofferStore *store, CofferStoreKind kind, const char *name, gconstpointer data,
                   gsize size, const char *fault, GError **error)
{
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error))
        return FALSE;
    return coffer_file_replace_at(folder->fd, name, data, size, fault, error) &&
           count_write(store, kind, folder, error);
}

gboolean
coffer_store_remove(CofferStore *store, CofferStoreKind kind, const char *name, GError **error)
{
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error))
        return FALSE;
    return coffer_file_remove_at(folder->fd, name, error) &&
           count_write(store, kind, folder, error);
}

gboolean
coffer_store_exists(CofferStore *store, CofferStoreKind kind, const char *name)
{
    Folder *folder = NULL;

    return open_folder(store, kind, &folder, NULL) &&
           faccessat(folder->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

gboolean
coffer_store_link(CofferStore *store, CofferStoreKind kind, const char *name, const char *target,
                  GError **error)
{
    Folder *folder = NULL;

    if (!open_folder(store, kind, &folder, error))
        return FALSE;
    if (symlinkat(target, folder->fd, name) < 0 && errno != EEXIST)
        return coffer_throw_errno(error, errno, "cannot link '%s'", name);
    if (fsync(folder->fd) < 0)
        return coffer_throw_errno(error, errno, "cannot sync the folder of '%s'", name);
    return count_write(store, kind, folder, error);
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

    if (!open_folder(store, kind, &folder, error) || !map_counter(store, kind, folder, error))
        return FALSE;
    out_revision->writes = __atomic_load_n(folder->writes, __ATOMIC_SEQ_CST);
    if (fstat(folder->fd, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot examine '%s'", folder->path);
    stamp_from_stat(&status, &out_revision->folder);
    return TRUE;
}
