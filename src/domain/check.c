/* check.c: refuses, before anything is looked up, what disks say and cannot be had. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "domain/native.h"

/* Elements in <disk>. */
static const struct {
    const char *name;
    const char *reason;
} refused_parts[] = {
    { "transient", "a disk that forgets its changes is not supported; use an overlay" },
    { "mirror", "a block job runs on the disk; use the XML of the inactive domain" },
    { "throttlefilters", "groups of limits are not supported; use <iotune>" },
    { "backenddomain", "is for Xen only" },
    { "auth", "is for disks on a network, which are not supported" },
};

/* Elements in <source>. */
static const struct {
    const char *name;
    const char *reason;
} refused_source_parts[] = {
    { "reservations", "persistent reservations are not supported" },
    { "dataStore", "a data file beside the image is not supported" },
};

static gboolean
check_encryption(const CofferDiskDef *disk, const CofferDiskSource *source, GError **error)
{
    const CofferEncryptionDef *encryption = source->encryption;

    if (encryption == NULL)
        return TRUE;
    if (encryption->engine == COFFER_ENCRYPTION_ENGINE_DM_CRYPT)
        return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "line %u: <encryption engine='dm-crypt'>: the kernel opens "
                                     "it; use the device that it makes",
                                     source->line);
    if (encryption->engine == COFFER_ENCRYPTION_ENGINE_LIBRBD)
        return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "line %u: <encryption engine='librbd'> is for RBD only",
                                     source->line);
    if (encryption->format != COFFER_ENCRYPTION_FORMAT_LUKS)
        return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "line %u: <encryption format='%s'>: QEMU opens format='luks' "
                                     "only",
                                     source->line,
                                     coffer_encryption_format_to_string(encryption->format));
    if (encryption->secrets->len > 1)
        return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "line %u: <encryption>: QEMU opens it with one <secret> only",
                                     source->line);
    return TRUE;
}

static gboolean
check_source(const CofferDiskDef *disk, const CofferDiskSource *source, GError **error)
{
    if (source->type != COFFER_DISK_TYPE_FILE && source->type != COFFER_DISK_TYPE_BLOCK &&
        source->type != COFFER_DISK_TYPE_VOLUME)
        return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "line %u: <source> of type='%s' is not supported; use file, "
                                     "block or volume",
                                     source->line, coffer_disk_type_to_string(source->type));
    for (gsize i = 0; i < G_N_ELEMENTS(refused_source_parts); i++) {
        const CofferElement *part =
            coffer_element_child(source->element, refused_source_parts[i].name);

        if (part != NULL)
            return coffer_element_throw(part, error, COFFER_ERROR_UNSUPPORTED, "%s",
                                        refused_source_parts[i].reason);
    }
    if (coffer_element_attr(source->element, "fdgroup") != NULL)
        return coffer_element_throw(source->element, error, COFFER_ERROR_UNSUPPORTED,
                                    "fdgroup= is not supported");
    return check_encryption(disk, source, error);
}

static gboolean
check_disk(const CofferDiskDef *disk, GError **error)
{
    const char *driver = coffer_element_attr(disk->driver, "name");

    for (gsize i = 0; i < G_N_ELEMENTS(refused_parts); i++) {
        const CofferElement *part = coffer_element_child(disk->element, refused_parts[i].name);

        if (part != NULL)
            return coffer_element_throw(part, error, COFFER_ERROR_UNSUPPORTED, "%s",
                                        refused_parts[i].reason);
    }
    if (disk->read_only && disk->device == COFFER_DISK_DEVICE_DISK &&
        (disk->bus == COFFER_DISK_BUS_IDE || disk->bus == COFFER_DISK_BUS_SATA))
        return coffer_disk_def_throw(disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "IDE and SATA disks cannot be <readonly>; use bus='scsi' or "
                                     "'virtio'");
    if (driver != NULL && !g_str_equal(driver, "qemu"))
        return coffer_element_throw(disk->driver, error, COFFER_ERROR_UNSUPPORTED,
                                    "only name='qemu' is supported");
    if (coffer_element_child(disk->driver, "iothreads") != NULL)
        return coffer_element_throw(coffer_element_child(disk->driver, "iothreads"), error,
                                    COFFER_ERROR_UNSUPPORTED,
                                    "queues of several threads are not supported; use iothread=");
    if (disk->source.element == NULL)
        return TRUE;
    for (const CofferDiskSource *source = &disk->source; source != NULL; source = source->backing) {
        if (!check_source(disk, source, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
coffer_native_check(const CofferDomainDef *def, GError **error)
{
    for (guint i = 0; i < def->disks->len; i++) {
        if (!check_disk(def->disks->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}
