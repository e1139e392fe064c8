/* fuzz-volume-xml.c: any bytes as the XML of a volume. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "model/volume-def.h"
#include "round-trip.h"

static char *
round_trip(const char *xml, GError **error)
{
    g_autoptr(CofferVolumeDef) def = coffer_volume_def_parse(xml, COFFER_VOLUME_PARSE_NONE, error);

    return def != NULL ? coffer_volume_def_format(def) : NULL;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    check_round_trip(round_trip, data, size);
    return 0;
}
