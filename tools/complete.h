/* complete.h: what could stand at the cursor: for bash, for readline, and as completers in the
 * tables. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "args.h"

/* The completers that tables name. */
extern const ShellCompleter shell_complete_free;   /* anything may stand here: nothing is offered */
extern const ShellCompleter shell_complete_file;   /* left to bash and readline */
extern const ShellCompleter shell_complete_secret; /* UUIDs */
extern const ShellCompleter shell_complete_pool;   /* names */
extern const ShellCompleter
    shell_complete_volume; /* names in --pool, else paths in running pools */
extern const ShellCompleter shell_complete_pool_type;
extern const ShellCompleter shell_complete_pool_types; /* several, with commas */
extern const ShellCompleter shell_complete_volume_format;
extern const ShellCompleter shell_complete_command; /* commands and groups */
extern const ShellCompleter shell_complete_native;  /* formats of domxml-to-native */
extern const ShellCompleter shell_complete_uri;

/* @words: those of the command at the cursor, the last of which is being typed (maybe "").
 * @out_files: whether names of files fit as well. Returns: (transfer full): the texts that the last
 * word could become (of char *). */
GPtrArray *shell_complete(Shell *shell, GPtrArray *words, gboolean *out_files);
