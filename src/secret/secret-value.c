/* secret-value.c: setting and getting values, and how they rest on disk; which volumes a value
 * opens is proven above. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "secret/sealer.h"
#include "secret/secret-list-private.h"

#include <string.h>

static char *
value_name(const char *uuid, const CofferSealer *sealer)
{
    return g_strconcat(uuid, sealer->suffix, NULL);
}

gboolean
coffer_secret_value_exists(CofferSecretList *list, const char *uuid)
{
    for (gsize i = 0; coffer_sealers[i] != NULL; i++) {
        g_autofree char *name = value_name(uuid, coffer_sealers[i]);

        if (coffer_store_exists(list->store, COFFER_STORE_SECRETS, name))
            return TRUE;
    }
    return FALSE;
}

CofferBytes *
coffer_secret_value_read(CofferSecretList *list, const char *uuid, GError **error)
{
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
    return coffer_throw_null(error, COFFER_ERROR_NO_VALUE,
                             "it has no value; set one with secret-set-value");
}

gboolean
coffer_secret_value_write(CofferSecretList *list, const char *uuid, CofferBytes *value,
                          GError **error)
{
    const CofferSealer *sealer = coffer_sealers[0];
    g_autofree char *name = value_name(uuid, sealer);
    g_autoptr(CofferBytes) sealed = sealer->seal(uuid, value, error);

    return sealed != NULL &&
           coffer_cache_write_beside(list->persistent, name, sealed, "secret-set-value", error);
}

gboolean
coffer_secret_value_remove(CofferSecretList *list, const char *uuid, GError **error)
{
    for (gsize i = 0; coffer_sealers[i] != NULL; i++) {
        g_autofree char *name = value_name(uuid, coffer_sealers[i]);

        if (coffer_store_exists(list->store, COFFER_STORE_SECRETS, name) &&
            !coffer_cache_remove_beside(list->persistent, name, error))
            return FALSE;
    }
    return TRUE;
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

static gboolean
write_mark(CofferSecretList *list, const CofferSecretDef *old, gboolean generated, GError **error)
{
    g_autoptr(CofferSecretDef) def = coffer_secret_def_copy(old);

    def->generated = generated;
    return coffer_secret_list_write_definition(list, def, error);
}

static gboolean
replace_value(CofferSecretList *list, const CofferSecretDef *def, CofferBytes *value,
              gboolean *out_process_only, GError **error)
{
    char uuid[COFFER_UUID_TEXT_SIZE];

    coffer_uuid_format(&def->uuid, uuid);
    return def->ephemeral ? coffer_keyring_set(list->keyring, uuid, value, out_process_only, error)
                          : coffer_secret_value_write(list, uuid, value, error);
}

/* The mark "generated" must never stand beside a value that was chosen: it goes before. */
static gboolean
set_chosen(CofferSecretList *list, const CofferSecretDef *def, CofferBytes *value,
           gboolean *out_process_only, GError **error)
{
    if (def->generated && !write_mark(list, def, FALSE, error))
        return FALSE;
    if (replace_value(list, def, value, out_process_only, error))
        return TRUE;
    /* The value that stays is the generated one. */
    if (def->generated)
        write_mark(list, def, TRUE, NULL);
    return FALSE;
}

/* And it comes after. */
static gboolean
set_generated(CofferSecretList *list, const CofferSecretDef *def, CofferBytes *value,
              gboolean *out_process_only, GError **error)
{
    char uuid[COFFER_UUID_TEXT_SIZE];

    coffer_uuid_format(&def->uuid, uuid);
    if (coffer_secret_list_has_value(list, &def->uuid))
        return coffer_throw(error, COFFER_ERROR_EXISTS,
                            "it has a value already, which generating would destroy; undefine it, "
                            "or set a value of your own");
    if (!replace_value(list, def, value, out_process_only, error))
        return FALSE;
    if (def->generated || write_mark(list, def, TRUE, error))
        return TRUE;
    if (def->ephemeral)
        coffer_keyring_remove(list->keyring, uuid);
    else
        coffer_secret_value_remove(list, uuid, NULL);
    return FALSE;
}

gboolean
coffer_secret_list_set_value(CofferSecretList *list, const CofferSecretSetRequest *request,
                             gboolean *out_process_only, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;

    *out_process_only = FALSE;
    if (!coffer_store_lock(list->store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, error))
        return FALSE;
    record = coffer_secret_list_lookup(list, request->uuid, error);
    if (record == NULL)
        return FALSE;
    COFFER_PREFIX(error, "secret", record->name);
    if (request->proven != NULL && !check_proven(list, request->uuid, request->proven, error))
        return FALSE;
    return request->generated
               ? set_generated(list, record->data, request->value, out_process_only, error)
               : set_chosen(list, record->data, request->value, out_process_only, error);
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
    return def->ephemeral ? coffer_keyring_get(list->keyring, record->name, error)
                          : coffer_secret_value_read(list, record->name, error);
}

gboolean
coffer_secret_list_has_value(CofferSecretList *list, const CofferUuid *uuid)
{
    g_autoptr(CofferRecord) record = coffer_secret_list_lookup(list, uuid, NULL);

    if (record == NULL)
        return FALSE;
    return ((const CofferSecretDef *)record->data)->ephemeral
               ? coffer_keyring_has(list->keyring, record->name)
               : coffer_secret_value_exists(list, record->name);
}
