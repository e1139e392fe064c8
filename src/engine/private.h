/* private.h: what the files of the engine share: the insides of a connection, and how handles are
 * made. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/coffer.h"
#include "pool/pool-list.h"
#include "secret/secret-list.h"
#include "secret/uses.h"
#include "store/store.h"

struct _CofferConnection {
    GObject parent;
    char *uri; /* all immutable; the parts are self-locking */
    CofferStore *store;
    CofferUses *uses;
    CofferSecretList *secrets;
    CofferPoolList *pools;
};

/* Handles hold a reference on their connection. Returns: (transfer full). */
CofferPool *coffer_pool_new(CofferConnection *connection, const CofferPoolDef *def);
CofferVolume *coffer_volume_new(CofferPool *pool, const char *name, char *path);

CofferConnection *coffer_pool_get_connection(CofferPool *pool);

/* A running pool's definition and back end, for as long as it is held. */
typedef struct {
    CofferPoolEntry *entry;
    const CofferPoolDef *def;
    const CofferPoolBackend *backend;
} CofferPoolView;

void coffer_pool_view_clear(CofferPoolView *view);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferPoolView, coffer_pool_view_clear)

/* COFFER_ERROR_INVALID_STATE where the pool does not run. */
gboolean coffer_pool_view(CofferPool *pool, CofferPoolView *out_view, GError **error);

/* All that is known of a volume: what the storage tells, and which secret opens it. @out_probe may
 * be NULL. Returns: (transfer full). */
CofferVolumeDef *coffer_volume_describe(CofferConnection *connection, const CofferPoolView *view,
                                        const char *name, CofferProbe *out_probe, GError **error);

/* Records the use of a volume that was found with a secret but without one: moved or copied here,
 * or made by libvirt. A CofferVolumeCallback; @user_data is the connection. */
gboolean coffer_volume_adopt(const CofferVolumeDef *volume, const CofferProbe *probe,
                             gpointer user_data, GError **error);

/* Proves that @value opens every volume that needs the secret @uuid; *@out_uses are those.
 * COFFER_ERROR_IN_USE names one that it does not open. */
gboolean coffer_prove_value(CofferConnection *connection, const CofferUuid *uuid,
                            CofferBytes *value, GPtrArray **out_uses, GError **error);

/* Finishes or undoes what a crash interrupted in the making or deleting of a volume. */
#define COFFER_VOLUME_JOB "volume-"
gboolean coffer_volume_recover(CofferConnection *connection, const char *job, GError **error);
