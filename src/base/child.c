/* child.c: starts programs with g_spawn, feeds them values by pipe, and turns their failure into
 * ours. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/child.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/name.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_MAX_OUTPUT (64 * 1024)

/* stderr of a tool that is kept to look for its message. */
#define MAX_STDERR (16 * 1024)

/* Characters of it that an error shows. */
#define MAX_SHOWN 2000

/* Bytes of one read; and how many of those a pipe can hold at most (pipe-max-size, 1 MiB). */
#define DRAIN_STEP     4096
#define DRAIN_REST_MAX (1024 * 1024 / DRAIN_STEP)

/* What the child inherits: our descriptors, the first of which are the read ends of the values'
 * pipes, and the numbers that it sees. */
typedef struct {
    int *sources;
    int *targets;
    gsize count;
    gsize n_owned; /* the pipes */
} Inherited;

static void
inherited_clear(Inherited *inherited)
{
    for (gsize i = 0; i < inherited->n_owned; i++)
        coffer_fd_close(inherited->sources[i]);
    inherited->n_owned = 0;
    g_clear_pointer(&inherited->sources, g_free);
    g_clear_pointer(&inherited->targets, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inherited, inherited_clear)

/* Fills a pipe completely before anybody reads, so that no thread has to feed it: the pipe is made
 * large enough first. */
static gboolean
fill_pipe(CofferBytes *value, CofferFd *out_read, GError **error)
{
    g_auto(CofferFd) write_end = COFFER_FD_NONE;
    int size = (int)coffer_bytes_get_size(value);

    if (!coffer_fd_pipe(out_read, &write_end, error))
        return FALSE;
    /* Users near the limit of pipe-user-pages-soft get a pipe of one page (pipe(7)). */
    if (fcntl(write_end, F_GETPIPE_SZ) < size && fcntl(write_end, F_SETPIPE_SZ, size) < 0)
        return coffer_throw_errno(error, errno, "cannot make a pipe of %d bytes", size);
    return coffer_bytes_write_fd(value, write_end, error);
}

static gboolean
inherit(const CofferChildRequest *request, Inherited *inherited, GError **error)
{
    inherited->sources = g_new0(int, request->n_values + request->n_files + 1);
    inherited->targets = g_new0(int, request->n_values + request->n_files + 1);
    for (gsize i = 0; i < request->n_values; i++) {
        g_auto(CofferFd) read_end = COFFER_FD_NONE;

        if (!fill_pipe(request->values[i].value, &read_end, error))
            return FALSE;
        inherited->sources[i] = coffer_fd_steal(&read_end);
        inherited->targets[i] = request->values[i].fd;
        inherited->n_owned++;
    }
    inherited->count = inherited->n_owned;
    for (gsize i = 0; i < request->n_files; i++, inherited->count++) {
        inherited->sources[inherited->count] = request->files[i].source;
        inherited->targets[inherited->count] = request->files[i].fd;
    }
    return TRUE;
}

static gboolean
throw_spawn(const char *program, const GError *spawn_error, GError **error)
{
    g_autofree char *path = g_find_program_in_path(program);

    /* A folder in PATH that we may not enter makes exec() say "Permission denied" of a program that
     * is in none of them. */
    if (g_error_matches(spawn_error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT) ||
        (path == NULL && strchr(program, '/') == NULL))
        return coffer_throw(error, COFFER_ERROR_TOOL_MISSING,
                            "'%s' is not installed or not in PATH", program);
    return coffer_throw(error, COFFER_ERROR_TOOL_FAILED, "cannot start '%s': %s", program,
                        spawn_error->message);
}

/* What a child's two pipes gave so far. */
typedef struct {
    CofferFd fd;
    GString *text;
    gsize max;
    gboolean overflow;
} Output;

/* Reads a part of what is there; closes the descriptor at its end. Past @max it is read and
 * dropped, so that the child does not hang on a full pipe. Returns: whether there may be more. */
static gboolean
drain(Output *output)
{
    char buffer[DRAIN_STEP];
    ssize_t got = read(output->fd, buffer, sizeof(buffer));
    gsize room = output->max - output->text->len;

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return FALSE;
    if (got <= 0) {
        coffer_fd_close(coffer_fd_steal(&output->fd));
        return FALSE;
    }
    if ((gsize)got > room)
        output->overflow = TRUE;
    g_string_append_len(output->text, buffer, (gssize)MIN((gsize)got, room));
    return TRUE;
}

/* Takes what the child left in its pipe, and no more: others may still write to it. */
static void
drain_rest(Output *output)
{
    for (guint i = 0; output->fd >= 0 && i < DRAIN_REST_MAX && drain(output); i++)
        continue;
    coffer_fd_close(coffer_fd_steal(&output->fd));
}

/* Until both pipes end, or the child does: what it leaves running may have them too. */
static void
collect(Output outputs[2], GPid pid)
{
    g_auto(CofferFd) exited =
        pidfd_open(pid, 0); /* before Linux 5.3: none, and poll() ignores it */
    gboolean ended = FALSE;

    for (int i = 0; i < 2; i++)
        fcntl(outputs[i].fd, F_SETFL, O_NONBLOCK);
    while (!ended && (outputs[0].fd >= 0 || outputs[1].fd >= 0)) {
        struct pollfd waits[3] = { { outputs[0].fd, POLLIN, 0 },
                                   { outputs[1].fd, POLLIN, 0 },
                                   { exited, POLLIN, 0 } };

        if (poll(waits, 3, -1) < 0)
            continue; /* EINTR is the only failure that valid arguments allow */
        for (int i = 0; i < 2; i++)
            if (waits[i].revents != 0)
                drain(&outputs[i]);
        ended = waits[2].revents != 0;
    }
    for (int i = 0; i < 2; i++)
        drain_rest(&outputs[i]);
}

static gboolean
wait_for(const char *program, GPid pid, int *out_status, GError **error)
{
    pid_t waited = -1;

    do {
        waited = waitpid(pid, out_status, 0);
    } while (waited < 0 && errno == EINTR);
    /* A program that ignores SIGCHLD, or waits for children that are not its own. */
    if (waited < 0)
        return coffer_throw(error, COFFER_ERROR_TOOL_FAILED, "cannot learn how '%s' ended: %s",
                            program, g_strerror(errno));
    return TRUE;
}

/* All that it said, in one line, without its own name in front of each message. */
static char *
in_one_line(const char *program, const char *text)
{
    g_autofree char *prefix = g_strconcat(program, ": ", NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) joined = g_string_new(NULL);

    for (char **line = lines; *line != NULL; line++) {
        const char *said = g_str_has_prefix(*line, prefix) ? *line + strlen(prefix) : *line;

        if (*said == '\0')
            continue;
        g_string_append(joined, joined->len > 0 ? "; " : "");
        g_string_append(joined, said);
    }
    g_strdelimit(joined->str, "\r\t", ' ');
    return coffer_name_printable_max(joined->str, MAX_SHOWN);
}

static gboolean
check_status(const char *program, int status, const char *messages, GError **error)
{
    g_autofree char *said = in_one_line(program, messages);

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return TRUE;
    if (WIFSIGNALED(status))
        return coffer_throw(error, COFFER_ERROR_TOOL_FAILED, "'%s' was killed by signal %d%s%s",
                            program, WTERMSIG(status), *said != '\0' ? ": " : "", said);
    return coffer_throw(error, COFFER_ERROR_TOOL_FAILED, "'%s' failed with status %d: %s", program,
                        WEXITSTATUS(status), *said != '\0' ? said : "it said nothing");
}

gboolean
coffer_child_run(const CofferChildRequest *request, char **out_stdout, GError **error)
{
    const char *program = request->argv[0];
    g_auto(Inherited) inherited = { 0 };
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "LC_ALL", "C", TRUE);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) messages = g_string_new(NULL);
    g_autoptr(GError) spawn_error = NULL;
    Output outputs[2] = {
        { COFFER_FD_NONE, text, request->max_output != 0 ? request->max_output : DEFAULT_MAX_OUTPUT,
          FALSE },
        { COFFER_FD_NONE, messages, MAX_STDERR, FALSE },
    };
    GPid pid = 0;
    int status = 0;

    if (!inherit(request, &inherited, error))
        return FALSE;
    if (!g_spawn_async_with_pipes_and_fds(NULL, request->argv, (const char *const *)environment,
                                          G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                          NULL, -1, -1, -1, inherited.sources, inherited.targets,
                                          inherited.count, &pid, NULL, &outputs[0].fd,
                                          &outputs[1].fd, &spawn_error))
        return throw_spawn(program, spawn_error, error);
    inherited_clear(&inherited);
    collect(outputs, pid);
    if (!wait_for(program, pid, &status, error) ||
        !check_status(program, status, messages->str, error))
        return FALSE;
    if (outputs[0].overflow)
        return coffer_throw(error, COFFER_ERROR_TOOL_FAILED,
                            "'%s' printed more than %" G_GSIZE_FORMAT " bytes", program,
                            outputs[0].max);
    if (out_stdout != NULL)
        *out_stdout = g_strdup(text->str);
    return TRUE;
}

