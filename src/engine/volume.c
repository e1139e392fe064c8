/* volume.c: the public handle on a volume: finding, describing, reading and writing its raw
 * content. Making it is in volume-create.c, deleting and resizing in volume-change.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/name.h"
#include "engine/private.h"

#include <string.h>

struct _CofferVolume {
    GObject parent;
    CofferPool *pool; /* all immutable */
    char *name;
    char *path;
};

G_DEFINE_FINAL_TYPE(CofferVolume, coffer_volume, G_TYPE_OBJECT)

static void
coffer_volume_finalize(GObject *object)
{
    CofferVolume *volume = COFFER_VOLUME(object);

    g_clear_object(&volume->pool);
    g_free(volume->name);
    g_free(volume->path);
    G_OBJECT_CLASS(coffer_volume_parent_class)->finalize(object);
}

static void
coffer_volume_class_init(CofferVolumeClass *class)
{
    G_OBJECT_CLASS(class)->finalize = coffer_volume_finalize;
}

static void
coffer_volume_init(CofferVolume *volume)
{
}

CofferVolume *
coffer_volume_new(CofferPool *pool, const char *name, char *path)
{
    CofferVolume *volume = g_object_new(COFFER_TYPE_VOLUME, NULL);

    volume->pool = g_object_ref(pool);
    volume->name = g_strdup(name);
    volume->path = path;
    return volume;
}

/* The secret of the first use that another path has of the same header: the volume was moved or
 * copied. */
static const CofferUuid *
secret_of_header(const GPtrArray *uses)
{
    return uses != NULL && uses->len > 0 ? &((const CofferUse *)g_ptr_array_index(uses, 0))->secret
                                         : NULL;
}

/* libvirt finds the secret of an encrypted volume by its usage alone, and loses it when the path
 * differs; the recorded use comes first here, then that of the header. */
static gboolean
attach_secret(CofferConnection *connection, CofferVolumeDef *volume, const CofferProbe *probe,
              GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(CofferUse) use = coffer_uses_lookup(connection->uses, volume->key, &failure);
    g_autoptr(GPtrArray) others = NULL;
    g_autoptr(CofferRecord) record = NULL;
    const CofferUuid *secret = use != NULL ? &use->secret : NULL;

    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    if (secret == NULL && *probe->crypt_uuid != '\0') {
        others = coffer_uses_of_header(connection->uses, probe->crypt_uuid, NULL);
        secret = secret_of_header(others);
    }
    if (secret == NULL) {
        record = coffer_secret_list_lookup_usage(connection->secrets, COFFER_SECRET_USAGE_VOLUME,
                                                 volume->key, NULL);
        secret = record != NULL ? &((const CofferSecretDef *)record->data)->uuid : NULL;
    }
    if (secret != NULL)
        coffer_encryption_def_set_secret(volume->encryption, secret);
    return TRUE;
}

CofferVolumeDef *
coffer_volume_describe(CofferConnection *connection, const CofferPoolView *view, const char *name,
                       CofferProbe *out_probe, GError **error)
{
    g_auto(CofferProbe) own = { 0 };
    CofferProbe *probe = out_probe != NULL ? out_probe : &own;
    g_autoptr(CofferVolumeDef) volume = view->backend->examine(view->def, name, probe, error);

    if (volume == NULL ||
        (volume->encryption != NULL && !attach_secret(connection, volume, probe, error)))
        return NULL;
    return g_steal_pointer(&volume);
}

/* The volume behind a handle as it is now. */
static CofferVolumeDef *
describe(CofferVolume *volume, GError **error)
{
    g_auto(CofferPoolView) view = { 0 };

    if (!coffer_pool_view(volume->pool, &view, error))
        return NULL;
    COFFER_PREFIX(error, "volume", volume->name);
    return coffer_volume_describe(coffer_pool_get_connection(volume->pool), &view, volume->name,
                                  NULL, error);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
coffer_pool_list_volumes(CofferPool *pool, GError **error)
{
    g_auto(CofferPoolView) view = { 0 };
    g_autoptr(GPtrArray) names = NULL;
    GPtrArray *volumes = NULL;

    if (!coffer_pool_view(pool, &view, error))
        return NULL;
    COFFER_PREFIX(error, "pool", coffer_pool_get_name(pool));
    names = view.backend->list(view.def, error);
    if (names == NULL)
        return NULL;
    g_ptr_array_sort(names, compare_names);
    volumes = g_ptr_array_new_full(names->len, g_object_unref);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        g_ptr_array_add(volumes, coffer_volume_new(pool, name, view.backend->path(view.def, name)));
    }
    return volumes;
}

