/* edit.h: a text goes through the person's editor; what it means is the caller's. Never for values.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A text in a temporary file that only its owner reads, and which goes with its scope. */
typedef struct {
    char *path;
} ShellEdit;

void shell_edit_clear(ShellEdit *edit);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ShellEdit, shell_edit_clear)

gboolean shell_edit_begin(ShellEdit *edit, const char *text, GError **error);

/* Starts $VISUAL, $EDITOR or vi on the file, and waits. May be called again. Returns: (transfer
 * full) (nullable): the text as it is now. */
char *shell_edit_run(ShellEdit *edit, GError **error);
