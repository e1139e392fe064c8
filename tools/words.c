/* words.c: splits lines into commands and words. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "words.h"

#include "failure.h"

#include <string.h>

/* The state between two characters of a line. */
typedef struct {
    GPtrArray *commands;
    GPtrArray *words; /* of the command that is being read; owned */
    GString *word;    /* NULL between words */
    char quote;       /* ' or " inside of one, else 0 */
} Splitter;

static void
wipe_word(gpointer word)
{
    explicit_bzero(word, strlen(word));
    g_free(word);
}

GPtrArray *
shell_words_new(void)
{
    return g_ptr_array_new_with_free_func(wipe_word);
}

static GPtrArray *
commands_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
}

static void
end_word(Splitter *splitter)
{
    if (splitter->word != NULL)
        g_ptr_array_add(splitter->words, g_string_free(g_steal_pointer(&splitter->word), FALSE));
}

static void
end_command(Splitter *splitter)
{
    end_word(splitter);
    if (splitter->words->len == 0)
        return;
    g_ptr_array_add(splitter->commands, splitter->words);
    splitter->words = shell_words_new();
}

/* Quotes make a word even where nothing is in them. */
static void
begin_word(Splitter *splitter)
{
    if (splitter->word == NULL)
        splitter->word = g_string_new(NULL);
}

static void
add_char(Splitter *splitter, char c)
{
    begin_word(splitter);
    g_string_append_c(splitter->word, c);
}

/* Takes one or two characters at @p. Returns: the next one to look at. */
static const char *
feed(Splitter *splitter, const char *p)
{
    char c = *p++;

    if (c == '\\' && splitter->quote != '\'' && *p != '\0') {
        if (*p != '\n')
            add_char(splitter, *p);
        p++;
    } else if (splitter->quote == c && c != '\0') {
        splitter->quote = '\0';
    } else if (splitter->quote != '\0') {
        add_char(splitter, c);
    } else if (c == '\'' || c == '"') {
        begin_word(splitter);
        splitter->quote = c;
    } else if (c == ';' || c == '\n') {
        end_command(splitter);
    } else if (c == ' ' || c == '\t' || c == '\r') {
        end_word(splitter);
    } else if (c == '#' && splitter->word == NULL) {
        p += strcspn(p, "\n");
    } else {
        add_char(splitter, c);
    }
    return p;
}

GPtrArray *
shell_split_line(const char *line, GError **error)
{
    Splitter splitter = { .commands = commands_new(), .words = shell_words_new() };
    g_autoptr(GPtrArray) commands = splitter.commands;

    while (*line != '\0')
        line = feed(&splitter, line);
    end_command(&splitter);
    g_ptr_array_unref(splitter.words);
    if (splitter.quote != '\0') {
        shell_throw_usage(error, "missing %c at the end", splitter.quote);
        return NULL;
    }
    return g_steal_pointer(&commands);
}

GPtrArray *
shell_split_partial(const char *line)
{
    Splitter splitter = { .commands = commands_new(), .words = shell_words_new() };
    g_autoptr(GPtrArray) commands = splitter.commands;

    while (*line != '\0')
        line = feed(&splitter, line);
    begin_word(&splitter);
    end_word(&splitter);
    return splitter.words;
}

GPtrArray *
shell_split_argv(char *const *argv, int argc)
{
    Splitter splitter = { .commands = commands_new(), .words = shell_words_new() };

    for (int i = 0; i < argc; i++) {
        if (g_str_equal(argv[i], ";")) {
            end_command(&splitter);
        } else {
            begin_word(&splitter);
            g_string_append(splitter.word, argv[i]);
            end_word(&splitter);
        }
    }
    end_command(&splitter);
    g_ptr_array_unref(splitter.words);
    return splitter.commands;
}
