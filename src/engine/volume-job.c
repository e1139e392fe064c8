/* volume-job.c: jobs as key files; what a volume that is half made or half deleted becomes at the
 * next open. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/volume-job.h"

#include "base/error.h"
#include "base/fd.h"
#include "store/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define GROUP "volume"

static const char *const type_words[] = {
    [COFFER_VOLUME_JOB_CREATE] = "create",
    [COFFER_VOLUME_JOB_DELETE] = "delete",
};

void
coffer_volume_job_clear(CofferVolumeJob *job)
{
    g_clear_pointer(&job->key, g_free);
}

static char *
record_name(const char *key)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);

    return g_strconcat(COFFER_VOLUME_JOB, digest, NULL);
}

gboolean
coffer_volume_job_begin(CofferConnection *connection, const CofferVolumeJob *job, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *name = record_name(job->key);
    g_autofree char *text = NULL;
    char secret[COFFER_UUID_TEXT_SIZE];

    coffer_uuid_format(&job->secret, secret);
    g_key_file_set_string(file, GROUP, "job", type_words[job->type]);
    g_key_file_set_string(file, GROUP, "volume", job->key);
    g_key_file_set_string(file, GROUP, "secret", secret);
    g_key_file_set_boolean(file, GROUP, "own-secret", job->own_secret);
    text = g_key_file_to_data(file, NULL, NULL);
    return coffer_jobs_begin(connection->store, name, text, "volume-job", error);
}

gboolean
coffer_volume_job_end(CofferConnection *connection, const CofferVolumeJob *job, GError **error)
{
    g_autofree char *name = record_name(job->key);

    return coffer_jobs_end(connection->store, name, error);
}

static gboolean
parse(const char *text, CofferVolumeJob *job)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *type = NULL;
    g_autofree char *secret = NULL;

    if (!g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL))
        return FALSE;
    type = g_key_file_get_string(file, GROUP, "job", NULL);
    secret = g_key_file_get_string(file, GROUP, "secret", NULL);
    job->key = g_key_file_get_string(file, GROUP, "volume", NULL);
    job->own_secret = g_key_file_get_boolean(file, GROUP, "own-secret", NULL);
    if (job->key == NULL || secret == NULL || !coffer_uuid_parse(secret, &job->secret))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(type_words); i++) {
        if (g_strcmp0(type, type_words[i]) == 0) {
            job->type = (CofferVolumeJobType)i;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean
coffer_volume_forget(CofferConnection *connection, const CofferVolumeJob *job,
                     gboolean *out_secret_gone, GError **error)
{
    *out_secret_gone = FALSE;
    {
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;

        if (!coffer_store_lock(connection->store, COFFER_STORE_USES, COFFER_LOCK_EXCLUSIVE, &lock,
                               error) ||
            !coffer_uses_forget(connection->uses, job->key, error))
            return FALSE;
    }
    /* One that is being made may lack its value, and so its mark, still. */
    return !job->own_secret || coffer_secret_list_undefine_unused(
                                   connection->secrets, &job->secret,
                                   job->type == COFFER_VOLUME_JOB_DELETE, out_secret_gone, error);
}

/* Whether the volume that the use speaks of is there: the one that was being made, not just any
 * file of its name. */
static gboolean
is_published(CofferConnection *connection, const CofferVolumeJob *job)
{
    g_autoptr(CofferUse) use = coffer_uses_lookup(connection->uses, job->key, NULL);
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_auto(CofferProbe) probe = { 0 };

    return use != NULL && use->header_uuid != NULL &&
           coffer_fd_open(job->key, O_RDONLY | O_NONBLOCK, 0, &fd, NULL) &&
           coffer_probe_fd(fd, &probe, NULL) && g_str_equal(probe.crypt_uuid, use->header_uuid);
}

gboolean
coffer_volume_job_settle(CofferConnection *connection, const CofferVolumeJob *job, GError **error)
{
    gboolean there = FALSE;
    gboolean secret_gone = FALSE;

    switch (job->type) {
    case COFFER_VOLUME_JOB_CREATE:
        there = is_published(connection, job);
        break;
    case COFFER_VOLUME_JOB_DELETE:
        there = faccessat(AT_FDCWD, job->key, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
        break;
    }
    return (there || coffer_volume_forget(connection, job, &secret_gone, error)) &&
           coffer_volume_job_end(connection, job, error);
}

gboolean
coffer_volume_recover(CofferConnection *connection, const char *job_name, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *text = coffer_jobs_read(connection->store, job_name, &failure);
    g_auto(CofferVolumeJob) job = { 0 };
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;

    if (g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        return TRUE; /* finished meanwhile */
    if (text == NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (!parse(text, &job))
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "it is not the record of a job");
    /* Whoever makes or deletes the volume holds this lock: if it is taken, the job is alive. */
    if (!coffer_store_lock_volume(connection->store, job.key, FALSE, &lock, NULL) ||
        !coffer_jobs_exists(connection->store, job_name))
        return TRUE;
    return coffer_volume_job_settle(connection, &job, error);
}
