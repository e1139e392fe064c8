/* secret-list.c: definitions in the store, values beside them or in the keyring, one lock over
 * both. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret/secret-list.h"

#include "base/error.h"
#include "base/fault.h"
#include "secret/keyring.h"
#include "secret/sealer.h"

#include <string.h>

struct _CofferSecretList {
    CofferStore *store;      /* immutable */
    CofferUses *uses;        /* self-locking */
    CofferCache *persistent; /* self-locking */
    CofferCache *ephemeral;  /* self-locking */
    CofferKeyring *keyring;  /* self-locking */
};

static gpointer
parse_definition(const char *name, const char *text, GError **error)
{
    g_autoptr(CofferSecretDef) def = coffer_secret_def_parse(text, FALSE, error);
    CofferUuid uuid;

    if (def == NULL)
        return NULL;
    if (!def->has_uuid || !coffer_uuid_parse(name, &uuid) || !coffer_uuid_equal(&uuid, &def->uuid))
        return coffer_throw_null(error, COFFER_ERROR_DAMAGED, "its name is not its UUID");
    return g_steal_pointer(&def);
}

static const CofferCacheTable persistent_table = {
    .kind = COFFER_STORE_SECRETS,
    .suffix = ".xml",
    .parse = parse_definition,
    .free_data = (GDestroyNotify)coffer_secret_def_free,
};

static const CofferCacheTable ephemeral_table = {
    .kind = COFFER_STORE_SECRETS_RUNNING,
    .suffix = ".xml",
    .parse = parse_definition,
    .free_data = (GDestroyNotify)coffer_secret_def_free,
};

CofferSecretList *
coffer_secret_list_new(CofferStore *store, CofferUses *uses, const char *root)
{
    CofferSecretList *list = g_new0(CofferSecretList, 1);

    list->store = store;
    list->uses = uses;
    list->persistent = coffer_cache_new(store, &persistent_table);
    list->ephemeral = coffer_cache_new(store, &ephemeral_table);
    list->keyring = coffer_keyring_new(root);
    return list;
}

void
coffer_secret_list_free(CofferSecretList *list)
{
    if (list == NULL)
        return;
    coffer_cache_free(list->persistent);
    coffer_cache_free(list->ephemeral);
    coffer_keyring_free(list->keyring);
    g_free(list);
}

/* The record, or NULL without an error. */
static CofferRecord *
find(CofferSecretList *list, const char *uuid, GError **error)
{
    g_autoptr(GError) failure = NULL;
    CofferRecord *record = coffer_cache_lookup(list->persistent, uuid, &failure);

    if (record == NULL && failure == NULL)
        record = coffer_cache_lookup(list->ephemeral, uuid, &failure);
    if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return record;
}

CofferRecord *
coffer_secret_list_lookup(CofferSecretList *list, const CofferUuid *uuid, GError **error)
{
    g_autoptr(GError) failure = NULL;
    char text[COFFER_UUID_TEXT_SIZE];
    CofferRecord *record = NULL;

    coffer_uuid_format(uuid, text);
    record = find(list, text, &failure);
    if (record == NULL && failure == NULL)
        coffer_throw(&failure, COFFER_ERROR_NOT_FOUND,
                     "there is no secret with UUID '%s'; secret-list shows those that are", text);
    if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return record;
}

static int
compare_records(gconstpointer a, gconstpointer b)
{
    const CofferRecord *const *first = a;
    const CofferRecord *const *second = b;

    return strcmp((*first)->name, (*second)->name);
}

GPtrArray *
coffer_secret_list_all(CofferSecretList *list, GError **error)
{
    g_autoptr(GPtrArray) all = coffer_cache_list(list->persistent, error);
    g_autoptr(GPtrArray) ephemeral = all != NULL ? coffer_cache_list(list->ephemeral, error) : NULL;

    if (ephemeral == NULL)
        return NULL;
    g_ptr_array_extend(all, ephemeral, (GCopyFunc)(void (*)(void))coffer_record_ref, NULL);
    g_ptr_array_sort(all, compare_records);
    return g_steal_pointer(&all);
}

