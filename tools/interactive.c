/* interactive.c: the prompt: line editing, completion and history by readline. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "interactive.h"

#include "complete.h"
#include "input.h"
#include "print.h"
#include "words.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#define PROMPT      "coffer # "
#define HISTORY_MAX 1000

/* readline has no place for data of one's own. */
static Shell *current;
static char *typed;     /* the line, once there is one; malloc()'s */
static gboolean at_end; /* Ctrl-D */
static volatile sig_atomic_t interrupted;

static void
note_interrupt(int number)
{
    interrupted = 1;
}

/* One that readline frees: it wants malloc()'s memory, and a first entry with what all have in
 * common. */
static char **
matches_from(GPtrArray *offers)
{
    char **matches = calloc((gsize)offers->len + 2, sizeof(char *));
    gsize common = 0;

    if (matches == NULL || offers->len == 0) {
        free(matches);
        return NULL;
    }
    common = strlen(g_ptr_array_index(offers, 0));
    for (guint i = 0; i < offers->len; i++) {
        const char *offer = g_ptr_array_index(offers, i);
        gsize same = 0;

        matches[i + 1] = strdup(offer);
        while (same < common && offer[same] == ((const char *)g_ptr_array_index(offers, 0))[same])
            same++;
        common = same;
    }
    matches[0] = strndup(g_ptr_array_index(offers, 0), common);
    if (offers->len == 1)
        g_clear_pointer(&matches[1], free);
    return matches;
}

static char **
complete_line(const char *text, int start, int end)
{
    g_autofree char *line = g_strndup(rl_line_buffer, (gsize)end);
    g_autoptr(GPtrArray) words = shell_split_partial(line);
    gboolean files = FALSE;
    g_autoptr(GPtrArray) offers = shell_complete(current, words, &files);

    /* Without matches of ours readline would go on with files. */
    rl_attempted_completion_over = !files;
    return matches_from(offers);
}

static char *
history_path(void)
{
    return g_build_filename(g_get_user_state_dir(), "coffer", "history", NULL);
}

static void
load_history(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);

    using_history();
    stifle_history(HISTORY_MAX);
    g_mkdir_with_parents(folder, 0700);
    if (read_history(path) == 0 && history_length >= HISTORY_MAX)
        history_truncate_file(path, HISTORY_MAX / 2);
}

/* Only lines that made sense go to the file: in others a value may stand where it should not. */
static void
remember(const char *path, const char *line)
{
    g_auto(ShellFd) fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    g_autofree char *entry = g_strconcat(line, "\n", NULL);

    /* A history that cannot be kept is no reason to bother anybody. */
    if (fd >= 0 && fchmod(fd, 0600) == 0 && write(fd, entry, strlen(entry)) < 0)
        return;
}

static void
set_up(void)
{
    setlocale(LC_CTYPE, "");
    rl_readline_name = "coffer";
    rl_attempted_completion_function = complete_line;
    rl_basic_word_break_characters = " \t\n;";
    rl_completer_quote_characters = "'\"";
    /* Also while poll() waits: a signal that ends the program first puts the terminal back. */
    rl_persistent_signal_handlers = 1;
}

/* Called by readline at the end of a line; puts the terminal back for what the command does. */
static void
take_line(char *line)
{
    typed = line;
    at_end = line == NULL;
    rl_callback_handler_remove();
}

/* Ctrl-C throws the line away. */
static void
drop_line(void)
{
    interrupted = 0;
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_replace_line("", 0);
    rl_crlf();
    rl_on_new_line();
    rl_redisplay();
}

/* Returns: (nullable): a line for free(), NULL at the end. */
static char *
read_line(void)
{
    struct sigaction action = { .sa_handler = note_interrupt };
    struct sigaction old;
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

    typed = NULL;
    at_end = FALSE;
    sigaction(SIGINT, &action, &old);
    rl_callback_handler_install(PROMPT, take_line);
    while (typed == NULL && !at_end) {
        if (poll(&input, 1, -1) > 0)
            rl_callback_read_char();
        else
            rl_check_signals();
        if (interrupted)
            drop_line();
    }
    sigaction(SIGINT, &old, NULL);
    return typed;
}

static void
run_typed(Shell *shell, const char *path, const char *line)
{
    gboolean understood = FALSE;

    shell_run_line(shell, line, &understood);
    if (*line == '\0' || *line == ' ')
        return;
    if (understood) {
        add_history(line);
        remember(path, line);
    }
    if (!shell->quiet && !shell->json)
        shell_print("\n");
}

ShellStatus
shell_run_terminal(Shell *shell)
{
    g_autofree char *path = history_path();

    current = shell;
    shell->interactive = TRUE;
    shell->stdin_is_commands = TRUE;
    set_up();
    load_history(path);
    if (!shell->quiet)
        shell_print("Welcome to coffer, the secrets and volumes interactive terminal.\n\n"
                    "Type:  'help' for help with commands\n       'quit' to quit\n\n");
    shell_print_flush(NULL);
    while (!shell->quit) {
        char *line = read_line();

        if (line == NULL) {
            shell_print("\n");
            break;
        }
        run_typed(shell, path, line);
        shell_print_flush(NULL);
        explicit_bzero(line, strlen(line));
        free(line);
    }
    clear_history();
    return SHELL_DONE;
}
