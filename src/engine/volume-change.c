/* volume-change.c: deleting and resizing volumes, and moving their raw content in and out. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fault.h"
#include "crypt/luks.h"
#include "engine/resolve.h"
#include "engine/volume-job.h"
#include "volume/copy.h"
#include "volume/idle.h"

#include <fcntl.h>
#include <unistd.h>

/* A volume under its lock. */
typedef struct {
    CofferConnection *connection; /* not owned */
    CofferPoolView view;
    CofferLock lock;
    CofferVolumeDef *def;
    CofferProbe probe;
} Claim;

static void
claim_clear(Claim *claim)
{
    g_clear_pointer(&claim->def, coffer_volume_def_free);
    coffer_probe_clear(&claim->probe);
    coffer_pool_view_clear(&claim->view);
    coffer_lock_release(&claim->lock);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Claim, claim_clear)

#define CLAIM_NONE                                                                                 \
    {                                                                                              \
        .lock = COFFER_LOCK_NONE                                                                   \
    }

static gboolean
claim_volume(CofferVolume *volume, Claim *claim, GError **error)
{
    CofferPool *pool = coffer_volume_get_pool(volume);

    claim->connection = coffer_pool_get_connection(pool);
    if (!coffer_pool_view(pool, &claim->view, error) ||
        !coffer_store_lock_volume(claim->connection->store, coffer_volume_get_key(volume), TRUE,
                                  &claim->lock, error))
        return FALSE;
    claim->def = coffer_volume_describe(claim->connection, &claim->view,
                                        coffer_volume_get_name(volume), &claim->probe, error);
    return claim->def != NULL;
}

/* The use of the volume, or NULL without an error: where none is recorded, what its header and its
 * path say (coffer_volume_describe()). A record of another header is that of another volume, which
 * was moved away from this path and needs its secret still. */
static CofferUse *
use_of(const Claim *claim, GError **error)
{
    g_autoptr(GError) failure = NULL;
    CofferUse *use = coffer_uses_lookup(claim->connection->uses, claim->def->key, &failure);
    const CofferEncryptionDef *encryption = claim->def->encryption;
    const CofferSecretRef *ref =
        encryption != NULL ? coffer_encryption_def_secret(encryption) : NULL;

    if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    else if (use != NULL && use->header_uuid != NULL &&
             !g_str_equal(use->header_uuid, claim->probe.crypt_uuid))
        g_clear_pointer(&use, coffer_use_free);
    else if (use == NULL && ref != NULL)
        use = coffer_use_new(claim->def->key, &ref->uuid,
                             coffer_encryption_format_to_string(encryption->format));
    return use;
}

static gboolean
delete_encrypted(const Claim *claim, const CofferUse *use, gboolean keep_secret,
                 gboolean *out_secret_gone, GError **error)
{
    g_auto(CofferVolumeJob) job = {
        .type = COFFER_VOLUME_JOB_DELETE,
        .key = g_strdup(use->volume),
        .secret = use->secret,
        .own_secret = !keep_secret,
    };

    g_autoptr(GError) failure = NULL;
    gboolean begun = coffer_volume_job_begin(claim->connection, &job, &failure);

    /* On a full disk there is no room for the job's record, and deleting is what makes room. What a
     * crash would leave then is a use without its volume: the secret stays, which is the safe side.
     */
    if (!begun && !g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NO_SPACE)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (!claim->view.backend->remove(claim->view.def, claim->def->name, error)) {
        /* It may be gone all the same, and only its folder could not be synced. */
        if (begun)
            coffer_volume_job_settle(claim->connection, &job, NULL);
        return FALSE;
    }
    coffer_fault_point("volume", "removed");
    return coffer_volume_forget(claim->connection, &job, out_secret_gone, error) &&
           (!begun || coffer_volume_job_end(claim->connection, &job, error));
}

