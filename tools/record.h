/* record.h: what a command has to say, as data; print.h turns it into text for people or into JSON.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The named fields of one thing, in the order in which they were added. */
typedef struct _ShellRecord ShellRecord;

ShellRecord *shell_record_new(void);
void shell_record_free(ShellRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShellRecord, shell_record_free)

/* A text; NULL is null in JSON and "-" for people. */
void shell_record_add_text(ShellRecord *record, const char *key, const char *text);
/* true or false in JSON, "yes" or "no" for people. */
void shell_record_add_flag(ShellRecord *record, const char *key, gboolean flag);
/* Bytes: a number in JSON, "20.00 GiB" for people. */
void shell_record_add_size(ShellRecord *record, const char *key, guint64 bytes);
/* A list of texts; NULL is null in JSON and "-" for people. */
void shell_record_add_list(ShellRecord *record, const char *key, const char *const *texts);

/* What people read under @key instead; a @key that is not there yet is for people only. */
void shell_record_set_shown(ShellRecord *record, const char *key, const char *text);

/* Returns: (transfer none): what people read under @key; "-" where there is no such field. */
const char *shell_record_shown(const ShellRecord *record, const char *key);

/* An array of records that frees them. */
GPtrArray *shell_records_new(void);

/* Returns: (transfer full): one line of JSON without a newline: an object; an array of them. */
char *shell_record_to_json(const ShellRecord *record);
char *shell_records_to_json(GPtrArray *records);
