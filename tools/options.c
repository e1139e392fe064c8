/* options.c: a table of the program's options, and three walks over it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include "complete.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    char letter; /* 0: has none */
    const char *name;
    const char *value; /* what it takes, as help calls it; NULL for nothing */
    gboolean optional; /* the value comes only behind an equals sign */
    const char *help;
} Option;

/* What each of them does is in apply(), in the same order. */
typedef enum {
    OPTION_CONNECT,
    OPTION_ROOT,
    OPTION_QUIET,
    OPTION_JSON,
    OPTION_TIMING,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_LONG_VERSION,
} OptionId;

static const Option options[] = {
    [OPTION_CONNECT] = { 'c', "connect", "URI", FALSE, "where the secrets and pools are" },
    [OPTION_ROOT] = { 'R', "root", "DIR", FALSE, "the same as -c coffer:///embed?root=DIR" },
    [OPTION_QUIET] = { 'q', "quiet", NULL, FALSE, "no messages about what was done" },
    [OPTION_JSON] = { 'j', "json", NULL, FALSE, "output and errors as JSON, one line a command" },
    [OPTION_TIMING] = { 't', "timing", NULL, FALSE, "print timing information" },
    [OPTION_HELP] = { 'h', "help", NULL, FALSE, "this help" },
    [OPTION_VERSION] = { 'v', "version", "TYPE", TRUE, "version; TYPE is short or long" },
    [OPTION_LONG_VERSION] = { 'V', NULL, NULL, FALSE, "long version" },
};

static gboolean
apply(Shell *shell, OptionId id, const char *value, ShellAction *action, GError **error)
{
    g_autofree char *uri = NULL;

    switch (id) {
    case OPTION_CONNECT:
        shell_set_uri(shell, value);
        break;
    case OPTION_ROOT:
        if (*value == '\0')
            return shell_throw_usage(error, "option --root is empty");
        uri = shell_uri_for_root(value);
        shell_set_uri(shell, uri);
        break;
    case OPTION_QUIET:
        shell->quiet = TRUE;
        break;
    case OPTION_JSON:
        shell->json = TRUE;
        break;
    case OPTION_TIMING:
        shell->timing = TRUE;
        break;
    case OPTION_HELP:
        *action = SHELL_SHOW_HELP;
        break;
    case OPTION_VERSION:
        if (value != NULL && !g_str_equal(value, "short") && !g_str_equal(value, "long"))
            return shell_throw_usage(error, "option --version takes short or long, not '%s'",
                                     value);
        *action = g_strcmp0(value, "long") == 0 ? SHELL_SHOW_LONG_VERSION : SHELL_SHOW_VERSION;
        break;
    case OPTION_LONG_VERSION:
        *action = SHELL_SHOW_LONG_VERSION;
        break;
    }
    return TRUE;
}

static gboolean
throw_unknown(const char *word, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *near = NULL;
    g_autofree char *name = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
        if (options[i].name != NULL)
            g_ptr_array_add(names, (gpointer)options[i].name);
    name = g_strndup(word, strcspn(word, "="));
    near = g_str_has_prefix(name, "--") ? shell_suggest(name + 2, names) : NULL;
    if (near != NULL)
        return shell_throw_usage(error, "unsupported option '%s'; did you mean --%s?", name, near);
    return shell_throw_usage(error, "unsupported option '%s'; see 'coffer --help'", name);
}

/* The option that @word is; @out_value: what stands behind it in the same word, or NULL. */
static const Option *
match(const char *word, const char **out_value)
{
    gsize length = strcspn(word, "=");

    *out_value = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        const Option *option = &options[i];

        if (word[1] != '-') {
            if (word[1] != option->letter || (word[2] != '\0' && option->value == NULL))
                continue;
            *out_value = word[2] != '\0' ? word + 2 : NULL;
            return option;
        }
        if (option->name == NULL || strlen(option->name) != length - 2 ||
            strncmp(option->name, word + 2, length - 2) != 0)
            continue;
        *out_value = word[length] == '=' ? word + length + 1 : NULL;
        return option;
    }
    return NULL;
}

gboolean
shell_options_parse(Shell *shell, int argc, char *const *argv, ShellAction *out_action,
                    int *out_rest, GError **error)
{
    int i = 0;

    *out_action = SHELL_RUN;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        const char *value = NULL;
        const Option *option = NULL;

        if (g_str_equal(argv[i], "--")) {
            i++;
            break;
        }
        option = match(argv[i], &value);
        if (option == NULL)
            return throw_unknown(argv[i], error);
        if (option->value == NULL && value != NULL)
            return shell_throw_usage(error, "option --%s takes no value", option->name);
        if (option->value != NULL && value == NULL && !option->optional) {
            value = i + 1 < argc ? argv[++i] : NULL;
            if (value == NULL)
                return shell_throw_usage(error, "option --%s needs a value: %s", option->name,
                                         option->value);
        }
        if (!apply(shell, (OptionId)(option - options), value, out_action, error))
            return FALSE;
    }
    *out_rest = i;
    return TRUE;
}

void
shell_options_help(void)
{
    printf("coffer [options]... [<command_string>]\n"
           "coffer [options]... <command> [args...]\n\n  options:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        const Option *option = &options[i];
        g_autofree char *name =
            option->name != NULL ? g_strconcat(" | --", option->name, NULL) : g_strdup("");
        g_autofree char *value = option->value != NULL
                                     ? g_strconcat(option->optional ? "[=" : "=", option->value,
                                                   option->optional ? "]" : "", NULL)
                                     : g_strdup("");
        g_autofree char *form = g_strdup_printf("-%c%s%s", option->letter, name, value);

        printf("    %-24s %s\n", form, option->help);
    }
    printf("\n  Without a command: an interactive terminal, or commands from standard input.\n"
           "  Several commands on a line stand with ; between them.\n\n  commands:\n\n");
}

static GPtrArray *
complete_options(const char *typed)
{
    GPtrArray *offers = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree char *word =
            options[i].name != NULL ? g_strconcat("--", options[i].name, NULL) : NULL;

        if (word != NULL && g_str_has_prefix(word, typed))
            g_ptr_array_add(offers, g_steal_pointer(&word));
    }
    return offers;
}

GPtrArray *
shell_options_complete(Shell *shell, GPtrArray *words)
{
    char *const *argv = (char *const *)words->pdata;
    int argc = (int)words->len;
    ShellAction action = SHELL_RUN;
    g_autoptr(GPtrArray) command = shell_words_new();
    gboolean files = FALSE;
    int rest = 0;

    if (argc == 0)
        return g_ptr_array_new_with_free_func(g_free);
    /* All but the last word; where the last option still lacks its value, there is nothing to
     * offer. */
    if (!shell_options_parse(shell, argc - 1, argv, &action, &rest, NULL))
        return g_ptr_array_new_with_free_func(g_free);
    if (rest == argc - 1 && argv[rest][0] == '-')
        return complete_options(argv[rest]);
    for (int i = rest; i < argc; i++) {
        if (g_str_equal(argv[i], "\\;") && i + 1 < argc)
            g_ptr_array_set_size(command, 0);
        else
            g_ptr_array_add(command, g_strdup(argv[i]));
    }
    return shell_complete(shell, command, &files);
}
