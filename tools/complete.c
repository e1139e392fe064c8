/* complete.c: walks the tables with an unfinished line. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "complete.h"

#include "shell.h"

#include <string.h>

static void
add_words(GPtrArray *out, const char *const *words)
{
    for (; *words != NULL; words++)
        g_ptr_array_add(out, g_strdup(*words));
}

static void
add_secrets(Shell *shell, const ShellArgs *so_far, GPtrArray *out)
{
    CofferConnection *connection = shell_connect_existing(shell);
    g_autoptr(GPtrArray) secrets =
        connection != NULL
            ? coffer_connection_list_secrets(connection, COFFER_SECRET_LIST_ALL, NULL)
            : NULL;

    for (guint i = 0; secrets != NULL && i < secrets->len; i++)
        g_ptr_array_add(out, g_strdup(coffer_secret_get_uuid(g_ptr_array_index(secrets, i))));
}

static GPtrArray *
list_pools(Shell *shell, CofferPoolListFlags flags)
{
    CofferConnection *connection = shell_connect_existing(shell);

    return connection != NULL ? coffer_connection_list_pools(connection, flags, NULL, NULL) : NULL;
}

static void
add_pools(Shell *shell, const ShellArgs *so_far, GPtrArray *out)
{
    g_autoptr(GPtrArray) pools = list_pools(shell, COFFER_POOL_LIST_ALL);

    for (guint i = 0; pools != NULL && i < pools->len; i++)
        g_ptr_array_add(out, g_strdup(coffer_pool_get_name(g_ptr_array_index(pools, i))));
}

/* The pool that the line names so far, or NULL. */
static const char *
named_pool(const ShellArgs *so_far)
{
    SHELL_FOREACH_OPTION (option, shell_args_command(so_far))
        if (g_str_equal(option->name, "pool"))
            return shell_args_get(so_far, "pool");
    return NULL;
}

static void
add_volumes(Shell *shell, const ShellArgs *so_far, GPtrArray *out)
{
    g_autoptr(GPtrArray) pools = list_pools(shell, COFFER_POOL_LIST_ACTIVE);
    const char *named = named_pool(so_far);

    for (guint i = 0; pools != NULL && i < pools->len; i++) {
        CofferPool *pool = g_ptr_array_index(pools, i);
        g_autoptr(GPtrArray) volumes = NULL;

        if (named != NULL && !g_str_equal(named, coffer_pool_get_name(pool)) &&
            !g_str_equal(named, coffer_pool_get_uuid(pool)))
            continue;
        volumes = coffer_pool_list_volumes(pool, NULL);
        for (guint j = 0; volumes != NULL && j < volumes->len; j++) {
            CofferVolume *volume = g_ptr_array_index(volumes, j);

            g_ptr_array_add(out, g_strdup(named != NULL ? coffer_volume_get_name(volume)
                                                        : coffer_volume_get_path(volume)));
        }
    }
}

static void
add_pool_types(Shell *shell, const ShellArgs *so_far, GPtrArray *out)
{
    static const char *const types[] = {
        "dir",   "fs",  "netfs",    "logical", "disk", "iscsi",    "iscsi-direct", "scsi",
        "mpath", "rbd", "sheepdog", "gluster", "zfs",  "vstorage", NULL,
    };

    add_words(out, types);
}

static void
add_volume_formats(Shell *shell, const ShellArgs *so_far, GPtrArray *out)
{
    static const char *const formats[] = { "raw", "qcow2", "qcow", "qed", "vmdk", "vdi", NULL };

    add_words(out, formats);
}

static void
add_natives(Shell *shell, const ShellArgs *so_far, GPtrArray *out)
{
    static const char *const natives[] = { "qemu-argv", NULL };

    add_words(out, natives);
}

static void
add_uris(Shell *shell, const ShellArgs *so_far, GPtrArray *out)
{
    static const char *const uris[] = { "coffer:///system", "coffer:///session",
                                        "coffer:///embed?root=", NULL };

    add_words(out, uris);
}

static void
add_commands(Shell *shell, const ShellArgs *so_far, GPtrArray *out)
{
    SHELL_FOREACH_GROUP (group) {
        if (so_far != NULL)
            g_ptr_array_add(out, g_strdup(group->keyword));
        SHELL_FOREACH_COMMAND (command, group)
            if (!command->hidden)
                g_ptr_array_add(out, g_strdup(command->name));
    }
}