static CofferVolume *
lookup_in(CofferPool *pool, const CofferPoolView *view, const char *name, GError **error)
{
    g_auto(CofferProbe) probe = { 0 };
    g_autoptr(CofferVolumeDef) def = view->backend->examine(view->def, name, &probe, error);

    return def != NULL ? coffer_volume_new(pool, name, g_strdup(def->target_path)) : NULL;
}

CofferVolume *
coffer_pool_lookup_volume(CofferPool *pool, const char *name, GError **error)
{
    g_auto(CofferPoolView) view = { 0 };
    g_autoptr(GError) failure = NULL;
    CofferVolume *volume = NULL;

    if (!coffer_name_check("volume name", name, error) || !coffer_pool_view(pool, &view, error))
        return NULL;
    volume = lookup_in(pool, &view, name, &failure);
    if (volume != NULL)
        return volume;
    if (g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        return coffer_throw_null(
            error, COFFER_ERROR_NOT_FOUND,
            "there is no volume '%s' in pool '%s'; vol-list shows those that are", name,
            coffer_pool_get_name(pool));
    g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
}

/* The volume of @pool whose path is @path, or NULL: without an error where it has none. */
static CofferVolume *
lookup_path_in(CofferPool *pool, const char *path, GError **error)
{
    g_autofree char *name = g_path_get_basename(path);
    g_auto(CofferPoolView) view = { 0 };
    g_autofree char *expected = NULL;
    g_autoptr(GError) failure = NULL;
    CofferVolume *volume = NULL;

    /* Stopped meanwhile, it has none either. */
    if (!coffer_name_check("volume name", name, NULL) || !coffer_pool_view(pool, &view, NULL))
        return NULL;
    expected = view.backend->path(view.def, name);
    if (g_str_equal(expected, path))
        volume = lookup_in(pool, &view, name, &failure);
    if (failure != NULL && !g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        g_propagate_error(error, g_steal_pointer(&failure));
    return volume;
}

CofferVolume *
coffer_connection_lookup_volume_by_path(CofferConnection *connection, const char *path,
                                        GError **error)
{
    g_autoptr(GPtrArray) pools =
        coffer_connection_list_pools(connection, COFFER_POOL_LIST_ACTIVE, NULL, error);
    g_autofree char *clean =
        g_path_is_absolute(path) ? g_canonicalize_filename(path, "/") : g_strdup(path);
    g_autoptr(GError) failure = NULL;

    if (pools == NULL)
        return NULL;
    for (guint i = 0; i < pools->len && failure == NULL; i++) {
        CofferVolume *volume = lookup_path_in(g_ptr_array_index(pools, i), clean, &failure);

        if (volume != NULL)
            return volume;
    }
    if (failure == NULL)
        coffer_throw(&failure, COFFER_ERROR_NOT_FOUND,
                     "there is no volume '%s' in the running pools; name it by pool and name, "
                     "or start its pool",
                     path);
    g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
}

const char *
coffer_volume_get_name(CofferVolume *volume)
{
    return volume->name;
}

const char *
coffer_volume_get_key(CofferVolume *volume)
{
    return volume->path;
}

const char *
coffer_volume_get_path(CofferVolume *volume)
{
    return volume->path;
}

CofferPool *
coffer_volume_get_pool(CofferVolume *volume)
{
    return volume->pool;
}

gboolean
coffer_volume_get_info(CofferVolume *volume, CofferVolumeInfo *out_info, GError **error)
{
    g_autoptr(CofferVolumeDef) def = describe(volume, error);

    if (def == NULL)
        return FALSE;
    *out_info = (CofferVolumeInfo){
        .type = def->type,
        .capacity = def->capacity,
        .allocation = def->allocation,
        .physical = def->physical,
    };
    return TRUE;
}

char *
coffer_volume_dup_xml(CofferVolume *volume, GError **error)
{
    g_autoptr(CofferVolumeDef) def = describe(volume, error);

    return def != NULL ? coffer_volume_def_format(def) : NULL;
}

char *
coffer_volume_dup_format(CofferVolume *volume, GError **error)
{
    g_autoptr(CofferVolumeDef) def = describe(volume, error);

    return def != NULL ? g_strdup(coffer_volume_format_to_string(def->format)) : NULL;
}

char *
coffer_volume_dup_secret_uuid(CofferVolume *volume, GError **error)
{
    g_autoptr(CofferVolumeDef) def = describe(volume, error);
    const CofferSecretRef *ref = NULL;
    char uuid[COFFER_UUID_TEXT_SIZE];

    if (def == NULL || def->encryption == NULL)
        return NULL;
    ref = coffer_encryption_def_secret(def->encryption);
    if (ref == NULL)
        return NULL;
    coffer_uuid_format(&ref->uuid, uuid);
    return g_strdup(uuid);
}
