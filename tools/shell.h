/* shell.h: the state of one run of the program, and running what was typed. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "args.h"
#include "failure.h"

#include <coffer/coffer.h>

struct _Shell {
    char *uri;                    /* NULL: the library's default */
    CofferConnection *connection; /* NULL until somebody needs it */
    gboolean quiet;
    gboolean json;
    gboolean timing;
    gboolean interactive;       /* somebody types */
    gboolean stdin_is_commands; /* standard input cannot also be a file or a value */
    gboolean quit;              /* no more commands */
};

/* Frees what @shell holds, not itself. */
void shell_clear(Shell *shell);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shell, shell_clear)

/* Returns: (transfer none) (nullable): the connection, opened at the first call. */
CofferConnection *shell_connect(Shell *shell, GError **error);

/* The same for completers, who must not make a root that is not there. */
CofferConnection *shell_connect_existing(Shell *shell);

/* Makes the next shell_connect() open @uri (NULL: the default). */
void shell_set_uri(Shell *shell, const char *uri);

/* Makes the URI for the root @folder, which may be relative. Returns: (transfer full). */
char *shell_uri_for_root(const char *folder);

/* Runs @commands (words.h). All are matched with their rows first: a mistake in one and none is
 * run. A command that fails does not stop the others; the first failure is the result. Errors are
 * printed. */
ShellStatus shell_run_commands(Shell *shell, GPtrArray *commands);

/* The same for a line. @out_understood: (optional): whether it could be parsed. */
ShellStatus shell_run_line(Shell *shell, const char *line, gboolean *out_understood);
