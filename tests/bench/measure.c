/* measure.c: clocks, memory and one form of result for the measuring programs. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

double
bench_now(void)
{
    struct timespec now = { 0 };

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

guint64
bench_resident(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/statm", (int)pid);
    g_autofree char *text = NULL;
    g_auto(GStrv) words = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    words = g_strsplit(text, " ", 3);
    return g_ascii_strtoull(words[1], NULL, 10) * (guint64)sysconf(_SC_PAGESIZE);
}

static int
compare(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

double
bench_median(double *seconds, gsize n)
{
    qsort(seconds, n, sizeof(*seconds), compare);
    return seconds[n / 2];
}

static char *
format(double seconds, gboolean per_second)
{
    if (per_second)
        return g_strdup_printf("%.0f/s", 1 / seconds);
    if (seconds < 1)
        return g_strdup_printf("%.2f ms", seconds * 1e3);
    return g_strdup_printf("%.2f s", seconds);
}

void
bench_row(const char *what, double ours, double peers, gboolean per_second, const char *wanted)
{
    g_autofree char *our_text = format(ours, per_second);
    g_autofree char *peer_text = format(peers, per_second);

    printf("%-52s %12s %12s %8.1fx   %s\n", what, our_text, peer_text, peers / ours, wanted);
    fflush(stdout);
}

void
bench_check(const GError *error, const char *what)
{
    if (error == NULL)
        return;
    fprintf(stderr, "bench: %s: %s\n", what, error->message);
    exit(1);
}

void
bench_require(gboolean good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench: %s failed\n", what);
    exit(1);
}
