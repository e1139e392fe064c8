/* args.c: matches words with the options of a command. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "args.h"

#include "failure.h"

#include <coffer/size.h>
#include <string.h>

typedef struct {
    gboolean given;
    const char *text; /* in `words` */
    guint64 size;     /* bytes; SHELL_SIZE */
} Given;

struct _ShellArgs {
    const ShellCommand *command;
    GPtrArray *words;
    Given *given; /* one an option */
    GPtrArray *rest;
    gboolean help;
    gboolean json;
};

/* The state between two words. */
typedef struct {
    ShellArgs *args;
    const ShellOption *pending; /* its text is the next word */
    gboolean only_data;         /* after "--" */
    guint data;                 /* how many words went to positional options */
} Parser;

void
shell_args_free(ShellArgs *args)
{
    g_ptr_array_unref(args->words);
    g_ptr_array_unref(args->rest);
    g_free(args->given);
    g_free(args);
}

gboolean
shell_is_option(const char *word)
{
    return word[0] == '-' && word[1] == '-' && g_ascii_isalnum(word[2]);
}

static Given *
given_of(const ShellArgs *args, const ShellOption *option)
{
    return &args->given[option - args->command->options];
}

static const ShellOption *
find_option(const ShellCommand *command, const char *name)
{
    SHELL_FOREACH_OPTION (option, command)
        if (g_str_equal(option->name, name))
            return option;
    return NULL;
}

static Given *
given_by_name(const ShellArgs *args, const char *name)
{
    const ShellOption *option = find_option(args->command, name);

    g_assert(option != NULL);
    return given_of(args, option);
}

static gboolean
throw_unknown_command(const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *near = NULL;

    SHELL_FOREACH_GROUP (group)
        SHELL_FOREACH_COMMAND (command, group)
            if (!command->hidden)
                g_ptr_array_add(names, (gpointer)command->name);
    near = shell_suggest(name, names);
    if (near != NULL)
        return shell_throw_usage(error, "unknown command: '%s'; did you mean '%s'?", name, near);
    return shell_throw_usage(error, "unknown command: '%s'; see 'coffer help'", name);
}

static gboolean
throw_unknown_option(const ShellCommand *command, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *near = NULL;

    SHELL_FOREACH_OPTION (option, command)
        if ((option->flags & SHELL_HIDDEN) == 0)
            g_ptr_array_add(names, (gpointer)option->name);
    near = shell_suggest(name, names);
    if (near != NULL)
        return shell_throw_usage(error,
                                 "command '%s' doesn't support option --%s; did you mean --%s?",
                                 command->name, name, near);
    return shell_throw_usage(error,
                             "command '%s' doesn't support option --%s; see 'coffer help %s'",
                             command->name, name, command->name);
}

/* Only now is it known that a text belongs to an option. */
static gboolean
take_text(ShellArgs *args, const ShellOption *option, const char *text, GError **error)
{
    Given *given = given_of(args, option);
    g_autoptr(GError) reason = NULL;

    if (option->kind == SHELL_REFUSED)
        return shell_throw_usage(error, "%s: %s", args->command->name, option->help);
    given->given = TRUE;
    if (option->kind == SHELL_REST) {
        g_ptr_array_add(args->rest, (gpointer)text);
        return TRUE;
    }
    if (*text == '\0')
        return shell_throw_usage(error, "command '%s': option --%s is empty", args->command->name,
                                 option->name);
    if (option->kind == SHELL_SIZE && !coffer_size_parse(text, &given->size, &reason))
        return shell_throw_usage(error, "command '%s': option --%s: %s", args->command->name,
                                 option->name, reason->message);
    given->text = text;
    return TRUE;
}

static gboolean
take_named(Parser *parser, const char *name, const char *value, GError **error)
{
    const ShellCommand *command = parser->args->command;
    const ShellOption *option = NULL;

    if (g_str_equal(name, "json") && value == NULL) {
        parser->args->json = TRUE;
        return TRUE;
    }
    option = find_option(command, name);
    if (option == NULL || option->kind == SHELL_REST)
        return throw_unknown_option(command, name, error);
    if (given_of(parser->args, option)->given)
        return shell_throw_usage(error, "command '%s': option --%s is given twice", command->name,
                                 name);
    if (option->kind == SHELL_FLAG) {
        if (value != NULL)
            return shell_throw_usage(error, "command '%s': option --%s takes no value",
                                     command->name, name);
        given_of(parser->args, option)->given = TRUE;
        return TRUE;
    }
    if (value != NULL)
        return take_text(parser->args, option, value, error);
    parser->pending = option;
    return TRUE;
}

const ShellOption *
shell_args_next_positional(const ShellArgs *args)
{
    SHELL_FOREACH_OPTION (option, args->command)
        if (option->flags & SHELL_POSITIONAL &&
            (!given_of(args, option)->given || option->kind == SHELL_REST))
            return option;
    return NULL;
}