gboolean
coffer_volume_delete(CofferVolume *volume, CofferVolumeDeleteFlags flags, char **out_secret_uuid,
                     GError **error)
{
    COFFER_PREFIX(error, "volume", coffer_volume_get_name(volume));
    g_auto(Claim) claim = CLAIM_NONE;
    g_autoptr(CofferUse) use = NULL;
    g_autoptr(GError) failure = NULL;
    gboolean secret_gone = FALSE;
    char uuid[COFFER_UUID_TEXT_SIZE];

    if (out_secret_uuid != NULL)
        *out_secret_uuid = NULL;
    if (!claim_volume(volume, &claim, error))
        return FALSE;
    use = use_of(&claim, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (use == NULL
            ? !claim.view.backend->remove(claim.view.def, claim.def->name, error)
            : !delete_encrypted(&claim, use, (flags & COFFER_VOLUME_DELETE_KEEP_SECRET) != 0,
                                &secret_gone, error))
        return FALSE;
    coffer_store_drop_volume_lock(claim.connection->store, claim.def->key);
    if (secret_gone && out_secret_uuid != NULL) {
        coffer_uuid_format(&use->secret, uuid);
        *out_secret_uuid = g_strdup(uuid);
    }
    return TRUE;
}

/* The capacity that is meant, checked against the flags. */
static gboolean
target_capacity(const CofferVolumeDef *def, guint64 capacity, CofferVolumeResizeFlags flags,
                guint64 *out_capacity, GError **error)
{
    gboolean shrink = (flags & COFFER_VOLUME_RESIZE_SHRINK) != 0;

    *out_capacity = capacity;
    if ((flags & COFFER_VOLUME_RESIZE_DELTA) != 0) {
        if (shrink && capacity > def->capacity)
            return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                                "it cannot lose more bytes than the %" G_GUINT64_FORMAT " it has",
                                def->capacity);
        if (shrink)
            *out_capacity = def->capacity - capacity;
        else if (!g_uint64_checked_add(out_capacity, def->capacity, capacity))
            *out_capacity = G_MAXUINT64;
    }
    if (*out_capacity > (guint64)G_MAXINT64 - COFFER_LUKS1_HEADER_SIZE)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT, "the new capacity is too large");
    if (*out_capacity < def->capacity && !shrink)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "the new capacity is below the present %" G_GUINT64_FORMAT
                            " bytes; what lies beyond would be lost, which --shrink allows",
                            def->capacity);
    return TRUE;
}

/* The value that opens the volume; NULL without an error where it is not encrypted. */
static gboolean
value_of(const Claim *claim, CofferBytes **out_value, GError **error)
{
    const CofferSecretRef *ref = NULL;
    CofferResolvedSecret secret;

    if (claim->def->encryption == NULL)
        return TRUE;
    ref = coffer_encryption_def_secret(claim->def->encryption);
    if (ref == NULL)
        return coffer_throw(error, COFFER_ERROR_NOT_FOUND,
                            "it is encrypted and no secret is known for it; define one whose usage "
                            "is its path");
    if (!coffer_resolve_secret(claim->connection, ref, &secret, error))
        return FALSE;
    *out_value = coffer_resolve_value(claim->connection, &secret.uuid, TRUE, error);
    return *out_value != NULL;
}

gboolean
coffer_volume_resize(CofferVolume *volume, guint64 capacity, CofferVolumeResizeFlags flags,
                     GError **error)
{
    COFFER_PREFIX(error, "volume", coffer_volume_get_name(volume));
    g_auto(Claim) claim = CLAIM_NONE;
    g_autoptr(CofferBytes) value = NULL;
    CofferVolumeResizeRequest request = { 0 };

    if (!claim_volume(volume, &claim, error) ||
        !target_capacity(claim.def, capacity, flags, &request.capacity, error) ||
        !value_of(&claim, &value, error))
        return FALSE;
    request.name = claim.def->name;
    request.def = claim.def;
    request.shrink = request.capacity < claim.def->capacity;
    request.allocate = (flags & COFFER_VOLUME_RESIZE_ALLOCATE) != 0;
    request.value = value;
    return claim.view.backend->resize(claim.view.def, &request, error);
}

/* What comes in, and where. */
typedef struct {
    int fd;
    guint64 begin; /* where @fd is; 0 where it cannot seek */
    gboolean seekable;
    guint64 offset;
    guint64 length;
    CofferProbe probe; /* of the content, where the volume needs a secret and gets a new header */
} Incoming;

static void
incoming_clear(Incoming *incoming)
{
    coffer_probe_clear(&incoming->probe);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Incoming, incoming_clear)

/* Whether the content has a whole header, and not a part of one over what is there now. */
static gboolean
check_header(Incoming *incoming, GError **error)
{
    const CofferProbe *probe = &incoming->probe;

    if (!coffer_probe_fd(incoming->fd, &incoming->probe, error))
        return FALSE;
    if (probe->crypt == COFFER_PROBE_CRYPT_NONE)
        return coffer_throw(
            error, COFFER_ERROR_VERIFICATION_FAILED,
            "the content is not encrypted, but the volume is; delete the volume and "
            "make a plain one for it");
    if (incoming->length > 0 && incoming->length < probe->crypt_offset + probe->crypt_length)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "the length ends within the header that its secret opens; upload more");
    return TRUE;
}

