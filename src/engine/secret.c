/* secret.c: the public handle on a secret; the rules behind it are in secret/secret-list.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "crypt/random.h"
#include "engine/private.h"

/* How often a value is proven again because volumes came or went meanwhile. */
#define PROOFS_MAX 10

struct _CofferSecret {
    GObject parent;
    CofferConnection *connection; /* all immutable */
    CofferRecord *record;         /* as it was when the handle was made; its name is the UUID */
    const CofferSecretDef *def;   /* of the record */
};

G_DEFINE_FINAL_TYPE(CofferSecret, coffer_secret, G_TYPE_OBJECT)

static void
coffer_secret_finalize(GObject *object)
{
    CofferSecret *secret = COFFER_SECRET(object);

    g_clear_object(&secret->connection);
    coffer_record_unref(secret->record);
    G_OBJECT_CLASS(coffer_secret_parent_class)->finalize(object);
}

static void
coffer_secret_class_init(CofferSecretClass *class)
{
    G_OBJECT_CLASS(class)->finalize = coffer_secret_finalize;
}

static void
coffer_secret_init(CofferSecret *secret)
{
}

static CofferSecret *
secret_new(CofferConnection *connection, CofferRecord *record)
{
    CofferSecret *secret = NULL;

    if (record == NULL)
        return NULL;
    secret = g_object_new(COFFER_TYPE_SECRET, NULL);
    secret->connection = g_object_ref(connection);
    secret->record = coffer_record_ref(record);
    secret->def = record->data;
    return secret;
}

CofferSecret *
coffer_connection_define_secret(CofferConnection *connection, const char *xml,
                                CofferDefineFlags flags, GError **error)
{
    g_autoptr(CofferSecretDef) def =
        coffer_secret_def_parse(xml, (flags & COFFER_DEFINE_VALIDATE) != 0, error);
    g_autoptr(CofferRecord) record = NULL;

    if (def == NULL || !coffer_secret_list_define(connection->secrets, def, error))
        return NULL;
    record = coffer_secret_list_lookup(connection->secrets, &def->uuid, error);
    return secret_new(connection, record);
}

CofferSecret *
coffer_connection_lookup_secret_by_uuid(CofferConnection *connection, const char *uuid,
                                        GError **error)
{
    g_autoptr(CofferRecord) record = NULL;
    CofferUuid parsed;

    if (!coffer_uuid_parse(uuid, &parsed))
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                 "'%s' is not a UUID; secret-list shows those that are", uuid);
    record = coffer_secret_list_lookup(connection->secrets, &parsed, error);
    return secret_new(connection, record);
}

CofferSecret *
coffer_connection_lookup_secret_by_usage(CofferConnection *connection, CofferSecretUsageType type,
                                         const char *usage_id, GError **error)
{
    g_autoptr(CofferRecord) record =
        coffer_secret_list_lookup_usage(connection->secrets, type, usage_id, error);

    return secret_new(connection, record);
}

/* Whether a secret passes one pair of filters: neither or both set means all. */
static gboolean
passes(gboolean is, gboolean want, gboolean want_not)
{
    return want == want_not || (is ? want : want_not);
}

GPtrArray *
coffer_connection_list_secrets(CofferConnection *connection, CofferSecretListFlags flags,
                               GError **error)
{
    g_autoptr(GPtrArray) records = coffer_secret_list_all(connection->secrets, error);
    GPtrArray *secrets = NULL;

    if (records == NULL)
        return NULL;
    secrets = g_ptr_array_new_full(records->len, g_object_unref);
    for (guint i = 0; i < records->len; i++) {
        CofferRecord *record = g_ptr_array_index(records, i);
        const CofferSecretDef *def = record->data;

        if (passes(def->ephemeral, (flags & COFFER_SECRET_LIST_EPHEMERAL) != 0,
                   (flags & COFFER_SECRET_LIST_NO_EPHEMERAL) != 0) &&
            passes(def->private, (flags & COFFER_SECRET_LIST_PRIVATE) != 0,
                   (flags & COFFER_SECRET_LIST_NO_PRIVATE) != 0))
            g_ptr_array_add(secrets, secret_new(connection, record));
    }
    return secrets;
}

const char *
coffer_secret_get_uuid(CofferSecret *secret)
{
    return secret->record->name;
}

CofferSecretUsageType
coffer_secret_get_usage(CofferSecret *secret, const char **out_usage_id)
{
    if (out_usage_id != NULL)
        *out_usage_id = secret->def->usage_id;
    return secret->def->usage_type;
}

gboolean
coffer_secret_is_ephemeral(CofferSecret *secret)
{
    return secret->def->ephemeral;
}

