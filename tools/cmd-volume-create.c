/* cmd-volume-create.c: vol-create and vol-create-as: from XML or arguments to a volume and its
 * secret. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd-volume.h"
#include "input.h"
#include "lookup.h"
#include "print.h"
#include "xml-build.h"

#define POOL_OPTION                                                                                \
    {                                                                                              \
        .name = "pool", .help = "pool name or UUID", .kind = SHELL_STRING,                         \
        .flags = SHELL_REQUIRED | SHELL_POSITIONAL, .completer = &shell_complete_pool,             \
    }
#define CREATE_OPTIONS                                                                             \
    { .name = "prealloc-metadata",                                                                 \
      .help = "preallocate metadata (for qcow2 instead of full allocation)" },                     \
    {                                                                                              \
        .name = "validate", .help = "validate the XML against the schema",                         \
    }

const ShellOption shell_vol_create_options[] = {
    POOL_OPTION,
    { .name = "file",
      .help = "file containing an XML volume description; - is standard input",
      .kind = SHELL_STRING,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_file },
    CREATE_OPTIONS,
    { 0 },
};

static CofferVolumeCreateFlags
create_flags(const ShellArgs *args)
{
    CofferVolumeCreateFlags flags = COFFER_VOLUME_CREATE_NONE;

    if (shell_args_has(args, "prealloc-metadata"))
        flags |= COFFER_VOLUME_CREATE_PREALLOC_METADATA;
    if (shell_args_has(args, "validate"))
        flags |= COFFER_VOLUME_CREATE_VALIDATE;
    return flags;
}

gboolean
shell_run_vol_create(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autofree char *xml = shell_read_xml(shell, shell_args_get(args, "file"), error);
    g_autoptr(CofferPool) pool = xml != NULL ? shell_find_pool(shell, args, error) : NULL;
    g_autoptr(CofferVolume) volume = NULL;
    g_autoptr(ShellRecord) record = NULL;

    if (pool != NULL)
        volume = coffer_pool_create_volume(pool, xml, create_flags(args), error);
    if (volume == NULL)
        return FALSE;
    record = shell_describe_volume(volume);
    shell_print_done(shell, record, "Vol %s created from %s", coffer_volume_get_name(volume),
                     shell_args_get(args, "file"));
    return TRUE;
}

const ShellOption shell_vol_create_as_options[] = {
    POOL_OPTION,
    { .name = "name",
      .help = "name of the volume",
      .kind = SHELL_STRING,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_free },
    { .name = "capacity",
      .help = "size of the volume, in bytes or with a unit: 20G",
      .kind = SHELL_SIZE,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_free },
    { .name = "allocation",
      .help = "initial allocation, in bytes or with a unit",
      .kind = SHELL_SIZE,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_free },
    { .name = "format",
      .help = "format of the content: raw, qcow2, ...",
      .kind = SHELL_STRING,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_volume_format },
    { .name = "backing-vol",
      .help = "the backing volume: name in the pool, key or path",
      .kind = SHELL_STRING,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_volume },
    { .name = "backing-vol-format",
      .help = "format of the backing volume",
      .kind = SHELL_STRING,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_volume_format },
    { .name = "encrypt", .help = "encrypt with LUKS; without --secret, a secret is made for it" },
    { .name = "secret",
      .help = "UUID of the secret to encrypt with; implies --encrypt",
      .kind = SHELL_STRING,
      .completer = &shell_complete_secret },
    { .name = "print-xml", .help = "print XML document, but don't create" },
    CREATE_OPTIONS,
    { 0 },
};

static gboolean
encrypts(const ShellArgs *args)
{
    return shell_args_has(args, "encrypt") || shell_args_has(args, "secret");
}

static void
add_target(GString *xml, const ShellArgs *args)
{
    const char *format = shell_args_get(args, "format");
    const char *secret = shell_args_get(args, "secret");

    if (format == NULL && !encrypts(args))
        return;
    shell_xml_open(xml, 1, "target", NULL);
    if (format != NULL)
        shell_xml_empty(xml, 2, "format", "type", format, NULL);
    if (encrypts(args) && secret == NULL)
        shell_xml_empty(xml, 2, "encryption", "format", "luks", NULL);
    if (secret != NULL) {
        shell_xml_open(xml, 2, "encryption", "format", "luks", NULL);
        shell_xml_empty(xml, 3, "secret", "type", "passphrase", "uuid", secret, NULL);
        shell_xml_close(xml, 2, "encryption");
    }
    shell_xml_close(xml, 1, "target");
}

static void
add_size(GString *xml, const ShellArgs *args, const char *name)
{
    g_autofree char *bytes = g_strdup_printf("%" G_GUINT64_FORMAT, shell_args_get_size(args, name));

    if (shell_args_has(args, name))
        shell_xml_text(xml, 1, name, bytes);
}

/* @backing_path: NULL where there is none. */
static char *
build_xml(const ShellArgs *args, const char *backing_path)
{
    GString *xml = g_string_new(NULL);

    shell_xml_open(xml, 0, "volume", NULL);
    shell_xml_text(xml, 1, "name", shell_args_get(args, "name"));
    add_size(xml, args, "capacity");
    add_size(xml, args, "allocation");
    add_target(xml, args);
    if (backing_path != NULL) {
        shell_xml_open(xml, 1, "backingStore", NULL);
        shell_xml_text(xml, 2, "path", backing_path);
        if (shell_args_has(args, "backing-vol-format"))
            shell_xml_empty(xml, 2, "format", "type", shell_args_get(args, "backing-vol-format"),
                            NULL);
        shell_xml_close(xml, 1, "backingStore");
    }
    shell_xml_close(xml, 0, "volume");
    return g_string_free(xml, FALSE);
}

static gboolean
create_as(Shell *shell, CofferPool *pool, const ShellArgs *args, const char *xml, GError **error)
{
    gboolean generate = encrypts(args) && !shell_args_has(args, "secret");
    CofferVolumeCreateFlags flags = create_flags(args);
    g_autoptr(CofferVolume) volume = NULL;
    g_autoptr(ShellRecord) record = NULL;

    if (generate)
        flags |= COFFER_VOLUME_CREATE_GENERATE_SECRET;
    volume = coffer_pool_create_volume(pool, xml, flags, error);
    if (volume == NULL)
        return FALSE;
    record = shell_describe_volume(volume);
    shell_print_done(shell, record, "Vol %s created", coffer_volume_get_name(volume));
    if (generate)
        shell_print_done(shell, NULL, "Secret %s generated for it",
                         shell_record_shown(record, "secret_uuid"));
    return TRUE;
}

gboolean
shell_run_vol_create_as(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);
    g_autoptr(CofferVolume) backing = NULL;
    g_autofree char *xml = NULL;

    if (pool == NULL)
        return FALSE;
    if (shell_args_has(args, "backing-vol")) {
        const char *name = shell_args_get(args, "backing-vol");

        /* It may be in another pool where it is named by its path. */
        backing = shell_find_volume_in(shell, name[0] == '/' ? NULL : pool, name, error);
        if (backing == NULL)
            return FALSE;
    }
    xml = build_xml(args, backing != NULL ? coffer_volume_get_path(backing) : NULL);
    if (!shell_args_has(args, "print-xml"))
        return create_as(shell, pool, args, xml, error);
    shell_print_value(shell, "xml", xml);
    return TRUE;
}
