/* command.h: what a command is: a row of a table; it neither parses nor runs one. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

typedef struct _Shell Shell;
typedef struct _ShellArgs ShellArgs;

/* What an option takes. */
typedef enum {
    SHELL_FLAG,    /* nothing */
    SHELL_STRING,  /* a text, never empty */
    SHELL_SIZE,    /* bytes, or a number with a unit */
    SHELL_REST,    /* all further words; the last option of its command */
    SHELL_REFUSED, /* a value, which has no place on a command line: `help` says what to do instead
                    */
} ShellOptionKind;

typedef enum {
    SHELL_OPTION_NONE = 0,
    SHELL_REQUIRED = 1 << 0,
    SHELL_POSITIONAL = 1 << 1, /* its name may be left out */
    SHELL_HIDDEN = 1 << 2,     /* is in no help and no completion */
} ShellOptionFlags;

/* Offers words for an option. Each has a name, so that the self-test can tell that somebody thought
 * of it; `add` is NULL where there is nothing to offer, or where the caller does it better (files).
 */
typedef struct {
    const char *name;
    /* Adds owned texts to @out. @so_far has what stands before on the line. Errors are for nobody
     * to see: a completer that cannot know adds nothing. */
    void (*add)(Shell *shell, const ShellArgs *so_far, GPtrArray *out);
} ShellCompleter;

typedef struct {
    const char *name;
    const char *help;
    const ShellCompleter *completer; /* of all that take a text */
    ShellOptionKind kind;
    ShellOptionFlags flags;
} ShellOption;

typedef struct {
    const char *name;
    const char *help;        /* one line */
    const char *description; /* sentences; may be NULL where `help` says it all */
    const char *json; /* the keys that --json prints, NULL for a command that prints nothing */
    const ShellOption *options; /* required ones first; ends with a nameless one; NULL for none */
    gboolean (*run)(Shell *shell, const ShellArgs *args, GError **error);
    gboolean hidden; /* is in no help: for programs and tests */
} ShellCommand;

typedef struct {
    const char *name;
    const char *keyword;          /* as in `help KEYWORD` */
    const ShellCommand *commands; /* ends with a nameless one */
} ShellGroup;

/* One a noun, in cmd-NOUN.c. */
extern const ShellGroup shell_group_secret;
extern const ShellGroup shell_group_pool;
extern const ShellGroup shell_group_volume;
extern const ShellGroup shell_group_domain;
extern const ShellGroup shell_group_host;
extern const ShellGroup shell_group_coffer;

/* All of them, in the order of help; ends with NULL. */
extern const ShellGroup *const shell_groups[];

/* Returns: (nullable): the command of that name. */
const ShellCommand *shell_command_find(const char *name);
const ShellGroup *shell_group_find(const char *keyword);

/* Returns: how many options the command has. */
gsize shell_command_count_options(const ShellCommand *command);

#define SHELL_FOREACH_GROUP(group)                                                                 \
    for (const ShellGroup *const *group##_ = shell_groups, *group = *group##_; group != NULL;      \
         group = *++group##_)
#define SHELL_FOREACH_COMMAND(command, group)                                                      \
    for (const ShellCommand *command = (group)->commands; command->name != NULL; command++)
#define SHELL_FOREACH_OPTION(option, command)                                                      \
    for (const ShellOption *option = (command)->options; option != NULL && option->name != NULL;   \
         option++)
