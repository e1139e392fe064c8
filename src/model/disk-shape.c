/* disk-shape.c: <disk> with all that libvirt documents in it; tables only.
 * (libvirt: formatdomain.html, "Hard drives, floppy disks, CDROMs") */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk-shape.h"

#include <string.h>

const char *const coffer_disk_type_words[] = { "file",      "block",     "dir",
                                               "network",   "volume",    "nvme",
                                               "vhostuser", "vhostvdpa", NULL };
const char *const coffer_disk_device_words[] = { "disk", "cdrom", "floppy", "lun", NULL };
const char *const coffer_disk_bus_words[] = { "ide", "fdc",  "scsi", "virtio", "xen", "usb",
                                              "uml", "sata", "sd",   "nvme",   NULL };
const char *const coffer_disk_format_words[] = { "raw",  "dir",   "bochs", "cloop", "dmg",   "iso",
                                                 "vpc",  "vdi",   "fat",   "vhd",   "ploop", "cow",
                                                 "qcow", "qcow2", "qed",   "vmdk",  NULL };
/* "aio" is what old XML says for raw. */
static const char *const driver_types[] = { "raw",  "dir",   "bochs", "cloop", "dmg",   "iso",
                                            "vpc",  "vdi",   "fat",   "vhd",   "ploop", "cow",
                                            "qcow", "qcow2", "qed",   "vmdk",  "aio",   NULL };
static const char *const models[] = {
    "virtio", "virtio-transitional", "virtio-non-transitional", "usb-storage", "usb-bot", NULL
};
static const char *const sgio_words[] = { "filtered", "unfiltered", NULL };
static const char *const snapshots[] = { "no", "internal", "external", "manual", NULL };
static const char *const caches[] = { "default", "none", "writethrough", "writeback", "directsync",
                                      "unsafe",  NULL };
static const char *const error_policies[] = { "stop", "report", "ignore", "enospace", NULL };
static const char *const read_error_policies[] = { "stop", "report", "ignore", NULL };
static const char *const io_words[] = { "native", "threads", "io_uring", NULL };
static const char *const discards[] = { "unmap", "ignore", NULL };
static const char *const detect_zeroes[] = { "off", "on", "unmap", NULL };
static const char *const trays[] = { "open", "closed", NULL };
static const char *const translations[] = { "auto", "none", "lba", NULL };
static const char *const histogram_types[] = { "all", "read", "write", "zone", "flush", NULL };

static gboolean
is_printable(const char *text)
{
    while (g_ascii_isprint(*text))
        text++;
    return *text == '\0';
}

static const char *
check_vendor(const char *text)
{
    if (strlen(text) > 8)
        return "has more than 8 characters";
    return is_printable(text) ? NULL : "has characters that cannot be printed";
}

static const char *
check_product(const char *text)
{
    if (strlen(text) > 16)
        return "has more than 16 characters";
    return is_printable(text) ? NULL : "has characters that cannot be printed";
}

static const char *
check_wwn(const char *text)
{
    return strlen(text) == 16 && strspn(text, "0123456789abcdefABCDEF") == 16
               ? NULL
               : "is not 16 hexadecimal digits";
}

/* It stands in messages and in names of QEMU's nodes. */
static const char *
check_target(const char *text)
{
    if (strlen(text) > 32)
        return "has more than 32 characters";
    for (; *text != '\0'; text++) {
        if (!g_ascii_isalnum(*text) && strchr("_:.-", *text) == NULL)
            return "is no name of a disk, such as vda";
    }
    return NULL;
}

static const CofferElementShape max_size = {
    .name = "max_size",
    .text = &(const CofferTextShape){ .kind = COFFER_TEXT_SIZE },
};

static const CofferElementShape metadata_cache = {
    .name = "metadata_cache",
    COFFER_CHILDREN(&max_size),
};

static const CofferElementShape queue = {
    .name = "queue",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(COFFER_ATTR_NUMBER("id", COFFER_TEXT_REQUIRED, G_MAXUINT32)),
};

static const CofferElementShape iothread = {
    .name = "iothread",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(
        COFFER_ATTR_NUMBER("id", COFFER_TEXT_REQUIRED | COFFER_TEXT_NOT_ZERO, G_MAXUINT32)),
    COFFER_CHILDREN(&queue),
};

static const CofferElementShape iothreads = { .name = "iothreads", COFFER_CHILDREN(&iothread) };

