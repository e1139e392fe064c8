/* disk-def.h: a <disk> element: kept whole, to be written as libvirt writes it, and the parts that
 * say where its data is. (libvirt: formatdomain.html, "Hard drives, floppy disks, CDROMs") */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/element.h"
#include "model/volume-def.h"

typedef enum {
    COFFER_DISK_TYPE_FILE,
    COFFER_DISK_TYPE_BLOCK,
    COFFER_DISK_TYPE_DIR,
    COFFER_DISK_TYPE_NETWORK,
    COFFER_DISK_TYPE_VOLUME,
    COFFER_DISK_TYPE_NVME,
    COFFER_DISK_TYPE_VHOST_USER,
    COFFER_DISK_TYPE_VHOST_VDPA,
} CofferDiskType;

typedef enum {
    COFFER_DISK_DEVICE_DISK,
    COFFER_DISK_DEVICE_CDROM,
    COFFER_DISK_DEVICE_FLOPPY,
    COFFER_DISK_DEVICE_LUN, /* SCSI commands go through to the host's device */
} CofferDiskDevice;

typedef enum {
    COFFER_DISK_BUS_IDE,
    COFFER_DISK_BUS_FDC,
    COFFER_DISK_BUS_SCSI,
    COFFER_DISK_BUS_VIRTIO,
    COFFER_DISK_BUS_XEN,
    COFFER_DISK_BUS_USB,
    COFFER_DISK_BUS_UML,
    COFFER_DISK_BUS_SATA,
    COFFER_DISK_BUS_SD,
    COFFER_DISK_BUS_NVME,
} CofferDiskBus;

/* Where the data of one layer is: of the disk itself, or of one below it. Strings belong to the
 * disk's element and may be NULL. */
typedef struct _CofferDiskSource CofferDiskSource;
struct _CofferDiskSource {
    CofferDiskType type;
    guint line;
    const CofferElement *element; /* <source>; NULL where there is none */
    const char *path;             /* file or device */
    const char *pool;
    const char *volume;
    CofferVolumeFormat format; /* UNKNOWN where nothing is said */
    const CofferEncryptionDef *encryption;
    guint64 slice_offset;      /* bytes */
    guint64 slice_size;        /* bytes; 0: no slice */
    guint64 cache_size;        /* bytes of metadata that are kept in memory; 0: nothing is said */
    gboolean has_backing;      /* the XML tells what is below, whatever the header says ... */
    CofferDiskSource *backing; /* ... which is this, or nothing */
};

typedef struct {
    CofferElement *element; /* <disk>, as libvirt would write it */
    guint line;
    CofferDiskDevice device;
    CofferDiskBus bus;
    const char *target;          /* "vda" */
    const CofferElement *driver; /* NULL where there is none */
    CofferDiskSource source;     /* element NULL: an empty drive */
    gboolean read_only;
    gboolean shareable;
    gboolean optional;            /* may be left out where its source is missing */
    guint boot_order;             /* from 1; 0 where nothing is said */
    const CofferElement *address; /* NULL where there is none */
} CofferDiskDef;

void coffer_disk_def_free(CofferDiskDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferDiskDef, coffer_disk_def_free)

/* Pure. Any thread. */
CofferDiskDef *coffer_disk_def_parse_node(const CofferXmlNode *node, GError **error);
void coffer_disk_def_format_node(const CofferDiskDef *def, CofferXmlWriter *writer);
/* The same for a document with a <disk> as its root; @validate checks against disk.rng first. */
CofferDiskDef *coffer_disk_def_parse(const char *xml, gboolean validate, GError **error);
char *coffer_disk_def_format(const CofferDiskDef *def);

const char *coffer_disk_type_to_string(CofferDiskType type);
const char *coffer_disk_bus_to_string(CofferDiskBus bus);

/* Whether the address has this type: "pci", "drive", "usb", ... */
gboolean coffer_disk_def_has_address(const CofferDiskDef *def, const char *type);

/* Fails about the disk: "line 3: disk 'vda': message". */
gboolean coffer_disk_def_throw(const CofferDiskDef *def, GError **error, CofferError code,
                               const char *format, ...) G_GNUC_PRINTF(4, 5);