/* What SIGINT and SIGQUIT did before we ignored them. */
typedef struct {
    struct sigaction interrupt, quit;
} Terminal;

/* As system(3) does: what is typed at the terminal is for the child. */
static void
terminal_yield(Terminal *terminal)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };

    sigaction(SIGINT, &ignore, &terminal->interrupt);
    sigaction(SIGQUIT, &ignore, &terminal->quit);
}

static void
terminal_clear(Terminal *terminal)
{
    sigaction(SIGINT, &terminal->interrupt, NULL);
    sigaction(SIGQUIT, &terminal->quit, NULL);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Terminal, terminal_clear)

/* In the child, before it becomes another program. */
static void
prepare_child(gpointer data)
{
    terminal_clear(data);
    /* It must not outlive us: nobody else waits for it. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

gboolean
coffer_child_run_foreground(const CofferChildRequest *request, int *out_wait_status, GError **error)
{
    const char *program = request->argv[0];
    g_auto(Inherited) inherited = { 0 };
    g_auto(Terminal) terminal = { 0 };
    g_autoptr(GError) spawn_error = NULL;
    GPid pid = 0;

    terminal_yield(&terminal);
    if (!inherit(request, &inherited, error))
        return FALSE;
    if (!g_spawn_async_with_pipes_and_fds(
            NULL, request->argv, NULL,
            G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN,
            prepare_child, &terminal, -1, -1, -1, inherited.sources, inherited.targets,
            inherited.count, &pid, NULL, NULL, NULL, &spawn_error))
        return throw_spawn(program, spawn_error, error);
    inherited_clear(&inherited);
    return wait_for(program, pid, out_wait_status, error);
}
