/* failure.h: how the shell fails: Coffer's own codes, and one more for wrong usage. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/error.h>

/* The exit statuses. */
typedef enum {
    SHELL_DONE = 0,
    SHELL_FAILED = 1,
    SHELL_WRONG_USAGE = 2,
} ShellStatus;

/* The domain of mistakes in what was typed; its only code is 0. */
#define SHELL_USAGE (shell_usage_quark())
GQuark shell_usage_quark(void);

/* Both return FALSE, so that failing is one line; the second is for mistakes in what was typed. */
gboolean shell_throw(GError **error, CofferError code, const char *format, ...) G_GNUC_PRINTF(3, 4);
gboolean shell_throw_usage(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The first says "cannot WHAT 'NAME': " and the system's reason. */
gboolean shell_throw_errno(GError **error, int saved_errno, const char *what, const char *name);

/* Returns: the status with which a program that met @error ends. */
ShellStatus shell_status_of(const GError *error);

/* Returns: (transfer none): the word for the error in JSON: "not-found", ..., "usage". */
const char *shell_error_word(const GError *error);

/* Returns: (transfer full): @text on one line, with what is not printable as \xNN. */
char *shell_printable(const char *text);

/* Returns: (nullable): the one of @words (NULL at the end) that @typed may have meant. */
const char *shell_suggest(const char *typed, GPtrArray *words);
