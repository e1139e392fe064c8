/* edit.c: starts an editor on a temporary file. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "edit.h"

#include "failure.h"
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
shell_edit_clear(ShellEdit *edit)
{
    if (edit->path != NULL)
        g_unlink(edit->path);
    g_clear_pointer(&edit->path, g_free);
}

gboolean
shell_edit_begin(ShellEdit *edit, const char *text, GError **error)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "coffer-XXXXXX.xml", NULL);
    g_auto(ShellFd) fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0)
        return shell_throw_errno(error, errno, "make the file", path);
    edit->path = g_steal_pointer(&path);
    for (gsize left = strlen(text); left > 0;) {
        ssize_t written = write(fd, text, left);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return shell_throw_errno(error, errno, "write", edit->path);
        text += written;
        left -= (gsize)written;
    }
    return TRUE;
}

/* The editor's words with the file's name behind. */
static char **
editor_argv(const char *path, GError **error)
{
    const char *editor = g_getenv("VISUAL");
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) reason = NULL;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (editor == NULL || *editor == '\0')
        editor = g_getenv("EDITOR");
    if (editor == NULL || *editor == '\0')
        editor = "vi";
    if (!g_shell_parse_argv(editor, NULL, &words, &reason)) {
        shell_throw(error, COFFER_ERROR_INVALID_ARGUMENT, "the editor '%s' is no command: %s",
                    editor, reason->message);
        return NULL;
    }
    g_strv_builder_addv(builder, (const char **)words);
    g_strv_builder_add(builder, path);
    return g_strv_builder_end(builder);
}

char *
shell_edit_run(ShellEdit *edit, GError **error)
{
    g_auto(GStrv) argv = editor_argv(edit->path, error);
    g_autoptr(GError) reason = NULL;
    char *text = NULL;
    int wait_status = 0;

    if (argv == NULL)
        return NULL;
    if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL,
                      NULL, NULL, NULL, &wait_status, &reason)) {
        shell_throw(error, COFFER_ERROR_TOOL_MISSING,
                    "the editor '%s' does not start: %s; set EDITOR", argv[0], reason->message);
        return NULL;
    }
    if (!g_spawn_check_wait_status(wait_status, &reason)) {
        shell_throw(error, COFFER_ERROR_TOOL_FAILED, "the editor '%s' failed: %s", argv[0],
                    reason->message);
        return NULL;
    }
    if (!g_file_get_contents(edit->path, &text, NULL, &reason))
        shell_throw(error, COFFER_ERROR_IO, "cannot read back what was edited: %s",
                    reason->message);
    return text;
}
