/* self-test.h: whether the tables of commands are as they should be. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Walks all tables and prints what is wrong with them. Returns: FALSE with an error where anything
 * is. */
gboolean shell_self_test(GError **error);
