/* build.h: what the files of this layer share while the arguments of one domain grow. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "domain/native.h"
#include "domain/options.h"

/* What the board brings along; of x86, the others have what one adds. */
typedef enum {
    COFFER_CHIPSET_PC,  /* i440fx: IDE, floppy, PCI */
    COFFER_CHIPSET_Q35, /* SATA, PCI Express */
    COFFER_CHIPSET_OTHER,
} CofferChipset;

typedef struct {
    const CofferNativeRequest *request;
    const CofferDomainDef *def;
    CofferChipset chipset;
    CofferNative *native;
    GHashTable *throttle_groups; /* name to the argument that made it */
    GHashTable *controllers;     /* set of the ids that are there */
} CofferBuild;

/* Adds "@option @options", or "@option @value". */
void coffer_build_add_options(CofferBuild *build, const char *option, const CofferOptions *options);
void coffer_build_add(CofferBuild *build, const char *option, const char *value);
void coffer_build_note(CofferBuild *build, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Whether QEMU takes @text as an id (util/id.c, id_wellformed). */
gboolean coffer_build_is_id(const char *text);

/* How the disk at @index is called in node names: "vda". Returns: (transfer full). */
char *coffer_build_disk_name(const CofferBuild *build, guint index);

/* machine.c: the program, and everything but disks. */
CofferChipset coffer_build_chipset(const CofferNativeRequest *request);
gboolean coffer_build_machine(CofferBuild *build, GError **error);

/* blockdev.c: the nodes of the disk at @index. @out_node: what its device is to read. */
gboolean coffer_build_blockdevs(CofferBuild *build, guint index, char **out_node, GError **error);

/* controller.c: makes the controller of @disk, unless it is there, and puts the disk's place on it
 * into @device. */
gboolean coffer_build_place(CofferBuild *build, const CofferDiskDef *disk, CofferOptions *device,
                            GError **error);
/* Puts bus= and addr= of a PCI address into @device. */
gboolean coffer_build_pci_place(CofferBuild *build, const CofferDiskDef *disk,
                                CofferOptions *device, GError **error);

/* device.c: the device of the disk at @index; @node is NULL for an empty drive, @boot_index 0 where
 * nothing boots from it. */
gboolean coffer_build_device(CofferBuild *build, guint index, const char *node, guint boot_index,
                             GError **error);
