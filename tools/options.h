/* options.h: the program's own options, those before the command. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "shell.h"

/* What the options ask for instead of a command. */
typedef enum {
    SHELL_RUN,
    SHELL_SHOW_HELP,
    SHELL_SHOW_VERSION,
    SHELL_SHOW_LONG_VERSION,
} ShellAction;

/* Takes the options of @argv into @shell. @out_rest: the index of the first word that is none.
 * FALSE with an error of SHELL_USAGE. */
gboolean shell_options_parse(Shell *shell, int argc, char *const *argv, ShellAction *out_action,
                             int *out_rest, GError **error);

/* Prints them. */
void shell_options_help(void);

/* What the last of @words, those of a whole command line behind the program's name, could become.
 * @shell becomes what the options in front say. A word that is just \; separates commands. Returns:
 * (transfer full): texts (of char *). */
GPtrArray *shell_options_complete(Shell *shell, GPtrArray *words);
