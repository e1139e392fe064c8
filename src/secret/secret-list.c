/* secret-list.c: finding secrets, and the rules by which definitions change; values are in
 * secret-value.c, going and moving in secret-change.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret/secret-list-private.h"

#include "base/error.h"

#include <string.h>

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
coffer_secret_list_new(CofferStore *store, CofferUses *uses)
{
    CofferSecretList *list = g_new0(CofferSecretList, 1);

    list->store = store;
    list->uses = uses;
    list->persistent = coffer_cache_new(store, &persistent_table);
    list->ephemeral = coffer_cache_new(store, &ephemeral_table);
    list->keyring = coffer_keyring_new(coffer_store_identity(store));
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

/* Where a secret that moved was interrupted there are two records: the ephemeral one counts until
 * it is gone (secret-change.c). */
CofferRecord *
coffer_secret_list_find(CofferSecretList *list, const char *uuid, GError **error)
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
    record = coffer_secret_list_find(list, text, &failure);
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

/* What both kinds have that @match wants, in no order. */
static GPtrArray *
select_records(CofferSecretList *list, CofferCacheMatch match, gconstpointer user_data,
               GError **error)
{
    g_autoptr(GPtrArray) found = coffer_cache_list(list->persistent, match, user_data, error);
    g_autoptr(GPtrArray) ephemeral =
        found != NULL ? coffer_cache_list(list->ephemeral, match, user_data, error) : NULL;

    if (ephemeral == NULL)
        return NULL;
    for (guint i = 0; i < ephemeral->len; i++) {
        CofferRecord *record = g_ptr_array_index(ephemeral, i);

        if (!coffer_secret_list_is_persistent(list, record->name))
            g_ptr_array_add(found, coffer_record_ref(record));
    }
    return g_steal_pointer(&found);
}

GPtrArray *
coffer_secret_list_all(CofferSecretList *list, GError **error)
{
    GPtrArray *all = select_records(list, NULL, NULL, error);

    if (all != NULL)
        g_ptr_array_sort(all, compare_records);
    return all;
}

typedef struct {
    CofferSecretUsageType type;
    const char *id;
} Usage;

static gboolean
has_usage(const CofferRecord *record, gconstpointer user_data)
{
    const CofferSecretDef *def = record->data;
    const Usage *usage = user_data;

    return def->usage_type == usage->type && g_strcmp0(def->usage_id, usage->id) == 0;
}

/* The record, or NULL without an error. */
static CofferRecord *
find_usage(CofferSecretList *list, CofferSecretUsageType type, const char *usage_id, GError **error)
{
    const Usage usage = { type, usage_id };
    g_autoptr(GPtrArray) found = select_records(list, has_usage, &usage, error);

    return found != NULL && found->len > 0 ? g_ptr_array_steal_index(found, 0) : NULL;
}

CofferRecord *
coffer_secret_list_lookup_usage(CofferSecretList *list, CofferSecretUsageType type,
                                const char *usage_id, GError **error)
{
    g_autoptr(GError) failure = NULL;
    CofferRecord *record = NULL;

    if (type == COFFER_SECRET_USAGE_NONE || coffer_secret_usage_type_to_string(type) == NULL)
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "secrets are found by a usage of type volume, ceph, iscsi, tls or "
                                 "vtpm");
    record = find_usage(list, type, usage_id, &failure);
    if (record == NULL && failure == NULL)
        coffer_throw(&failure, COFFER_ERROR_NOT_FOUND,
                     "there is no secret with usage %s '%s'; secret-list shows those that are",
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

gboolean
coffer_secret_list_write_definition(CofferSecretList *list, const CofferSecretDef *def,
                                    GError **error)
{
    g_autofree char *text = coffer_secret_def_format(def);
    char uuid[COFFER_UUID_TEXT_SIZE];

    coffer_uuid_format(&def->uuid, uuid);
    return coffer_cache_write(def->ephemeral ? list->ephemeral : list->persistent, uuid, text,
                              "secret-define", error);
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
    record = coffer_secret_list_find(list, uuid, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    old = record != NULL ? record->data : NULL;
    if (!check_change(list, def, old, error))
        return FALSE;
    /* The mark belongs to the value, which stays: it is no part of what a user may define. */
    def->generated = old != NULL && old->generated;
    if (old != NULL && old->ephemeral != def->ephemeral)
        return coffer_secret_list_move(list, old, def, error);
    return coffer_secret_list_write_definition(list, def, error);
}
