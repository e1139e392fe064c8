/* args.h: the words of one command matched with its row's options; what they mean is the command's.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command.h"

/* Matches @words (the command's name is the first) as virsh does: --name TEXT, --name=TEXT, --flag;
 * other words go to the positional options in their order; behind a word that is just -- nothing is
 * an option.
 * @words is kept. Returns: (transfer full) (nullable): NULL with an error of SHELL_USAGE. */
ShellArgs *shell_args_parse(GPtrArray *words, GError **error);

/* For completion: whatever matches. @out_pending: the option whose text would come next, or NULL.
 */
ShellArgs *shell_args_parse_partial(GPtrArray *words, const ShellOption **out_pending,
                                    gboolean *out_only_data);

void shell_args_free(ShellArgs *args);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShellArgs, shell_args_free)

const ShellCommand *shell_args_command(const ShellArgs *args);
gboolean shell_args_wants_help(const ShellArgs *args); /* --help, which every command takes */
gboolean shell_args_wants_json(const ShellArgs *args); /* --json, the same */

/* All of these take the name of an option that the command has. */
gboolean shell_args_has(const ShellArgs *args, const char *name);
/* Returns: (transfer none) (nullable): the text, NULL where it was not given. */
const char *shell_args_get(const ShellArgs *args, const char *name);
/* Returns: the size in bytes, 0 where it was not given. */
guint64 shell_args_get_size(const ShellArgs *args, const char *name);

/* Returns: (transfer none): the words of SHELL_REST. */
GPtrArray *shell_args_rest(const ShellArgs *args);

/* Refuses two of the options @first, ... (NULL at the end) together. */
gboolean shell_args_exclude(const ShellArgs *args, GError **error, const char *first,
                            ...) G_GNUC_NULL_TERMINATED;

/* Returns: (nullable): the positional option that the next word would go to. */
const ShellOption *shell_args_next_positional(const ShellArgs *args);

/* Whether @word is written like an option: it begins with two dashes and a letter. */
gboolean shell_is_option(const char *word);
