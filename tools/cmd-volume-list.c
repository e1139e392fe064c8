/* cmd-volume-list.c: vol-list and vol-info. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd-volume.h"
#include "lookup.h"
#include "print.h"

const ShellOption shell_vol_list_options[] = {
    { .name = "pool",
      .help = "pool name or UUID",
      .kind = SHELL_STRING,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_pool },
    { .name = "details", .help = "display extended details for volumes" },
    { 0 },
};

const ShellOption shell_vol_info_options[] = {
    SHELL_VOL_OPTION,
    SHELL_VOL_POOL_OPTION,
    { .name = "bytes", .help = "sizes in bytes" },
    { .name = "physical", .help = "the size of the file or device in place of the allocation" },
    { 0 },
};

static const char *
type_word(CofferVolumeType type)
{
    switch (type) {
    case COFFER_VOLUME_TYPE_FILE:
        return "file";
    case COFFER_VOLUME_TYPE_BLOCK:
        return "block";
    case COFFER_VOLUME_TYPE_DIR:
        return "dir";
    case COFFER_VOLUME_TYPE_NETWORK:
        return "network";
    case COFFER_VOLUME_TYPE_NETDIR:
        return "netdir";
    case COFFER_VOLUME_TYPE_PLOOP:
        return "ploop";
    }
    return "file";
}

ShellRecord *
shell_describe_volume(CofferVolume *volume)
{
    ShellRecord *record = shell_record_new();
    g_autofree char *secret = coffer_volume_dup_secret_uuid(volume, NULL);

    shell_record_add_text(record, "name", coffer_volume_get_name(volume));
    shell_record_add_text(record, "pool", coffer_pool_get_name(coffer_volume_get_pool(volume)));
    shell_record_add_text(record, "key", coffer_volume_get_key(volume));
    shell_record_add_text(record, "path", coffer_volume_get_path(volume));
    shell_record_add_text(record, "secret_uuid", secret);
    return record;
}

/* Also what costs a look at the volume's header, which only JSON shows. */
static void
add_info(Shell *shell, ShellRecord *record, CofferVolume *volume, const CofferVolumeInfo *info)
{
    shell_record_add_text(record, "type", type_word(info->type));
    if (shell->json) {
        g_autofree char *format = coffer_volume_dup_format(volume, NULL);

        shell_record_add_text(record, "format", format);
    }
    shell_record_add_size(record, "capacity", info->capacity);
    shell_record_add_size(record, "allocation", info->allocation);
    shell_record_add_size(record, "physical", info->physical);
}

static ShellRecord *
describe_in_list(Shell *shell, CofferVolume *volume, gboolean details)
{
    CofferVolumeInfo info = { 0 };
    g_autoptr(ShellRecord) record = NULL;

    if (shell->json)
        record = shell_describe_volume(volume);
    else
        record = shell_record_new();
    if (!shell->json) {
        shell_record_add_text(record, "name", coffer_volume_get_name(volume));
        shell_record_add_text(record, "path", coffer_volume_get_path(volume));
    }
    if (!shell->json && !details)
        return g_steal_pointer(&record);
    /* One that went away meanwhile is not in the list. */
    if (!coffer_volume_get_info(volume, &info, NULL))
        return NULL;
    add_info(shell, record, volume, &info);
    return g_steal_pointer(&record);
}

gboolean
shell_run_vol_list(Shell *shell, const ShellArgs *args, GError **error)
{
    static const ShellColumn brief[] = { { "name", "Name" }, { "path", "Path" }, { 0 } };
    static const ShellColumn detailed[] = {
        { "name", "Name" },
        { "path", "Path" },
        { "type", "Type" },
        { "capacity", "Capacity" },
        { "allocation", "Allocation" },
        { 0 },
    };
    gboolean details = shell_args_has(args, "details");
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);
    g_autoptr(GPtrArray) volumes = pool != NULL ? coffer_pool_list_volumes(pool, error) : NULL;
    g_autoptr(GPtrArray) records = shell_records_new();

    if (volumes == NULL)
        return FALSE;
    for (guint i = 0; i < volumes->len; i++) {
        ShellRecord *record = describe_in_list(shell, g_ptr_array_index(volumes, i), details);

        if (record != NULL)
            g_ptr_array_add(records, record);
    }
    shell_print_table(shell, details ? detailed : brief, records);
    return TRUE;
}

static void
show_bytes(ShellRecord *record, const char *key, guint64 bytes)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT " bytes", bytes);

    shell_record_set_shown(record, key, text);
}

gboolean
shell_run_vol_info(Shell *shell, const ShellArgs *args, GError **error)
{
    static const ShellColumn usual[] = {
        { "name", "Name" },
        { "type", "Type" },
        { "capacity", "Capacity" },
        { "allocation", "Allocation" },
        { 0 },
    };
    static const ShellColumn physical[] = {
        { "name", "Name" },
        { "type", "Type" },
        { "capacity", "Capacity" },
        { "physical", "Physical" },
        { 0 },
    };
    g_autoptr(CofferVolume) volume = shell_find_volume(shell, args, error);
    g_autoptr(ShellRecord) record = NULL;
    CofferVolumeInfo info = { 0 };

    if (volume == NULL || !coffer_volume_get_info(volume, &info, error))
        return FALSE;
    record = shell_describe_volume(volume);
    add_info(shell, record, volume, &info);
    if (shell_args_has(args, "bytes")) {
        show_bytes(record, "capacity", info.capacity);
        show_bytes(record, "allocation", info.allocation);
        show_bytes(record, "physical", info.physical);
    }
    shell_print_fields(shell, shell_args_has(args, "physical") ? physical : usual, record);
    return TRUE;
}
