/* measure.h: clocks, memory and one form of result for the measuring programs. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* Seconds of a clock that never goes back. */
double bench_now(void);

/* Resident memory of a process in bytes, 0 where it cannot be read. */
guint64 bench_resident(pid_t pid);

/* The middle one of @n durations; sorts them. */
double bench_median(double *seconds, gsize n);

/* Prints one row: what, ours, the peer's, peer over ours, and what ratio is wanted. Times are in
 * seconds; where
 * @per_second, they are shown as rates. */
void
bench_row(const char *what, double ours, double peers, gboolean per_second, const char *wanted);

/* Ends the program with @error's message, where there is one. */
void bench_check(const GError *error, const char *what);

/* Ends the program, naming @what, unless @good. */
void bench_require(gboolean good, const char *what);
