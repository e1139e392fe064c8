/* volume-create.c: making a volume, and with it the use of its secret: both are there in the end,
 * or neither. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fault.h"
#include "crypt/random.h"
#include "engine/resolve.h"
#include "engine/volume-job.h"
#include "model/pool-type.h"

/* One creation. */
typedef struct {
    CofferConnection *connection; /* not owned */
    const CofferPoolView *view;
    CofferVolumeDef *def; /* as given, completed; not owned */
    char *key;
    CofferVolumeJob job; /* for an encrypted volume */
    CofferBytes *value;  /* NULL for one that is not */
    gboolean generated;
    gboolean begun; /* the job's record is written */
} Creation;

static void
creation_clear(Creation *creation)
{
    g_clear_pointer(&creation->key, g_free);
    coffer_volume_job_clear(&creation->job);
    g_clear_pointer(&creation->value, coffer_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Creation, creation_clear)

static gboolean
check_encryption(CofferVolumeDef *def, GError **error)
{
    CofferEncryptionDef *encryption = def->encryption;

    if (encryption->format == COFFER_ENCRYPTION_FORMAT_DEFAULT)
        encryption->format = COFFER_ENCRYPTION_FORMAT_LUKS;
    if (encryption->format != COFFER_ENCRYPTION_FORMAT_LUKS)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "volumes with encryption '%s' are not made here; use luks",
                            coffer_encryption_format_to_string(encryption->format));
    if (encryption->engine != COFFER_ENCRYPTION_ENGINE_DEFAULT &&
        encryption->engine != COFFER_ENCRYPTION_ENGINE_QEMU)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "only the encryption engine 'qemu' is supported for new volumes");
    if (def->format != COFFER_VOLUME_FORMAT_RAW && def->format != COFFER_VOLUME_FORMAT_QCOW2)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "volumes of format '%s' cannot be encrypted; use raw or qcow2",
                            coffer_volume_format_to_string(def->format));
    if (encryption->secrets->len > 1)
        return coffer_throw(error, COFFER_ERROR_INVALID_XML,
                            "<encryption> names more than one secret");
    return TRUE;
}

/* Makes a secret for this volume. Its UUID is in the job's record and in the use before it exists.
 */
static gboolean
make_secret(Creation *creation, GError **error)
{
    g_autoptr(CofferSecretDef) def = coffer_secret_def_new();
    CofferSecretSetRequest request = { 0 };
    gboolean process_only = FALSE;

    def->uuid = creation->job.secret;
    def->has_uuid = TRUE;
    def->usage_type = COFFER_SECRET_USAGE_VOLUME;
    def->usage_id = g_strdup(creation->key);
    def->description = g_strdup_printf("made for volume %s", creation->def->name);
    creation->value = coffer_random_value(error);
    creation->generated = TRUE;
    if (creation->value == NULL ||
        !coffer_secret_list_define(creation->connection->secrets, def, error))
        return FALSE;
    request.uuid = &def->uuid;
    request.value = creation->value;
    request.generated = TRUE;
    return coffer_secret_list_set_value(creation->connection->secrets, &request, &process_only,
                                        error);
}

/* Finds out which secret it is, and its value, before anything is made. */
static gboolean
choose_secret(Creation *creation, gboolean generate, GError **error)
{
    const CofferSecretRef *ref = coffer_encryption_def_secret(creation->def->encryption);
    CofferResolvedSecret secret;

    creation->job.key = g_strdup(creation->key);
    if (ref == NULL && generate) {
        coffer_uuid_generate(&creation->job.secret);
        creation->job.own_secret = TRUE;
        return TRUE;
    }
    if (ref == NULL)
        return coffer_throw(
            error, COFFER_ERROR_INVALID_XML,
            "<encryption> names no secret; add <secret type='passphrase' uuid='...'/>");
    if (!coffer_resolve_secret(creation->connection, ref, &secret, error))
        return FALSE;
    creation->job.secret = secret.uuid;
    creation->generated = secret.generated;
    creation->value = coffer_resolve_value(creation->connection, &secret.uuid, TRUE, error);
    return creation->value != NULL;
}

