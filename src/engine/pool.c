/* pool.c: the public handle on a pool; the rules behind it are in pool/pool-list.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "engine/private.h"

struct _CofferPool {
    GObject parent;
    CofferConnection *connection; /* all immutable */
    char *name;
    CofferPoolKey key; /* its name is the one above */
    char uuid[COFFER_UUID_TEXT_SIZE];
};

G_DEFINE_FINAL_TYPE(CofferPool, coffer_pool, G_TYPE_OBJECT)

static void
coffer_pool_finalize(GObject *object)
{
    CofferPool *pool = COFFER_POOL(object);

    g_clear_object(&pool->connection);
    g_free(pool->name);
    G_OBJECT_CLASS(coffer_pool_parent_class)->finalize(object);
}

static void
coffer_pool_class_init(CofferPoolClass *class)
{
    G_OBJECT_CLASS(class)->finalize = coffer_pool_finalize;
}

static void
coffer_pool_init(CofferPool *pool)
{
}

CofferPool *
coffer_pool_new(CofferConnection *connection, const CofferPoolDef *def)
{
    CofferPool *pool = g_object_new(COFFER_TYPE_POOL, NULL);

    pool->connection = g_object_ref(connection);
    pool->name = g_strdup(def->name);
    pool->key = (CofferPoolKey){ pool->name, def->uuid };
    coffer_uuid_format(&def->uuid, pool->uuid);
    return pool;
}

CofferConnection *
coffer_pool_get_connection(CofferPool *pool)
{
    return pool->connection;
}

/* The pool as it is now. */
static CofferPoolEntry *
entry_of(CofferPool *pool, GError **error)
{
    return coffer_pool_list_lookup(pool->connection->pools, &pool->key, error);
}

void
coffer_pool_view_clear(CofferPoolView *view)
{
    g_clear_pointer(&view->entry, coffer_pool_entry_free);
}

gboolean
coffer_pool_view(CofferPool *pool, CofferPoolView *out_view, GError **error)
{
    g_autoptr(CofferPoolEntry) entry = entry_of(pool, error);

    if (entry == NULL)
        return FALSE;
    if (entry->running == NULL)
        return coffer_throw(error, COFFER_ERROR_INVALID_STATE,
                            "pool '%s' is not running; pool-start starts it", pool->name);
    out_view->def = coffer_pool_entry_def(entry);
    out_view->backend = coffer_pool_backend(out_view->def->type, error);
    if (out_view->backend == NULL)
        return FALSE;
    out_view->entry = g_steal_pointer(&entry);
    return TRUE;
}

static CofferPool *
pool_from_entry(CofferConnection *connection, const CofferPoolEntry *entry)
{
    return entry != NULL ? coffer_pool_new(connection, coffer_pool_entry_def(entry)) : NULL;
}

CofferPool *
coffer_connection_define_pool(CofferConnection *connection, const char *xml,
                              CofferDefineFlags flags, GError **error)
{
    g_autoptr(CofferPoolDef) def =
        coffer_pool_def_parse(xml, (flags & COFFER_DEFINE_VALIDATE) != 0, error);

    if (def == NULL || !coffer_pool_list_define(connection->pools, def, error))
        return NULL;
    return coffer_pool_new(connection, def);
}

CofferPool *
coffer_connection_create_pool(CofferConnection *connection, const char *xml,
                              CofferDefineFlags flags, CofferPoolStartFlags build,
                              CofferPoolBuildFlags build_flags, GError **error)
{
    g_autoptr(CofferPoolDef) def =
        coffer_pool_def_parse(xml, (flags & COFFER_DEFINE_VALIDATE) != 0, error);

    if (def == NULL ||
        !coffer_pool_list_create(connection->pools, def, (build & COFFER_POOL_START_BUILD) != 0,
                                 build_flags, error))
        return NULL;
    return coffer_pool_new(connection, def);
}

CofferPool *
coffer_connection_lookup_pool_by_name(CofferConnection *connection, const char *name,
                                      GError **error)
{
    g_autoptr(CofferPoolEntry) entry = coffer_pool_list_lookup_name(connection->pools, name, error);

    return pool_from_entry(connection, entry);
}

CofferPool *
coffer_connection_lookup_pool_by_uuid(CofferConnection *connection, const char *uuid,
                                      GError **error)
{
    g_autoptr(CofferPoolEntry) entry = NULL;
    CofferUuid parsed;

    if (!coffer_uuid_parse(uuid, &parsed))
        return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT, "'%s' is not a UUID", uuid);
    entry = coffer_pool_list_lookup_uuid(connection->pools, &parsed, error);
    return pool_from_entry(connection, entry);
}

/* Whether a pool passes one pair of filters: neither or both set means all. */
static gboolean
passes(gboolean is, CofferPoolListFlags flags, CofferPoolListFlags want,
       CofferPoolListFlags want_not)
{
    gboolean yes = (flags & want) != 0;
    gboolean no = (flags & want_not) != 0;

    return yes == no || (is ? yes : no);
}

static gboolean
passes_all(const CofferPoolEntry *entry, CofferPoolListFlags flags, const char *const *types)
{
    const char *type = coffer_pool_type_to_string(coffer_pool_entry_def(entry)->type);

    return passes(entry->running != NULL, flags, COFFER_POOL_LIST_ACTIVE,
                  COFFER_POOL_LIST_INACTIVE) &&
           passes(entry->defined != NULL, flags, COFFER_POOL_LIST_PERSISTENT,
                  COFFER_POOL_LIST_TRANSIENT) &&
           passes(entry->autostart, flags, COFFER_POOL_LIST_AUTOSTART,
                  COFFER_POOL_LIST_NO_AUTOSTART) &&
           (types == NULL || g_strv_contains(types, type));
}