static gboolean
feed(Parser *parser, const char *word, GError **error)
{
    const ShellOption *option = NULL;

    if (parser->pending != NULL) {
        option = parser->pending;
        parser->pending = NULL;
        return take_text(parser->args, option, word, error);
    }
    if (!parser->only_data && g_str_equal(word, "--")) {
        parser->only_data = TRUE;
        return TRUE;
    }
    if (!parser->only_data && shell_is_option(word)) {
        const char *equals = strchr(word, '=');
        g_autofree char *name =
            equals != NULL ? g_strndup(word + 2, (gsize)(equals - word) - 2) : g_strdup(word + 2);

        return take_named(parser, name, equals != NULL ? equals + 1 : NULL, error);
    }
    option = shell_args_next_positional(parser->args);
    parser->data++;
    /* The word itself is not repeated: it may be a value that somebody put there. */
    if (option == NULL)
        return shell_throw_usage(
            error, "command '%s': unexpected data, word %u; see 'coffer help %s'",
            parser->args->command->name, parser->data, parser->args->command->name);
    return take_text(parser->args, option, word, error);
}

static gboolean
check_required(const Parser *parser, GError **error)
{
    const ShellArgs *args = parser->args;

    if (parser->pending != NULL)
        return shell_throw_usage(error, "command '%s': option --%s needs a value",
                                 args->command->name, parser->pending->name);
    SHELL_FOREACH_OPTION (option, args->command)
        if (option->flags & SHELL_REQUIRED && !given_of(args, option)->given)
            return shell_throw_usage(error,
                                     "command '%s' requires <%s> option; see 'coffer help %s'",
                                     args->command->name, option->name, args->command->name);
    return TRUE;
}

static ShellArgs *
args_new(const ShellCommand *command, GPtrArray *words)
{
    ShellArgs *args = g_new0(ShellArgs, 1);

    args->command = command;
    args->words = g_ptr_array_ref(words);
    args->rest = g_ptr_array_new();
    args->given = g_new0(Given, shell_command_count_options(command) + 1);
    return args;
}

/* `COMMAND ... --help` wants help even where the rest makes no sense. */
static gboolean
has_help(GPtrArray *words)
{
    for (guint i = 1; i < words->len && !g_str_equal(words->pdata[i], "--"); i++)
        if (g_str_equal(words->pdata[i], "--help"))
            return TRUE;
    return FALSE;
}

ShellArgs *
shell_args_parse(GPtrArray *words, GError **error)
{
    const ShellCommand *command = shell_command_find(words->pdata[0]);
    g_autoptr(ShellArgs) args = NULL;
    Parser parser = { 0 };

    if (command == NULL) {
        throw_unknown_command(words->pdata[0], error);
        return NULL;
    }
    args = args_new(command, words);
    parser.args = args;
    if (has_help(words)) {
        args->help = TRUE;
        return g_steal_pointer(&args);
    }
    for (guint i = 1; i < words->len; i++)
        if (!feed(&parser, words->pdata[i], error))
            return NULL;
    return check_required(&parser, error) ? g_steal_pointer(&args) : NULL;
}

ShellArgs *
shell_args_parse_partial(GPtrArray *words, const ShellOption **out_pending, gboolean *out_only_data)
{
    const ShellCommand *command = shell_command_find(words->pdata[0]);
    Parser parser = { 0 };

    if (command == NULL)
        return NULL;
    parser.args = args_new(command, words);
    for (guint i = 1; i < words->len; i++)
        feed(&parser, words->pdata[i], NULL);
    *out_pending = parser.pending;
    *out_only_data = parser.only_data;
    return parser.args;
}

const ShellCommand *
shell_args_command(const ShellArgs *args)
{
    return args->command;
}

gboolean
shell_args_wants_help(const ShellArgs *args)
{
    return args->help;
}

gboolean
shell_args_wants_json(const ShellArgs *args)
{
    return args->json;
}

gboolean
shell_args_has(const ShellArgs *args, const char *name)
{
    return given_by_name(args, name)->given;
}

const char *
shell_args_get(const ShellArgs *args, const char *name)
{
    return given_by_name(args, name)->text;
}

guint64
shell_args_get_size(const ShellArgs *args, const char *name)
{
    return given_by_name(args, name)->size;
}

GPtrArray *
shell_args_rest(const ShellArgs *args)
{
    return args->rest;
}

gboolean
shell_args_exclude(const ShellArgs *args, GError **error, const char *first, ...)
{
    const char *seen = NULL;
    gboolean both = FALSE;
    va_list names;

    va_start(names, first);
    for (const char *name = first; name != NULL && !both; name = va_arg(names, const char *)) {
        if (!shell_args_has(args, name))
            continue;
        both = seen != NULL;
        if (both)
            shell_throw_usage(error, "options --%s and --%s exclude each other", seen, name);
        seen = name;
    }
    va_end(names);
    return !both;
}
