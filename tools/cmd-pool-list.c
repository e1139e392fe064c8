/* cmd-pool-list.c: pool-list and pool-info. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd-pool.h"
#include "lookup.h"
#include "print.h"

const ShellOption shell_pool_list_options[] = {
    { .name = "inactive", .help = "list inactive pools" },
    { .name = "all", .help = "list inactive & active pools" },
    { .name = "transient", .help = "list transient pools" },
    { .name = "persistent", .help = "list persistent pools" },
    { .name = "autostart", .help = "list pools with autostart enabled" },
    { .name = "no-autostart", .help = "list pools with autostart disabled" },
    { .name = "type",
      .help = "only list pools of these types, with commas between them",
      .kind = SHELL_STRING,
      .completer = &shell_complete_pool_types },
    { .name = "details", .help = "display extended details for pools" },
    { .name = "uuid", .help = "list UUIDs only" },
    { .name = "name", .help = "list names only" },
    { 0 },
};

const ShellOption shell_pool_info_options[] = {
    SHELL_POOL_OPTION,
    { .name = "bytes", .help = "sizes in bytes" },
    { 0 },
};

static const char *
state_word(CofferPoolState state)
{
    switch (state) {
    case COFFER_POOL_STATE_INACTIVE:
        return "inactive";
    case COFFER_POOL_STATE_BUILDING:
        return "building";
    case COFFER_POOL_STATE_RUNNING:
        return "running";
    }
    return "inactive";
}

/* An inactive pool's sizes are not known. */
static void
add_size(ShellRecord *record, const char *key, const CofferPoolInfo *info, guint64 bytes)
{
    if (info->state == COFFER_POOL_STATE_INACTIVE)
        shell_record_add_text(record, key, NULL);
    else
        shell_record_add_size(record, key, bytes);
}

static ShellRecord *
describe_pool(CofferPool *pool, const CofferPoolInfo *info)
{
    ShellRecord *record = shell_record_new();

    shell_record_add_text(record, "name", coffer_pool_get_name(pool));
    shell_record_add_text(record, "uuid", coffer_pool_get_uuid(pool));
    shell_record_add_text(record, "state", state_word(info->state));
    shell_record_set_shown(record, "active",
                           info->state == COFFER_POOL_STATE_INACTIVE ? "inactive" : "active");
    shell_record_add_flag(record, "persistent", info->persistent);
    shell_record_add_flag(record, "autostart", info->autostart);
    /* virsh's word where there is no definition that autostart could find. */
    if (!info->persistent)
        shell_record_set_shown(record, "autostart", "no");
    add_size(record, "capacity", info, info->capacity);
    add_size(record, "allocation", info, info->allocation);
    add_size(record, "available", info, info->available);
    return record;
}

static CofferPoolListFlags
list_flags(const ShellArgs *args)
{
    CofferPoolListFlags flags = COFFER_POOL_LIST_ALL;

    /* The running ones, unless told otherwise. */
    if (!shell_args_has(args, "all"))
        flags |=
            shell_args_has(args, "inactive") ? COFFER_POOL_LIST_INACTIVE : COFFER_POOL_LIST_ACTIVE;
    if (shell_args_has(args, "transient"))
        flags |= COFFER_POOL_LIST_TRANSIENT;
    if (shell_args_has(args, "persistent"))
        flags |= COFFER_POOL_LIST_PERSISTENT;
    if (shell_args_has(args, "autostart"))
        flags |= COFFER_POOL_LIST_AUTOSTART;
    if (shell_args_has(args, "no-autostart"))
        flags |= COFFER_POOL_LIST_NO_AUTOSTART;
    return flags;
}

static gboolean
collect(CofferConnection *connection, const ShellArgs *args, GPtrArray *records, GError **error)
{
    const char *type = shell_args_get(args, "type");
    g_auto(GStrv) types = type != NULL ? g_strsplit(type, ",", -1) : NULL;
    g_autoptr(GPtrArray) pools = coffer_connection_list_pools(connection, list_flags(args),
                                                              (const char *const *)types, error);

    if (pools == NULL)
        return FALSE;
    for (guint i = 0; i < pools->len; i++) {
        CofferPool *pool = g_ptr_array_index(pools, i);
        CofferPoolInfo info = { 0 };

        /* One that went away meanwhile is not in the list. */
        if (coffer_pool_get_info(pool, &info, NULL))
            g_ptr_array_add(records, describe_pool(pool, &info));
    }
    return TRUE;
}

/* For scripts: one a line, without a head. */
static void
print_names(GPtrArray *records, gboolean uuid, gboolean name)
{
    for (guint i = 0; i < records->len; i++) {
        const ShellRecord *record = g_ptr_array_index(records, i);

        if (uuid)
            shell_print("%s%s", shell_record_shown(record, "uuid"), name ? " " : "\n");
        if (name)
            shell_print("%s\n", shell_record_shown(record, "name"));
    }
}

gboolean
shell_run_pool_list(Shell *shell, const ShellArgs *args, GError **error)
{
    static const ShellColumn brief[] = {
        { "name", "Name" },
        { "active", "State" },
        { "autostart", "Autostart" },
        { 0 },
    };
    static const ShellColumn detailed[] = {
        { "name", "Name" },           { "state", "State" },
        { "autostart", "Autostart" }, { "persistent", "Persistent" },
        { "capacity", "Capacity" },   { "allocation", "Allocation" },
        { "available", "Available" }, { 0 },
    };
    gboolean uuid = shell_args_has(args, "uuid");
    gboolean name = shell_args_has(args, "name");
    CofferConnection *connection = NULL;
    g_autoptr(GPtrArray) records = shell_records_new();

    if (!shell_args_exclude(args, error, "details", "name", NULL) ||
        !shell_args_exclude(args, error, "details", "uuid", NULL))
        return FALSE;
    connection = shell_connect(shell, error);
    if (connection == NULL || !collect(connection, args, records, error))
        return FALSE;
    if (!shell->json && (uuid || name))
        print_names(records, uuid, name);
    else
        shell_print_table(shell, shell_args_has(args, "details") ? detailed : brief, records);
    return TRUE;
}

static void
show_bytes(ShellRecord *record, const char *key, guint64 bytes)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, bytes);

    shell_record_set_shown(record, key, text);
}

gboolean
shell_run_pool_info(Shell *shell, const ShellArgs *args, GError **error)
{
    static const ShellColumn active[] = {
        { "name", "Name" },
        { "uuid", "UUID" },
        { "state", "State" },
        { "persistent", "Persistent" },
        { "autostart", "Autostart" },
        { "capacity", "Capacity" },
        { "allocation", "Allocation" },
        { "available", "Available" },
        { 0 },
    };
    static const ShellColumn inactive[] = {
        { "name", "Name" },           { "uuid", "UUID" },
        { "state", "State" },         { "persistent", "Persistent" },
        { "autostart", "Autostart" }, { 0 },
    };
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);
    g_autoptr(ShellRecord) record = NULL;
    CofferPoolInfo info = { 0 };

    if (pool == NULL || !coffer_pool_get_info(pool, &info, error))
        return FALSE;
    record = describe_pool(pool, &info);
    if (shell_args_has(args, "bytes") && info.state != COFFER_POOL_STATE_INACTIVE) {
        show_bytes(record, "capacity", info.capacity);
        show_bytes(record, "allocation", info.allocation);
        show_bytes(record, "available", info.available);
    }
    shell_print_fields(shell, info.state == COFFER_POOL_STATE_INACTIVE ? inactive : active, record);
    return TRUE;
}
