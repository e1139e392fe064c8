/* main.c: the program `coffer`: makes the process safe for values, takes its options, runs
 * commands. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "help.h"
#include "interactive.h"
#include "options.h"
#include "print.h"
#include "words.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Values will be in this process: no core dump, and no other process of the user looks into it. */
static void
harden(void)
{
    static const struct rlimit none = { 0, 0 };

    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &none);
}

/* What the library has to say without failing. */
static void
print_log(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    Shell *shell = data;

    if (level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO | G_LOG_LEVEL_MESSAGE))
        return;
    shell_print_warning(shell, message);
}

static void
show_version(gboolean everything)
{
    if (!everything) {
        puts(COFFER_VERSION);
        return;
    }
    printf("Coffer command line tool of libcoffer %s\n\nCompiled with support for:\n"
           " Secrets: stored plain, ephemeral in the kernel keyring\n"
           " Storage: Dir\n Volumes: raw qcow2 luks\n",
           coffer_version());
}

static ShellStatus
run_rest(Shell *shell, int argc, char *const *argv)
{
    g_autoptr(GPtrArray) commands = NULL;

    if (argc == 0)
        return isatty(STDIN_FILENO) ? shell_run_terminal(shell) : shell_run_script(shell);
    /* A single word may be a whole line, as with virsh. */
    if (argc == 1)
        return shell_run_line(shell, argv[0], NULL);
    commands = shell_split_argv(argv, argc);
    return shell_run_commands(shell, commands);
}

int
main(int argc, char **argv)
{
    g_auto(Shell) shell = { 0 };
    g_autoptr(GError) error = NULL;
    ShellAction action = SHELL_RUN;
    ShellStatus status = SHELL_DONE;
    int rest = 0;

    harden();
    g_log_set_handler("coffer", G_LOG_LEVEL_MASK, print_log, &shell);
    if (!shell_options_parse(&shell, argc - 1, argv + 1, &action, &rest, &error)) {
        shell_print_error(&shell, error);
        return SHELL_WRONG_USAGE;
    }
    switch (action) {
    case SHELL_RUN:
        status = run_rest(&shell, argc - 1 - rest, argv + 1 + rest);
        break;
    case SHELL_SHOW_HELP:
        shell_options_help();
        shell_help_all();
        break;
    case SHELL_SHOW_VERSION:
    case SHELL_SHOW_LONG_VERSION:
        show_version(action == SHELL_SHOW_LONG_VERSION);
        break;
    }
    if (!shell_print_flush(&error)) {
        shell_print_error(&shell, error);
        return SHELL_FAILED;
    }
    return status;
}
