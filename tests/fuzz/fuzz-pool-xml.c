/* fuzz-pool-xml.c: any bytes as the XML of a pool. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "model/pool-def.h"
#include "round-trip.h"

static char *
round_trip(const char *xml, GError **error)
{
    g_autoptr(CofferPoolDef) def = coffer_pool_def_parse(xml, FALSE, error);

    return def != NULL ? coffer_pool_def_format(def) : NULL;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    check_round_trip(round_trip, data, size);
    return 0;
}
