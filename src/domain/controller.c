/* controller.c: where a disk is plugged in, and the controllers that need making for it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "domain/build.h"

/* A model of libvirt's and QEMU's device for it. */
typedef struct {
    const char *model;
    const char *device;
    gboolean narrow; /* parallel SCSI: a unit is a target, there is no other number */
} Model;

/* The first row of each is what a disk without a <controller> gets. */
static const Model scsi_models[] = {
    { "virtio-scsi", "virtio-scsi-pci", FALSE },
    { "virtio-transitional", "virtio-scsi-pci-transitional", FALSE },
    { "virtio-non-transitional", "virtio-scsi-pci-non-transitional", FALSE },
    { "lsilogic", "lsi", TRUE },
    { "lsisas1068", "mptsas1068", FALSE },
    { "lsisas1078", "megasas", FALSE },
    { "vmpvscsi", "pvscsi", FALSE },
    { "am53c974", "am53c974", TRUE },
    { NULL, NULL, FALSE },
};

static const Model usb_models[] = {
    { "qemu-xhci", "qemu-xhci", FALSE },
    { "nec-xhci", "nec-usb-xhci", FALSE },
    { "ehci", "usb-ehci", FALSE },
    { "ich9-ehci1", "ich9-usb-ehci1", FALSE },
    { "piix3-uhci", "piix3-usb-uhci", FALSE },
    { "piix4-uhci", "piix4-usb-uhci", FALSE },
    { "vt82c686b-uhci", "vt82c686b-usb-uhci", FALSE },
    { "pci-ohci", "pci-ohci", FALSE },
    { NULL, NULL, FALSE },
};

static guint64
place_number(const CofferDiskDef *disk, const char *name)
{
    return coffer_element_number(disk->address, name, 0);
}

/* The model of the controller of @type that the disk is on. */
static const Model *
find_model(const CofferBuild *build, const Model *models, const char *type, guint64 index,
           GError **error)
{
    const CofferElement *controller = coffer_domain_def_controller(build->def, type, index);
    const char *model = coffer_element_attr(controller, "model");

    if (model == NULL)
        return models;
    for (const Model *row = models; row->model != NULL; row++) {
        if (g_str_equal(row->model, model))
            return row;
    }
    coffer_element_throw(controller, error, COFFER_ERROR_UNSUPPORTED,
                         "the model '%s' is not supported for disks", model);
    return NULL;
}

/* Adds "-device @driver,id=@id". Returns: FALSE where there is such a controller already. */
static gboolean
need_controller(CofferBuild *build, const char *driver, const char *id)
{
    g_autoptr(CofferOptions) options = NULL;

    if (!g_hash_table_add(build->controllers, g_strdup(id)))
        return FALSE;
    options = coffer_options_new("driver", driver);
    coffer_options_put(options, "id", id);
    coffer_build_add_options(build, "-device", options);
    return TRUE;
}

static gboolean
check_limit(const CofferDiskDef *disk, const char *name, guint64 max, GError **error)
{
    if (place_number(disk, name) <= max)
        return TRUE;
    return coffer_disk_def_throw(
        disk, error, COFFER_ERROR_UNSUPPORTED,
        "bus='%s' has no %s %" G_GUINT64_FORMAT " in this machine; the last is %" G_GUINT64_FORMAT,
        coffer_disk_bus_to_string(disk->bus), name, place_number(disk, name), max);
}

static gboolean
place_scsi(CofferBuild *build, const CofferDiskDef *disk, CofferOptions *device, GError **error)
{
    guint64 index = place_number(disk, "controller");
    g_autofree char *id = g_strdup_printf("scsi%" G_GUINT64_FORMAT, index);
    const Model *model = find_model(build, scsi_models, "scsi", index, error);

    if (model == NULL || !check_limit(disk, "bus", 0, error))
        return FALSE;
    if (need_controller(build, model->device, id) && model == scsi_models &&
        coffer_element_attr(coffer_domain_def_controller(build->def, "scsi", index), "model") ==
            NULL)
        coffer_build_note(build,
                          "line %u: disk '%s': no <controller> says the model of %s: it is "
                          "virtio-scsi",
                          disk->line, disk->target, id);
    coffer_options_put_printf(device, "bus", "%s.0", id);
    if (model->narrow) {
        if (!check_limit(disk, "target", 0, error))
            return FALSE;
        coffer_options_put_number(device, "scsi-id", place_number(disk, "unit"));
        return TRUE;
    }
    coffer_options_put_number(device, "channel", 0);
    coffer_options_put_number(device, "scsi-id", place_number(disk, "target"));
    coffer_options_put_number(device, "lun", place_number(disk, "unit"));
    return TRUE;
}

/* q35 brings the first controller, whose ports are ide.0 to ide.5. */
static gboolean
place_sata(CofferBuild *build, const CofferDiskDef *disk, CofferOptions *device, GError **error)
{
    guint64 index = place_number(disk, "controller");
    gboolean built_in = index == 0 && build->chipset == COFFER_CHIPSET_Q35;
    g_autofree char *id =
        built_in ? g_strdup("ide") : g_strdup_printf("sata%" G_GUINT64_FORMAT, index);

    if (!check_limit(disk, "bus", 0, error) || !check_limit(disk, "target", 0, error) ||
        !check_limit(disk, "unit", 5, error))
        return FALSE;
    if (!built_in)
        need_controller(build, "ich9-ahci", id);
    coffer_options_put_printf(device, "bus", "%s.%" G_GUINT64_FORMAT, id,
                              place_number(disk, "unit"));
    return TRUE;
}