gboolean
coffer_secret_is_private(CofferSecret *secret)
{
    return secret->def->private;
}

const char *
coffer_secret_get_description(CofferSecret *secret)
{
    return secret->def->description;
}

char *
coffer_secret_dup_xml(CofferSecret *secret, GError **error)
{
    g_autoptr(CofferRecord) record =
        coffer_secret_list_lookup(secret->connection->secrets, &secret->def->uuid, error);

    return record != NULL ? coffer_secret_def_format(record->data) : NULL;
}

gboolean
coffer_secret_has_value(CofferSecret *secret)
{
    return coffer_secret_list_has_value(secret->connection->secrets, &secret->def->uuid);
}

static void
add_note(GString *notes, const char *note)
{
    g_string_append(notes, notes->len > 0 ? "; " : "");
    g_string_append(notes, note);
}

static void
give_notes(CofferBytes *value, gboolean generated, gboolean process_only, char **out_note)
{
    g_autoptr(GString) notes = g_string_new(NULL);
    gsize size = 0;
    const guint8 *data = coffer_bytes_get_data(value, &size);

    if (!generated && data[size - 1] == '\n')
        add_note(notes, "the value ends with a newline, which is part of it now; "
                        "if that was not meant, set it again with printf instead of echo");
    if (process_only)
        add_note(notes, "there is no kernel keyring for this user: the value of this ephemeral "
                        "secret lives only until this process ends");
    if (out_note != NULL)
        *out_note = notes->len > 0 ? g_strdup(notes->str) : NULL;
}

static gboolean
set_value(CofferSecret *secret, CofferBytes *value, gboolean generated, gboolean force,
          char **out_note, GError **error)
{
    CofferConnection *connection = secret->connection;

    for (guint attempt = 1;; attempt++) {
        g_autoptr(GPtrArray) proven = NULL;
        g_autoptr(GError) failure = NULL;
        gboolean process_only = FALSE;
        CofferSecretSetRequest request = {
            .uuid = &secret->def->uuid,
            .value = value,
            .generated = generated,
        };

        if (!force && !coffer_prove_value(connection, &secret->def->uuid, value, &proven, error)) {
            g_prefix_error(error, "secret '%s': ", secret->record->name);
            return FALSE;
        }
        request.proven = proven;
        if (coffer_secret_list_set_value(connection->secrets, &request, &process_only, &failure)) {
            give_notes(value, generated, process_only, out_note);
            return TRUE;
        }
        if (attempt < PROOFS_MAX && g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_BUSY))
            continue;
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
}

gboolean
coffer_secret_set_value(CofferSecret *secret, CofferBytes *value, CofferSecretSetFlags flags,
                        char **out_note, GError **error)
{
    if (out_note != NULL)
        *out_note = NULL;
    if (coffer_bytes_get_size(value) > COFFER_BYTES_MAX)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "secret '%s': a value has at most %d bytes", secret->record->name,
                            COFFER_BYTES_MAX);
    return set_value(secret, value, FALSE, (flags & COFFER_SECRET_SET_FORCE) != 0, out_note, error);
}

gboolean
coffer_secret_generate_value(CofferSecret *secret, char **out_note, GError **error)
{
    g_autoptr(CofferBytes) value = coffer_random_value(error);

    if (out_note != NULL)
        *out_note = NULL;
    return value != NULL && set_value(secret, value, TRUE, FALSE, out_note, error);
}

CofferBytes *
coffer_secret_get_value(CofferSecret *secret, GError **error)
{
    return coffer_secret_list_get_value(secret->connection->secrets, &secret->def->uuid, FALSE,
                                        error);
}

char **
coffer_secret_list_uses(CofferSecret *secret, GError **error)
{
    g_autoptr(CofferRecord) record =
        coffer_secret_list_lookup(secret->connection->secrets, &secret->def->uuid, error);
    g_autoptr(GPtrArray) uses = NULL;
    g_autoptr(GStrvBuilder) keys = g_strv_builder_new();

    if (record != NULL)
        uses = coffer_uses_of(secret->connection->uses, &secret->def->uuid, error);
    if (uses == NULL)
        return NULL;
    for (guint i = 0; i < uses->len; i++)
        g_strv_builder_add(keys, ((const CofferUse *)g_ptr_array_index(uses, i))->volume);
    return g_strv_builder_end(keys);
}

gboolean
coffer_secret_undefine(CofferSecret *secret, CofferSecretUndefineFlags flags, GError **error)
{
    return coffer_secret_list_undefine(secret->connection->secrets, &secret->def->uuid,
                                       (flags & COFFER_SECRET_UNDEFINE_FORCE) != 0, error);
}
