/* device.c: the device through which the guest sees a disk, and what can be set on it.
 * (QEMU: the properties that `-device NAME,help` lists) */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "domain/build.h"

typedef enum {
    HAS_SERIAL = 1 << 0,
    HAS_WWN = 1 << 1,
    HAS_VENDOR = 1 << 2, /* and product */
    HAS_ROTATION = 1 << 3,
    HAS_GEOMETRY = 1 << 4,
    HAS_TRANSLATION = 1 << 5,
    HAS_ERRORS = 1 << 6,
    HAS_BLOCK_SIZE = 1 << 7,
    HAS_WRITE_CACHE = 1 << 8,
    HAS_SHARE = 1 << 9,
    HAS_BOOT = 1 << 10,
    HAS_DPOFUA = 1 << 11,
    HAS_REMOVABLE = 1 << 12,
    HAS_VIRTIO = 1 << 13,
} Properties;

#define HAS_BASICS (HAS_ERRORS | HAS_SHARE | HAS_BOOT)
#define HAS_USUAL  (HAS_BASICS | HAS_SERIAL | HAS_BLOCK_SIZE | HAS_WRITE_CACHE)

static const struct {
    CofferDiskBus bus;
    CofferDiskDevice device;
    const char *driver;
    Properties properties;
} devices[] = {
    { COFFER_DISK_BUS_VIRTIO, COFFER_DISK_DEVICE_DISK, "virtio-blk-pci",
      HAS_USUAL | HAS_GEOMETRY | HAS_VIRTIO },
    { COFFER_DISK_BUS_SCSI, COFFER_DISK_DEVICE_DISK, "scsi-hd",
      HAS_USUAL | HAS_WWN | HAS_VENDOR | HAS_ROTATION | HAS_GEOMETRY | HAS_DPOFUA },
    { COFFER_DISK_BUS_SCSI, COFFER_DISK_DEVICE_CDROM, "scsi-cd", HAS_USUAL | HAS_WWN | HAS_VENDOR },
    { COFFER_DISK_BUS_SCSI, COFFER_DISK_DEVICE_LUN, "scsi-block", HAS_BASICS | HAS_ROTATION },
    { COFFER_DISK_BUS_SATA, COFFER_DISK_DEVICE_DISK, "ide-hd",
      HAS_USUAL | HAS_WWN | HAS_ROTATION | HAS_GEOMETRY | HAS_TRANSLATION },
    { COFFER_DISK_BUS_SATA, COFFER_DISK_DEVICE_CDROM, "ide-cd", HAS_USUAL | HAS_WWN },
    { COFFER_DISK_BUS_IDE, COFFER_DISK_DEVICE_DISK, "ide-hd",
      HAS_USUAL | HAS_WWN | HAS_ROTATION | HAS_GEOMETRY | HAS_TRANSLATION },
    { COFFER_DISK_BUS_IDE, COFFER_DISK_DEVICE_CDROM, "ide-cd", HAS_USUAL | HAS_WWN },
    { COFFER_DISK_BUS_USB, COFFER_DISK_DEVICE_DISK, "usb-storage", HAS_USUAL | HAS_REMOVABLE },
    { COFFER_DISK_BUS_USB, COFFER_DISK_DEVICE_CDROM, "scsi-cd", HAS_USUAL },
    { COFFER_DISK_BUS_FDC, COFFER_DISK_DEVICE_FLOPPY, "floppy",
      HAS_SHARE | HAS_BLOCK_SIZE | HAS_WRITE_CACHE },
};

/* <driver cache=>: whether the guest sees a write cache, which it has to flush. */
static const struct {
    const char *word;
    gboolean write_cache;
} caches[] = {
    { "none", TRUE },        { "writethrough", FALSE }, { "writeback", TRUE },
    { "directsync", FALSE }, { "unsafe", TRUE },
};

/* <driver error_policy=> and QEMU's word. */
static const struct {
    const char *policy;
    const char *action;
} actions[] = {
    { "stop", "stop" },
    { "report", "report" },
    { "ignore", "ignore" },
    { "enospace", "enospc" },
};

/* One device on its way. */
typedef struct {
    const CofferDiskDef *disk;
    CofferOptions *options;
    Properties properties;
} Device;

static const CofferElement *
part(const Device *device, const char *name)
{
    return coffer_element_child(device->disk->element, name);
}

static gboolean
throw_property(const Device *device, GError **error, const char *what)
{
    return coffer_disk_def_throw(device->disk, error, COFFER_ERROR_UNSUPPORTED,
                                 "%s cannot be set for this device on bus='%s'", what,
                                 coffer_disk_bus_to_string(device->disk->bus));
}

/* Puts @value where there is one and the device has @property; @what is its name in the XML. */
static gboolean
put(const Device *device, Properties property, const char *what, const char *key, const char *value,
    GError **error)
{
    if (value == NULL)
        return TRUE;
    if ((device->properties & property) == 0)
        return throw_property(device, error, what);
    coffer_options_put(device->options, key, value);
    return TRUE;
}

