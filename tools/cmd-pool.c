/* cmd-pool.c: the commands on storage pools: their table, and those that are one call. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd-pool.h"

#include "input.h"
#include "lookup.h"
#include "print.h"

gboolean
shell_pool_build_flags(const ShellArgs *args, CofferPoolStartFlags *out_start,
                       CofferPoolBuildFlags *out_build, GError **error)
{
    gboolean overwrite = shell_args_has(args, "overwrite");
    gboolean no_overwrite = shell_args_has(args, "no-overwrite");

    *out_start = COFFER_POOL_START_NONE;
    *out_build = COFFER_POOL_BUILD_NONE;
    if (!shell_args_exclude(args, error, "overwrite", "no-overwrite", NULL))
        return FALSE;
    if (overwrite || no_overwrite || shell_args_has(args, "build"))
        *out_start = COFFER_POOL_START_BUILD;
    if (overwrite)
        *out_build = COFFER_POOL_BUILD_OVERWRITE;
    if (no_overwrite)
        *out_build = COFFER_POOL_BUILD_NO_OVERWRITE;
    return TRUE;
}

void
shell_print_pool_done(Shell *shell, CofferPool *pool, const char *before, const char *after)
{
    g_autoptr(ShellRecord) record = shell_record_new();

    shell_record_add_text(record, "name", coffer_pool_get_name(pool));
    shell_record_add_text(record, "uuid", coffer_pool_get_uuid(pool));
    shell_print_done(shell, record, "%s%s%s", before, coffer_pool_get_name(pool), after);
}

#define FILE_OPTION                                                                                \
    {                                                                                              \
        .name = "file", .kind = SHELL_STRING, .flags = SHELL_REQUIRED | SHELL_POSITIONAL,          \
        .help = "file containing an XML pool description; - is standard input",                    \
        .completer = &shell_complete_file,                                                         \
    }
#define VALIDATE_OPTION                                                                            \
    {                                                                                              \
        .name = "validate", .help = "validate the XML against the schema",                         \
    }

static CofferDefineFlags
define_flags(const ShellArgs *args)
{
    return shell_args_has(args, "validate") ? COFFER_DEFINE_VALIDATE : COFFER_DEFINE_NONE;
}

static const ShellOption define_options[] = { FILE_OPTION, VALIDATE_OPTION, { 0 } };

static gboolean
run_define(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autofree char *xml = shell_read_xml(shell, shell_args_get(args, "file"), error);
    CofferConnection *connection = xml != NULL ? shell_connect(shell, error) : NULL;
    g_autofree char *after = NULL;
    g_autoptr(CofferPool) pool = NULL;

    if (connection != NULL)
        pool = coffer_connection_define_pool(connection, xml, define_flags(args), error);
    if (pool == NULL)
        return FALSE;
    after = g_strdup_printf(" defined from %s", shell_args_get(args, "file"));
    shell_print_pool_done(shell, pool, "Pool ", after);
    return TRUE;
}

static const ShellOption create_options[] = {
    FILE_OPTION, SHELL_BUILD_OPTIONS, VALIDATE_OPTION, { 0 }
};

static gboolean
run_create(Shell *shell, const ShellArgs *args, GError **error)
{
    CofferPoolStartFlags start = COFFER_POOL_START_NONE;
    CofferPoolBuildFlags build = COFFER_POOL_BUILD_NONE;
    CofferConnection *connection = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *after = NULL;
    g_autoptr(CofferPool) pool = NULL;

    if (!shell_pool_build_flags(args, &start, &build, error))
        return FALSE;
    xml = shell_read_xml(shell, shell_args_get(args, "file"), error);
    connection = xml != NULL ? shell_connect(shell, error) : NULL;
    if (connection != NULL)
        pool =
            coffer_connection_create_pool(connection, xml, define_flags(args), start, build, error);
    if (pool == NULL)
        return FALSE;
    after = g_strdup_printf(" created from %s", shell_args_get(args, "file"));
    shell_print_pool_done(shell, pool, "Pool ", after);
    return TRUE;
}

static const ShellOption only_pool_options[] = { SHELL_POOL_OPTION, { 0 } };
static const ShellOption build_options[] = {
    SHELL_POOL_OPTION,
    { .name = "no-overwrite", .help = "do not overwrite any existing data" },
    { .name = "overwrite", .help = "overwrite any existing data" },
    { 0 },
};

static gboolean
run_build(Shell *shell, const ShellArgs *args, GError **error)
{
    CofferPoolBuildFlags flags = COFFER_POOL_BUILD_NONE;
    g_autoptr(CofferPool) pool = NULL;

    if (!shell_args_exclude(args, error, "overwrite", "no-overwrite", NULL))
        return FALSE;
    if (shell_args_has(args, "overwrite"))
        flags = COFFER_POOL_BUILD_OVERWRITE;
    if (shell_args_has(args, "no-overwrite"))
        flags = COFFER_POOL_BUILD_NO_OVERWRITE;
    pool = shell_find_pool(shell, args, error);
    if (pool == NULL || !coffer_pool_build(pool, flags, error))
        return FALSE;
    shell_print_pool_done(shell, pool, "Pool ", " built");
    return TRUE;
}

static const ShellOption start_options[] = { SHELL_POOL_OPTION, SHELL_BUILD_OPTIONS, { 0 } };

static gboolean
run_start(Shell *shell, const ShellArgs *args, GError **error)
{
    CofferPoolStartFlags start = COFFER_POOL_START_NONE;
    CofferPoolBuildFlags build = COFFER_POOL_BUILD_NONE;
    g_autoptr(CofferPool) pool = NULL;

    if (!shell_pool_build_flags(args, &start, &build, error))
        return FALSE;
    pool = shell_find_pool(shell, args, error);
    if (pool == NULL || !coffer_pool_start(pool, start, build, error))
        return FALSE;
    shell_print_pool_done(shell, pool, "Pool ", " started");
    return TRUE;
}

/* Those that take a pool and nothing else. */
static gboolean
run_simple(Shell *shell, const ShellArgs *args, gboolean (*act)(CofferPool *, GError **),
           const char *after, GError **error)
{
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);

    if (pool == NULL || !act(pool, error))
        return FALSE;
    shell_print_pool_done(shell, pool, "Pool ", after);
    return TRUE;
}

