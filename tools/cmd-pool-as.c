/* cmd-pool-as.c: pool-define-as and pool-create-as: from arguments to a pool's XML. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd-pool.h"
#include "print.h"
#include "xml-build.h"

/* A text that may stand without its name, as with virsh. */
#define TEXT(name_, help_)                                                                         \
    {                                                                                              \
        .name = name_, .help = help_, .kind = SHELL_STRING, .flags = SHELL_POSITIONAL,             \
        .completer = &shell_complete_free,                                                         \
    }

#define AS_OPTIONS                                                                                 \
    { .name = "name",                                                                              \
      .help = "name of the pool",                                                                  \
      .kind = SHELL_STRING,                                                                        \
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,                                                  \
      .completer = &shell_complete_free },                                                         \
        { .name = "type",                                                                          \
          .help = "type of the pool",                                                              \
          .kind = SHELL_STRING,                                                                    \
          .flags = SHELL_REQUIRED | SHELL_POSITIONAL,                                              \
          .completer = &shell_complete_pool_type },                                                \
        { .name = "print-xml", .help = "print XML document, but don't define/create" },            \
        TEXT("source-host", "host of the storage"), TEXT("source-path", "path of the storage"),    \
        TEXT("source-dev", "device of the storage"), TEXT("source-name", "name of the storage"),   \
        { .name = "target",                                                                        \
          .help = "where the pool is on this host",                                                \
          .kind = SHELL_STRING,                                                                    \
          .flags = SHELL_POSITIONAL,                                                               \
          .completer = &shell_complete_file },                                                     \
        TEXT("source-format", "format of the storage"), TEXT("auth-type", "auth type"),            \
        TEXT("auth-username", "auth username"), TEXT("secret-usage", "auth secret usage"),         \
        { .name = "secret-uuid",                                                                   \
          .help = "auth secret UUID",                                                              \
          .kind = SHELL_STRING,                                                                    \
          .flags = SHELL_POSITIONAL,                                                               \
          .completer = &shell_complete_secret },                                                   \
        TEXT("adapter-name", "adapter name"), TEXT("adapter-wwnn", "adapter wwnn"),                \
        TEXT("adapter-wwpn", "adapter wwpn"),                                                      \
        TEXT("adapter-parent", "parent scsi_hostN of the vHBA"),                                   \
        TEXT("adapter-parent-wwnn", "its wwnn"), TEXT("adapter-parent-wwpn", "its wwpn"),          \
        TEXT("adapter-parent-fabric-wwn", "its fabric_wwn"),                                       \
        TEXT("source-protocol-ver", "nfsvers of an NFS pool"),                                     \
        TEXT("source-initiator", "initiator iqn")

const ShellOption shell_pool_define_as_options[] = {
    AS_OPTIONS,
    { .name = "validate", .help = "validate the XML against the schema" },
    { 0 },
};

const ShellOption shell_pool_create_as_options[] = {
    AS_OPTIONS,
    SHELL_BUILD_OPTIONS,
    { .name = "validate", .help = "validate the XML against the schema" },
    { 0 },
};

/* Positional sources that do not apply are often written as a dash. */
static const char *
get(const ShellArgs *args, const char *name)
{
    const char *text = shell_args_get(args, name);

    return text != NULL && !g_str_equal(text, "-") ? text : NULL;
}

/* A named adapter is one of the host's, a pair of world wide names a virtual one. */
static void
add_adapter(GString *xml, const ShellArgs *args)
{
    const char *wwnn = get(args, "adapter-wwnn");
    const char *wwpn = get(args, "adapter-wwpn");

    if (get(args, "adapter-name") != NULL)
        shell_xml_empty(xml, 2, "adapter", "type", "scsi_host", "name", get(args, "adapter-name"),
                        NULL);
    else if (wwnn != NULL || wwpn != NULL)
        shell_xml_empty(xml, 2, "adapter", "type", "fc_host", "parent", get(args, "adapter-parent"),
                        "parent_wwnn", get(args, "adapter-parent-wwnn"), "parent_wwpn",
                        get(args, "adapter-parent-wwpn"), "parent_fabric_wwn",
                        get(args, "adapter-parent-fabric-wwn"), "wwnn", wwnn, "wwpn", wwpn, NULL);
}

