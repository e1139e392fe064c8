/* words.h: finding a word in a table of words; the tables themselves are beside their enums. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Returns: where @word stands in the NULL-terminated @words, or -1. Any thread. */
static inline int
coffer_word_find(const char *const *words, const char *word)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (g_str_equal(words[i], word))
            return i;
    }
    return -1;
}