const ShellCompleter shell_complete_free = { "free text", NULL };
const ShellCompleter shell_complete_file = { "file", NULL };
const ShellCompleter shell_complete_secret = { "secret", add_secrets };
const ShellCompleter shell_complete_pool = { "pool", add_pools };
const ShellCompleter shell_complete_volume = { "volume", add_volumes };
const ShellCompleter shell_complete_pool_type = { "pool type", add_pool_types };
const ShellCompleter shell_complete_pool_types = { "pool types", add_pool_types };
const ShellCompleter shell_complete_volume_format = { "volume format", add_volume_formats };
const ShellCompleter shell_complete_command = { "command", add_commands };
const ShellCompleter shell_complete_native = { "native format", add_natives };
const ShellCompleter shell_complete_uri = { "URI", add_uris };

/* What is offered so far, and for what. */
typedef struct {
    Shell *shell;
    const ShellArgs *args;
    const char *typed; /* the unfinished word */
    GPtrArray *offers;
    gboolean files;
} Completion;

/* Adds the offers of @option for @typed, each with @before in front. */
static void
offer_texts(Completion *completion, const ShellOption *option, const char *before,
            const char *typed)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *items = NULL;
    const char *comma = NULL;

    if (option->completer == &shell_complete_file)
        completion->files = TRUE;
    if (option->completer == NULL || option->completer->add == NULL)
        return;
    if (option->completer == &shell_complete_pool_types)
        comma = strrchr(typed, ',');
    if (comma != NULL) {
        items = g_strndup(typed, (gsize)(comma - typed) + 1);
        typed = comma + 1;
    }
    option->completer->add(completion->shell, completion->args, found);
    for (guint i = 0; i < found->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(found, i), typed))
            g_ptr_array_add(completion->offers, g_strconcat(before, items != NULL ? items : "",
                                                            g_ptr_array_index(found, i), NULL));
}

static void
offer_options(Completion *completion)
{
    static const char *const universal[] = { "--json", "--help" };

    SHELL_FOREACH_OPTION (option, shell_args_command(completion->args)) {
        g_autofree char *word = g_strconcat("--", option->name, NULL);

        if ((option->flags & SHELL_HIDDEN) == 0 && option->kind != SHELL_REST &&
            !shell_args_has(completion->args, option->name) &&
            g_str_has_prefix(word, completion->typed))
            g_ptr_array_add(completion->offers, g_steal_pointer(&word));
    }
    /* Not among the first things that come to mind. */
    for (gsize i = 0; i < G_N_ELEMENTS(universal) && completion->typed[0] == '-'; i++)
        if (g_str_has_prefix(universal[i], completion->typed))
            g_ptr_array_add(completion->offers, g_strdup(universal[i]));
}

/* --option=TEXT */
static void
offer_behind_equals(Completion *completion, const char *equals)
{
    g_autofree char *before = g_strndup(completion->typed, (gsize)(equals - completion->typed) + 1);

    SHELL_FOREACH_OPTION (option, shell_args_command(completion->args))
        if (strncmp(option->name, before + 2, strlen(before) - 3) == 0 &&
            strlen(option->name) == strlen(before) - 3)
            offer_texts(completion, option, before, equals + 1);
}

static void
offer_for_command(Completion *completion, const ShellOption *pending, gboolean only_data)
{
    const ShellOption *positional = shell_args_next_positional(completion->args);
    const char *equals = strchr(completion->typed, '=');

    if (pending != NULL) {
        offer_texts(completion, pending, "", completion->typed);
    } else if (!only_data && shell_is_option(completion->typed) && equals != NULL) {
        offer_behind_equals(completion, equals);
    } else if (!only_data && completion->typed[0] == '-') {
        offer_options(completion);
    } else if (positional != NULL) {
        offer_texts(completion, positional, "", completion->typed);
        if (!only_data && !(positional->flags & SHELL_REQUIRED) && *completion->typed == '\0')
            offer_options(completion);
    } else if (!only_data && *completion->typed == '\0') {
        offer_options(completion);
    }
}

GPtrArray *
shell_complete(Shell *shell, GPtrArray *words, gboolean *out_files)
{
    g_autoptr(GPtrArray) before = g_ptr_array_new();
    g_autoptr(ShellArgs) args = NULL;
    const ShellOption *pending = NULL;
    gboolean only_data = FALSE;
    Completion completion = {
        .shell = shell,
        .typed = g_ptr_array_index(words, words->len - 1),
        .offers = g_ptr_array_new_with_free_func(g_free),
    };
    static const ShellOption command_name = { .name = "command",
                                              .completer = &shell_complete_command };

    for (guint i = 0; i + 1 < words->len; i++)
        g_ptr_array_add(before, g_ptr_array_index(words, i));
    if (before->len == 0) {
        offer_texts(&completion, &command_name, "", completion.typed);
    } else {
        args = shell_args_parse_partial(before, &pending, &only_data);
        completion.args = args;
        if (args != NULL)
            offer_for_command(&completion, pending, only_data);
    }
    *out_files = completion.files;
    return completion.offers;
}
