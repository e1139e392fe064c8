/* lookup.c: finds the objects that options name. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lookup.h"

CofferSecret *
shell_find_secret(Shell *shell, const ShellArgs *args, GError **error)
{
    CofferConnection *connection = shell_connect(shell, error);

    return connection != NULL ? coffer_connection_lookup_secret_by_uuid(
                                    connection, shell_args_get(args, "secret"), error)
                              : NULL;
}

static CofferPool *
find_pool(Shell *shell, const char *name, GError **error)
{
    CofferConnection *connection = shell_connect(shell, error);
    CofferPool *pool = NULL;

    if (connection == NULL)
        return NULL;
    /* A name may look like a UUID, but a pool that has that UUID comes first, as with virsh. */
    if (g_uuid_string_is_valid(name))
        pool = coffer_connection_lookup_pool_by_uuid(connection, name, NULL);
    return pool != NULL ? pool : coffer_connection_lookup_pool_by_name(connection, name, error);
}

CofferPool *
shell_find_pool(Shell *shell, const ShellArgs *args, GError **error)
{
    return find_pool(shell, shell_args_get(args, "pool"), error);
}

CofferVolume *
shell_find_volume_in(Shell *shell, CofferPool *pool, const char *name, GError **error)
{
    CofferConnection *connection = shell_connect(shell, error);
    g_autoptr(CofferVolume) volume = NULL;

    if (connection == NULL)
        return NULL;
    if (pool != NULL && name[0] != '/')
        return coffer_pool_lookup_volume(pool, name, error);
    if (name[0] != '/') {
        shell_throw(error, COFFER_ERROR_NOT_FOUND,
                    "no volume has the path '%s'; a name needs --pool POOL", name);
        return NULL;
    }
    volume = coffer_connection_lookup_volume_by_path(connection, name, error);
    if (volume != NULL && pool != NULL &&
        !g_str_equal(coffer_pool_get_uuid(pool),
                     coffer_pool_get_uuid(coffer_volume_get_pool(volume)))) {
        shell_throw(error, COFFER_ERROR_NOT_FOUND, "volume '%s' is in pool '%s', not in '%s'", name,
                    coffer_pool_get_name(coffer_volume_get_pool(volume)),
                    coffer_pool_get_name(pool));
        return NULL;
    }
    return g_steal_pointer(&volume);
}

CofferVolume *
shell_find_volume(Shell *shell, const ShellArgs *args, GError **error)
{
    const char *pool_name = shell_args_get(args, "pool");
    g_autoptr(CofferPool) pool = NULL;

    if (pool_name != NULL) {
        pool = find_pool(shell, pool_name, error);
        if (pool == NULL)
            return NULL;
    }
    return shell_find_volume_in(shell, pool, shell_args_get(args, "vol"), error);
}
