/* backend.c: the list of pool back ends. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool/backend.h"

#include "base/error.h"

static const CofferPoolBackend *const backends[] = { &coffer_pool_dir };

const CofferPoolBackend *
coffer_pool_backend(CofferPoolType type, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(backends); i++)
        if (backends[i]->type == type)
            return backends[i];
    return coffer_throw_null(error, COFFER_ERROR_UNSUPPORTED,
                             "pools of type '%s' are not supported; supported is: dir",
                             coffer_pool_type_to_string(type));
}
