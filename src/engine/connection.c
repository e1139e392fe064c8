/* connection.c: opening a root: which folders it means, cleaning up after a crash or reboot. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "engine/private.h"
#include "store/boot.h"
#include "store/jobs.h"

#include <string.h>
#include <unistd.h>

G_DEFINE_FINAL_TYPE(CofferConnection, coffer_connection, G_TYPE_OBJECT)

static void
coffer_connection_finalize(GObject *object)
{
    CofferConnection *connection = COFFER_CONNECTION(object);

    coffer_pool_list_free(connection->pools);
    coffer_secret_list_free(connection->secrets);
    coffer_uses_free(connection->uses);
    coffer_store_free(connection->store);
    g_free(connection->uri);
    G_OBJECT_CLASS(coffer_connection_parent_class)->finalize(object);
}

static void
coffer_connection_class_init(CofferConnectionClass *class)
{
    G_OBJECT_CLASS(class)->finalize = coffer_connection_finalize;
}

static void
coffer_connection_init(CofferConnection *connection)
{
}

/* The three folders of a root. */
typedef struct {
    char *config;
    char *state;
    char *run;
} Folders;

static void
folders_clear(Folders *folders)
{
    g_free(folders->config);
    g_free(folders->state);
    g_free(folders->run);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folders, folders_clear)

static gboolean
system_folders(GUri *uri, Folders *folders, GError **error)
{
    folders->config = g_strdup("/etc/coffer");
    folders->state = g_strdup("/var/lib/coffer");
    folders->run = g_strdup("/run/coffer");
    return TRUE;
}

static gboolean
session_folders(GUri *uri, Folders *folders, GError **error)
{
    folders->config = g_build_filename(g_get_user_config_dir(), "coffer", NULL);
    folders->state = g_build_filename(g_get_user_state_dir(), "coffer", NULL);
    folders->run = g_build_filename(g_get_user_runtime_dir(), "coffer", NULL);
    return TRUE;
}

/* The folder that the query names; nothing else may stand there, for a word that is not known may
 * have been meant to be this one. */
static char *
embed_root(GUri *uri)
{
    g_autoptr(GHashTable) parameters = NULL;
    const char *root = NULL;

    if (g_uri_get_query(uri) != NULL)
        parameters = g_uri_parse_params(g_uri_get_query(uri), -1, "&", G_URI_PARAMS_NONE, NULL);
    root = parameters != NULL ? g_hash_table_lookup(parameters, "root") : NULL;
    if (root == NULL || g_hash_table_size(parameters) != 1 || !g_path_is_absolute(root))
        return NULL;
    for (const char *next = root; *next != '\0'; next++)
        if (g_ascii_iscntrl(*next))
            return NULL;
    return g_canonicalize_filename(root, "/");
}

static gboolean
embed_folders(GUri *uri, Folders *folders, GError **error)
{
    g_autofree char *root = embed_root(uri);

    if (root == NULL)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "it needs the folder, and nothing else: "
                            "coffer:///embed?root=/absolute/path (with %%26 for '&')");
    folders->config = g_build_filename(root, "config", NULL);
    folders->state = g_build_filename(root, "state", NULL);
    folders->run = g_build_filename(root, "run", NULL);
    return TRUE;
}

static const struct {
    const char *path;
    gboolean has_query;
    gboolean (*folders)(GUri *uri, Folders *folders, GError **error);
} roots[] = {
    { "/system", FALSE, system_folders },
    { "/session", FALSE, session_folders },
    { "/embed", TRUE, embed_folders },
};

/* Whether nothing stands in @uri that would be ignored. */
static gboolean
is_plain(GUri *uri)
{
    const char *host = g_uri_get_host(uri);

    return g_str_equal(g_uri_get_scheme(uri), "coffer") && (host == NULL || *host == '\0') &&
           g_uri_get_userinfo(uri) == NULL && g_uri_get_port(uri) == -1 &&
           g_uri_get_fragment(uri) == NULL;
}

