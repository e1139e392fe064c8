/* input.c: opens and reads what commands work on. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* More than the library takes: what is larger is no definition, and not worth the memory. */
#define XML_MAX (8 * 1024 * 1024)

void
shell_fd_close(ShellFd fd)
{
    if (fd >= 0)
        close(fd);
}

gboolean
shell_open_input(Shell *shell, const char *path, ShellFd *out_fd, GError **error)
{
    if (!g_str_equal(path, "-")) {
        *out_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        return *out_fd >= 0 || shell_throw_errno(error, errno, "open", path);
    }
    if (shell->stdin_is_commands)
        return shell_throw_usage(error,
                                 "standard input holds the commands; put this into a file instead");
    *out_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    return *out_fd >= 0 || shell_throw_errno(error, errno, "read", "standard input");
}

char *
shell_read_xml(Shell *shell, const char *path, GError **error)
{
    g_auto(ShellFd) fd = SHELL_FD_NONE;
    g_autoptr(GString) text = g_string_new(NULL);
    char block[65536];
    ssize_t got = 0;

    if (!shell_open_input(shell, path, &fd, error))
        return NULL;
    while ((got = read(fd, block, sizeof(block))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            shell_throw_errno(error, errno, "read", path);
            return NULL;
        }
        g_string_append_len(text, block, got);
        if (text->len > XML_MAX) {
            shell_throw(error, COFFER_ERROR_INVALID_XML,
                        "'%s' is larger than %d MiB, too large for a definition", path,
                        XML_MAX / 1024 / 1024);
            return NULL;
        }
    }
    if (memchr(text->str, '\0', text->len) != NULL) {
        shell_throw(error, COFFER_ERROR_INVALID_XML, "'%s' has a NUL byte: it is not XML", path);
        return NULL;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