static gboolean
record_use(Creation *creation, const CofferProbe *probe, const char *fault, GError **error)
{
    g_autoptr(CofferUse) use =
        coffer_use_new(creation->key, &creation->job.secret,
                       coffer_encryption_format_to_string(creation->def->encryption->format));

    if (probe != NULL) {
        use->header_uuid = g_strdup(probe->crypt_uuid);
        use->keyslot = 0;
    }
    return coffer_uses_record(creation->connection->uses, use, fault, error);
}

/* From here on the secret cannot be undefined, and a crash is cleaned up after. */
static gboolean
begin(Creation *creation, GError **error)
{
    CofferConnection *connection = creation->connection;
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;

    if (!coffer_volume_job_begin(connection, &creation->job, error))
        return FALSE;
    creation->begun = TRUE;
    if (creation->job.own_secret && !make_secret(creation, error))
        return FALSE;
    if (!coffer_store_lock(connection->store, COFFER_STORE_USES, COFFER_LOCK_EXCLUSIVE, &lock,
                           error))
        return FALSE;
    record = coffer_secret_list_lookup(connection->secrets, &creation->job.secret, error);
    return record != NULL && record_use(creation, NULL, "volume-use", error);
}

/* The volume is made and proven. Whoever set another value meanwhile saw a use without a header; so
 * it is here that the value must still be the one that the header was made with, and generated if
 * the header was made for a generated one, whose PBKDF is weak. */
static gboolean
settle(Creation *creation, const CofferVolumeDraft *draft, GError **error)
{
    CofferConnection *connection = creation->connection;
    const CofferUuid *uuid = &creation->job.secret;
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(CofferRecord) record = NULL;
    g_autoptr(CofferBytes) now = NULL;

    if (!coffer_store_lock(connection->store, COFFER_STORE_USES, COFFER_LOCK_EXCLUSIVE, &lock,
                           error))
        return FALSE;
    record = coffer_secret_list_lookup(connection->secrets, uuid, error);
    if (record != NULL)
        now = coffer_secret_list_get_value(connection->secrets, uuid, TRUE, error);
    if (now == NULL)
        return FALSE;
    if (!coffer_bytes_equal(now, creation->value) ||
        (creation->generated && !((const CofferSecretDef *)record->data)->generated))
        return coffer_throw(error, COFFER_ERROR_BUSY,
                            "its secret got another value while it was made; try again");
    return record_use(creation, &draft->probe, "volume-use-settled", error);
}

static void
undo(Creation *creation)
{
    gboolean secret_gone = FALSE;
    g_autoptr(GError) failure = NULL;

    if (creation->begun &&
        (!coffer_volume_forget(creation->connection, &creation->job, &secret_gone, &failure) ||
         !coffer_volume_job_end(creation->connection, &creation->job, &failure)))
        g_warning("volume '%s': what was begun is undone at the next start: %s", creation->key,
                  failure->message);
}

static gboolean
make(Creation *creation, gboolean prealloc_metadata, CofferVolumeDraft *draft, GError **error)
{
    const CofferPoolView *view = creation->view;
    CofferVolumeDraftRequest request = {
        .def = creation->def,
        .prealloc_metadata = prealloc_metadata,
    };

    if (creation->def->encryption != NULL && !begin(creation, error))
        return FALSE;
    request.value = creation->value;
    request.generated = creation->generated;
    if (!view->backend->draft(view->def, &request, draft, error) ||
        (creation->begun && !settle(creation, draft, error)) ||
        !view->backend->publish(view->def, draft, error))
        return FALSE;
    coffer_fault_point("volume", "published");
    return TRUE;
}

