/* fault.c: acts out the fault that a test asked for; compiled to nothing in packages. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fault.h"

#if COFFER_FAULT_POINTS

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    int number;
} errnos[] = {
    { "ENOSPC", ENOSPC },
    { "EIO", EIO },
    { "ENOSYS", ENOSYS },
    { "EDQUOT", EDQUOT },
};

static void
trace(const char *point)
{
    const char *path = g_getenv("COFFER_FAULT_TRACE");
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autofree char *line = NULL;

    if (path == NULL || !coffer_fd_open(path, O_WRONLY | O_CREAT | O_APPEND, 0600, &fd, NULL))
        return;
    line = g_strdup_printf("%s\n", point);
    coffer_fd_write_all(fd, line, strlen(line), "trace", NULL);
}

/* What "POINT=ACTION,POINT=ACTION" says of @point. Returns: (transfer full) (nullable). */
static char *
action_at(const char *faults, const char *point)
{
    g_auto(GStrv) all = g_strsplit(faults, ",", -1);
    gsize length = strlen(point);

    for (char **fault = all; *fault != NULL; fault++)
        if (g_str_has_prefix(*fault, point) && (*fault)[length] == '=')
            return g_strdup(*fault + length + 1);
    return NULL;
}

int
coffer_fault_point(const char *scope, const char *name)
{
    const char *faults = g_getenv("COFFER_FAULT");
    g_autofree char *point = g_strconcat(scope, ":", name, NULL);
    g_autofree char *action = faults != NULL ? action_at(faults, point) : NULL;

    trace(point);
    if (action == NULL)
        return 0;
    if (g_str_equal(action, "kill"))
        raise(SIGKILL);
    for (gsize i = 0; i < G_N_ELEMENTS(errnos); i++)
        if (g_str_equal(action, errnos[i].name))
            return errnos[i].number;
    return 0;
}

#endif
