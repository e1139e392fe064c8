/* self-test.c: walks the tables of commands. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "self-test.h"

#include "command.h"
#include "failure.h"

#include <stdio.h>
#include <string.h>

/* The longest line of help that fits beside the names on 100 columns. */
#define HELP_MAX 80

static guint problems;

static void
complain(const ShellCommand *command, const ShellOption *option, const char *what)
{
    problems++;
    printf("%s%s%s: %s\n", command->name, option != NULL ? " --" : "",
           option != NULL ? option->name : "", what);
}

static gboolean
is_name(const char *name)
{
    gsize length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return length > 0 && name[length] == '\0' && name[0] != '-';
}

static void
check_option(const ShellCommand *command, const ShellOption *option)
{
    gboolean takes_text =
        option->kind == SHELL_STRING || option->kind == SHELL_SIZE || option->kind == SHELL_REST;
    gboolean required = (option->flags & SHELL_REQUIRED) != 0;

    if (!is_name(option->name) || g_str_equal(option->name, "json") ||
        g_str_equal(option->name, "help"))
        complain(command, option, "the name is not one that an option may have");
    if (option->help == NULL || *option->help == '\0')
        complain(command, option, "has no help");
    if (takes_text != (option->completer != NULL))
        complain(command, option, "needs a completer if, and only if, it takes a text");
    if (option->completer != NULL && option->completer->name == NULL)
        complain(command, option, "has a completer without a name");
    if (option->kind == SHELL_FLAG && option->flags & (SHELL_POSITIONAL | SHELL_REQUIRED))
        complain(command, option, "a flag is neither positional nor required");
    if (required && !(option->flags & SHELL_POSITIONAL))
        complain(command, option, "is required, and should be positional");
    if (option->kind == SHELL_REST && !(option->flags & SHELL_POSITIONAL))
        complain(command, option, "takes the rest, and is positional");
    for (const ShellOption *other = option + 1; other->name != NULL; other++) {
        if (g_str_equal(other->name, option->name))
            complain(command, option, "is there twice");
        if (!required && other->flags & SHELL_REQUIRED)
            complain(command, option, "stands before a required one");
        if (option->kind == SHELL_REST || option->kind == SHELL_REFUSED)
            complain(command, option, "takes all that follows, and is not the last");
    }
}

static void
check_command(const ShellCommand *command)
{
    guint same = 0;

    if (!is_name(command->name))
        complain(command, NULL, "the name is not one that a command may have");
    if (command->help == NULL || *command->help == '\0' || strlen(command->help) > HELP_MAX)
        complain(command, NULL, "has no help, or more than a line");
    else if (g_str_has_suffix(command->help, "."))
        complain(command, NULL, "the short help is no sentence");
    if (command->description != NULL && !g_str_has_suffix(command->description, "."))
        complain(command, NULL, "the description is of whole sentences");
    if (command->run == NULL)
        complain(command, NULL, "does nothing");
    SHELL_FOREACH_GROUP (group)
        SHELL_FOREACH_COMMAND (other, group)
            same += g_str_equal(other->name, command->name);
    if (same != 1 || shell_group_find(command->name) != NULL)
        complain(command, NULL, "has the name of another command or group");
    SHELL_FOREACH_OPTION (option, command)
        check_option(command, option);
}

gboolean
shell_self_test(GError **error)
{
    guint count = 0;

    problems = 0;
    SHELL_FOREACH_GROUP (group)
        SHELL_FOREACH_COMMAND (command, group) {
            check_command(command);
            count++;
        }
    if (problems > 0)
        return shell_throw(error, COFFER_ERROR_VERIFICATION_FAILED, "%u faults in %u commands",
                           problems, count);
    printf("%u commands are fine\n", count);
    return TRUE;
}