static gboolean
put_identity(const Device *device, GError **error)
{
    const CofferElement *disk = device->disk->element;
    const char *wwn = coffer_element_child_text(disk, "wwn");
    g_autofree char *number = wwn != NULL ? g_strdup_printf("0x%s", wwn) : NULL;

    return put(device, HAS_SERIAL, "<serial>", "serial", coffer_element_child_text(disk, "serial"),
               error) &&
           put(device, HAS_WWN, "<wwn>", "wwn", number, error) &&
           put(device, HAS_VENDOR, "<vendor>", "vendor", coffer_element_child_text(disk, "vendor"),
               error) &&
           put(device, HAS_VENDOR, "<product>", "product",
               coffer_element_child_text(disk, "product"), error);
}

static gboolean
put_shape(const Device *device, GError **error)
{
    const CofferElement *geometry = part(device, "geometry");
    const CofferElement *sizes = part(device, "blockio");
    const CofferElement *target = part(device, "target");
    static const char *const size_keys[] = { "logical_block_size", "physical_block_size",
                                             "discard_granularity" };
    static const char *const geometry_keys[] = { "cyls", "heads", "secs" };

    for (gsize i = 0; i < G_N_ELEMENTS(size_keys); i++) {
        if (!put(device, HAS_BLOCK_SIZE, "<blockio>", size_keys[i],
                 coffer_element_attr(sizes, size_keys[i]), error))
            return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(geometry_keys); i++) {
        if (!put(device, HAS_GEOMETRY, "<geometry>", geometry_keys[i],
                 coffer_element_attr(geometry, geometry_keys[i]), error))
            return FALSE;
    }
    return put(device, HAS_TRANSLATION, "<geometry trans=>", "bios-chs-trans",
               coffer_element_attr(geometry, "trans"), error) &&
           put(device, HAS_ROTATION, "<target rotation_rate=>", "rotation_rate",
               coffer_element_attr(target, "rotation_rate"), error) &&
           put(device, HAS_DPOFUA, "<target dpofua=>", "dpofua",
               coffer_element_attr(target, "dpofua"), error) &&
           put(device, HAS_REMOVABLE, "<target removable=>", "removable",
               coffer_element_attr(target, "removable"), error);
}

static const char *
action_of(const char *policy)
{
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (g_strcmp0(policy, actions[i].policy) == 0)
            return actions[i].action;
    }
    return NULL;
}

/* Without rerror_policy= the one for writes holds for both, but for "enospace", which no read
 * meets. */
static gboolean
put_errors(const Device *device, GError **error)
{
    const char *writes = coffer_element_attr(device->disk->driver, "error_policy");
    const char *reads = coffer_element_attr(device->disk->driver, "rerror_policy");

    if (reads == NULL && g_strcmp0(writes, "enospace") != 0)
        reads = writes;
    return put(device, HAS_ERRORS, "<driver error_policy=>", "werror", action_of(writes), error) &&
           put(device, HAS_ERRORS, "<driver rerror_policy=>", "rerror", action_of(reads), error);
}

static void
put_sharing(const Device *device)
{
    const char *cache = coffer_element_attr(device->disk->driver, "cache");

    for (gsize i = 0; i < G_N_ELEMENTS(caches); i++) {
        if (g_strcmp0(cache, caches[i].word) == 0 && (device->properties & HAS_WRITE_CACHE) != 0)
            coffer_options_put_switch(device->options, "write-cache", caches[i].write_cache);
    }
    if (device->disk->shareable && (device->properties & HAS_SHARE) != 0)
        coffer_options_put_switch(device->options, "share-rw", TRUE);
}

/* <driver> attributes that are properties of virtio devices. */
static const struct {
    const char *attr;
    const char *key;
} virtio_keys[] = {
    { "ioeventfd", "ioeventfd" },   { "event_idx", "event_idx" },     { "queues", "num-queues" },
    { "queue_size", "queue-size" }, { "iommu", "iommu_platform" },    { "ats", "ats" },
    { "packed", "packed" },         { "page_per_vq", "page-per-vq" },
};

static gboolean
put_iothread(const CofferBuild *build, const Device *device, GError **error)
{
    guint64 id = coffer_element_number(device->disk->driver, "iothread", 0);

    if (id == 0)
        return TRUE;
    if ((device->properties & HAS_VIRTIO) == 0)
        return throw_property(device, error, "<driver iothread=>");
    for (guint i = 0; i < build->def->iothreads->len; i++) {
        if (g_array_index(build->def->iothreads, guint, i) == id) {
            coffer_options_put_printf(device->options, "iothread", "iothread%" G_GUINT64_FORMAT,
                                      id);
            return TRUE;
        }
    }
    return coffer_disk_def_throw(
        device->disk, error, COFFER_ERROR_INVALID_XML,
        "there is no iothread %" G_GUINT64_FORMAT "; say how many there are in <iothreads>", id);
}

