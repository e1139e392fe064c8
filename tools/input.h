/* input.h: what comes from outside: XML from files, values from files, pipes and the terminal. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "shell.h"

/* A descriptor that closes itself: `g_auto(ShellFd) fd = SHELL_FD_NONE;`. */
typedef int ShellFd;
#define SHELL_FD_NONE (-1)
void shell_fd_close(ShellFd fd);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(ShellFd, shell_fd_close, SHELL_FD_NONE)

/* Opens @path for reading; "-" is standard input, unless the commands come from there. */
gboolean shell_open_input(Shell *shell, const char *path, ShellFd *out_fd, GError **error);

/* The text of a file of XML, which must be small and without NUL. Returns: (transfer full)
 * (nullable). */
char *shell_read_xml(Shell *shell, const char *path, GError **error);

/* Asks on the terminal for a value, without echo, and takes a line without its newline.
 * Returns: (transfer full) (nullable): the value. */
CofferBytes *shell_ask_value(const char *prompt, GError **error);

/* Shows @problem on the terminal and asks whether to try again. Returns: FALSE also where standard
 * input is no terminal. */
gboolean shell_ask_again(const char *problem);