static gboolean
check_free(const CofferPoolView *view, const char *name, GError **error)
{
    g_auto(CofferProbe) probe = { 0 };
    g_autoptr(GError) failure = NULL;
    g_autoptr(CofferVolumeDef) there = view->backend->examine(view->def, name, &probe, &failure);

    if (there != NULL)
        return coffer_throw(error, COFFER_ERROR_EXISTS, "it exists already; vol-delete removes it");
    if (g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

/* A use without its volume: it was moved by hand, or is lost. Taking its record over would leave
 * its secret unprotected. */
static gboolean
check_no_other_use(const Creation *creation, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(CofferUse) use =
        coffer_uses_lookup(creation->connection->uses, creation->key, &failure);
    char secret[COFFER_UUID_TEXT_SIZE];

    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (use == NULL || use->header_uuid == NULL)
        return TRUE;
    coffer_uuid_format(&use->secret, secret);
    return coffer_throw(
        error, COFFER_ERROR_IN_USE,
        "an earlier volume of this name, which is gone, needs secret '%s'; pool-refresh "
        "finds it if it was renamed, and if it is lost, undefine the secret with --force",
        secret);
}

/* The volume is there: that its job's record cannot be removed now is no failure of it. */
static void
finish(Creation *creation)
{
    g_autoptr(GError) failure = NULL;

    if (creation->begun && !coffer_volume_job_end(creation->connection, &creation->job, &failure))
        g_warning("volume '%s': the record of its making goes at the next start: %s", creation->key,
                  failure->message);
}

static gboolean
create(Creation *creation, CofferVolumeCreateFlags flags, GError **error)
{
    const CofferPoolView *view = creation->view;
    CofferStore *store = creation->connection->store;
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    CofferVolumeDraft draft = COFFER_VOLUME_DRAFT_NONE;
    gboolean made = FALSE;

    if (!coffer_store_lock_volume(store, creation->key, TRUE, &lock, error))
        return FALSE;
    made = check_free(view, creation->def->name, error) &&
           (creation->def->encryption == NULL || check_no_other_use(creation, error)) &&
           make(creation, (flags & COFFER_VOLUME_CREATE_PREALLOC_METADATA) != 0, &draft, error);
    view->backend->discard(view->def, &draft);
    if (made) {
        finish(creation);
    } else {
        undo(creation);
        coffer_store_drop_volume_lock(store, creation->key);
    }
    return made;
}

/* What <format> means depends on the type of pool. */
static CofferVolumeDef *
parse(const char *xml, CofferPoolType type, CofferVolumeCreateFlags flags, GError **error)
{
    CofferVolumeParseFlags parse_flags = coffer_pool_type_row(type)->volume_flags;

    if ((flags & COFFER_VOLUME_CREATE_VALIDATE) != 0)
        parse_flags |= COFFER_VOLUME_PARSE_VALIDATE;
    return coffer_volume_def_parse(xml, parse_flags, error);
}

CofferVolume *
coffer_pool_create_volume(CofferPool *pool, const char *xml, CofferVolumeCreateFlags flags,
                          GError **error)
{
    g_auto(CofferPoolView) view = { 0 };
    g_autoptr(CofferVolumeDef) def = NULL;
    g_auto(Creation) creation = { 0 };

    if (!coffer_pool_view(pool, &view, error))
        return NULL;
    def = parse(xml, view.def->type, flags, error);
    if (def == NULL)
        return NULL;
    COFFER_PREFIX(error, "volume", def->name);
    creation.connection = coffer_pool_get_connection(pool);
    creation.view = &view;
    creation.def = def;
    creation.key = view.backend->path(view.def, def->name);
    if (def->backing != NULL && def->format == COFFER_VOLUME_FORMAT_RAW)
        return coffer_throw_null(error, COFFER_ERROR_UNSUPPORTED,
                                 "a raw volume cannot have a backing file; use qcow2");
    if (def->encryption != NULL &&
        (!check_encryption(def, error) ||
         !choose_secret(&creation, (flags & COFFER_VOLUME_CREATE_GENERATE_SECRET) != 0, error)))
        return NULL;
    if (!create(&creation, flags, error))
        return NULL;
    return coffer_volume_new(pool, def->name, g_strdup(creation.key));
}