static const CofferElementShape statistic = {
    .name = "statistic",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(
        COFFER_ATTR_NUMBER("interval", COFFER_TEXT_REQUIRED | COFFER_TEXT_NOT_ZERO, G_MAXUINT32)),
};

static const CofferElementShape bin = {
    .name = "bin",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(COFFER_ATTR_NUMBER("start", COFFER_TEXT_REQUIRED, 0)),
};

static const CofferElementShape histogram = {
    .name = "latency-histogram",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(COFFER_ATTR_WORD_BUT("type", histogram_types, "all")),
    COFFER_CHILDREN(&bin),
};

static const CofferElementShape statistics = {
    .name = "statistics",
    COFFER_CHILDREN(&statistic, &histogram),
};

static const CofferElementShape driver = {
    .name = "driver",
    COFFER_ATTRS(COFFER_ATTR_ANY("name"), COFFER_ATTR_WORD("type", driver_types),
                 COFFER_ATTR_WORD_BUT("cache", caches, "default"),
                 COFFER_ATTR_WORD("error_policy", error_policies),
                 COFFER_ATTR_WORD("rerror_policy", read_error_policies),
                 COFFER_ATTR_WORD("io", io_words),
                 COFFER_ATTR_WORD("ioeventfd", coffer_words_on_off),
                 COFFER_ATTR_WORD("event_idx", coffer_words_on_off),
                 COFFER_ATTR_WORD("copy_on_read", coffer_words_on_off),
                 COFFER_ATTR_WORD("discard", discards),
                 COFFER_ATTR_NUMBER("iothread", COFFER_TEXT_NOT_ZERO, G_MAXUINT32),
                 COFFER_ATTR_WORD("detect_zeroes", detect_zeroes),
                 COFFER_ATTR_NUMBER("queues", COFFER_TEXT_DROP_ZERO, G_MAXUINT16),
                 COFFER_ATTR_NUMBER("queue_size", COFFER_TEXT_DROP_ZERO, G_MAXUINT16),
                 COFFER_ATTR_WORD("discard_no_unref", coffer_words_on_off),
                 COFFER_ATTR_WORD("iommu", coffer_words_on_off),
                 COFFER_ATTR_WORD("ats", coffer_words_on_off),
                 COFFER_ATTR_WORD("packed", coffer_words_on_off),
                 COFFER_ATTR_WORD("page_per_vq", coffer_words_on_off)),
    COFFER_CHILDREN(&metadata_cache, &iothreads, &statistics),
};

static const CofferElementShape format = {
    .name = "format",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("type", coffer_disk_format_words)),
    COFFER_CHILDREN(&metadata_cache),
};

/* Declared first because it may hold itself. */
static const CofferElementShape backing_store;

static const CofferElementShape backing_store = {
    .name = "backingStore",
    .flags = COFFER_ELEMENT_KEEP_EMPTY,
    COFFER_ATTRS(COFFER_ATTR_WORD("type", coffer_disk_type_words), COFFER_ATTR_SILENT("index")),
    COFFER_CHILDREN(&format, &coffer_disk_source_shape, &backing_store),
};

static const CofferElementShape backend_domain = {
    .name = "backenddomain",
    COFFER_ATTRS(COFFER_ATTR_ANY("name")),
};

static const CofferElementShape geometry = {
    .name = "geometry",
    COFFER_ATTRS(COFFER_ATTR_NUMBER("cyls", COFFER_TEXT_DROP_ZERO, G_MAXUINT32),
                 COFFER_ATTR_NUMBER("heads", COFFER_TEXT_DROP_ZERO, G_MAXUINT32),
                 COFFER_ATTR_NUMBER("secs", COFFER_TEXT_DROP_ZERO, G_MAXUINT32),
                 COFFER_ATTR_WORD("trans", translations)),
};

static const CofferElementShape block_io = {
    .name = "blockio",
    COFFER_ATTRS(COFFER_ATTR_NUMBER("logical_block_size", COFFER_TEXT_DROP_ZERO, G_MAXUINT32),
                 COFFER_ATTR_NUMBER("physical_block_size", COFFER_TEXT_DROP_ZERO, G_MAXUINT32),
                 COFFER_ATTR_NUMBER("discard_granularity", COFFER_TEXT_DROP_ZERO, G_MAXUINT32)),
};

/* Of a running block job: output only in libvirt. */
static const CofferElementShape mirror = {
    .name = "mirror",
    .flags = COFFER_ELEMENT_NOT_WRITTEN | COFFER_ELEMENT_KEEP_EMPTY,
};

