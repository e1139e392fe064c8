/* volume-job.h: the record of a volume being made or deleted, from which a crash is cleaned up
 * after. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/uuid.h"
#include "engine/private.h"

typedef enum {
    COFFER_VOLUME_JOB_CREATE,
    COFFER_VOLUME_JOB_DELETE,
} CofferVolumeJobType;

/* Owned strings. */
typedef struct {
    CofferVolumeJobType type;
    char *key; /* of the volume */
    CofferUuid secret;
    gboolean own_secret; /* create: it is made for this volume; delete: it goes too if it was
                            generated */
} CofferVolumeJob;

void coffer_volume_job_clear(CofferVolumeJob *job);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferVolumeJob, coffer_volume_job_clear)

/* The holder of the volume's lock writes and removes the record. */
gboolean
coffer_volume_job_begin(CofferConnection *connection, const CofferVolumeJob *job, GError **error);
gboolean
coffer_volume_job_end(CofferConnection *connection, const CofferVolumeJob *job, GError **error);

/* Ends a job after a failure or a crash as the storage shows it to have gone: a made volume stays,
 * one that never got its name leaves neither use nor secret; a deletion that took the volume away
 * is finished, one that did not has not happened. The caller holds the volume's lock. */
gboolean
coffer_volume_job_settle(CofferConnection *connection, const CofferVolumeJob *job, GError **error);

/* Forgets the use of the volume and, where it is its own, the secret. *@out_secret_gone tells. */
gboolean coffer_volume_forget(CofferConnection *connection, const CofferVolumeJob *job,
                              gboolean *out_secret_gone, GError **error);
