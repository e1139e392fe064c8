/* backend.h: what a type of pool has to do; a back end is one file and one line in backend.c.
 * State, names and flags are checked by the dispatcher (pool-list.c, engine/volume.c), so a back
 * end only acts. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/fd.h"
#include "coffer/bytes.h"
#include "coffer/pool.h"
#include "model/pool-def.h"
#include "model/volume-def.h"
#include "volume/probe.h"

/* Bytes of the storage as a whole. */
typedef struct {
    guint64 capacity;
    guint64 allocation;
    guint64 available;
} CofferPoolUsage;

/* A volume that is made but not there yet: nobody can find it, and a crash leaves nothing of it. */
typedef struct {
    char *name;
    CofferFd fd;
    char *temporary;   /* the name it has meanwhile; NULL where it has none */
    CofferProbe probe; /* of what was made */
} CofferVolumeDraft;

#define COFFER_VOLUME_DRAFT_NONE                                                                   \
    {                                                                                              \
        .fd = COFFER_FD_NONE                                                                       \
    }

/* What a draft is made from. */
typedef struct {
    const CofferVolumeDef *def;
    CofferBytes *value; /* NULL for a volume without encryption */
    gboolean generated; /* the value has 256 bits of entropy */
    gboolean prealloc_metadata;
} CofferVolumeDraftRequest;

/* How to resize. */
typedef struct {
    const char *name;
    const CofferVolumeDef *def; /* as the volume is now */
    guint64 capacity;           /* bytes */
    gboolean shrink;
    gboolean allocate;
    CofferBytes *value; /* NULL for a volume without encryption */
} CofferVolumeResizeRequest;

/* Called for each volume of a scan; FALSE with an error ends it. */
typedef gboolean (*CofferVolumeCallback)(const CofferVolumeDef *volume, const CofferProbe *probe,
                                         gpointer user_data, GError **error);

/* Whether the leftover of the volume @key may be removed: nobody is making it now. */
typedef gboolean (*CofferVolumeMaySweep)(const char *key, gpointer user_data);

/* Entries may be NULL where a type has nothing to do, or cannot: the dispatcher says "unsupported".
 * No lock is held but the pool's, for the first five. Any thread. */
typedef struct {
    CofferPoolType type;

    /* Whether @def says what this type needs; called before it is defined. */
    gboolean (*check)(const CofferPoolDef *def, GError **error);
    gboolean (*build)(const CofferPoolDef *def, CofferPoolBuildFlags flags, GError **error);
    gboolean (*start)(const CofferPoolDef *def, GError **error);
    gboolean (*stop)(const CofferPoolDef *def, GError **error);
    gboolean (*delete_storage)(const CofferPoolDef *def, GError **error);

    /* The rest: of a running pool. */
    gboolean (*usage)(const CofferPoolDef *def, CofferPoolUsage *out_usage, GError **error);
    gboolean (*permissions)(const CofferPoolDef *def, CofferPermissionsDef *out_permissions,
                            GError **error);

    /* Names of all volumes, of char*, in no order. */
    GPtrArray *(*list)(const CofferPoolDef *def, GError **error);
    /* All that the storage itself tells of a volume; COFFER_ERROR_NOT_FOUND. */
    CofferVolumeDef *(*examine)(const CofferPoolDef *def, const char *name, CofferProbe *out_probe,
                                GError **error);
    /* The same for all volumes at once; one that cannot be read is warned of and left out. */
    gboolean (*scan)(const CofferPoolDef *def, CofferVolumeCallback callback, gpointer user_data,
                     GError **error);
    /* Removes what a crash left of drafts. */
    gboolean (*sweep)(const CofferPoolDef *def, CofferVolumeMaySweep may_sweep, gpointer user_data,
                      GError **error);
    char *(*path)(const CofferPoolDef *def, const char *name);
    /* Opens a volume's raw content. */
    gboolean (*open)(const CofferPoolDef *def, const char *name, int flags, CofferFd *out_fd,
                     GError **error);

    /* A volume is drafted, then published in one step, which fails with COFFER_ERROR_EXISTS where
     * the name is taken. */
    gboolean (*draft)(const CofferPoolDef *def, const CofferVolumeDraftRequest *request,
                      CofferVolumeDraft *out_draft, GError **error);
    gboolean (*publish)(const CofferPoolDef *def, CofferVolumeDraft *draft, GError **error);
    void (*discard)(const CofferPoolDef *def, CofferVolumeDraft *draft);

    gboolean (*remove)(const CofferPoolDef *def, const char *name, GError **error);
    gboolean (*resize)(const CofferPoolDef *def, const CofferVolumeResizeRequest *request,
                       GError **error);
} CofferPoolBackend;

extern const CofferPoolBackend coffer_pool_dir;

/* The back end of @type; COFFER_ERROR_UNSUPPORTED where there is none yet. */
const CofferPoolBackend *coffer_pool_backend(CofferPoolType type, GError **error);
