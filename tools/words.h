/* words.h: from a line to commands and their words, as virsh does it; options are args.h's affair.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Commands are an array of arrays of words (GPtrArray of GPtrArray of char *). A word is wiped when
 * it is freed: somebody may have typed a value in spite of all. */

/* Splits @line at spaces. A semicolon or a newline ends a command; a number sign in front of a word
 * begins a comment.
 * '...' is literal, in "..." only a backslash is special, and a backslash makes the next character
 * an ordinary one (at the end of a line: goes on with the next). Returns: (transfer full)
 * (nullable): commands with at least one word each, or NULL with an error of SHELL_USAGE where a
 * quote is not closed. */
GPtrArray *shell_split_line(const char *line, GError **error);

/* The words of a program's arguments: nothing is special but a word that is just a semicolon. */
GPtrArray *shell_split_argv(char *const *argv, int argc);

/* Returns: an empty array of words, which wipes them. */
GPtrArray *shell_words_new(void);

/* Splits what stands on a line before the cursor, for completion: an open quote does not matter,
 * the last word (maybe "") is what is being typed. Returns: (transfer full): the words of the last
 * command. */
GPtrArray *shell_split_partial(const char *line);