/* Content for a volume that needs a secret must be content that this secret opens; that is found
 * out before the first byte is written. */
static gboolean
check_upload(const Claim *claim, Incoming *incoming, GError **error)
{
    const CofferProbe *now = &claim->probe;
    g_autoptr(CofferBytes) value = NULL;

    if (incoming->offset > 0 && incoming->offset >= now->crypt_offset + now->crypt_length)
        return TRUE;
    if (incoming->offset > 0)
        return coffer_throw(
            error, COFFER_ERROR_INVALID_ARGUMENT,
            "the offset lies within the header that its secret opens; upload from 0");
    if (!incoming->seekable || incoming->begin > 0)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "it needs a secret, and only content from the beginning of a file can "
                            "be checked against that; upload from a file");
    if (!value_of(claim, &value, error) || !check_header(incoming, error))
        return FALSE;
    if (coffer_luks_verify(incoming->fd, incoming->probe.crypt_offset, incoming->probe.crypt_length,
                           value, NULL, error))
        return TRUE;
    g_prefix_error(error, "the content is not opened by the volume's secret: ");
    return FALSE;
}

static gboolean
record_upload(const Claim *claim, CofferUse *use, const CofferProbe *probe, GError **error)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;

    g_free(use->header_uuid);
    use->header_uuid = g_strdup(probe->crypt_uuid);
    use->keyslot = -1;
    return coffer_store_lock(claim->connection->store, COFFER_STORE_USES, COFFER_LOCK_EXCLUSIVE,
                             &lock, error) &&
           coffer_uses_record(claim->connection->uses, use, NULL, error);
}

static Incoming
incoming_from(int fd, guint64 offset, guint64 length)
{
    off_t begin = lseek(fd, 0, SEEK_CUR);

    return (Incoming){
        .fd = fd,
        .begin = begin > 0 ? (guint64)begin : 0,
        .seekable = begin >= 0,
        .offset = offset,
        .length = length,
    };
}

gboolean
coffer_volume_upload(CofferVolume *volume, int fd, guint64 offset, guint64 length, gboolean sparse,
                     GError **error)
{
    COFFER_PREFIX(error, "volume", coffer_volume_get_name(volume));
    g_auto(Claim) claim = CLAIM_NONE;
    g_auto(CofferFd) target = COFFER_FD_NONE;
    g_auto(Incoming) incoming = incoming_from(fd, offset, length);
    g_autoptr(CofferUse) use = NULL;
    g_autoptr(GError) failure = NULL;
    CofferCopyRequest copy = {
        .source = fd,
        .source_offset = incoming.begin,
        .target_offset = offset,
        .length = length,
        .sparse = sparse,
    };

    if (!claim_volume(volume, &claim, error))
        return FALSE;
    use = use_of(&claim, &failure);
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if ((use != NULL && !check_upload(&claim, &incoming, error)) ||
        !claim.view.backend->open(claim.view.def, claim.def->name, O_RDWR, &target, error) ||
        !coffer_volume_check_idle(target, error))
        return FALSE;
    copy.target = target;
    return coffer_copy(&copy, NULL, error) &&
           (use == NULL || offset > 0 || record_upload(&claim, use, &incoming.probe, error));
}

gboolean
coffer_volume_download(CofferVolume *volume, int fd, guint64 offset, guint64 length,
                       gboolean sparse, GError **error)
{
    COFFER_PREFIX(error, "volume", coffer_volume_get_name(volume));
    g_auto(CofferPoolView) view = { 0 };
    g_auto(CofferFd) source = COFFER_FD_NONE;
    off_t begin = lseek(fd, 0, SEEK_CUR);
    CofferCopyRequest copy = {
        .target = fd,
        .target_offset = begin > 0 ? (guint64)begin : 0,
        .source_offset = offset,
        .length = length,
        .sparse = sparse,
    };

    if (!coffer_pool_view(coffer_volume_get_pool(volume), &view, error) ||
        !view.backend->open(view.def, coffer_volume_get_name(volume), O_RDONLY, &source, error))
        return FALSE;
    copy.source = source;
    return coffer_copy(&copy, NULL, error);
}
