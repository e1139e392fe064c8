/* print.c: the forms of output. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "print.h"

#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>

/* virsh puts titles of fields on 16 columns. */
#define TITLE_WIDTH 16

/* How many columns of a terminal @text takes. */
static gsize
width_of(const char *text)
{
    gsize width = 0;

    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (g_unichar_iswide(c))
            width += 2;
        else if (!g_unichar_iszerowidth(c))
            width++;
    }
    return width;
}

static void
print_json(char *json)
{
    g_autofree char *owned = json;

    fputs(owned, stdout);
    putchar('\n');
}

static void
print_padding(gsize count, char with)
{
    for (gsize i = 0; i < count; i++)
        putchar(with);
}

/* One row: " text  text  text", the last without what pads it. */
static void
print_row(char *const *cells, const gsize *widths, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        printf(" %s", cells[i]);
        if (i + 1 < n)
            print_padding(widths[i] - width_of(cells[i]) + 2, ' ');
    }
    putchar('\n');
}

static void
print_head(const ShellColumn *columns, const gsize *widths, gsize n)
{
    g_autofree char **titles = g_new0(char *, n + 1);
    gsize line = 0;

    for (gsize i = 0; i < n; i++) {
        titles[i] = (char *)columns[i].title;
        line += widths[i] + 3;
    }
    print_row(titles, widths, n);
    print_padding(line, '-');
    putchar('\n');
}

void
shell_print_table(Shell *shell, const ShellColumn *columns, GPtrArray *records)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_autofree gsize *widths = NULL;
    gsize n = 0;

    if (shell->json) {
        print_json(shell_records_to_json(records));
        return;
    }
    while (columns[n].title != NULL)
        n++;
    widths = g_new0(gsize, n);
    for (gsize i = 0; i < n; i++)
        widths[i] = width_of(columns[i].title);
    for (guint r = 0; r < records->len; r++) {
        char **row = g_new0(char *, n + 1);

        g_ptr_array_add(rows, row);
        for (gsize i = 0; i < n; i++) {
            row[i] =
                shell_printable(shell_record_shown(g_ptr_array_index(records, r), columns[i].key));
            widths[i] = MAX(widths[i], width_of(row[i]));
        }
    }
    if (!shell->quiet)
        print_head(columns, widths, n);
    for (guint r = 0; r < rows->len; r++)
        print_row(g_ptr_array_index(rows, r), widths, n);
}

void
shell_print_fields(Shell *shell, const ShellColumn *columns, const ShellRecord *record)
{
    if (shell->json) {
        print_json(shell_record_to_json(record));
        return;
    }
    for (; columns->title != NULL; columns++) {
        g_autofree char *text = shell_printable(shell_record_shown(record, columns->key));

        printf("%s:", columns->title);
        print_padding(TITLE_WIDTH - 1 - MIN(strlen(columns->title), TITLE_WIDTH - 2), ' ');
        printf("%s\n", text);
    }
}

void
shell_print_value(Shell *shell, const char *key, const char *text)
{
    g_autoptr(ShellRecord) record = NULL;

    if (shell->json) {
        record = shell_record_new();
        shell_record_add_text(record, key, text);
        print_json(shell_record_to_json(record));
        return;
    }
    fputs(text, stdout);
    if (!g_str_has_suffix(text, "\n"))
        putchar('\n');
}

void
shell_print_record(Shell *shell, const ShellRecord *record)
{
    if (shell->json)
        print_json(shell_record_to_json(record));
}

void
shell_print_done(Shell *shell, const ShellRecord *record, const char *format, ...)
{
    va_list args;

    if (shell->json) {
        if (record != NULL)
            print_json(shell_record_to_json(record));
        return;
    }
    if (shell->quiet)
        return;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

void
shell_print(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vprintf(format, args);
    va_end(args);
}

/* `KIND: TEXT`, or in JSON an object KIND with a code, where there is one, and a message. */
static void
print_to_stderr(const Shell *shell, const char *kind, const char *code, const char *text)
{
    g_autofree char *printable = shell_printable(text);
    g_autofree char *json = NULL;
    g_autoptr(ShellRecord) record = NULL;

    /* Where both go to the same place, they come in order. */
    fflush(stdout);
    if (!shell->json) {
        fprintf(stderr, "%s: %s\n", kind, printable);
        return;
    }
    record = shell_record_new();
    if (code != NULL)
        shell_record_add_text(record, "code", code);
    shell_record_add_text(record, "message", printable);
    json = shell_record_to_json(record);
    fprintf(stderr, "{\"%s\":%s}\n", kind, json);
}

void
shell_print_warning(Shell *shell, const char *text)
{
    print_to_stderr(shell, "warning", NULL, text);
}

void
shell_print_note(Shell *shell, const char *text)
{
    if (!shell->quiet)
        print_to_stderr(shell, "note", NULL, text);
}

void
shell_print_error(Shell *shell, const GError *error)
{
    print_to_stderr(shell, "error", shell_error_word(error), error->message);
}

gboolean
shell_print_flush(GError **error)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return TRUE;
    /* Said once; what could not be written is not tried again. */
    clearerr(stdout);
    __fpurge(stdout);
    return shell_throw_errno(error, errno != 0 ? errno : EIO, "write to", "standard output");
}
