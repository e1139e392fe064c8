/* cmd-host.c: the commands on the connection: where it leads, and which versions are at work. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "complete.h"
#include "print.h"

static const ShellOption connect_options[] = {
    { .name = "name",
      .help = "connection URI; without it, the default",
      .kind = SHELL_STRING,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_uri },
    { 0 },
};

static gboolean
run_connect(Shell *shell, const ShellArgs *args, GError **error)
{
    shell_set_uri(shell, shell_args_get(args, "name"));
    return shell_connect(shell, error) != NULL;
}

static gboolean
run_uri(Shell *shell, const ShellArgs *args, GError **error)
{
    CofferConnection *connection = shell_connect(shell, error);

    if (connection == NULL)
        return FALSE;
    shell_print_value(shell, "uri", coffer_connection_get_uri(connection));
    return TRUE;
}

static gboolean
run_version(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(ShellRecord) record = shell_record_new();

    if (shell->json) {
        shell_record_add_text(record, "program", COFFER_VERSION);
        shell_record_add_text(record, "library", coffer_version());
        shell_print_record(shell, record);
    } else {
        shell_print("Compiled against library: libcoffer %s\n", COFFER_VERSION);
        shell_print("Using library: libcoffer %s\n", coffer_version());
    }
    return TRUE;
}

static const ShellCommand commands[] = {
    {
        .name = "connect",
        .help = "(re)connect to another root",
        .description = "Work with the secrets and pools of another URI from now on.",
        .options = connect_options,
        .run = run_connect,
    },
    {
        .name = "uri",
        .help = "print the connection URI",
        .json = "uri",
        .run = run_uri,
    },
    {
        .name = "version",
        .help = "show version",
        .description = "Display the versions of program and library.",
        .json = "program library",
        .run = run_version,
    },
    { 0 },
};

const ShellGroup shell_group_host = { "Host", "host", commands };
