/* disk-target.c: names of disks and the addresses that follow from them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk-target.h"

#include <string.h>

static const struct {
    const char *prefix;
    CofferDiskBus bus;
} prefixes[] = {
    { "fd", COFFER_DISK_BUS_FDC },  { "hd", COFFER_DISK_BUS_IDE },
    { "sd", COFFER_DISK_BUS_SCSI }, { "vd", COFFER_DISK_BUS_VIRTIO },
    { "xvd", COFFER_DISK_BUS_XEN }, { "ubd", COFFER_DISK_BUS_UML },
};

/* More letters than any controller has room for. */
#define MAX_LETTERS 4

CofferDiskBus
coffer_disk_target_bus(const char *target)
{
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(target, prefixes[i].prefix))
            return prefixes[i].bus;
    }
    return g_str_has_prefix(target, "nvme") ? COFFER_DISK_BUS_NVME : COFFER_DISK_BUS_IDE;
}

gboolean
coffer_disk_target_index(const char *target, guint *out_index)
{
    const char *letters = NULL;
    gsize count = 0;
    guint index = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(prefixes) && letters == NULL; i++) {
        if (g_str_has_prefix(target, prefixes[i].prefix))
            letters = target + strlen(prefixes[i].prefix);
    }
    if (letters == NULL)
        return FALSE;
    for (; g_ascii_islower(letters[count]); count++) {
        if (count == MAX_LETTERS)
            return FALSE;
        index = index * 26 + (guint)(letters[count] - 'a') + 1;
    }
    if (count == 0 || letters[count + strspn(letters + count, "0123456789")] != '\0')
        return FALSE;
    *out_index = index - 1;
    return TRUE;
}

/* A place on a controller. (libvirt's defaults for QEMU) */
typedef struct {
    guint controller;
    guint bus;
    guint unit;
} Place;

static Place
place_of(CofferDiskBus bus, guint index)
{
    Place place = { 0 };

    if (bus == COFFER_DISK_BUS_SCSI) {
        /* 16 units on a wide bus; the controller itself is unit 7. */
        place.controller = index / 15;
        place.unit = index % 15;
        if (place.unit >= 7)
            place.unit++;
    } else if (bus == COFFER_DISK_BUS_SATA) {
        place.controller = index / 6;
        place.unit = index % 6;
    } else if (bus == COFFER_DISK_BUS_IDE) {
        place.controller = index / 4;
        place.bus = index % 4 / 2;
        place.unit = index % 2;
    } else {
        place.controller = index / 2;
        place.unit = index % 2;
    }
    return place;
}

static void
set_number(CofferElement *element, const char *name, guint number)
{
    g_autofree char *text = g_strdup_printf("%u", number);

    coffer_element_set_attr(element, name, text);
}

gboolean
coffer_disk_target_add_address(CofferElement *disk, CofferDiskBus bus, const char *target)
{
    CofferElement *address = NULL;
    guint index = 0;
    Place place = { 0 };

    if (!coffer_disk_target_index(target, &index))
        return FALSE;
    place = place_of(bus, index);
    address = coffer_element_add(disk, "address", "drive");
    coffer_element_set_attr(address, "type", "drive");
    set_number(address, "controller", place.controller);
    set_number(address, "bus", place.bus);
    set_number(address, "target", 0);
    set_number(address, "unit", place.unit);
    return TRUE;
}
