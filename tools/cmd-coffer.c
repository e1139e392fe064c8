/* cmd-coffer.c: the commands on the shell itself: help, leaving, the current folder; and what
 * programs ask. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "complete.h"
#include "help.h"
#include "options.h"
#include "print.h"
#include "self-test.h"
#include "words.h"

#include <errno.h>
#include <unistd.h>

static const ShellOption help_options[] = {
    { .name = "command",
      .help = "a command, or a group of them",
      .kind = SHELL_STRING,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_command },
    { 0 },
};

static gboolean
run_help(Shell *shell, const ShellArgs *args, GError **error)
{
    const char *name = shell_args_get(args, "command");
    const ShellGroup *group = name != NULL ? shell_group_find(name) : NULL;
    const ShellCommand *command = name != NULL ? shell_command_find(name) : NULL;

    if (name != NULL && group == NULL && command == NULL)
        return shell_throw_usage(error, "command or command group '%s' doesn't exist", name);
    if (shell->json)
        shell_help_json(name);
    else if (group != NULL)
        shell_help_group(group);
    else if (command != NULL)
        shell_help_command(command);
    else
        shell_help_all();
    return TRUE;
}

static gboolean
run_quit(Shell *shell, const ShellArgs *args, GError **error)
{
    shell->quit = TRUE;
    return TRUE;
}

static const ShellOption cd_options[] = {
    { .name = "dir",
      .help = "folder to switch to (default: home)",
      .kind = SHELL_STRING,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_file },
    { 0 },
};

static gboolean
run_cd(Shell *shell, const ShellArgs *args, GError **error)
{
    const char *folder = shell_args_get(args, "dir");

    if (!shell->interactive && !shell->stdin_is_commands)
        return shell_throw_usage(error, "cd: command valid only in interactive mode");
    if (folder == NULL)
        folder = g_get_home_dir();
    return chdir(folder) == 0 || shell_throw_errno(error, errno, "change to", folder);
}

static gboolean
run_pwd(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autofree char *folder = g_get_current_dir();

    shell_print_value(shell, "folder", folder);
    return TRUE;
}

static const ShellOption echo_options[] = {
    { .name = "shell", .help = "escape for shell use" },
    { .name = "xml", .help = "escape for XML use" },
    { .name = "err", .help = "output to stderr, as a note" },
    { .name = "text",
      .help = "arguments to echo",
      .kind = SHELL_REST,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_free },
    { 0 },
};

static gboolean
run_echo(Shell *shell, const ShellArgs *args, GError **error)
{
    GPtrArray *rest = shell_args_rest(args);
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; i < rest->len; i++) {
        const char *word = g_ptr_array_index(rest, i);
        g_autofree char *xml =
            shell_args_has(args, "xml") ? g_markup_escape_text(word, -1) : g_strdup(word);
        g_autofree char *quoted =
            shell_args_has(args, "shell") ? g_shell_quote(xml) : g_strdup(xml);

        g_string_append_printf(line, "%s%s", i > 0 ? " " : "", quoted);
    }
    if (shell_args_has(args, "err"))
        shell_print_note(shell, line->str);
    else
        shell_print_value(shell, "text", line->str);
    return TRUE;
}

static const ShellOption complete_options[] = {
    { .name = "words",
      .help = "the words of the program's command line up to the cursor",
      .kind = SHELL_REST,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_free },
    { 0 },
};

/* The words are those of another call of this program, with its options in front; bash looks for
 * files where nothing is offered. */
static gboolean
run_complete(Shell *shell, const ShellArgs *args, GError **error)
{
    g_auto(Shell) other = { 0 };
    g_autoptr(GPtrArray) offers = shell_options_complete(&other, shell_args_rest(args));

    for (guint i = 0; i < offers->len; i++)
        shell_print("%s\n", (const char *)g_ptr_array_index(offers, i));
    return TRUE;
}

static gboolean
run_self_test(Shell *shell, const ShellArgs *args, GError **error)
{
    return shell_self_test(error);
}

static const ShellCommand commands[] = {
    {
        .name = "cd",
        .help = "change the current directory",
        .description = "Change the current directory, in interactive mode.",
        .options = cd_options,
        .run = run_cd,
    },
    {
        .name = "echo",
        .help = "echo arguments",
        .description = "Echo back arguments, possibly with quoting.",
        .json = "text",
        .options = echo_options,
        .run = run_echo,
    },
    { .name = "exit", .help = "quit this interactive terminal", .run = run_quit },
    {
        .name = "help",
        .help = "print help",
        .description = "Prints global help, or help for a command or a group of related commands.",
        .json = "list of: name group help options",
        .options = help_options,
        .run = run_help,
    },
    { .name = "pwd", .help = "print the current directory", .json = "folder", .run = run_pwd },
    { .name = "quit", .help = "quit this interactive terminal", .run = run_quit },
    {
        .name = "complete",
        .help = "print what could stand at the cursor",
        .options = complete_options,
        .run = run_complete,
        .hidden = TRUE,
    },
    {
        .name = "self-test",
        .help = "check the tables of commands",
        .run = run_self_test,
        .hidden = TRUE,
    },
    { 0 },
};

const ShellGroup shell_group_coffer = { "Coffer itself", "coffer", commands };
