/* child.h: running a program without a shell, handing it values by pipe, and hearing what it says.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"

#include <glib.h>

/* A value and the descriptor number under which the child reads it (as /dev/fd/N). */
typedef struct {
    CofferBytes *value;
    int fd;
} CofferChildValue;

/* A descriptor of ours and the number under which the child has it (as /dev/fd/N). */
typedef struct {
    int source;
    int fd;
} CofferChildFile;

/* The first descriptor number that a value or file may have in a child. */
#define COFFER_CHILD_FD_FIRST 10

/* What to run. Zero-initialise and name the fields; nothing is owned by it. */
typedef struct {
    const char *const *argv;        /* argv[0] is looked up in PATH */
    const CofferChildValue *values; /* may be NULL */
    gsize n_values;
    const CofferChildFile *files; /* may be NULL */
    gsize n_files;
    gsize max_output; /* bytes of stdout kept; more is COFFER_ERROR_TOOL_FAILED; 0: 64 KiB */
} CofferChildRequest;

/* Runs @request and waits for it, not for what it leaves running. A value goes through a pipe that
 * is filled before the child starts; the environment has LC_ALL=C, so that messages can be
 * recognised; stdin is /dev/null.
 * @out_stdout: (optional) what it printed. Failure is COFFER_ERROR_TOOL_MISSING (not installed,
 * with the program's name) or COFFER_ERROR_TOOL_FAILED (with what it said on stderr, in one
 * line). Any thread. */
gboolean coffer_child_run(const CofferChildRequest *request, char **out_stdout, GError **error);

/* Starts @request with this process's own stdin, stdout and stderr and environment, and waits;
 * @out_wait_status as in waitpid(2). For programs that take over the terminal. Should this
 * thread end before it does, it gets SIGTERM. */
gboolean coffer_child_run_foreground(const CofferChildRequest *request, int *out_wait_status,
                                     GError **error);
