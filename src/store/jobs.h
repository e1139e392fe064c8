/* jobs.h: records of what is being done, from which a crash is cleaned up after; what a job means
 * is up to the callers. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/store.h"

/* Each of these takes the lock of the jobs itself. That no two work on one job is guarded by the
 * lock of what it is about (a volume, the secrets), which the caller holds. Any thread. */
gboolean coffer_jobs_begin(CofferStore *store, const char *name, const char *text,
                           const char *fault, GError **error);
gboolean coffer_jobs_end(CofferStore *store, const char *name, GError **error);

/* What coffer_jobs_begin() was given. COFFER_ERROR_NOT_FOUND where the job has ended. */
char *coffer_jobs_read(CofferStore *store, const char *name, GError **error);
gboolean coffer_jobs_exists(CofferStore *store, const char *name);

/* The names of all jobs, those that somebody is at now among them. Returns: (transfer full)
 * (array zero-terminated=1). */
char **coffer_jobs_list(CofferStore *store, GError **error);
