/* error.h: how a function fails in one line. The codes themselves are public: coffer/error.h. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/error.h"

/* Sets @error (domain COFFER_ERROR) and returns FALSE, so that failing is `return
 * coffer_throw(...)`. Any thread. */
gboolean
coffer_throw(GError **error, CofferError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The same for functions that return a pointer. */
gpointer
coffer_throw_null(GError **error, CofferError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* As coffer_throw(), with a code derived from @saved_errno and its text behind the message. */
gboolean
coffer_throw_errno(GError **error, int saved_errno, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The code that coffer_throw_errno() chooses. */
CofferError coffer_error_from_errno(int saved_errno);

/* Puts "WHAT 'NAME': " before the message of an error that is set when the scope ends:
 *     COFFER_PREFIX(error, "pool", name);
 * One per function; the caller's phrase comes before the callee's. Nothing is formatted unless
 * there is an error, so both strings must live as long as the scope. */
typedef struct {
    GError **error;
    const char *what;
    const char *name;
} CofferPrefix;

void coffer_prefix_clear(CofferPrefix *prefix);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferPrefix, coffer_prefix_clear)

#define COFFER_PREFIX(error_, what_, name_)                                                        \
    g_auto(CofferPrefix) coffer_scope_prefix_ G_GNUC_UNUSED = { (error_), (what_), (name_) }
