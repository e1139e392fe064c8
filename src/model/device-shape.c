/* device-shape.c: the elements that tell where a device is and in which order it boots; tables
 * only. (libvirt: formatdomain.html, "Device Addresses") */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk-shape.h"

const char *const coffer_words_yes_no[] = { "yes", "no", NULL };
const char *const coffer_words_on_off[] = { "on", "off", NULL };

const CofferElementShape coffer_device_boot_shape = {
    .name = "boot",
    COFFER_ATTRS(
        COFFER_ATTR_NUMBER("order", COFFER_TEXT_REQUIRED | COFFER_TEXT_NOT_ZERO, G_MAXINT32),
        COFFER_ATTR_ANY("loadparm")),
};

const CofferElementShape coffer_device_alias_shape = {
    .name = "alias",
    COFFER_ATTRS(COFFER_ATTR_ANY("name")),
};

const CofferElementShape coffer_device_acpi_shape = {
    .name = "acpi",
    COFFER_ATTRS(COFFER_ATTR_NUMBER("index", COFFER_TEXT_DROP_ZERO, G_MAXUINT32)),
};

/* As <address> of an NVMe <source>, which has no type. */
const CofferElementShape coffer_pci_address_shape = {
    .name = "address",
    COFFER_ATTRS(COFFER_ATTR_HEX_OR_0("domain", 4, G_MAXUINT32),
                 COFFER_ATTR_HEX_OR_0("bus", 2, 0xff), COFFER_ATTR_HEX_OR_0("slot", 2, 0x1f),
                 COFFER_ATTR_HEX_OR_0("function", 1, 7),
                 COFFER_ATTR_WORD("multifunction", coffer_words_on_off)),
};

static const CofferElementShape address_pci = {
    .name = "address",
    COFFER_ATTRS(COFFER_ATTR_ANY("type"), COFFER_ATTR_HEX("domain", 4, G_MAXUINT32),
                 COFFER_ATTR_HEX("bus", 2, 0xff), COFFER_ATTR_HEX("slot", 2, 0x1f),
                 COFFER_ATTR_HEX("function", 1, 7),
                 COFFER_ATTR_WORD("multifunction", coffer_words_on_off)),
};

static const CofferElementShape address_drive = {
    .name = "address",
    COFFER_ATTRS(COFFER_ATTR_ANY("type"), COFFER_ATTR_NUMBER_OR_0("controller", G_MAXUINT32),
                 COFFER_ATTR_NUMBER_OR_0("bus", G_MAXUINT32),
                 COFFER_ATTR_NUMBER_OR_0("target", G_MAXUINT32),
                 COFFER_ATTR_NUMBER_OR_0("unit", G_MAXUINT32)),
};

static const CofferElementShape address_usb = {
    .name = "address",
    COFFER_ATTRS(COFFER_ATTR_ANY("type"), COFFER_ATTR_NUMBER_OR_0("bus", G_MAXUINT32),
                 COFFER_ATTR_ANY("port")),
};

static const CofferElementShape address_ccw = {
    .name = "address",
    COFFER_ATTRS(COFFER_ATTR_ANY("type"), COFFER_ATTR_HEX("cssid", 1, 0xfe),
                 COFFER_ATTR_HEX("ssid", 1, 3), COFFER_ATTR_HEX("devno", 4, 0xffff)),
};

static const CofferElementShape address_spapr = {
    .name = "address",
    COFFER_ATTRS(COFFER_ATTR_ANY("type"), COFFER_ATTR_HEX("reg", 1, 0)),
};

static const CofferElementShape address_bare = {
    .name = "address",
    COFFER_ATTRS(COFFER_ATTR_ANY("type")),
};

const CofferElementShape coffer_device_address_shape = {
    .name = "address",
    .variant_attr = "type",
    .variants =
        (const CofferElementVariant[]){
            { "pci", &address_pci },
            { "drive", &address_drive },
            { "usb", &address_usb },
            { "ccw", &address_ccw },
            { "spapr-vio", &address_spapr },
            { "virtio-mmio", &address_bare },
            { "unassigned", &address_bare },
            { NULL, NULL },
        },
};