GPtrArray *
coffer_connection_list_pools(CofferConnection *connection, CofferPoolListFlags flags,
                             const char *const *types, GError **error)
{
    g_autoptr(GPtrArray) entries = NULL;
    GPtrArray *pools = NULL;

    for (gsize i = 0; types != NULL && types[i] != NULL; i++) {
        CofferPoolType type;

        if (!coffer_pool_type_from_string(types[i], &type))
            return coffer_throw_null(error, COFFER_ERROR_INVALID_ARGUMENT,
                                     "'%s' is not a type of pool", types[i]);
    }
    entries = coffer_pool_list_all(connection->pools, error);
    if (entries == NULL)
        return NULL;
    pools = g_ptr_array_new_with_free_func(g_object_unref);
    for (guint i = 0; i < entries->len; i++)
        if (passes_all(g_ptr_array_index(entries, i), flags, types))
            g_ptr_array_add(pools, pool_from_entry(connection, g_ptr_array_index(entries, i)));
    return pools;
}

const char *
coffer_pool_get_name(CofferPool *pool)
{
    return pool->name;
}

const char *
coffer_pool_get_uuid(CofferPool *pool)
{
    return pool->uuid;
}

gboolean
coffer_pool_get_info(CofferPool *pool, CofferPoolInfo *out_info, GError **error)
{
    g_autoptr(CofferPoolEntry) entry = entry_of(pool, error);
    const CofferPoolBackend *backend = NULL;
    CofferPoolUsage usage = { 0 };
    g_autoptr(GError) failure = NULL;

    if (entry == NULL)
        return FALSE;
    if (entry->running != NULL) {
        backend = coffer_pool_backend(coffer_pool_entry_def(entry)->type, error);
        if (backend == NULL)
            return FALSE;
        /* A pool whose storage went away runs all the same, and must not vanish from lists. */
        if (!backend->usage(coffer_pool_entry_def(entry), &usage, &failure))
            g_warning("pool '%s': %s", pool->name, failure->message);
    }
    *out_info = (CofferPoolInfo){
        .state = entry->running != NULL ? COFFER_POOL_STATE_RUNNING : COFFER_POOL_STATE_INACTIVE,
        .persistent = entry->defined != NULL,
        .autostart = entry->autostart,
        .capacity = usage.capacity,
        .allocation = usage.allocation,
        .available = usage.available,
    };
    return TRUE;
}

/* A running pool's own text with what its storage tells now. */
static char *
format_running(const CofferPoolDef *def, GError **error)
{
    const CofferPoolBackend *backend = coffer_pool_backend(def->type, error);
    g_autofree char *text = coffer_pool_def_format(def);
    g_autoptr(CofferPoolDef) now = coffer_pool_def_parse(text, FALSE, error);
    CofferPoolUsage usage;

    if (backend == NULL || now == NULL || !backend->usage(def, &usage, error) ||
        !backend->permissions(def, &now->permissions, error))
        return NULL;
    now->capacity = usage.capacity;
    now->allocation = usage.allocation;
    now->available = usage.available;
    return coffer_pool_def_format(now);
}

char *
coffer_pool_dup_xml(CofferPool *pool, CofferPoolXmlFlags flags, GError **error)
{
    g_autoptr(CofferPoolEntry) entry = entry_of(pool, error);

    if (entry == NULL)
        return NULL;
    if (entry->running != NULL &&
        ((flags & COFFER_POOL_XML_INACTIVE) == 0 || entry->defined == NULL))
        return format_running(entry->running->data, error);
    return coffer_pool_def_format(entry->defined->data);
}

gboolean
coffer_pool_build(CofferPool *pool, CofferPoolBuildFlags flags, GError **error)
{
    return coffer_pool_list_build(pool->connection->pools, &pool->key, flags, error);
}

gboolean
coffer_pool_start(CofferPool *pool, CofferPoolStartFlags flags, CofferPoolBuildFlags build_flags,
                  GError **error)
{
    return coffer_pool_list_start(pool->connection->pools, &pool->key,
                                  (flags & COFFER_POOL_START_BUILD) != 0, build_flags, error);
}

gboolean
coffer_pool_destroy(CofferPool *pool, GError **error)
{
    return coffer_pool_list_destroy(pool->connection->pools, &pool->key, error);
}

gboolean
coffer_pool_delete(CofferPool *pool, GError **error)
{
    return coffer_pool_list_delete(pool->connection->pools, &pool->key, error);
}

gboolean
coffer_pool_undefine(CofferPool *pool, GError **error)
{
    return coffer_pool_list_undefine(pool->connection->pools, &pool->key, error);
}

gboolean
coffer_pool_set_autostart(CofferPool *pool, gboolean autostart, GError **error)
{
    return coffer_pool_list_set_autostart(pool->connection->pools, &pool->key, autostart, error);
}

/* A temporary file of a crashed creation goes; one that somebody works on stays. */
static gboolean
may_sweep(const char *key, gpointer user_data)
{
    CofferPool *pool = user_data;
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;

    if (!coffer_store_lock_volume(pool->connection->store, key, FALSE, &lock, NULL))
        return FALSE;
    coffer_store_drop_volume_lock(pool->connection->store, key);
    return TRUE;
}

gboolean
coffer_pool_refresh(CofferPool *pool, GError **error)
{
    g_auto(CofferPoolView) view = { 0 };

    if (!coffer_pool_view(pool, &view, error))
        return FALSE;
    COFFER_PREFIX(error, "pool", pool->name);
    return view.backend->sweep(view.def, may_sweep, pool, error) &&
           view.backend->scan(view.def, coffer_volume_adopt, pool->connection, error);
}