static CofferRecord *
find_usage(CofferSecretList *list, CofferSecretUsageType type, const char *usage_id, GError **error)
{
    g_autoptr(GPtrArray) all = coffer_cache_list(list->persistent, error);
    g_autoptr(GPtrArray) ephemeral = all != NULL ? coffer_cache_list(list->ephemeral, error) : NULL;
    GPtrArray *const parts[] = { all, ephemeral };

    if (ephemeral == NULL)
        return NULL;
    for (gsize part = 0; part < G_N_ELEMENTS(parts); part++) {
        for (guint i = 0; i < parts[part]->len; i++) {
            CofferRecord *record = g_ptr_array_index(parts[part], i);
            const CofferSecretDef *def = record->data;

            if (def->usage_type == type && g_strcmp0(def->usage_id, usage_id) == 0)
                return coffer_record_ref(record);
        }
    }
    return NULL;
}

CofferRecord *
coffer_secret_list_lookup_usage(CofferSecretList *list, CofferSecretUsageType type,
                                const char *usage_id, GError **error)
{
    g_autoptr(GError) failure = NULL;
    CofferRecord *record = find_usage(list, type, usage_id, &failure);

    if (record == NULL && failure == NULL)
        coffer_throw(&failure, COFFER_ERROR_NOT_FOUND, "there is no secret with usage %s '%s'",
                     coffer_secret_usage_type_to_string(type), usage_id);
    if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return record;
}

/* The rules of virSecretObjListAdd: which definition may stand in place of @old or beside the rest.
 */
static gboolean
check_change(CofferSecretList *list, const CofferSecretDef *def, const CofferSecretDef *old,
             GError **error)
{
    g_autoptr(CofferRecord) other = NULL;
    g_autoptr(GError) failure = NULL;

    if (old != NULL &&
        (old->usage_type != def->usage_type || g_strcmp0(old->usage_id, def->usage_id) != 0))
        return coffer_throw(error, COFFER_ERROR_EXISTS,
                            "it is defined already for usage %s '%s', and a usage never changes; "
                            "define a new secret with another UUID",
                            coffer_secret_usage_type_to_string(old->usage_type),
                            old->usage_id != NULL ? old->usage_id : "");
    if (old != NULL && old->private && !def->private)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "it is private and cannot be made public");
    if (old != NULL || def->usage_type == COFFER_SECRET_USAGE_NONE)
        return TRUE;
    other = find_usage(list, def->usage_type, def->usage_id, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (other != NULL)
        return coffer_throw(
            error, COFFER_ERROR_EXISTS, "usage %s '%s' belongs to secret '%s' already",
            coffer_secret_usage_type_to_string(def->usage_type), def->usage_id, other->name);
    return TRUE;
}

static char *
value_name(const char *uuid, const CofferSealer *sealer)
{
    return g_strconcat(uuid, sealer->suffix, NULL);
}

/* The sealer of the value on disk, or NULL where there is none. */
static const CofferSealer *
find_sealer(CofferSecretList *list, const char *uuid)
{
    for (gsize i = 0; coffer_sealers[i] != NULL; i++) {
        g_autofree char *name = value_name(uuid, coffer_sealers[i]);

        if (coffer_store_exists(list->store, COFFER_STORE_SECRETS, name))
            return coffer_sealers[i];
    }
    return NULL;
}

static gboolean
write_value(CofferSecretList *list, const char *uuid, CofferBytes *value, GError **error)
{
    const CofferSealer *sealer = coffer_sealers[0];
    g_autofree char *name = value_name(uuid, sealer);
    g_autoptr(CofferBytes) sealed = sealer->seal(uuid, value, error);
    gsize size = 0;
    const guint8 *data = NULL;

    if (sealed == NULL)
        return FALSE;
    data = coffer_bytes_get_data(sealed, &size);
    return coffer_cache_write_beside(list->persistent, name, data, size, "secret-set-value", error);
}

