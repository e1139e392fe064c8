/* print.h: output, for people or as JSON: lines, tables, lists of fields, notes and errors. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "record.h"
#include "shell.h"

/* A column of a table, or a line of a list of fields: which field, under which title. */
typedef struct {
    const char *key;
    const char *title;
} ShellColumn;

/* The columns @columns (nameless at the end) of @records as virsh lays tables out, widths counted
 * as a terminal shows them; without the head when quiet. In JSON an array of the whole records. */
void shell_print_table(Shell *shell, const ShellColumn *columns, GPtrArray *records);

/* "Title:   text", one line a column. In JSON the whole record. */
void shell_print_fields(Shell *shell, const ShellColumn *columns, const ShellRecord *record);

/* One text on a line of its own. In JSON an object with that one key. */
void shell_print_value(Shell *shell, const char *key, const char *text);

/* What was done: @format for people, nothing when quiet. In JSON @record, unless it is NULL. */
void shell_print_done(Shell *shell, const ShellRecord *record, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* In JSON @record, for people nothing: virsh has no word for it either. */
void shell_print_record(Shell *shell, const ShellRecord *record);

/* Text as it is. */
void shell_print(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A line on standard error: "warning: TEXT" or, in JSON, {"warning": {"message": TEXT}}; "note"
 * likewise, which is left out when quiet. */
void shell_print_warning(Shell *shell, const char *text);
void shell_print_note(Shell *shell, const char *text);

/* "error: MESSAGE" or {"error": {"code": WORD, "message": MESSAGE}} on standard error. */
void shell_print_error(Shell *shell, const GError *error);

/* Hands on what was printed so far. Returns: whether all since the last call could be written. */
gboolean shell_print_flush(GError **error);
