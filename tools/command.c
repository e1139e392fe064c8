/* command.c: all tables of commands, and finding one in them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

const ShellGroup *const shell_groups[] = {
    &shell_group_secret, &shell_group_pool,   &shell_group_volume,
    &shell_group_domain,

    &shell_group_host,   &shell_group_coffer, NULL,
};

const ShellCommand *
shell_command_find(const char *name)
{
    SHELL_FOREACH_GROUP (group)
        SHELL_FOREACH_COMMAND (command, group)
            if (g_str_equal(command->name, name))
                return command;
    return NULL;
}

const ShellGroup *
shell_group_find(const char *keyword)
{
    SHELL_FOREACH_GROUP (group)
        if (g_str_equal(group->keyword, keyword))
            return group;
    return NULL;
}

gsize
shell_command_count_options(const ShellCommand *command)
{
    gsize count = 0;

    SHELL_FOREACH_OPTION (option, command)
        count++;
    return count;
}
