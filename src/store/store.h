/* store.h: durable records of a few kinds, and the locks that guard them. Files today; what a
 * record means is up to the callers. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/lock.h"
#include "coffer/bytes.h"

#include <glib.h>

/* The kinds of records; store.c has the table of where each lies and which lock guards it. */
typedef enum {
    COFFER_STORE_SECRETS,         /* definitions and values of persistent secrets */
    COFFER_STORE_SECRETS_RUNNING, /* definitions of ephemeral secrets */
    COFFER_STORE_USES,            /* which volume needs which secret */
    COFFER_STORE_POOLS,           /* definitions of pools */
    COFFER_STORE_POOLS_AUTOSTART, /* links to those that autostart starts */
    COFFER_STORE_POOLS_RUNNING,   /* definitions of the pools that run now */
    COFFER_STORE_JOBS,            /* what is being done, so that a crash can be cleaned up after */
    COFFER_STORE_BOOT,            /* which boot of the machine the run folder belongs to */
    COFFER_STORE_VOLUME_LOCKS,    /* no records; one lock a volume */
    COFFER_STORE_LAST,
} CofferStoreKind;

/* Absolute paths; none is owned. */
typedef struct {
    const char *config;
    const char *state;
    const char *run;
} CofferStorePaths;

/* Immutable but for the folders that are opened at first use; any thread. */
typedef struct _CofferStore CofferStore;

/* Opens the store; folders that are missing are made when they are first needed (0700), and those
 * that others can look into are closed to them. See boot.h for what to do next. */
CofferStore *coffer_store_open(const CofferStorePaths *paths, GError **error);
void coffer_store_free(CofferStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferStore, coffer_store_free)

/* The folder in which records of @kind lie, for messages. */
const char *coffer_store_folder(CofferStore *store, CofferStoreKind kind);

/* What tells this store from all others on the machine, whatever path it was opened by. */
const char *coffer_store_identity(CofferStore *store);

/* Waits for the lock that guards @kind. Order where several are held: boot, volume, pools, secrets,
 * jobs; no lock twice, for it would wait for itself. The first exclusive lock of a store finds no
 * leftovers of writers that crashed before. */
gboolean coffer_store_lock(CofferStore *store, CofferStoreKind kind, CofferLockMode mode,
                           CofferLock *out_lock, GError **error);

/* The lock of one volume: COFFER_ERROR_BUSY at once where somebody else works on it and @wait is
 * not set. */
gboolean coffer_store_lock_volume(CofferStore *store, const char *key, gboolean wait,
                                  CofferLock *out_lock, GError **error);

/* Removes the file of a volume's lock, for a volume that is gone. The caller holds the lock. */
void coffer_store_drop_volume_lock(CofferStore *store, const char *key);

/* Reads, writes and removes one record; writers hold the kind's lock. @fault: see
 * coffer_file_replace_at(). */
char *coffer_store_read(CofferStore *store, CofferStoreKind kind, const char *name, gsize *out_size,
                        GError **error);
CofferBytes *
coffer_store_read_bytes(CofferStore *store, CofferStoreKind kind, const char *name, GError **error);
gboolean coffer_store_write(CofferStore *store, CofferStoreKind kind, const char *name,
                            gconstpointer data, gsize size, const char *fault, GError **error);
gboolean
coffer_store_remove(CofferStore *store, CofferStoreKind kind, const char *name, GError **error);
/* Whether there is a record of that name, readable or not. */
gboolean coffer_store_exists(CofferStore *store, CofferStoreKind kind, const char *name);

/* A link in the folder of @kind to @target, replaced or made. */
gboolean coffer_store_link(CofferStore *store, CofferStoreKind kind, const char *name,
                           const char *target, GError **error);

/* One record's file as it was when looked at: two that are equal have the same content. */
typedef struct {
    guint64 inode;
    gint64 seconds;
    gint64 nanoseconds;
    gint64 size;
} CofferStoreStamp;

/* The names of the records of @kind that end in @suffix, without it: a table of char* to
 * CofferStoreStamp*. */
GHashTable *
coffer_store_list(CofferStore *store, CofferStoreKind kind, const char *suffix, GError **error);
gboolean coffer_store_stamp(CofferStore *store, CofferStoreKind kind, const char *name,
                            CofferStoreStamp *out_stamp, GError **error);

/* Changes whenever a record of @kind is written or removed, by whatever process. What it does not
 * show is a file that was written to in place by hand; the file's own stamp does. */
typedef struct {
    guint64 writes;          /* counted by all processes that write through a store */
    CofferStoreStamp folder; /* for those that do not: mv(1), rm(1), an editor */
} CofferStoreRevision;

gboolean coffer_store_revision(CofferStore *store, CofferStoreKind kind,
                               CofferStoreRevision *out_revision, GError **error);