static gboolean
run_destroy(Shell *shell, const ShellArgs *args, GError **error)
{
    return run_simple(shell, args, coffer_pool_destroy, " destroyed", error);
}

static gboolean
run_delete(Shell *shell, const ShellArgs *args, GError **error)
{
    return run_simple(shell, args, coffer_pool_delete, " deleted", error);
}

static gboolean
run_undefine(Shell *shell, const ShellArgs *args, GError **error)
{
    return run_simple(shell, args, coffer_pool_undefine, " has been undefined", error);
}

static gboolean
run_refresh(Shell *shell, const ShellArgs *args, GError **error)
{
    return run_simple(shell, args, coffer_pool_refresh, " refreshed", error);
}

static const ShellOption autostart_options[] = {
    SHELL_POOL_OPTION,
    { .name = "disable", .help = "disable autostarting" },
    { 0 },
};

static gboolean
run_autostart(Shell *shell, const ShellArgs *args, GError **error)
{
    gboolean autostart = !shell_args_has(args, "disable");
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);

    if (pool == NULL || !coffer_pool_set_autostart(pool, autostart, error))
        return FALSE;
    shell_print_pool_done(shell, pool, "Pool ",
                          autostart ? " marked as autostarted" : " unmarked as autostarted");
    return TRUE;
}

static const ShellOption dumpxml_options[] = {
    SHELL_POOL_OPTION,
    { .name = "inactive", .help = "show the XML as it was defined" },
    { 0 },
};

static gboolean
run_dumpxml(Shell *shell, const ShellArgs *args, GError **error)
{
    CofferPoolXmlFlags flags =
        shell_args_has(args, "inactive") ? COFFER_POOL_XML_INACTIVE : COFFER_POOL_XML_NONE;
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);
    g_autofree char *xml = pool != NULL ? coffer_pool_dup_xml(pool, flags, error) : NULL;

    if (xml == NULL)
        return FALSE;
    shell_print_value(shell, "xml", xml);
    return TRUE;
}

static gboolean
run_uuid(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);

    if (pool == NULL)
        return FALSE;
    shell_print_value(shell, "uuid", coffer_pool_get_uuid(pool));
    return TRUE;
}

