/* failure.c: making errors, and naming them for people, scripts and the exit status. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failure.h"

#include <errno.h>
#include <string.h>

G_DEFINE_QUARK(coffer - shell - usage, shell_usage)

gboolean
shell_throw(GError **error, CofferError code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (error != NULL)
        *error = g_error_new_valist(COFFER_ERROR, (int)code, format, args);
    va_end(args);
    return FALSE;
}

gboolean
shell_throw_usage(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (error != NULL)
        *error = g_error_new_valist(SHELL_USAGE, 0, format, args);
    va_end(args);
    return FALSE;
}

gboolean
shell_throw_errno(GError **error, int saved_errno, const char *what, const char *name)
{
    CofferError code = COFFER_ERROR_IO;

    if (saved_errno == ENOENT)
        code = COFFER_ERROR_NOT_FOUND;
    else if (saved_errno == EACCES || saved_errno == EPERM || saved_errno == EROFS)
        code = COFFER_ERROR_DENIED;
    else if (saved_errno == ENOSPC || saved_errno == EDQUOT)
        code = COFFER_ERROR_NO_SPACE;
    return shell_throw(error, code, "cannot %s '%s': %s", what, name, g_strerror(saved_errno));
}

ShellStatus
shell_status_of(const GError *error)
{
    return error->domain == SHELL_USAGE ? SHELL_WRONG_USAGE : SHELL_FAILED;
}

static const char *
code_word(CofferError code)
{
    switch (code) {
    case COFFER_ERROR_NOT_FOUND:
        return "not-found";
    case COFFER_ERROR_EXISTS:
        return "exists";
    case COFFER_ERROR_IN_USE:
        return "in-use";
    case COFFER_ERROR_BUSY:
        return "busy";
    case COFFER_ERROR_DENIED:
        return "denied";
    case COFFER_ERROR_INVALID_XML:
        return "invalid-xml";
    case COFFER_ERROR_INVALID_ARGUMENT:
        return "invalid-argument";
    case COFFER_ERROR_INVALID_STATE:
        return "invalid-state";
    case COFFER_ERROR_NO_VALUE:
        return "no-value";
    case COFFER_ERROR_UNREADABLE_VALUE:
        return "unreadable-value";
    case COFFER_ERROR_UNSUITABLE_VALUE:
        return "unsuitable-value";
    case COFFER_ERROR_UNSUPPORTED:
        return "unsupported";
    case COFFER_ERROR_NO_SPACE:
        return "no-space";
    case COFFER_ERROR_TOOL_MISSING:
        return "tool-missing";
    case COFFER_ERROR_TOOL_FAILED:
        return "tool-failed";
    case COFFER_ERROR_VERIFICATION_FAILED:
        return "verification-failed";
    case COFFER_ERROR_DAMAGED:
        return "damaged";
    case COFFER_ERROR_CANCELLED:
        return "cancelled";
    case COFFER_ERROR_IO:
        return "io";
    }
    return "io";
}

const char *
shell_error_word(const GError *error)
{
    if (error->domain == SHELL_USAGE)
        return "usage";
    return error->domain == COFFER_ERROR ? code_word((CofferError)error->code) : "io";
}

char *
shell_printable(const char *text)
{
    GString *out = g_string_new(NULL);

    while (*text != '\0') {
        gunichar c = g_utf8_get_char_validated(text, -1);
        /* Both "not UTF-8" and "incomplete" have the highest bit set. */
        gboolean is_char = (c & 0x80000000u) == 0;
        gsize size = is_char ? (gsize)(g_utf8_next_char(text) - text) : 1;

        if (is_char && g_unichar_isprint(c))
            g_string_append_len(out, text, (gssize)size);
        else
            for (gsize i = 0; i < size; i++)
                g_string_append_printf(out, "\\x%02x", (guint8)text[i]);
        text += size;
    }
    return g_string_free(out, FALSE);
}

/* How many letters have to be added, dropped, replaced or swapped with the next. */
static guint
distance(const char *a, const char *b)
{
    gsize n = strlen(b) + 1;
    g_autofree guint *before = g_new0(guint, n); /* two rows up, one row up, this row */
    g_autofree guint *above = g_new0(guint, n);
    g_autofree guint *row = g_new0(guint, n);

    for (gsize j = 0; j < n; j++)
        row[j] = (guint)j;
    for (gsize i = 1; a[i - 1] != '\0'; i++) {
        guint *reused = before;

        before = above;
        above = row;
        row = reused;
        row[0] = (guint)i;
        for (gsize j = 1; j < n; j++) {
            row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = MIN(row[j], MIN(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
    }
    return row[n - 1];
}

const char *
shell_suggest(const char *typed, GPtrArray *words)
{
    const char *best = NULL;
    /* One slip in a short word, more in a long one; a word typed in part counts as one slip. */
    guint least = (guint)MIN(strlen(typed), 64) / 4 + 2;

    if (strlen(typed) < 2 || strlen(typed) > 64)
        return NULL;
    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);
        guint slips = g_str_has_prefix(word, typed) ? 1 : distance(typed, word);

        if (slips < least) {
            least = slips;
            best = word;
        }
    }
    return best;
}