static gboolean
remove_values(CofferSecretList *list, const char *uuid, GError **error)
{
    const CofferSealer *sealer = NULL;

    while ((sealer = find_sealer(list, uuid)) != NULL) {
        g_autofree char *name = value_name(uuid, sealer);

        if (!coffer_cache_remove_beside(list->persistent, name, error))
            return FALSE;
    }
    return TRUE;
}

static CofferBytes *
throw_no_value(GError **error)
{
    return coffer_throw_null(error, COFFER_ERROR_NO_VALUE,
                             "it has no value; set one with secret-set-value");
}

static CofferBytes *
read_value(CofferSecretList *list, const char *uuid, const CofferSecretDef *def, GError **error)
{
    if (def->ephemeral)
        return coffer_keyring_get(list->keyring, uuid, error);
    for (gsize i = 0; coffer_sealers[i] != NULL; i++) {
        const CofferSealer *sealer = coffer_sealers[i];
        g_autofree char *name = value_name(uuid, sealer);
        g_autoptr(GError) failure = NULL;
        g_autoptr(CofferBytes) sealed =
            coffer_store_read_bytes(list->store, COFFER_STORE_SECRETS, name, &failure);
        CofferBytes *value = sealed != NULL ? sealer->unseal(uuid, sealed, &failure) : NULL;

        if (value != NULL)
            return value;
        if (!g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
            return coffer_throw_null(error, COFFER_ERROR_UNREADABLE_VALUE,
                                     "its value cannot be read from '%s': %s", name,
                                     failure->message);
    }
    return throw_no_value(error);
}

static gboolean
write_definition(CofferSecretList *list, const CofferSecretDef *def, GError **error)
{
    g_autofree char *text = coffer_secret_def_format(def);
    char uuid[COFFER_UUID_TEXT_SIZE];

    coffer_uuid_format(&def->uuid, uuid);
    return coffer_cache_write(def->ephemeral ? list->ephemeral : list->persistent, uuid, text,
                              "secret-define", error);
}

/* Between disk and keyring the value moves first: at no moment is the definition there without it.
 */
static gboolean
move_value(CofferSecretList *list, const char *uuid, const CofferSecretDef *old,
           const CofferSecretDef *def, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(CofferBytes) value = read_value(list, uuid, old, &failure);
    gboolean process_only = FALSE;

    if (g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NO_VALUE))
        return TRUE;
    if (value == NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (!def->ephemeral)
        return write_value(list, uuid, value, error);
    if (!coffer_keyring_set(list->keyring, uuid, value, &process_only, error))
        return FALSE;
    if (!process_only)
        return TRUE;
    coffer_keyring_remove(list->keyring, uuid);
    return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                        "it cannot become ephemeral: there is no kernel keyring to take its value");
}

static gboolean
replace_definition(CofferSecretList *list, const char *uuid, const CofferSecretDef *old,
                   const CofferSecretDef *def, GError **error)
{
    if (old == NULL || old->ephemeral == def->ephemeral)
        return write_definition(list, def, error);
    if (!move_value(list, uuid, old, def, error) || !write_definition(list, def, error))
        return FALSE;
    if (!coffer_cache_remove(old->ephemeral ? list->ephemeral : list->persistent, uuid, error))
        return FALSE;
    if (old->ephemeral) {
        coffer_keyring_remove(list->keyring, uuid);
        return TRUE;
    }
    return remove_values(list, uuid, error);
}