static gboolean
find_folders(const char *text, Folders *folders, GError **error)
{
    /* Encoded, for g_uri_parse_params() decodes. */
    g_autoptr(GUri) uri =
        g_uri_parse(text, G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY, NULL);

    if (uri != NULL && is_plain(uri))
        for (gsize i = 0; i < G_N_ELEMENTS(roots); i++)
            if (g_str_equal(g_uri_get_path(uri), roots[i].path) &&
                (roots[i].has_query || g_uri_get_query(uri) == NULL))
                return roots[i].folders(uri, folders, error);
    return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                        "known are coffer:///system, coffer:///session and "
                        "coffer:///embed?root=/absolute/path");
}

static const char *
default_uri(void)
{
    const char *uri = g_getenv("COFFER_DEFAULT_URI");

    if (uri != NULL && *uri != '\0')
        return uri;
    return geteuid() == 0 ? "coffer:///system" : "coffer:///session";
}

/* What to do with a job's record that is still there: its prefix says whose it is. */
static void
recover(CofferConnection *connection, const char *job)
{
    g_autoptr(GError) error = NULL;
    gboolean known = TRUE;

    if (g_str_has_prefix(job, COFFER_SECRET_JOB))
        coffer_secret_list_recover(connection->secrets, job, &error);
    else if (g_str_has_prefix(job, COFFER_VOLUME_JOB))
        coffer_volume_recover(connection, job, &error);
    else
        known = FALSE;
    if (!known || error != NULL)
        g_warning("%s/%s cannot be finished: %s",
                  coffer_store_folder(connection->store, COFFER_STORE_JOBS), job,
                  known ? error->message : "unknown to this version");
}

static gboolean
recover_all(CofferConnection *connection, GError **error)
{
    g_auto(GStrv) jobs = coffer_jobs_list(connection->store, error);

    if (jobs == NULL)
        return FALSE;
    for (char **job = jobs; *job != NULL; job++)
        recover(connection, *job);
    return TRUE;
}

/* There is no daemon that starts at boot: the first to open a root after a boot does its work. */
static void
autostart(CofferConnection *connection)
{
    g_autoptr(GPtrArray) pools = coffer_pool_list_all(connection->pools, NULL);

    for (guint i = 0; pools != NULL && i < pools->len; i++) {
        const CofferPoolEntry *entry = g_ptr_array_index(pools, i);
        const CofferPoolDef *def = coffer_pool_entry_def(entry);
        const CofferPoolKey key = { def->name, def->uuid };
        g_autoptr(GError) error = NULL;

        if (entry->autostart && entry->running == NULL &&
            !coffer_pool_list_start(connection->pools, &key, FALSE, COFFER_POOL_BUILD_NONE, &error))
            g_warning("autostart: %s", error->message);
    }
}

CofferConnection *
coffer_connection_open(const char *uri, GError **error)
{
    g_autoptr(CofferConnection) connection = NULL;
    g_auto(Folders) folders = { 0 };
    g_auto(CofferLock) boot = COFFER_LOCK_NONE;
    CofferStorePaths paths;
    gboolean new_boot = FALSE;

    uri = uri != NULL ? uri : default_uri();
    COFFER_PREFIX(error, "connection", uri);
    if (!find_folders(uri, &folders, error))
        return NULL;
    paths = (CofferStorePaths){ folders.config, folders.state, folders.run };
    connection = g_object_new(COFFER_TYPE_CONNECTION, NULL);
    connection->uri = g_strdup(uri);
    connection->store = coffer_store_open(&paths, error);
    if (connection->store == NULL || !coffer_boot_begin(connection->store, &boot, &new_boot, error))
        return NULL;
    connection->uses = coffer_uses_new(connection->store);
    connection->secrets = coffer_secret_list_new(connection->store, connection->uses);
    connection->pools = coffer_pool_list_new(connection->store);
    if (!recover_all(connection, error))
        return NULL;
    if (new_boot) {
        autostart(connection);
        if (!coffer_boot_end(connection->store, error))
            return NULL;
    }
    return g_steal_pointer(&connection);
}

const char *
coffer_connection_get_uri(CofferConnection *connection)
{
    return connection->uri;
}
