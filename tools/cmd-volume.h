/* cmd-volume.h: the handlers of volume commands that have a file of their own; the table is in
 * cmd-volume.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "complete.h"
#include "record.h"
#include "shell.h"

/* cmd-volume-create.c */
extern const ShellOption shell_vol_create_options[];
extern const ShellOption shell_vol_create_as_options[];
gboolean shell_run_vol_create(Shell *shell, const ShellArgs *args, GError **error);
gboolean shell_run_vol_create_as(Shell *shell, const ShellArgs *args, GError **error);

/* cmd-volume-list.c */
extern const ShellOption shell_vol_list_options[];
extern const ShellOption shell_vol_info_options[];
gboolean shell_run_vol_list(Shell *shell, const ShellArgs *args, GError **error);
gboolean shell_run_vol_info(Shell *shell, const ShellArgs *args, GError **error);

/* Options and steps that several of them share. */
#define SHELL_VOL_OPTION                                                                           \
    {                                                                                              \
        .name = "vol", .help = "volume name (with --pool), key or path", .kind = SHELL_STRING,     \
        .flags = SHELL_REQUIRED | SHELL_POSITIONAL, .completer = &shell_complete_volume,           \
    }
#define SHELL_VOL_POOL_OPTION                                                                      \
    {                                                                                              \
        .name = "pool", .help = "pool name or UUID", .kind = SHELL_STRING,                         \
        .flags = SHELL_POSITIONAL, .completer = &shell_complete_pool,                              \
    }

/* Returns: (transfer full): what JSON says of a volume whatever was done to it. */
ShellRecord *shell_describe_volume(CofferVolume *volume);
