/* keyring.c: a value is a keyring of its own, linked into the user keyring, whose keys hold up to
 * 32767 bytes each (keyrings(7), "user"): "0", "1", and so on, and "last-2", which closes it.
 * Linking replaces the older keyring of the same name in one step. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret/keyring.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/fault.h"

#include <errno.h>
#include <keyutils.h>
#include <string.h>

/* The most that a key of type "user" holds (keyrings(7)). */
#define CHUNK_MAX 32767

/* Keys of the largest value. */
#define CHUNKS_MAX ((COFFER_BYTES_MAX + CHUNK_MAX - 1) / CHUNK_MAX)

/* Room for the name of a key. */
#define CHUNK_NAME_SIZE 16

/* How often a value is read again because another took its place meanwhile. */
#define READS_MAX 100

/* Only the owner reads, whether or not the session possesses the user keyring: processes of cron or
 * ssh do not. */
#define PERMISSIONS                                                                                \
    (KEY_POS_ALL | KEY_USR_VIEW | KEY_USR_READ | KEY_USR_SEARCH | KEY_USR_WRITE | KEY_USR_LINK |   \
     KEY_USR_SETATTR)

struct _CofferKeyring {
    char *prefix;
    GMutex mutex;        /* guards `process` */
    GHashTable *process; /* UUID to CofferBytes, where the kernel has no keyring */
};

typedef key_serial_t Key;

static void
unlink_from_thread(Key key)
{
    if (key > 0)
        keyctl_unlink(key, KEY_SPEC_THREAD_KEYRING);
}

/* A key that hangs in the thread's keyring only while it is being filled. */
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(Key, unlink_from_thread, 0)

CofferKeyring *
coffer_keyring_new(const char *identity)
{
    CofferKeyring *keyring = g_new0(CofferKeyring, 1);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, identity, -1);

    keyring->prefix = g_strdup_printf("coffer:%.16s:", digest);
    g_mutex_init(&keyring->mutex);
    keyring->process =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)coffer_bytes_unref);
    return keyring;
}

void
coffer_keyring_free(CofferKeyring *keyring)
{
    if (keyring == NULL)
        return;
    g_hash_table_unref(keyring->process);
    g_mutex_clear(&keyring->mutex);
    g_free(keyring->prefix);
    g_free(keyring);
}

static char *
description(CofferKeyring *keyring, const char *uuid)
{
    return g_strconcat(keyring->prefix, uuid, NULL);
}

/* What the kernel says where keyrings are compiled out, or a container's filter forbids them. */
static gboolean
means_no_keyring(int saved_errno)
{
    return saved_errno == ENOSYS || saved_errno == EPERM || saved_errno == EACCES ||
           saved_errno == EOPNOTSUPP;
}

static void
format_chunk_name(char out_name[CHUNK_NAME_SIZE], guint index, gboolean last)
{
    g_snprintf(out_name, CHUNK_NAME_SIZE, last ? "last-%u" : "%u", index);
}

/* Returns: FALSE with errno. */
static gboolean
add_chunks(Key ring, CofferBytes *value)
{
    gsize size = 0;
    const guint8 *data = coffer_bytes_get_data(value, &size);

    for (guint offset = 0, i = 0; offset < size; offset += CHUNK_MAX, i++) {
        gboolean last = size - offset <= CHUNK_MAX;
        char name[CHUNK_NAME_SIZE];
        Key key = 0;

        format_chunk_name(name, i, last);
        key = add_key("user", name, data + offset, MIN(size - offset, CHUNK_MAX), ring);
        if (key < 0 || keyctl_setperm(key, PERMISSIONS) < 0)
            return FALSE;
    }
    return TRUE;
}

/* What hangs nowhere any more the kernel forgets some time later, and counts until then. A value
 * that goes is held for the moment in which it loses its place, then emptied, so that no quota is
 * used up by values that are gone. */
static void
hold(Key ring)
{
    if (ring > 0)
        keyctl_link(ring, KEY_SPEC_PROCESS_KEYRING);
}

static void
let_go(Key ring, gboolean is_gone)
{
    if (ring <= 0)
        return;
    if (is_gone)
        keyctl_clear(ring);
    keyctl_unlink(ring, KEY_SPEC_PROCESS_KEYRING);
}

/* Returns: 0 or an errno. */
static int
set_in_kernel(const char *name, CofferBytes *value)
{
    Key old = (Key)keyctl_search(KEY_SPEC_USER_KEYRING, "keyring", name, 0);
    int failure = coffer_fault_point("keyring", "add");
    g_auto(Key) ring = 0;

    if (failure != 0)
        return failure;
    ring = add_key("keyring", name, NULL, 0, KEY_SPEC_THREAD_KEYRING);
    if (ring < 0 || !add_chunks(ring, value) || keyctl_setperm(ring, PERMISSIONS) < 0)
        return errno;
    hold(old);
    if (keyctl_link(ring, KEY_SPEC_USER_KEYRING) == 0)
        failure = 0;
    else
        failure = errno;
    let_go(old, failure == 0);
    return failure;
}

