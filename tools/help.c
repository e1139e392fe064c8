/* help.c: prints the tables of commands for people and for programs. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "help.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

void
shell_help_group(const ShellGroup *group)
{
    printf(" %s (help keyword '%s'):\n", group->name, group->keyword);
    SHELL_FOREACH_COMMAND (command, group)
        if (!command->hidden)
            printf("    %-22s %s\n", command->name, command->help);
    putchar('\n');
}

void
shell_help_all(void)
{
    SHELL_FOREACH_GROUP (group)
        shell_help_group(group);
    printf(
        "  (help <group> lists a group, help <command> or <command> --help describes a command)\n");
}

/* "<pool>", "[--format <text>]": as in a synopsis. */
static void
print_in_synopsis(const ShellOption *option)
{
    gboolean required = (option->flags & SHELL_REQUIRED) != 0;

    switch (option->kind) {
    case SHELL_FLAG:
        printf(" [--%s]", option->name);
        break;
    case SHELL_STRING:
    case SHELL_SIZE:
        if (required && option->flags & SHELL_POSITIONAL)
            printf(" <%s>", option->name);
        else
            printf(required ? " --%s <%s>" : " [--%s <%s>]", option->name,
                   option->kind == SHELL_SIZE ? "size" : "string");
        break;
    case SHELL_REST:
        printf(required ? " <%s>..." : " [<%s>]...", option->name);
        break;
    case SHELL_REFUSED:
        break;
    }
}

static void
print_option(const ShellOption *option)
{
    g_autofree char *form = NULL;

    switch (option->kind) {
    case SHELL_FLAG:
        form = g_strdup_printf("--%s", option->name);
        break;
    case SHELL_STRING:
    case SHELL_SIZE:
        form = g_strdup_printf(option->flags & SHELL_POSITIONAL ? "[--%s] <%s>" : "--%s <%s>",
                               option->name, option->kind == SHELL_SIZE ? "size" : "string");
        break;
    case SHELL_REST:
        form = g_strdup_printf("<%s>", option->name);
        break;
    case SHELL_REFUSED:
        return;
    }
    printf("    %-26s %s\n", form, option->help);
}

/* Sentences in lines of 80 columns at most, four of them blank. */
static void
print_description(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    gsize column = 80;

    printf("  DESCRIPTION");
    for (char **word = words; *word != NULL; word++) {
        gsize length = strlen(*word);

        if (column + 1 + length > 80) {
            printf("\n    %s", *word);
            column = 4 + length;
        } else {
            printf(" %s", *word);
            column += 1 + length;
        }
    }
    printf("\n\n");
}

void
shell_help_command(const ShellCommand *command)
{
    printf("  NAME\n    %s - %s\n\n  SYNOPSIS\n    %s", command->name, command->help,
           command->name);
    SHELL_FOREACH_OPTION (option, command)
        if ((option->flags & SHELL_HIDDEN) == 0)
            print_in_synopsis(option);
    printf("\n\n");
    if (command->description != NULL)
        print_description(command->description);
    if (command->options != NULL)
        printf("  OPTIONS\n");
    SHELL_FOREACH_OPTION (option, command)
        if ((option->flags & SHELL_HIDDEN) == 0)
            print_option(option);
    if (command->options != NULL)
        putchar('\n');
    if (command->json != NULL)
        printf("  JSON\n    %s\n\n", command->json);
}

static const char *
kind_word(ShellOptionKind kind)
{
    switch (kind) {
    case SHELL_FLAG:
        return "flag";
    case SHELL_STRING:
        return "string";
    case SHELL_SIZE:
        return "size";
    case SHELL_REST:
    case SHELL_REFUSED:
        break;
    }
    return "rest";
}

static void
add_member(JsonBuilder *builder, const char *key, const char *text)
{
    json_builder_set_member_name(builder, key);
    json_builder_add_string_value(builder, text);
}

static void
build_command(JsonBuilder *builder, const ShellGroup *group, const ShellCommand *command)
{
    json_builder_begin_object(builder);
    add_member(builder, "name", command->name);
    add_member(builder, "group", group->keyword);
    add_member(builder, "help", command->help);
    json_builder_set_member_name(builder, "options");
    json_builder_begin_array(builder);
    SHELL_FOREACH_OPTION (option, command) {
        if (option->flags & SHELL_HIDDEN)
            continue;
        json_builder_begin_object(builder);
        add_member(builder, "name", option->name);
        add_member(builder, "help", option->help);
        add_member(builder, "kind", kind_word(option->kind));
        json_builder_set_member_name(builder, "required");
        json_builder_add_boolean_value(builder, (option->flags & SHELL_REQUIRED) != 0);
        json_builder_set_member_name(builder, "positional");
        json_builder_add_boolean_value(builder, (option->flags & SHELL_POSITIONAL) != 0);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

void
shell_help_json(const char *name)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *text = NULL;

    json_builder_begin_array(builder);
    SHELL_FOREACH_GROUP (group)
        SHELL_FOREACH_COMMAND (command, group)
            if (!command->hidden && (name == NULL || g_str_equal(name, group->keyword) ||
                                     g_str_equal(name, command->name)))
                build_command(builder, group, command);
    json_builder_end_array(builder);
    root = json_builder_get_root(builder);
    text = json_to_string(root, FALSE);
    puts(text);
}
