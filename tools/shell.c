/* shell.c: connecting, and running commands one after the other. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shell.h"

#include "help.h"
#include "print.h"
#include "words.h"

#include <string.h>

#define ROOT_URI "coffer:///embed?root="

void
shell_clear(Shell *shell)
{
    g_clear_pointer(&shell->uri, g_free);
    g_clear_object(&shell->connection);
}

CofferConnection *
shell_connect(Shell *shell, GError **error)
{
    if (shell->connection == NULL)
        shell->connection = coffer_connection_open(shell->uri, error);
    return shell->connection;
}

CofferConnection *
shell_connect_existing(Shell *shell)
{
    if (shell->uri != NULL && g_str_has_prefix(shell->uri, ROOT_URI)) {
        g_autofree char *folder = g_uri_unescape_string(shell->uri + strlen(ROOT_URI), NULL);

        if (folder == NULL || !g_file_test(folder, G_FILE_TEST_IS_DIR))
            return NULL;
    }
    return shell_connect(shell, NULL);
}

void
shell_set_uri(Shell *shell, const char *uri)
{
    char *copy = g_strdup(uri);

    shell_clear(shell);
    shell->uri = copy;
}

char *
shell_uri_for_root(const char *folder)
{
    g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
    g_autofree char *escaped = g_uri_escape_bytes((const guint8 *)absolute, strlen(absolute), "/");

    return g_strconcat(ROOT_URI, escaped, NULL);
}

/* Runs one, and prints what its caller would like to know beside its output. */
static gboolean
run_command(Shell *shell, const ShellArgs *args, GError **error)
{
    const ShellCommand *command = shell_args_command(args);
    gint64 start = g_get_monotonic_time();

    if (shell_args_wants_help(args)) {
        shell_help_command(command);
        return TRUE;
    }
    if (!command->run(shell, args, error))
        return FALSE;
    if (shell->timing && !shell->quiet)
        shell_print("\n(Time: %.3f ms)\n", (double)(g_get_monotonic_time() - start) / 1000.0);
    return TRUE;
}

static GPtrArray *
parse_all(GPtrArray *commands, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)shell_args_free);

    for (guint i = 0; i < commands->len; i++) {
        ShellArgs *args = shell_args_parse(g_ptr_array_index(commands, i), error);

        if (args == NULL)
            return NULL;
        g_ptr_array_add(all, args);
    }
    return g_steal_pointer(&all);
}

ShellStatus
shell_run_commands(Shell *shell, GPtrArray *commands)
{
    g_autoptr(GError) usage = NULL;
    g_autoptr(GPtrArray) all = parse_all(commands, &usage);
    gboolean json = shell->json;
    ShellStatus status = SHELL_DONE;

    if (all == NULL) {
        shell_print_error(shell, usage);
        return SHELL_WRONG_USAGE;
    }
    for (guint i = 0; i < all->len && !shell->quit; i++) {
        const ShellArgs *args = g_ptr_array_index(all, i);
        g_autoptr(GError) error = NULL;

        shell->json = json || shell_args_wants_json(args);
        if (!run_command(shell, args, &error) || !shell_print_flush(&error)) {
            shell_print_error(shell, error);
            status = status != SHELL_DONE ? status : shell_status_of(error);
        }
        shell->json = json;
    }
    return status;
}

ShellStatus
shell_run_line(Shell *shell, const char *line, gboolean *out_understood)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) commands = shell_split_line(line, &error);
    ShellStatus status = SHELL_WRONG_USAGE;

    if (commands == NULL)
        shell_print_error(shell, error);
    else
        status = shell_run_commands(shell, commands);
    if (out_understood != NULL)
        *out_understood = commands != NULL && status != SHELL_WRONG_USAGE;
    return status;
}