static const CofferElementShape target = {
    .name = "target",
    COFFER_ATTRS({ .name = "dev", .flags = COFFER_TEXT_REQUIRED, .check = check_target },
                 COFFER_ATTR_WORD("bus", coffer_disk_bus_words),
                 COFFER_ATTR_WORD_BUT("tray", trays, "closed"),
                 COFFER_ATTR_WORD("removable", coffer_words_on_off),
                 COFFER_ATTR_NUMBER("rotation_rate", COFFER_TEXT_DROP_ZERO, 65534),
                 COFFER_ATTR_WORD("dpofua", coffer_words_on_off)),
};

static const CofferTextShape limit_text = {
    .kind = COFFER_TEXT_NUMBER,
    .flags = COFFER_TEXT_DROP_ZERO,
    .max = G_MAXINT64,
};
static const CofferTextShape any_text = { .kind = COFFER_TEXT_ANY };

#define LIMIT(name_)                                                                               \
    &(const CofferElementShape)                                                                    \
    {                                                                                              \
        .name = (name_), .text = &limit_text                                                       \
    }

static const CofferElementShape group_name = { .name = "group_name", .text = &any_text };

static const CofferElementShape io_tune = {
    .name = "iotune",
    COFFER_CHILDREN(LIMIT("total_bytes_sec"), LIMIT("read_bytes_sec"), LIMIT("write_bytes_sec"),
                    LIMIT("total_iops_sec"), LIMIT("read_iops_sec"), LIMIT("write_iops_sec"),
                    LIMIT("total_bytes_sec_max"), LIMIT("read_bytes_sec_max"),
                    LIMIT("write_bytes_sec_max"), LIMIT("total_iops_sec_max"),
                    LIMIT("read_iops_sec_max"), LIMIT("write_iops_sec_max"), LIMIT("size_iops_sec"),
                    &group_name, LIMIT("total_bytes_sec_max_length"),
                    LIMIT("read_bytes_sec_max_length"), LIMIT("write_bytes_sec_max_length"),
                    LIMIT("total_iops_sec_max_length"), LIMIT("read_iops_sec_max_length"),
                    LIMIT("write_iops_sec_max_length")),
};

static const CofferElementShape filter = {
    .name = "filter",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(COFFER_ATTR_REQUIRED("group")),
};

static const CofferElementShape throttle_filters = {
    .name = "throttlefilters",
    COFFER_CHILDREN(&filter),
};

static const CofferElementShape read_only = {
    .name = "readonly",
    .flags = COFFER_ELEMENT_KEEP_EMPTY,
};

static const CofferElementShape shareable = {
    .name = "shareable",
    .flags = COFFER_ELEMENT_KEEP_EMPTY,
};

static const CofferElementShape transient = {
    .name = "transient",
    .flags = COFFER_ELEMENT_KEEP_EMPTY,
    COFFER_ATTRS(COFFER_ATTR_WORD_BUT("shareBacking", coffer_words_yes_no, "no")),
};

static const CofferElementShape serial = { .name = "serial", .text = &any_text };

static const CofferElementShape wwn = {
    .name = "wwn",
    .text = &(const CofferTextShape){ .check = check_wwn },
};

static const CofferElementShape vendor = {
    .name = "vendor",
    .text = &(const CofferTextShape){ .check = check_vendor },
};

static const CofferElementShape product = {
    .name = "product",
    .text = &(const CofferTextShape){ .check = check_product },
};

static const CofferElementShape encryption = {
    .name = "encryption",
    .flags = COFFER_ELEMENT_ENCRYPTION,
};

const CofferElementShape coffer_disk_shape = {
    .name = "disk",
    COFFER_ATTRS(COFFER_ATTR_WORD_OR("type", coffer_disk_type_words, "file"),
                 COFFER_ATTR_WORD_OR("device", coffer_disk_device_words, "disk"),
                 COFFER_ATTR_WORD("model", models), COFFER_ATTR_WORD("rawio", coffer_words_yes_no),
                 COFFER_ATTR_WORD("sgio", sgio_words), COFFER_ATTR_WORD("snapshot", snapshots)),
    COFFER_CHILDREN(&driver, &coffer_disk_auth_shape, &coffer_disk_source_shape, &backing_store,
                    &backend_domain, &geometry, &block_io, &mirror, &target, &io_tune,
                    &throttle_filters, &read_only, &shareable, &transient, &serial, &wwn, &vendor,
                    &product, &encryption, &coffer_device_boot_shape, &coffer_device_alias_shape,
                    &coffer_device_acpi_shape, &coffer_device_address_shape),
};
