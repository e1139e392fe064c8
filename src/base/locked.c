/* locked.c: takes locked pages from the system and keeps a few wiped ones for the next value. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/locked.h"

#include "base/error.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* libgcrypt's secure memory would not do: it is part of core dumps, and what it adds when its first
 * pool is used up is not locked. */

/* How many wiped pieces wait to be used again. Locking pages takes longer than reading a value, and
 * a value is mostly one page. */
#define SPARE_MAX          8
#define SPARE_CAPACITY_MAX (64 * 1024)

/* Counts the forks that led to this process; asking for its ID each time would cost a system call.
 * Written only where a fork has just left one thread. */
static guint process;

static GMutex mutex; /* guards the two below */
static CofferLocked spare[SPARE_MAX];
static guint n_spare;

static gsize
round_to_pages(gsize size)
{
    gsize page = (gsize)sysconf(_SC_PAGESIZE);

    return (size + page - 1) / page * page;
}

static gboolean
take_spare(gsize capacity, CofferLocked *out_locked)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&mutex);

    for (guint i = 0; i < n_spare; i++) {
        if (spare[i].capacity != capacity || spare[i].process != process)
            continue;
        *out_locked = spare[i];
        spare[i] = spare[--n_spare];
        return TRUE;
    }
    return FALSE;
}

static gboolean
keep_spare(const CofferLocked *locked)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&mutex);

    if (n_spare == SPARE_MAX || locked->capacity > SPARE_CAPACITY_MAX || locked->process != process)
        return FALSE;
    spare[n_spare++] = *locked;
    return TRUE;
}

static void
unmap_spares(void)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&mutex);

    while (n_spare > 0) {
        n_spare--;
        munmap(spare[n_spare].data, spare[n_spare].capacity);
    }
}

static void
count_fork(void)
{
    process++;
}

static gboolean
watch_forks(void)
{
    static gsize result;

    if (g_once_init_enter(&result))
        g_once_init_leave(&result, pthread_atfork(NULL, NULL, count_fork) == 0 ? 1 : 2);
    return result == 1;
}

/* NULL where the system gives no memory, or no more that is locked. */
static void *
map_locked(gsize capacity)
{
    void *pages = NULL;

    if (!watch_forks())
        return NULL;
    pages = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    /* mlock2() without flags is mlock(), which AddressSanitizer turns into nothing. */
    if (madvise(pages, capacity, MADV_DONTDUMP) == 0 && mlock2(pages, capacity, 0) == 0)
        return pages;
    munmap(pages, capacity);
    return NULL;
}

gboolean
coffer_locked_take(gsize size, CofferLocked *out_locked, GError **error)
{
    gsize capacity = round_to_pages(size);
    void *pages = NULL;

    if (take_spare(capacity, out_locked))
        return TRUE;
    pages = map_locked(capacity);
    if (pages == NULL) {
        /* Pieces of other sizes count against the limit too. */
        unmap_spares();
        pages = map_locked(capacity);
    }
    if (pages == NULL)
        return coffer_throw(error, COFFER_ERROR_NO_SPACE,
                            "locked memory is used up; raise the limit (ulimit -l)");
    *out_locked = (CofferLocked){ .data = pages, .capacity = capacity, .process = process };
    return TRUE;
}

void
coffer_locked_shrink(CofferLocked *locked, gsize size, gsize used)
{
    gsize capacity = round_to_pages(size);

    if (capacity >= locked->capacity)
        return;
    if (used > capacity)
        explicit_bzero(locked->data + capacity, used - capacity);
    munmap(locked->data + capacity, locked->capacity - capacity);
    locked->capacity = capacity;
}

void
coffer_locked_give(CofferLocked *locked, gsize used)
{
    explicit_bzero(locked->data, used);
    if (!keep_spare(locked))
        munmap(locked->data, locked->capacity);
    *locked = (CofferLocked){ 0 };
}