static gboolean
run_name(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);

    if (pool == NULL)
        return FALSE;
    shell_print_value(shell, "name", coffer_pool_get_name(pool));
    return TRUE;
}

static const ShellCommand commands[] = {
    {
        .name = "pool-autostart",
        .help = "autostart a pool",
        .description = "Configure a pool to be started with the host.",
        .json = "name uuid",
        .options = autostart_options,
        .run = run_autostart,
    },
    {
        .name = "pool-build",
        .help = "build a pool",
        .description = "Make what a pool needs before it can be started, such as its folder.",
        .json = "name uuid",
        .options = build_options,
        .run = run_build,
    },
    {
        .name = "pool-create-as",
        .help = "create a pool from a set of args",
        .description = "Start a pool that is gone when it is destroyed.",
        .json = "name uuid; with --print-xml: xml",
        .options = shell_pool_create_as_options,
        .run = shell_run_pool_create_as,
    },
    {
        .name = "pool-create",
        .help = "create a pool from an XML file",
        .description = "Start a pool that is gone when it is destroyed.",
        .json = "name uuid",
        .options = create_options,
        .run = run_create,
    },
    {
        .name = "pool-define-as",
        .help = "define a pool from a set of args",
        .description = "Define a pool, without starting it. A source that is just - is none.",
        .json = "name uuid; with --print-xml: xml",
        .options = shell_pool_define_as_options,
        .run = shell_run_pool_define_as,
    },
    {
        .name = "pool-define",
        .help = "define or modify a persistent pool from an XML file",
        .description = "Define or modify a persistent pool.",
        .json = "name uuid",
        .options = define_options,
        .run = run_define,
    },
    {
        .name = "pool-delete",
        .help = "delete a pool",
        .description = "Delete the storage of a pool that is not running; it must be empty. The "
                       "definition stays.",
        .json = "name uuid",
        .options = only_pool_options,
        .run = run_delete,
    },
    {
        .name = "pool-destroy",
        .help = "destroy (stop) a pool",
        .description = "Stop a pool. The data in it is untouched.",
        .json = "name uuid",
        .options = only_pool_options,
        .run = run_destroy,
    },
    {
        .name = "pool-dumpxml",
        .help = "pool information in XML",
        .description = "Output the pool information as an XML dump to stdout.",
        .json = "xml",
        .options = dumpxml_options,
        .run = run_dumpxml,
    },
    {
        .name = "pool-edit",
        .help = "edit XML configuration for a pool",
        .description = "Edit the XML configuration for a pool with $VISUAL, $EDITOR or vi.",
        .json = "name uuid changed",
        .options = only_pool_options,
        .run = shell_run_pool_edit,
    },
    {
        .name = "pool-info",
        .help = "pool information",
        .description = "Returns basic information about the pool.",
        .json = "name uuid state persistent autostart capacity allocation available",
        .options = shell_pool_info_options,
        .run = shell_run_pool_info,
    },
    {
        .name = "pool-list",
        .help = "list pools",
        .description = "Returns a list of pools: those that are running, unless told otherwise.",
        .json = "list of: name uuid state persistent autostart capacity allocation available",
        .options = shell_pool_list_options,
        .run = shell_run_pool_list,
    },
    {
        .name = "pool-name",
        .help = "convert a pool UUID to pool name",
        .json = "name",
        .options = only_pool_options,
        .run = run_name,
    },
    {
        .name = "pool-refresh",
        .help = "refresh a pool",
        .description = "Look anew at the volumes of a pool.",
        .json = "name uuid",
        .options = only_pool_options,
        .run = run_refresh,
    },
    {
        .name = "pool-start",
        .help = "start a (previously defined) inactive pool",
        .description = "Start a pool.",
        .json = "name uuid",
        .options = start_options,
        .run = run_start,
    },
    {
        .name = "pool-undefine",
        .help = "undefine an inactive pool",
        .description = "Forget the definition of an inactive pool. Volumes and secrets stay.",
        .json = "name uuid",
        .options = only_pool_options,
        .run = run_undefine,
    },
    {
        .name = "pool-uuid",
        .help = "convert a pool name to pool UUID",
        .json = "uuid",
        .options = only_pool_options,
        .run = run_uuid,
    },
    { 0 },
};

const ShellGroup shell_group_pool = { "Storage Pool", "pool", commands };
