/* help.h: help from the tables: for all, a group, a command; as text or JSON. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "command.h"

void shell_help_all(void);
void shell_help_group(const ShellGroup *group);
void shell_help_command(const ShellCommand *command);

/* One line of JSON: an array of the commands that have @name (a group's keyword, a command, NULL
 * for all). */
void shell_help_json(const char *name);
