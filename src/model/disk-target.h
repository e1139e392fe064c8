/* disk-target.h: what the name of a disk in the guest ("vda", "sdb") says about its bus and place.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/disk-def.h"

/* The bus that a name such as "vda" stands for; IDE where the name says nothing (libvirt). */
CofferDiskBus coffer_disk_target_bus(const char *target);

/* The number of a name: "sda" 0, "sdz" 25, "sdaa" 26; digits behind it (a partition) do not count.
 * Returns: FALSE where the name has no known prefix or something else in it. */
gboolean coffer_disk_target_index(const char *target, guint *out_index);

/* Adds the <address> that libvirt gives to a disk without one on bus IDE, SATA, SCSI or fdc.
 * Returns: FALSE where its name says nothing. */
gboolean coffer_disk_target_add_address(CofferElement *disk, CofferDiskBus bus, const char *target);
