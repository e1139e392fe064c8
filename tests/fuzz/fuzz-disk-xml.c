/* fuzz-disk-xml.c: any bytes as the XML of a disk. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"
#include "model/disk-def.h"
#include "round-trip.h"

static char *
round_trip(const char *xml, GError **error)
{
    g_autoptr(CofferDiskDef) def = coffer_disk_def_parse(xml, FALSE, error);

    return def != NULL ? coffer_disk_def_format(def) : NULL;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    check_round_trip(round_trip, data, size);
    return 0;
}
