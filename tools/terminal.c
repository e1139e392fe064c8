/* terminal.c: asks on the controlling terminal; what is typed unseen never leaves locked memory. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

/* A terminal gives at most 4,095 characters and the newline as one line (termios(3), canonical
 * mode). */
#define LINE_SIZE 4096

/* Those that would end the program, or stop it, while the terminal does not echo. */
static const int watched[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

static volatile sig_atomic_t caught;

static void
catch_signal(int number)
{
    caught = number;
}

/* A terminal without echo, and the page that takes what is typed; put back and wiped by its scope.
 */
typedef struct {
    ShellFd fd;
    gboolean changed;
    struct termios old;
    struct sigaction old_actions[G_N_ELEMENTS(watched)];
    sigset_t old_mask;
    char *page;
} Hidden;

static void
hidden_clear(Hidden *hidden)
{
    if (hidden->changed) {
        tcsetattr(hidden->fd, TCSAFLUSH, &hidden->old);
        for (gsize i = 0; i < G_N_ELEMENTS(watched); i++)
            sigaction(watched[i], &hidden->old_actions[i], NULL);
        sigprocmask(SIG_SETMASK, &hidden->old_mask, NULL);
    }
    if (hidden->page != NULL) {
        explicit_bzero(hidden->page, LINE_SIZE);
        munmap(hidden->page, LINE_SIZE);
    }
    shell_fd_close(hidden->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Hidden, hidden_clear)

static gboolean
hide(Hidden *hidden, GError **error)
{
    struct termios silent;
    struct sigaction action = { .sa_handler = catch_signal };
    sigset_t blocked;
    void *page = MAP_FAILED;

    hidden->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (hidden->fd < 0 || tcgetattr(hidden->fd, &hidden->old) < 0)
        return shell_throw_usage(error,
                                 "there is no terminal to ask on; use --file FILE or --stdin");
    page = mmap(NULL, LINE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return shell_throw_errno(error, errno, "get", "memory");
    hidden->page = page;
    if (mlock(page, LINE_SIZE) < 0)
        return shell_throw(error, COFFER_ERROR_NO_SPACE,
                           "locked memory is used up; raise the limit (ulimit -l)");
    madvise(page, LINE_SIZE, MADV_DONTDUMP);

    /* Let in by ppoll() only, so that none comes just before it waits. */
    caught = 0;
    sigemptyset(&blocked);
    for (gsize i = 0; i < G_N_ELEMENTS(watched); i++) {
        sigaddset(&blocked, watched[i]);
        sigaction(watched[i], &action, &hidden->old_actions[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, &hidden->old_mask);
    silent = hidden->old;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    silent.c_lflag |= ICANON | ISIG;
    hidden->changed = TRUE;
    tcsetattr(hidden->fd, TCSAFLUSH, &silent);
    return TRUE;
}

static gboolean
put(int fd, const char *text)
{
    return write(fd, text, strlen(text)) >= 0;
}

/* Reads one line. Returns: its length without the newline, or -1. */
static gssize
read_line(Hidden *hidden)
{
    struct pollfd input = { .fd = hidden->fd, .events = POLLIN };
    gsize used = 0;

    while (used < LINE_SIZE) {
        ssize_t got = -1;

        if (ppoll(&input, 1, NULL, &hidden->old_mask) < 0 && errno == EINTR && caught == 0)
            continue;
        if (caught != 0)
            return -1;
        got = read(hidden->fd, hidden->page + used, LINE_SIZE - used);
        if (got < 0 || (got == 0 && used == 0))
            return -1;
        used += (gsize)got;
        if (got == 0)
            return (gssize)used;
        if (hidden->page[used - 1] == '\n')
            return (gssize)used - 1;
    }
    return (gssize)used;
}

static CofferBytes *
ask_hidden(const char *prompt, GError **error)
{
    g_auto(Hidden) hidden = { .fd = SHELL_FD_NONE };
    gssize length = -1;

    if (!hide(&hidden, error))
        return NULL;
    if (put(hidden.fd, prompt))
        length = read_line(&hidden);
    put(hidden.fd, "\n");
    if (length < 0) {
        shell_throw(error, COFFER_ERROR_CANCELLED, "no value was given");
        return NULL;
    }
    return coffer_bytes_new(hidden.page, (gsize)length, error);
}

CofferBytes *
shell_ask_value(const char *prompt, GError **error)
{
    CofferBytes *value = ask_hidden(prompt, error);

    /* The terminal is as it was: the signal may do now what it would have done. Ctrl-C has done it.
     */
    if (caught != 0 && caught != SIGINT)
        raise(caught);
    return value;
}

gboolean
shell_ask_again(const char *problem)
{
    g_auto(ShellFd) fd = SHELL_FD_NONE;
    g_autofree char *printable = shell_printable(problem);
    g_autofree char *prompt = g_strdup_printf("error: %s\nTry again? [y,n] ", printable);
    char answer[256] = { 0 };

    if (!isatty(STDIN_FILENO))
        return FALSE;
    fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    return fd >= 0 && put(fd, prompt) && read(fd, answer, sizeof(answer) - 1) > 0 &&
           g_ascii_tolower(answer[0]) == 'y';
}