gboolean
coffer_secret_list_define(CofferSecretList *list, CofferSecretDef *def, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;
    g_autoptr(GError) failure = NULL;
    const CofferSecretDef *old = NULL;
    char uuid[COFFER_UUID_TEXT_SIZE];

    if (!def->has_uuid)
        coffer_uuid_generate(&def->uuid);
    def->has_uuid = TRUE;
    coffer_uuid_format(&def->uuid, uuid);
    COFFER_PREFIX(error, "secret", uuid);

    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    record = find(list, uuid, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    old = record != NULL ? record->data : NULL;
    if (!check_change(list, def, old, error))
        return FALSE;
    /* The mark belongs to the value, which stays: it is no part of what a user may define. */
    def->generated = old != NULL && old->generated;
    return replace_definition(list, uuid, old, def, error);
}

/* Whether the uses of the secret are still those that the caller proved the value for. */
static gboolean
check_proven(CofferSecretList *list, const CofferUuid *uuid, const GPtrArray *proven,
             GError **error)
{
    g_autoptr(GPtrArray) uses = coffer_uses_of(list->uses, uuid, error);
    gboolean same = uses != NULL && uses->len == proven->len;

    if (uses == NULL)
        return FALSE;
    for (guint i = 0; same && i < uses->len; i++) {
        const CofferUse *now = g_ptr_array_index(uses, i);
        const CofferUse *then = g_ptr_array_index(proven, i);

        same = g_str_equal(now->volume, then->volume) &&
               g_strcmp0(now->header_uuid, then->header_uuid) == 0;
    }
    return same || coffer_throw(error, COFFER_ERROR_BUSY,
                                "volumes that need it came or went meanwhile; try again");
}

/* The mark "generated" must never stand beside a value that was chosen: it goes before, it comes
 * after. */
static gboolean
set_mark(CofferSecretList *list, const CofferSecretDef *old, gboolean generated, GError **error)
{
    g_autoptr(CofferSecretDef) def = NULL;

    if (old->generated == generated)
        return TRUE;
    def = coffer_secret_def_copy(old);
    def->generated = generated;
    return write_definition(list, def, error);
}

gboolean
coffer_secret_list_set_value(CofferSecretList *list, const CofferSecretSetRequest *request,
                             gboolean *out_process_only, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;
    const CofferSecretDef *def = NULL;
    char uuid[COFFER_UUID_TEXT_SIZE];

    *out_process_only = FALSE;
    coffer_uuid_format(request->uuid, uuid);
    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    record = coffer_secret_list_lookup(list, request->uuid, error);
    if (record == NULL)
        return FALSE;
    COFFER_PREFIX(error, "secret", uuid);
    def = record->data;
    if (request->generated && coffer_secret_list_has_value(list, request->uuid))
        return coffer_throw(error, COFFER_ERROR_EXISTS,
                            "it has a value already, which generating would destroy");
    if (request->proven != NULL && !check_proven(list, request->uuid, request->proven, error))
        return FALSE;
    if (!request->generated && !set_mark(list, def, FALSE, error))
        return FALSE;
    if (def->ephemeral
            ? !coffer_keyring_set(list->keyring, uuid, request->value, out_process_only, error)
            : !write_value(list, uuid, request->value, error))
        return FALSE;
    return !request->generated || set_mark(list, def, TRUE, error);
}

CofferBytes *
coffer_secret_list_get_value(CofferSecretList *list, const CofferUuid *uuid, gboolean private_too,
                             GError **error)
{
    g_autoptr(CofferRecord) record = coffer_secret_list_lookup(list, uuid, error);
    const CofferSecretDef *def = record != NULL ? record->data : NULL;

    if (def == NULL)
        return NULL;
    COFFER_PREFIX(error, "secret", record->name);
    if (def->private && !private_too)
        return coffer_throw_null(error, COFFER_ERROR_DENIED,
                                 "it is private; its value is used but never given out");
    return read_value(list, record->name, def, error);
}

gboolean
coffer_secret_list_has_value(CofferSecretList *list, const CofferUuid *uuid)
{
    g_autoptr(CofferRecord) record = coffer_secret_list_lookup(list, uuid, NULL);
    const CofferSecretDef *def = record != NULL ? record->data : NULL;

    if (def == NULL)
        return FALSE;
    return def->ephemeral ? coffer_keyring_has(list->keyring, record->name)
                          : find_sealer(list, record->name) != NULL;
}

/* Forgets all of @uuid. The job's record makes it one step: who finds it after a crash does it
 * again. The caller holds the lock. */
static gboolean
forget(CofferSecretList *list, const char *uuid, GError **error)
{
    g_autofree char *job = g_strconcat(COFFER_SECRET_UNDEFINE_JOB, uuid, NULL);
    g_autoptr(CofferRecord) persistent = NULL;
    g_autoptr(CofferRecord) ephemeral = NULL;

    if (!coffer_store_exists(list->store, COFFER_STORE_JOBS, job) &&
        !coffer_store_write(list->store, COFFER_STORE_JOBS, job, uuid, strlen(uuid),
                            "secret-undefine-job", error))
        return FALSE;
    coffer_keyring_remove(list->keyring, uuid);
    coffer_fault_point("secret-undefine", "begun");
    if (!remove_values(list, uuid, error))
        return FALSE;
    coffer_fault_point("secret-undefine", "value-gone");
    persistent = coffer_cache_lookup(list->persistent, uuid, NULL);
    if (persistent != NULL && !coffer_cache_remove(list->persistent, uuid, error))
        return FALSE;
    ephemeral = coffer_cache_lookup(list->ephemeral, uuid, NULL);
    if (ephemeral != NULL && !coffer_cache_remove(list->ephemeral, uuid, error))
        return FALSE;
    coffer_fault_point("secret-undefine", "definition-gone");
    return coffer_store_remove(list->store, COFFER_STORE_JOBS, job, error);
}

static gboolean
check_unused(CofferSecretList *list, const CofferUuid *uuid, GError **error)
{
    g_autoptr(GPtrArray) uses = coffer_uses_of(list->uses, uuid, error);
    const CofferUse *first = NULL;

    if (uses == NULL)
        return FALSE;
    if (uses->len == 0)
        return TRUE;
    first = g_ptr_array_index(uses, 0);
    return coffer_throw(error, COFFER_ERROR_IN_USE,
                        "%u %s it, '%s' among them; delete %s first, or lose the data with --force",
                        uses->len, uses->len == 1 ? "volume needs" : "volumes need", first->volume,
                        uses->len == 1 ? "it" : "them");
}

gboolean
coffer_secret_list_undefine(CofferSecretList *list, const CofferUuid *uuid, gboolean force,
                            GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;
    char text[COFFER_UUID_TEXT_SIZE];

    coffer_uuid_format(uuid, text);
    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    record = coffer_secret_list_lookup(list, uuid, error);
    if (record == NULL)
        return FALSE;
    COFFER_PREFIX(error, "secret", text);
    if (!force && !check_unused(list, uuid, error))
        return FALSE;
    return forget(list, text, error);
}

gboolean
coffer_secret_list_undefine_unused(CofferSecretList *list, const CofferUuid *uuid,
                                   gboolean only_generated, gboolean *out_gone, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;
    const CofferSecretDef *def = NULL;

    *out_gone = FALSE;
    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    record = coffer_secret_list_lookup(list, uuid, NULL);
    def = record != NULL ? record->data : NULL;
    if (def == NULL || (only_generated && !def->generated) || !check_unused(list, uuid, NULL))
        return TRUE;
    *out_gone = forget(list, record->name, error);
    return *out_gone;
}

gboolean
coffer_secret_list_recover(CofferSecretList *list, const char *job, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    const char *uuid = job + strlen(COFFER_SECRET_UNDEFINE_JOB);
    CofferUuid parsed;

    if (!coffer_uuid_parse(uuid, &parsed))
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "'%s' is not the name of a job", job);
    /* Whoever undefines holds this lock: once it is ours, the job's owner is done or dead. */
    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    return !coffer_store_exists(list->store, COFFER_STORE_JOBS, job) || forget(list, uuid, error);
}