static gboolean
place_ide(CofferBuild *build, const CofferDiskDef *disk, CofferOptions *device, GError **error)
{
    if (build->chipset != COFFER_CHIPSET_PC)
        return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "this machine has no IDE controller; use bus='sata'");
    if (!check_limit(disk, "controller", 0, error) || !check_limit(disk, "bus", 1, error) ||
        !check_limit(disk, "target", 0, error) || !check_limit(disk, "unit", 1, error))
        return FALSE;
    coffer_options_put_printf(device, "bus", "ide.%" G_GUINT64_FORMAT, place_number(disk, "bus"));
    coffer_options_put_number(device, "unit", place_number(disk, "unit"));
    return TRUE;
}

static gboolean
place_floppy(CofferBuild *build, const CofferDiskDef *disk, CofferOptions *device, GError **error)
{
    if (build->chipset == COFFER_CHIPSET_OTHER)
        return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "this machine has no floppy controller");
    if (!check_limit(disk, "controller", 0, error) || !check_limit(disk, "bus", 0, error) ||
        !check_limit(disk, "target", 0, error) || !check_limit(disk, "unit", 1, error))
        return FALSE;
    if (build->chipset == COFFER_CHIPSET_Q35)
        need_controller(build, "isa-fdc", "fdc0");
    coffer_options_put_number(device, "unit", place_number(disk, "unit"));
    return TRUE;
}

static gboolean
place_usb(CofferBuild *build, const CofferDiskDef *disk, CofferOptions *device, GError **error)
{
    guint64 index = place_number(disk, "bus");
    g_autofree char *id = g_strdup_printf("usb%" G_GUINT64_FORMAT, index);
    const Model *model = find_model(build, usb_models, "usb", index, error);

    if (model == NULL)
        return FALSE;
    need_controller(build, model->device, id);
    coffer_options_put_printf(device, "bus", "%s.0", id);
    coffer_options_put(device, "port", coffer_element_attr(disk->address, "port"));
    return TRUE;
}

gboolean
coffer_build_pci_place(CofferBuild *build, const CofferDiskDef *disk, CofferOptions *device,
                       GError **error)
{
    guint64 bus = place_number(disk, "bus");

    if (coffer_element_attr(disk->address, "slot") == NULL)
        return TRUE;
    if (place_number(disk, "domain") != 0 || build->chipset == COFFER_CHIPSET_OTHER || bus != 0) {
        coffer_build_note(build,
                          "line %u: disk '%s': its PCI address is left out: only bus 0 is there",
                          disk->line, disk->target);
        return TRUE;
    }
    coffer_options_put(device, "bus", build->chipset == COFFER_CHIPSET_PC ? "pci.0" : "pcie.0");
    coffer_options_put_printf(device, "addr", "%s.%s", coffer_element_attr(disk->address, "slot"),
                              coffer_element_attr(disk->address, "function"));
    coffer_options_put(device, "multifunction",
                       coffer_element_attr(disk->address, "multifunction"));
    return TRUE;
}

static gboolean
check_address(const CofferDiskDef *disk, GError **error)
{
    const char *wanted = disk->bus == COFFER_DISK_BUS_VIRTIO ? "pci"
                         : disk->bus == COFFER_DISK_BUS_USB  ? "usb"
                                                             : "drive";

    if (disk->address == NULL || coffer_disk_def_has_address(disk, wanted))
        return TRUE;
    return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                 "an <address> on bus='%s' needs type='%s'",
                                 coffer_disk_bus_to_string(disk->bus), wanted);
}

gboolean
coffer_build_place(CofferBuild *build, const CofferDiskDef *disk, CofferOptions *device,
                   GError **error)
{
    if (!check_address(disk, error))
        return FALSE;
    switch (disk->bus) {
    case COFFER_DISK_BUS_SCSI:
        return place_scsi(build, disk, device, error);
    case COFFER_DISK_BUS_SATA:
        return place_sata(build, disk, device, error);
    case COFFER_DISK_BUS_IDE:
        return place_ide(build, disk, device, error);
    case COFFER_DISK_BUS_FDC:
        return place_floppy(build, disk, device, error);
    case COFFER_DISK_BUS_USB:
        return place_usb(build, disk, device, error);
    case COFFER_DISK_BUS_VIRTIO:
        return coffer_build_pci_place(build, disk, device, error);
    case COFFER_DISK_BUS_XEN:
    case COFFER_DISK_BUS_UML:
    case COFFER_DISK_BUS_SD:
    case COFFER_DISK_BUS_NVME:
        break;
    }
    return coffer_disk_def_throw(
        disk, error, COFFER_ERROR_UNSUPPORTED,
        "bus='%s' is not supported; use virtio, scsi, sata, ide, usb or fdc",
        coffer_disk_bus_to_string(disk->bus));
}