static void
add_auth(GString *xml, const ShellArgs *args)
{
    if (get(args, "auth-type") == NULL)
        return;
    shell_xml_open(xml, 2, "auth", "type", get(args, "auth-type"), "username",
                   get(args, "auth-username"), NULL);
    if (get(args, "secret-usage") != NULL || get(args, "secret-uuid") != NULL)
        shell_xml_empty(xml, 3, "secret", "usage", get(args, "secret-usage"), "uuid",
                        get(args, "secret-uuid"), NULL);
    shell_xml_close(xml, 2, "auth");
}

static void
add_source(GString *xml, const ShellArgs *args)
{
    gsize begin = xml->len;
    gsize inside = 0;

    shell_xml_open(xml, 1, "source", NULL);
    inside = xml->len;
    if (get(args, "source-host") != NULL)
        shell_xml_empty(xml, 2, "host", "name", get(args, "source-host"), NULL);
    if (get(args, "source-path") != NULL)
        shell_xml_empty(xml, 2, "dir", "path", get(args, "source-path"), NULL);
    if (get(args, "source-dev") != NULL)
        shell_xml_empty(xml, 2, "device", "path", get(args, "source-dev"), NULL);
    if (get(args, "source-initiator") != NULL) {
        shell_xml_open(xml, 2, "initiator", NULL);
        shell_xml_empty(xml, 3, "iqn", "name", get(args, "source-initiator"), NULL);
        shell_xml_close(xml, 2, "initiator");
    }
    add_adapter(xml, args);
    add_auth(xml, args);
    if (get(args, "source-format") != NULL)
        shell_xml_empty(xml, 2, "format", "type", get(args, "source-format"), NULL);
    shell_xml_text(xml, 2, "name", get(args, "source-name"));
    if (get(args, "source-protocol-ver") != NULL)
        shell_xml_empty(xml, 2, "protocol", "ver", get(args, "source-protocol-ver"), NULL);
    if (xml->len == inside)
        g_string_truncate(xml, begin);
    else
        shell_xml_close(xml, 1, "source");
}

static char *
build_xml(const ShellArgs *args)
{
    GString *xml = g_string_new(NULL);

    shell_xml_open(xml, 0, "pool", "type", shell_args_get(args, "type"), NULL);
    shell_xml_text(xml, 1, "name", shell_args_get(args, "name"));
    add_source(xml, args);
    if (get(args, "target") != NULL) {
        shell_xml_open(xml, 1, "target", NULL);
        shell_xml_text(xml, 2, "path", get(args, "target"));
        shell_xml_close(xml, 1, "target");
    }
    shell_xml_close(xml, 0, "pool");
    return g_string_free(xml, FALSE);
}

static CofferDefineFlags
define_flags(const ShellArgs *args)
{
    return shell_args_has(args, "validate") ? COFFER_DEFINE_VALIDATE : COFFER_DEFINE_NONE;
}

gboolean
shell_run_pool_define_as(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autofree char *xml = build_xml(args);
    CofferConnection *connection = NULL;
    g_autoptr(CofferPool) pool = NULL;

    if (shell_args_has(args, "print-xml")) {
        shell_print_value(shell, "xml", xml);
        return TRUE;
    }
    connection = shell_connect(shell, error);
    if (connection != NULL)
        pool = coffer_connection_define_pool(connection, xml, define_flags(args), error);
    if (pool == NULL)
        return FALSE;
    shell_print_pool_done(shell, pool, "Pool ", " defined");
    return TRUE;
}

gboolean
shell_run_pool_create_as(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autofree char *xml = build_xml(args);
    CofferConnection *connection = NULL;
    CofferPoolStartFlags start = COFFER_POOL_START_NONE;
    CofferPoolBuildFlags build = COFFER_POOL_BUILD_NONE;
    g_autoptr(CofferPool) pool = NULL;

    if (!shell_pool_build_flags(args, &start, &build, error))
        return FALSE;
    if (shell_args_has(args, "print-xml")) {
        shell_print_value(shell, "xml", xml);
        return TRUE;
    }
    connection = shell_connect(shell, error);
    if (connection != NULL)
        pool =
            coffer_connection_create_pool(connection, xml, define_flags(args), start, build, error);
    if (pool == NULL)
        return FALSE;
    shell_print_pool_done(shell, pool, "Pool ", " created");
    return TRUE;
}