static gboolean
put_virtio(const CofferBuild *build, const Device *device, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(virtio_keys); i++) {
        g_autofree char *what = g_strdup_printf("<driver %s=>", virtio_keys[i].attr);

        if (!put(device, HAS_VIRTIO, what, virtio_keys[i].key,
                 coffer_element_attr(device->disk->driver, virtio_keys[i].attr), error))
            return FALSE;
    }
    return put(device, HAS_VIRTIO, "<acpi>", "acpi-index",
               coffer_element_attr(part(device, "acpi"), "index"), error) &&
           put_iothread(build, device, error);
}

/* QEMU's id of the device: the user's alias, or one of ours. */
static gboolean
put_id(CofferBuild *build, guint index, const Device *device, GError **error)
{
    const char *alias = coffer_element_attr(part(device, "alias"), "name");
    g_autofree char *name = coffer_build_disk_name(build, index);
    g_autofree char *id = alias != NULL ? g_strdup(alias) : g_strdup_printf("disk-%s", name);

    if (!coffer_build_is_id(id))
        return coffer_disk_def_throw(device->disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "QEMU takes only letters, digits and '-._' in <alias name=>");
    coffer_options_put(device->options, "id", id);
    return TRUE;
}

/* A CD-ROM drive on USB is a bridge to SCSI with a drive on it. */
static gboolean
add_usb_bridge(CofferBuild *build, guint index, CofferOptions *drive, GError **error)
{
    g_autoptr(CofferOptions) bridge = coffer_options_new("driver", "usb-bot");
    g_autofree char *name = coffer_build_disk_name(build, index);

    coffer_options_put_printf(bridge, "id", "bridge-%s", name);
    if (!coffer_build_place(build, build->def->disks->pdata[index], bridge, error))
        return FALSE;
    coffer_build_add_options(build, "-device", bridge);
    coffer_options_put_printf(drive, "bus", "bridge-%s.0", name);
    coffer_options_put_number(drive, "scsi-id", 0);
    coffer_options_put_number(drive, "lun", 0);
    return TRUE;
}

static gboolean
find_device(const CofferDiskDef *disk, const char **out_driver, Properties *out_properties,
            GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(devices); i++) {
        if (devices[i].bus != disk->bus || devices[i].device != disk->device)
            continue;
        *out_driver = devices[i].driver;
        *out_properties = devices[i].properties;
        return TRUE;
    }
    return coffer_disk_def_throw(
        disk, error, COFFER_ERROR_UNSUPPORTED, "device='%s' cannot be on bus='%s'",
        coffer_element_attr(disk->element, "device"), coffer_disk_bus_to_string(disk->bus));
}

/* A floppy drive has no property for it; its controller has one for each of the two. */
static void
put_boot(CofferBuild *build, const Device *device, guint boot_index)
{
    if (boot_index == 0)
        return;
    if ((device->properties & HAS_BOOT) != 0) {
        coffer_options_put_number(device->options, "bootindex", boot_index);
    } else {
        guint64 unit = coffer_element_number(device->disk->address, "unit", 0);
        g_autofree char *value =
            g_strdup_printf("isa-fdc.bootindex%c=%u", unit == 0 ? 'A' : 'B', boot_index);

        coffer_build_add(build, "-global", value);
    }
}

/* "virtio-blk-pci-transitional" for the model "virtio-transitional". */
static char *
driver_name(const CofferDiskDef *disk, const char *driver)
{
    const char *model = coffer_element_attr(disk->element, "model");

    if (model != NULL && g_str_has_prefix(model, "virtio-"))
        return g_strconcat(driver, model + sizeof("virtio") - 1, NULL);
    return g_strdup(driver);
}

gboolean
coffer_build_device(CofferBuild *build, guint index, const char *node, guint boot_index,
                    GError **error)
{
    const CofferDiskDef *disk = build->def->disks->pdata[index];
    g_autoptr(CofferOptions) options = NULL;
    g_autofree char *name = NULL;
    const char *driver = NULL;
    Device device = { .disk = disk };

    if (!find_device(disk, &driver, &device.properties, error))
        return FALSE;
    name = driver_name(disk, driver);
    options = device.options = coffer_options_new("driver", name);
    if (!put_id(build, index, &device, error))
        return FALSE;
    if (disk->bus == COFFER_DISK_BUS_USB && disk->device == COFFER_DISK_DEVICE_CDROM) {
        if (!add_usb_bridge(build, index, options, error))
            return FALSE;
    } else if (!coffer_build_place(build, disk, options, error)) {
        return FALSE;
    }
    coffer_options_put(options, "drive", node);
    put_boot(build, &device, boot_index);
    if (!put_identity(&device, error) || !put_shape(&device, error) ||
        !put_errors(&device, error) || !put_virtio(build, &device, error))
        return FALSE;
    put_sharing(&device);
    coffer_build_add_options(build, "-device", options);
    return TRUE;
}
