/* locked.h: pages that are neither swapped nor dumped and are wiped when given back; only
 * CofferBytes lives in them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

typedef struct {
    guint8 *data;
    gsize capacity; /* bytes, whole pages */
    guint process;  /* how many forks ago they were locked: a fork has copies that are not */
} CofferLocked;

/* At least @size bytes, all zero. COFFER_ERROR_NO_SPACE where the system gives no more locked
 * memory: less protection than promised is never given silently. Any thread. */
gboolean coffer_locked_take(gsize size, CofferLocked *out_locked, GError **error);

/* Gives back the pages behind the first @size bytes, wiped as far as @used. */
void coffer_locked_shrink(CofferLocked *locked, gsize size, gsize used);

/* Wipes the first @used bytes, the only ones that were written, and gives the pages back. */
void coffer_locked_give(CofferLocked *locked, gsize used);
