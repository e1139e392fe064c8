/* fuzz-secret-xml.c: any bytes as the XML of a secret. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "model/secret-def.h"
#include "round-trip.h"

static char *
round_trip(const char *xml, GError **error)
{
    g_autoptr(CofferSecretDef) def = coffer_secret_def_parse(xml, FALSE, error);

    return def != NULL ? coffer_secret_def_format(def) : NULL;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    check_round_trip(round_trip, data, size);
    return 0;
}
