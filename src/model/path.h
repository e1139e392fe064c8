/* path.h: paths as they stand in XML: cleaned and checked as text; no file is looked at. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Without repeated and trailing slashes; exactly two at the beginning stay, as in libvirt (POSIX
 * gives them a meaning of their own). Returns: (transfer full). Any thread. */
char *coffer_path_clean(const char *path);

/* Returns: what is wrong with @path as a place to keep things ("is not absolute"), or NULL. Any
 * thread. */
const char *coffer_path_why_unsafe(const char *path);
