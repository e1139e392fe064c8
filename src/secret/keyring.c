/* keyring.c: a value is a keyring of its own, linked into the user keyring, whose keys hold up to
 * 32767 bytes each (keyrings(7), "user"). Linking replaces the older one of the same name in one
 * step. */
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
unlink_from_process(Key key)
{
    if (key > 0)
        keyctl_unlink(key, KEY_SPEC_PROCESS_KEYRING);
}

/* A key that hangs in the process keyring only while it is being filled. */
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(Key, unlink_from_process, 0)

CofferKeyring *
coffer_keyring_new(const char *root)
{
    CofferKeyring *keyring = g_new0(CofferKeyring, 1);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, root, -1);

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

static gboolean
add_chunks(Key ring, CofferBytes *value)
{
    gsize size = 0;
    const guint8 *data = coffer_bytes_get_data(value, &size);

    for (gsize offset = 0, i = 0; offset < size; offset += CHUNK_MAX, i++) {
        char name[8];
        Key key = 0;

        g_snprintf(name, sizeof(name), "%" G_GSIZE_FORMAT, i);
        key = add_key("user", name, data + offset, MIN(size - offset, CHUNK_MAX), ring);
        if (key < 0 || keyctl_setperm(key, PERMISSIONS) < 0)
            return FALSE;
    }
    return TRUE;
}

/* Returns: FALSE with errno. */
static gboolean
set_in_kernel(const char *name, CofferBytes *value)
{
    int injected = coffer_fault_point("keyring", "add");
    g_auto(Key) ring = 0;

    if (injected != 0) {
        errno = injected;
        return FALSE;
    }
    ring = add_key("keyring", name, NULL, 0, KEY_SPEC_PROCESS_KEYRING);
    return ring > 0 && add_chunks(ring, value) && keyctl_setperm(ring, PERMISSIONS) == 0 &&
           keyctl_link(ring, KEY_SPEC_USER_KEYRING) == 0;
}

gboolean
coffer_keyring_set(CofferKeyring *keyring, const char *uuid, CofferBytes *value,
                   gboolean *out_process_only, GError **error)
{
    g_autofree char *name = description(keyring, uuid);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&keyring->mutex);

    *out_process_only = !set_in_kernel(name, value);
    if (!*out_process_only) {
        g_hash_table_remove(keyring->process, uuid);
        return TRUE;
    }
    if (!means_no_keyring(errno))
        return coffer_throw_errno(error, errno,
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

/* Appends the key called @index of @ring. Returns: 1, 0 where there is no such key, -1 with errno.
 */
static int
read_chunk(Key ring, guint index, guint8 *data, gsize room, gsize *out_size)
{
    char name[8];
    Key key = 0;
    long size = 0;

    g_snprintf(name, sizeof(name), "%u", index);
    key = (Key)keyctl_search(ring, "user", name, 0);
    if (key < 0)
        return errno == ENOKEY ? 0 : -1;
    size = keyctl_read(key, (char *)data, room);
    if (size < 0 || (gsize)size > room) {
        errno = size < 0 ? errno : EOVERFLOW;
        return -1;
    }
    *out_size = (gsize)size;
    return 1;
}

static CofferBytes *
get_from_kernel(Key ring, GError **error)
{
    guint8 *data = NULL;
    gsize used = 0;
    /* One chunk more than the largest value, so that a read never has a room of 0. */
    g_autoptr(CofferBytes) buffer = coffer_bytes_alloc(COFFER_BYTES_MAX + CHUNK_MAX, &data, error);

    if (buffer == NULL)
        return NULL;
    for (guint i = 0;; i++) {
        gsize size = 0;
        int found = read_chunk(ring, i, data + used, COFFER_BYTES_MAX + CHUNK_MAX - used, &size);

        if (found < 0) {
            coffer_throw_errno(error, errno, "cannot read the value from the kernel keyring");
            return NULL;
        }
        if (found == 0)
            break;
        used += size;
    }
    if (used == 0)
        return coffer_throw_null(error, COFFER_ERROR_NO_VALUE, "it has no value");
    return coffer_bytes_truncate(g_steal_pointer(&buffer), used);
}

CofferBytes *
coffer_keyring_get(CofferKeyring *keyring, const char *uuid, GError **error)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&keyring->mutex);
    CofferBytes *value = g_hash_table_lookup(keyring->process, uuid);
    Key ring = 0;

    if (value != NULL)
        return coffer_bytes_ref(value);
    ring = find_ring(keyring, uuid);
    if (ring < 0)
        return coffer_throw_null(error, COFFER_ERROR_NO_VALUE,
                                 "it has no value; set one with secret-set-value");
    return get_from_kernel(ring, error);
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
    if (ring > 0)
        keyctl_unlink(ring, KEY_SPEC_USER_KEYRING);
}
