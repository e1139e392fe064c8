/* prove.c: proof that a value opens what its secret is needed for, before anything is made to
 * depend on it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fd.h"
#include "crypt/luks.h"
#include "engine/private.h"

#include <fcntl.h>

static gboolean
opens(const CofferUse *use, const CofferBytes *value, GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_auto(CofferProbe) probe = { 0 };

    if (!coffer_fd_open(use->volume, O_RDONLY | O_NONBLOCK, 0, &fd, error) ||
        !coffer_probe_fd(fd, &probe, error))
        return FALSE;
    return coffer_luks_verify(fd, probe.crypt_offset, probe.crypt_length, value, NULL, error);
}

gboolean
coffer_prove_value(CofferConnection *connection, const CofferUuid *uuid, CofferBytes *value,
                   GPtrArray **out_uses, GError **error)
{
    g_autoptr(GPtrArray) uses = coffer_uses_check_whole(connection->uses, error)
                                    ? coffer_uses_of(connection->uses, uuid, error)
                                    : NULL;

    if (uses == NULL)
        return FALSE;
    for (guint i = 0; i < uses->len; i++) {
        const CofferUse *use = g_ptr_array_index(uses, i);
        g_autoptr(GError) failure = NULL;

        /* A volume that is being made has no header yet; its maker compares the value at the end.
         */
        if (use->header_uuid == NULL || opens(use, value, &failure))
            continue;
        return coffer_throw(
            error, COFFER_ERROR_IN_USE,
            "the new value does not open volume '%s', which needs this secret (%s); "
            "keep the old value, or lose the data with --force",
            use->volume, failure->message);
    }
    *out_uses = g_steal_pointer(&uses);
    return TRUE;
}