gboolean
coffer_keyring_set(CofferKeyring *keyring, const char *uuid, CofferBytes *value,
                   gboolean *out_process_only, GError **error)
{
    g_autofree char *name = description(keyring, uuid);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&keyring->mutex);
    int failure = set_in_kernel(name, value);

    *out_process_only = failure != 0;
    if (failure == 0) {
        g_hash_table_remove(keyring->process, uuid);
        return TRUE;
    }
    if (!means_no_keyring(failure))
        return coffer_throw_errno(error, failure,
                                  "cannot keep the value in the kernel keyring (see "
                                  "/proc/key-users for the quota)");
    g_hash_table_insert(keyring->process, g_strdup(uuid), coffer_bytes_ref(value));
    return TRUE;
}

static Key
find_ring(CofferKeyring *keyring, const char *uuid)
{
    g_autofree char *name = description(keyring, uuid);

    return (Key)keyctl_search(KEY_SPEC_USER_KEYRING, "keyring", name, 0);
}

/* The keys of one value, in order. */
typedef struct {
    Key keys[CHUNKS_MAX];
    gsize sizes[CHUNKS_MAX];
    guint count;
    gsize total;
} Chunks;

static Key
find_chunk(Key ring, guint index, gboolean last)
{
    char name[CHUNK_NAME_SIZE];

    format_chunk_name(name, index, last);
    return (Key)keyctl_search(ring, "user", name, 0);
}

/* Returns: 0, ENOKEY where a key is missing, or another errno. */
static int
find_chunks(Key ring, Chunks *chunks)
{
    gboolean last = FALSE;

    while (!last && chunks->count < CHUNKS_MAX) {
        Key key = find_chunk(ring, chunks->count, FALSE);
        long size = 0;

        last = key < 0 && errno == ENOKEY;
        if (last)
            key = find_chunk(ring, chunks->count, TRUE);
        size = key < 0 ? -1 : keyctl_read(key, NULL, 0);
        if (size < 0)
            return errno;
        chunks->keys[chunks->count] = key;
        chunks->sizes[chunks->count] = (gsize)size;
        chunks->total += (gsize)size;
        chunks->count++;
    }
    return last ? 0 : ENOKEY;
}

/* Reads the value whose keyring is @ring. *@out_torn tells that a part of it is missing: another
 * value took its place, and the kernel is forgetting this one while we look. */
static CofferBytes *
read_ring(Key ring, gboolean *out_torn, GError **error)
{
    Chunks chunks = { .count = 0 };
    int failure = find_chunks(ring, &chunks);
    guint8 *data = NULL;
    g_autoptr(CofferBytes) value = NULL;

    if (failure == 0 && (chunks.total == 0 || chunks.total > COFFER_BYTES_MAX))
        failure = ENOKEY;
    if (failure == 0)
        value = coffer_bytes_alloc(chunks.total, &data, error);
    if (failure == 0 && value == NULL)
        return NULL;
    for (guint i = 0; failure == 0 && i < chunks.count; data += chunks.sizes[i], i++) {
        long size = keyctl_read(chunks.keys[i], (char *)data, chunks.sizes[i]);

        if (size < 0)
            failure = errno;
        else if ((gsize)size != chunks.sizes[i])
            failure = ENOKEY;
    }
    if (failure == 0)
        return g_steal_pointer(&value);
    *out_torn = failure == ENOKEY || failure == EKEYREVOKED;
    coffer_throw_errno(error, failure, "cannot read the value from the kernel keyring");
    return NULL;
}

static CofferBytes *
get_from_kernel(CofferKeyring *keyring, const char *uuid, GError **error)
{
    for (guint attempt = 1;; attempt++) {
        Key ring = find_ring(keyring, uuid);
        g_autoptr(GError) failure = NULL;
        gboolean torn = FALSE;
        CofferBytes *value = NULL;

        if (ring < 0)
            return coffer_throw_null(error, COFFER_ERROR_NO_VALUE,
                                     "it has no value; set one with secret-set-value");
        value = read_ring(ring, &torn, &failure);
        if (value != NULL)
            return value;
        if (torn && attempt < READS_MAX)
            continue;
        if (torn)
            return coffer_throw_null(error, COFFER_ERROR_UNREADABLE_VALUE,
                                     "its value in the kernel keyring is not complete; set it "
                                     "again");
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
}

CofferBytes *
coffer_keyring_get(CofferKeyring *keyring, const char *uuid, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&keyring->mutex);
    CofferBytes *value = g_hash_table_lookup(keyring->process, uuid);

    return value != NULL ? coffer_bytes_ref(value) : get_from_kernel(keyring, uuid, error);
}

gboolean
coffer_keyring_has(CofferKeyring *keyring, const char *uuid)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&keyring->mutex);

    return g_hash_table_contains(keyring->process, uuid) || find_ring(keyring, uuid) > 0;
}

void
coffer_keyring_remove(CofferKeyring *keyring, const char *uuid)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&keyring->mutex);
    Key ring = find_ring(keyring, uuid);

    g_hash_table_remove(keyring->process, uuid);
    if (ring <= 0)
        return;
    hold(ring);
    let_go(ring, keyctl_unlink(ring, KEY_SPEC_USER_KEYRING) == 0);
}
