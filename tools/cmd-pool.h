/* cmd-pool.h: the handlers of pool commands that have a file of their own; the table is in
 * cmd-pool.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "complete.h"
#include "shell.h"

/* cmd-pool-as.c: pools from arguments instead of XML. */
extern const ShellOption shell_pool_define_as_options[];
extern const ShellOption shell_pool_create_as_options[];
gboolean shell_run_pool_define_as(Shell *shell, const ShellArgs *args, GError **error);
gboolean shell_run_pool_create_as(Shell *shell, const ShellArgs *args, GError **error);

/* cmd-pool-list.c */
extern const ShellOption shell_pool_list_options[];
extern const ShellOption shell_pool_info_options[];
gboolean shell_run_pool_list(Shell *shell, const ShellArgs *args, GError **error);
gboolean shell_run_pool_info(Shell *shell, const ShellArgs *args, GError **error);

/* cmd-pool-edit.c */
gboolean shell_run_pool_edit(Shell *shell, const ShellArgs *args, GError **error);

/* Options and steps that several of them share. */
#define SHELL_POOL_OPTION                                                                          \
    {                                                                                              \
        .name = "pool", .help = "pool name or UUID", .kind = SHELL_STRING,                         \
        .flags = SHELL_REQUIRED | SHELL_POSITIONAL, .completer = &shell_complete_pool,             \
    }
#define SHELL_BUILD_OPTIONS                                                                        \
    { .name = "build", .help = "build the pool first" },                                           \
        { .name = "no-overwrite", .help = "do not overwrite any existing data" },                  \
    {                                                                                              \
        .name = "overwrite", .help = "overwrite any existing data",                                \
    }

/* How --build, --overwrite and --no-overwrite say to build; either of the latter implies the first.
 */
gboolean shell_pool_build_flags(const ShellArgs *args, CofferPoolStartFlags *out_start,
                                CofferPoolBuildFlags *out_build, GError **error);

/* Says what was done to @pool: its name with @before and @after around it. */
void shell_print_pool_done(Shell *shell, CofferPool *pool, const char *before, const char *after);
