/* script.c: commands from a pipe or file on standard input, a line at a time. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "interactive.h"
#include "print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ShellStatus
run_one(Shell *shell, const char *line, gsize length)
{
    g_autoptr(GError) error = NULL;

    if (memchr(line, '\0', length) == NULL)
        return shell_run_line(shell, line, NULL);
    shell_throw_usage(&error, "there is a NUL byte in the commands");
    shell_print_error(shell, error);
    return SHELL_WRONG_USAGE;
}

ShellStatus
shell_run_script(Shell *shell)
{
    ShellStatus result = SHELL_DONE;
    char *line = NULL;
    gsize room = 0;
    gssize length = 0;

    shell->stdin_is_commands = TRUE;
    while (!shell->quit && (length = getline(&line, &room, stdin)) >= 0) {
        ShellStatus status = run_one(shell, line, (gsize)length);

        if (result == SHELL_DONE)
            result = status;
        /* Somebody may have written a value in spite of all. */
        explicit_bzero(line, room);
    }
    free(line);
    return result;
}
