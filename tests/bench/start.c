/* start.c: how long a program takes from start to end, ours and the peer's by turns. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

#define ROUNDS 60

extern char **environ;

static double
run_once(char **argv)
{
    posix_spawn_file_actions_t actions;
    double begin = bench_now();
    pid_t pid = 0;
    int status = 0;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    bench_require(posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) == 0, argv[0]);
    bench_require(waitpid(pid, &status, 0) == pid && status == 0, argv[0]);
    posix_spawn_file_actions_destroy(&actions);
    return bench_now() - begin;
}

int
main(int argc, char **argv)
{
    g_auto(GStrv) ours = NULL;
    g_auto(GStrv) peers = NULL;
    double our_times[ROUNDS];
    double peer_times[ROUNDS];
    g_autoptr(GError) error = NULL;

    if (argc != 4) {
        fprintf(stderr, "usage: bench-start WHAT COMMAND PEER-COMMAND\n");
        return 2;
    }
    g_shell_parse_argv(argv[2], NULL, &ours, &error);
    bench_check(error, argv[2]);
    g_shell_parse_argv(argv[3], NULL, &peers, &error);
    bench_check(error, argv[3]);
    /* Once for the page cache. */
    run_once(ours);
    run_once(peers);
    for (gsize i = 0; i < ROUNDS; i++) {
        our_times[i] = run_once(ours);
        peer_times[i] = run_once(peers);
    }
    bench_row(argv[1], bench_median(our_times, ROUNDS), bench_median(peer_times, ROUNDS), FALSE,
              "2x at least (0.5x the time)");
    return 0;
}
