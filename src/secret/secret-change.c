/* secret-change.c: secrets that go, or move between disk and keyring, in one step as far as a crash
 * can tell: a job's record comes first, and who finds it later finishes or undoes. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fault.h"
#include "secret/secret-list-private.h"
#include "store/jobs.h"

#include <string.h>

#define UNDEFINE_JOB COFFER_SECRET_JOB "undefine-"
#define MOVE_JOB     COFFER_SECRET_JOB "move-"

/* That there is none is no error. */
static gboolean
remove_definition(CofferCache *cache, const char *uuid, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (coffer_cache_remove(cache, uuid, &failure) ||
        g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean
coffer_secret_list_is_persistent(CofferSecretList *list, const char *uuid)
{
    g_autofree char *file = g_strconcat(uuid, ".xml", NULL);

    return coffer_store_exists(list->store, COFFER_STORE_SECRETS, file);
}

/* Value first, then definition; doing it again finishes what was interrupted. The caller holds the
 * lock, and has a job that says so. */
static gboolean
forget_parts(CofferSecretList *list, const char *uuid, GError **error)
{
    coffer_keyring_remove(list->keyring, uuid);
    coffer_fault_point("secret-undefine", "begun");
    if (!coffer_secret_value_remove(list, uuid, error))
        return FALSE;
    coffer_fault_point("secret-undefine", "value-gone");
    if (!remove_definition(list->persistent, uuid, error) ||
        !remove_definition(list->ephemeral, uuid, error))
        return FALSE;
    coffer_fault_point("secret-undefine", "definition-gone");
    return TRUE;
}

/* The caller holds the lock. */
static gboolean
forget(CofferSecretList *list, const char *uuid, GError **error)
{
    g_autofree char *job = g_strconcat(UNDEFINE_JOB, uuid, NULL);

    if (!coffer_jobs_exists(list->store, job) &&
        !coffer_jobs_begin(list->store, job, uuid, "secret-undefine-job", error))
        return FALSE;
    return forget_parts(list, uuid, error) && coffer_jobs_end(list->store, job, error);
}

/* Finishes or undoes a move. The persistent definition counts as long as it is there: writing it,
 * or removing it, is the step that makes the difference, and nothing of the other kind stays. */
static gboolean
settle_move(CofferSecretList *list, const char *uuid, GError **error)
{
    g_autofree char *job = g_strconcat(MOVE_JOB, uuid, NULL);

    if (coffer_secret_list_is_persistent(list, uuid)) {
        coffer_keyring_remove(list->keyring, uuid);
        if (!remove_definition(list->ephemeral, uuid, error))
            return FALSE;
    } else if (!coffer_secret_value_remove(list, uuid, error)) {
        return FALSE;
    }
    coffer_fault_point("secret-move", "settled");
    return coffer_jobs_end(list->store, job, error);
}

static gboolean
move_to_keyring(CofferSecretList *list, const char *uuid, CofferBytes *value,
                const CofferSecretDef *def, GError **error)
{
    gboolean process_only = FALSE;

    if (value != NULL && !coffer_keyring_set(list->keyring, uuid, value, &process_only, error))
        return FALSE;
    if (process_only)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "it cannot become ephemeral: there is no kernel keyring to take its "
                            "value");
    coffer_fault_point("secret-move", "value-copied");
    if (!coffer_secret_list_write_definition(list, def, error))
        return FALSE;
    coffer_fault_point("secret-move", "definition-copied");
    return remove_definition(list->persistent, uuid, error);
}

static gboolean
move_to_disk(CofferSecretList *list, const char *uuid, CofferBytes *value,
             const CofferSecretDef *def, GError **error)
{
    if (value != NULL && !coffer_secret_value_write(list, uuid, value, error))
        return FALSE;
    coffer_fault_point("secret-move", "value-copied");
    return coffer_secret_list_write_definition(list, def, error);
}

/* COFFER_ERROR_IN_USE where a volume needs it, COFFER_ERROR_DAMAGED where that cannot be told.
 * @remedy ends the message. */
static gboolean
check_unused(CofferSecretList *list, const CofferUuid *uuid, const char *remedy, GError **error)
{
    g_autoptr(GPtrArray) uses = NULL;
    const CofferUse *first = NULL;

    if (!coffer_uses_check_whole(list->uses, error))
        return FALSE;
    uses = coffer_uses_of(list->uses, uuid, error);
    if (uses == NULL)
        return FALSE;
    if (uses->len == 0)
        return TRUE;
    first = g_ptr_array_index(uses, 0);
    return coffer_throw(error, COFFER_ERROR_IN_USE, "%u %s it, '%s' among them; delete %s first%s",
                        uses->len, uses->len == 1 ? "volume needs" : "volumes need", first->volume,
                        uses->len == 1 ? "it" : "them", remedy);
}

gboolean
coffer_secret_list_move(CofferSecretList *list, const CofferSecretDef *old,
                        const CofferSecretDef *def, GError **error)
{
    char uuid[COFFER_UUID_TEXT_SIZE];
    g_autofree char *job = NULL;
    g_autoptr(CofferBytes) value = NULL;
    g_autoptr(GError) failure = NULL;

    /* An ephemeral value is gone after a reboot, and what it opens would be lost. */
    if (def->ephemeral && !check_unused(list, &old->uuid, "", error))
        return FALSE;
    coffer_uuid_format(&old->uuid, uuid);
    value = old->ephemeral ? coffer_keyring_get(list->keyring, uuid, &failure)
                           : coffer_secret_value_read(list, uuid, &failure);
    if (value == NULL && !g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NO_VALUE)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    job = g_strconcat(MOVE_JOB, uuid, NULL);
    if (!coffer_jobs_begin(list->store, job, uuid, "secret-move-job", error))
        return FALSE;
    if (old->ephemeral ? move_to_disk(list, uuid, value, def, error)
                       : move_to_keyring(list, uuid, value, def, error))
        return settle_move(list, uuid, error);
    settle_move(list, uuid, NULL);
    return FALSE;
}

/* What was lost by force needs nothing any more. */
static gboolean
forget_uses(CofferSecretList *list, const CofferUuid *uuid, GError **error)
{
    g_autoptr(GPtrArray) uses = coffer_uses_of(list->uses, uuid, error);

    for (guint i = 0; uses != NULL && i < uses->len; i++)
        if (!coffer_uses_forget(list->uses, ((const CofferUse *)g_ptr_array_index(uses, i))->volume,
                                error))
            return FALSE;
    return uses != NULL;
}

gboolean
coffer_secret_list_undefine(CofferSecretList *list, const CofferUuid *uuid, gboolean force,
                            GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;

    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    record = coffer_secret_list_lookup(list, uuid, error);
    if (record == NULL)
        return FALSE;
    COFFER_PREFIX(error, "secret", record->name);
    if (!force && !check_unused(list, uuid, ", or lose the data with --force", error))
        return FALSE;
    return forget(list, record->name, error) && (!force || forget_uses(list, uuid, error));
}

/* A generated secret whose usage is not a volume was defined by somebody for more than one, and may
 * open copies that we do not know. */
static gboolean
is_made_for_volume(const CofferSecretDef *def)
{
    return def->generated && def->usage_type == COFFER_SECRET_USAGE_VOLUME;
}

gboolean
coffer_secret_list_undefine_unused(CofferSecretList *list, const CofferUuid *uuid,
                                   gboolean only_own, gboolean *out_gone, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;
    g_autoptr(GError) failure = NULL;
    char text[COFFER_UUID_TEXT_SIZE];

    *out_gone = FALSE;
    coffer_uuid_format(uuid, text);
    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    record = coffer_secret_list_find(list, text, &failure);
    if (record != NULL) {
        const CofferSecretDef *def = record->data;

        if ((only_own && !is_made_for_volume(def)) || !check_unused(list, uuid, "", &failure))
            g_clear_pointer(&record, coffer_record_unref);
    }
    if (record != NULL) {
        /* The volume's job covers it. One of our own would need space on the disk, which a full
         * one does not have when the volume is already gone. */
        *out_gone = forget_parts(list, text, error);
        return *out_gone;
    }
    if (failure == NULL || g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_IN_USE))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean
coffer_secret_list_recover(CofferSecretList *list, const char *job, GError **error)
{
    static const struct {
        const char *prefix;
        gboolean (*finish)(CofferSecretList *list, const char *uuid, GError **error);
    } jobs[] = {
        { UNDEFINE_JOB, forget },
        { MOVE_JOB, settle_move },
    };
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;

    /* Whoever has a job holds this lock: once it is ours, the job's owner is done or dead. */
    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    if (!coffer_jobs_exists(list->store, job))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(jobs); i++) {
        CofferUuid uuid;
        char text[COFFER_UUID_TEXT_SIZE];

        if (!g_str_has_prefix(job, jobs[i].prefix))
            continue;
        if (!coffer_uuid_parse(job + strlen(jobs[i].prefix), &uuid))
            break;
        coffer_uuid_format(&uuid, text);
        return jobs[i].finish(list, text, error);
    }
    return coffer_throw(error, COFFER_ERROR_DAMAGED, "'%s' is not the name of a job", job);
}
