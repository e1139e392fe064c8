/* fault.h: named points at which tests make the process die or the disk fill up. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* COFFER_FAULT=SCOPE:NAME=kill|ENOSPC|EIO|ENOSYS|EDQUOT[,...] acts at every point of that scope and
 * name: `kill` raises SIGKILL, an errno name makes the point fail with it. COFFER_FAULT_TRACE=FILE
 * appends each point that is passed, so that a test can walk all of them. Builds without
 * -Dfault_points=true have neither. Returns: 0, or the errno to fail with. Any thread. */
#if COFFER_FAULT_POINTS
int coffer_fault_point(const char *scope, const char *name);
#else
static inline int
coffer_fault_point(const char *scope, const char *name)
{
    return 0;
}
#endif
