/* disk-def.c: <disk> read by its tables, completed as libvirt completes it, checked, and written;
 * no file is looked at. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk-def.h"

#include "model/disk-shape.h"
#include "model/disk-target.h"
#include "model/words.h"

const char *
coffer_disk_type_to_string(CofferDiskType type)
{
    return coffer_disk_type_words[type];
}

const char *
coffer_disk_bus_to_string(CofferDiskBus bus)
{
    return coffer_disk_bus_words[bus];
}

static void
source_free(CofferDiskSource *source)
{
    if (source == NULL)
        return;
    source_free(source->backing);
    g_free(source);
}

void
coffer_disk_def_free(CofferDiskDef *def)
{
    if (def == NULL)
        return;
    source_free(def->source.backing);
    coffer_element_free(def->element);
    g_free(def);
}

gboolean
coffer_disk_def_has_address(const CofferDiskDef *def, const char *type)
{
    return g_strcmp0(coffer_element_attr(def->address, "type"), type) == 0;
}

gboolean
coffer_disk_def_throw(const CofferDiskDef *def, GError **error, CofferError code,
                      const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    return coffer_throw(error, code, "line %u: disk '%s': %s", def->line, def->target, message);
}

static gboolean
throw_invalid(const CofferDiskDef *def, GError **error, const char *message)
{
    return coffer_disk_def_throw(def, error, COFFER_ERROR_INVALID_XML, "%s", message);
}

/* The port of a host without one. (libvirt, virStorageSourceNetworkDefaultPort) */
static const struct {
    const char *protocol;
    const char *port;
} default_ports[] = {
    { "nbd", "10809" }, { "sheepdog", "7000" }, { "gluster", "24007" }, { "iscsi", "3260" },
    { "http", "80" },   { "https", "443" },     { "ftp", "21" },        { "ftps", "990" },
    { "tftp", "69" },   { "ssh", "22" },        { "vxhs", "9999" },
};

static void
complete_hosts(CofferElement *source)
{
    const char *protocol = coffer_element_attr(source, "protocol");
    const char *port = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(default_ports); i++) {
        if (g_strcmp0(protocol, default_ports[i].protocol) == 0)
            port = default_ports[i].port;
    }
    for (const CofferElement *host = coffer_element_child(source, "host"); host != NULL;
         host = coffer_element_next(source, "host", host)) {
        if (coffer_element_attr(host, "transport") == NULL &&
            coffer_element_attr(host, "port") == NULL)
            coffer_element_set_attr((CofferElement *)host, "port", port);
    }
}

/* What is said about the place of the data: a volume, file or device. */
static gboolean
is_empty_source(const CofferElement *disk)
{
    const CofferElement *source = coffer_element_child(disk, "source");
    const char *type = coffer_element_attr(disk, "type");

    if (g_str_equal(type, "file"))
        return coffer_element_attr(source, "file") == NULL;
    if (g_str_equal(type, "block"))
        return coffer_element_attr(source, "dev") == NULL;
    if (g_str_equal(type, "dir"))
        return coffer_element_attr(source, "dir") == NULL;
    if (g_str_equal(type, "volume"))
        return coffer_element_attr(source, "pool") == NULL &&
               coffer_element_attr(source, "volume") == NULL;
    return source == NULL;
}

static void
complete_driver(CofferElement *disk)
{
    CofferElement *driver = coffer_element_edit(disk, "driver");

    if (g_strcmp0(coffer_element_attr(driver, "type"), "aio") == 0)
        coffer_element_set_attr(driver, "type", "raw");
}

static void
complete_snapshot(CofferElement *disk)
{
    gboolean read_only = coffer_element_child(disk, "readonly") != NULL;

    if (g_str_equal(coffer_element_attr(disk, "type"), "vhostuser"))
        coffer_element_set_attr(disk, "snapshot", "no");
    else if (read_only && g_strcmp0(coffer_element_attr(disk, "snapshot"), "no") == 0)
        coffer_element_set_attr(disk, "snapshot", NULL);
}

static void
complete_geometry(CofferElement *disk)
{
    const CofferElement *geometry = coffer_element_child(disk, "geometry");

    if (coffer_element_attr(geometry, "cyls") == NULL ||
        coffer_element_attr(geometry, "heads") == NULL ||
        coffer_element_attr(geometry, "secs") == NULL)
        coffer_element_remove(disk, "geometry");
}

/* <address type='pci'/> leaves the choice to the hypervisor; one with a part has all parts. */
static void
complete_pci_address(CofferElement *disk)
{
    static const struct {
        const char *name;
        const char *zero;
    } parts[] = {
        { "domain", "0x0000" }, { "bus", "0x00" }, { "slot", "0x00" }, { "function", "0x0" }
    };
    CofferElement *address = coffer_element_edit(disk, "address");
    gboolean any = FALSE;

    if (g_strcmp0(coffer_element_attr(address, "type"), "pci") != 0)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        any = any || coffer_element_attr(address, parts[i].name) != NULL;
    for (gsize i = 0; any && i < G_N_ELEMENTS(parts); i++) {
        if (coffer_element_attr(address, parts[i].name) == NULL)
            coffer_element_set_attr(address, parts[i].name, parts[i].zero);
    }
}

/* A <backingStore> without a type is the end of the chain, whatever is in it. */
static gboolean
complete_backing(CofferElement *element, GError **error)
{
    CofferElement *backing = coffer_element_edit(element, "backingStore");

    if (backing == NULL)
        return TRUE;
    if (coffer_element_attr(backing, "type") == NULL) {
        coffer_element_remove(backing, "format");
        coffer_element_remove(backing, "source");
        coffer_element_remove(backing, "backingStore");
        return TRUE;
    }
    if (coffer_element_child(backing, "format") == NULL)
        return coffer_element_throw(backing, error, COFFER_ERROR_INVALID_XML,
                                    "needs a <format> that tells the format of the data");
    if (coffer_element_child(backing, "source") == NULL)
        return coffer_element_throw(backing, error, COFFER_ERROR_INVALID_XML,
                                    "needs a <source> that tells where the data is");
    return complete_backing(backing, error);
}

/* As libvirt completes a disk when it is defined. */
static gboolean
complete(CofferElement *disk, GError **error)
{
    CofferElement *source = coffer_element_edit(disk, "source");
    CofferElement *target = coffer_element_edit(disk, "target");
    const char *alias = coffer_element_attr(coffer_element_child(disk, "alias"), "name");

    if (target == NULL)
        return coffer_element_throw(disk, error, COFFER_ERROR_INVALID_XML,
                                    "needs a <target> that names the disk, such as dev='vda'");
    if (coffer_element_attr(target, "bus") == NULL) {
        CofferDiskBus bus = coffer_disk_target_bus(coffer_element_attr(target, "dev"));

        coffer_element_set_attr(target, "bus", coffer_disk_bus_words[bus]);
    }
    if (g_str_equal(coffer_element_attr(disk, "device"), "cdrom"))
        coffer_element_add(disk, "readonly", NULL);
    if (source != NULL && g_str_equal(coffer_element_attr(disk, "type"), "network"))
        complete_hosts(source);
    if (g_str_equal(coffer_element_attr(disk, "type"), "volume") && is_empty_source(disk))
        coffer_element_set_attr(disk, "type", "file");
    /* Names that begin otherwise are the hypervisor's own. */
    if (alias != NULL && !g_str_has_prefix(alias, "ua-"))
        coffer_element_remove(disk, "alias");
    complete_driver(disk);
    complete_snapshot(disk);
    complete_geometry(disk);
    complete_pci_address(disk);
    return complete_backing(disk, error);
}

static CofferVolumeFormat
format_from_word(const char *word)
{
    CofferVolumeFormat format = COFFER_VOLUME_FORMAT_UNKNOWN;

    if (word != NULL)
        coffer_volume_format_from_string(word, &format);
    return format;
}

static guint64
cache_size(const CofferElement *owner)
{
    const char *text =
        coffer_element_child_text(coffer_element_child(owner, "metadata_cache"), "max_size");
    guint64 size = 0;

    if (text != NULL)
        g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &size, NULL);
    return size;
}

static CofferDiskSource *read_backing(const CofferElement *owner);

/* Fills @source from the <source> and the <backingStore> in @owner, a <disk> or <backingStore>. */
static void
read_source(const CofferElement *owner, CofferDiskSource *source)
{
    const CofferElement *element = coffer_element_child(owner, "source");
    const CofferElement *slice =
        coffer_element_child(coffer_element_child(element, "slices"), "slice");

    source->type = (CofferDiskType)coffer_word_find(coffer_disk_type_words,
                                                    coffer_element_attr(owner, "type"));
    source->line = coffer_element_line(element != NULL ? element : owner);
    source->element = element;
    source->path =
        coffer_element_attr(element, source->type == COFFER_DISK_TYPE_BLOCK ? "dev" : "file");
    source->pool = coffer_element_attr(element, "pool");
    source->volume = coffer_element_attr(element, "volume");
    source->encryption = coffer_element_encryption(coffer_element_child(element, "encryption"));
    source->slice_offset = coffer_element_number(slice, "offset", 0);
    source->slice_size = coffer_element_number(slice, "size", 0);
    source->has_backing = coffer_element_child(owner, "backingStore") != NULL;
    source->backing = read_backing(owner);
}

static CofferDiskSource *
read_backing(const CofferElement *owner)
{
    const CofferElement *backing = coffer_element_child(owner, "backingStore");
    const CofferElement *format = coffer_element_child(backing, "format");
    CofferDiskSource *source = NULL;

    if (coffer_element_attr(backing, "type") == NULL)
        return NULL;
    source = g_new0(CofferDiskSource, 1);
    read_source(backing, source);
    source->format = format_from_word(coffer_element_attr(format, "type"));
    source->cache_size = cache_size(format);
    return source;
}

static void
read_def(CofferDiskDef *def)
{
    const CofferElement *disk = def->element;
    const CofferElement *target = coffer_element_child(disk, "target");
    const CofferElement *own = coffer_element_child(disk, "encryption");

    def->line = coffer_element_line(disk);
    def->device = (CofferDiskDevice)coffer_word_find(coffer_disk_device_words,
                                                     coffer_element_attr(disk, "device"));
    def->bus =
        (CofferDiskBus)coffer_word_find(coffer_disk_bus_words, coffer_element_attr(target, "bus"));
    def->target = coffer_element_attr(target, "dev");
    def->driver = coffer_element_child(disk, "driver");
    read_source(disk, &def->source);
    if (is_empty_source(disk))
        def->source.element = NULL;
    if (def->source.encryption == NULL)
        def->source.encryption = coffer_element_encryption(own);
    def->source.format = format_from_word(coffer_element_attr(def->driver, "type"));
    def->source.cache_size = cache_size(def->driver);
    def->read_only = coffer_element_child(disk, "readonly") != NULL;
    def->shareable = coffer_element_child(disk, "shareable") != NULL;
    def->optional =
        g_strcmp0(coffer_element_attr(def->source.element, "startupPolicy"), "optional") == 0;
    def->boot_order = (guint)coffer_element_number(coffer_element_child(disk, "boot"), "order", 0);
    def->address = coffer_element_child(disk, "address");
}

static gboolean
check_source(const CofferDiskDef *def, GError **error)
{
    const CofferElement *source = def->source.element;
    gboolean removable =
        def->device == COFFER_DISK_DEVICE_CDROM || def->device == COFFER_DISK_DEVICE_FLOPPY;

    if (source == NULL && !removable)
        return throw_invalid(def, error, "needs a <source>: only drives with media can be empty");
    if (source != NULL && def->source.type == COFFER_DISK_TYPE_VOLUME &&
        (def->source.pool == NULL || def->source.volume == NULL))
        return throw_invalid(def, error, "the <source> needs both pool= and volume=");
    if (def->source.encryption != NULL && coffer_element_child(source, "encryption") != NULL &&
        coffer_element_child(def->element, "encryption") != NULL)
        return throw_invalid(def, error,
                             "<encryption> stands in <disk> and in <source>; keep that in "
                             "<source>");
    if (def->device == COFFER_DISK_DEVICE_LUN && def->source.type != COFFER_DISK_TYPE_BLOCK &&
        def->source.type != COFFER_DISK_TYPE_NETWORK && def->source.type != COFFER_DISK_TYPE_VOLUME)
        return throw_invalid(def, error, "device='lun' needs type='block'");
    return TRUE;
}

static gboolean
check_target(const CofferDiskDef *def, GError **error)
{
    const CofferElement *target = coffer_element_child(def->element, "target");
    const char *model = coffer_element_attr(def->element, "model");

    if ((def->device == COFFER_DISK_DEVICE_FLOPPY) != (def->bus == COFFER_DISK_BUS_FDC))
        return throw_invalid(def, error, "floppies, and nothing else, are on bus='fdc'");
    if (coffer_element_attr(target, "tray") != NULL && def->device != COFFER_DISK_DEVICE_CDROM &&
        def->device != COFFER_DISK_DEVICE_FLOPPY)
        return throw_invalid(def, error, "only CD-ROM and floppy drives have a tray=");
    if (coffer_element_attr(target, "removable") != NULL && def->bus != COFFER_DISK_BUS_USB)
        return throw_invalid(def, error, "only disks on bus='usb' can be removable=");
    if (model != NULL && g_str_has_prefix(model, "virtio") && def->bus != COFFER_DISK_BUS_VIRTIO)
        return throw_invalid(def, error, "a virtio model= needs bus='virtio'");
    if (model != NULL && g_str_has_prefix(model, "usb") && def->bus != COFFER_DISK_BUS_USB)
        return throw_invalid(def, error, "a usb model= needs bus='usb'");
    return TRUE;
}

/* A total and its parts exclude each other. */
static gboolean
check_limits(const CofferDiskDef *def, GError **error)
{
    static const char *const kinds[] = {
        "bytes_sec",          "iops_sec", "bytes_sec_max", "iops_sec_max", "bytes_sec_max_length",
        "iops_sec_max_length"
    };
    const CofferElement *tune = coffer_element_child(def->element, "iotune");

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *total = g_strconcat("total_", kinds[i], NULL);
        g_autofree char *reads = g_strconcat("read_", kinds[i], NULL);
        g_autofree char *writes = g_strconcat("write_", kinds[i], NULL);

        if (coffer_element_child_text(tune, total) != NULL &&
            (coffer_element_child_text(tune, reads) != NULL ||
             coffer_element_child_text(tune, writes) != NULL))
            return coffer_element_throw(tune, error, COFFER_ERROR_INVALID_XML,
                                        "<%s> excludes <%s> and <%s>", total, reads, writes);
    }
    return TRUE;
}

static gboolean
complete_address(CofferDiskDef *def, GError **error)
{
    guint index = 0;
    gboolean has_place = def->bus == COFFER_DISK_BUS_IDE || def->bus == COFFER_DISK_BUS_SATA ||
                         def->bus == COFFER_DISK_BUS_SCSI || def->bus == COFFER_DISK_BUS_FDC;

    if (def->address != NULL)
        return TRUE;
    if (!coffer_disk_target_index(def->target, &index))
        return throw_invalid(def, error,
                             "the name says no place and there is no <address>; names are such "
                             "as vda, sda, hda");
    if (has_place)
        coffer_disk_target_add_address(def->element, def->bus, def->target);
    def->address = coffer_element_child(def->element, "address");
    return TRUE;
}

CofferDiskDef *
coffer_disk_def_parse_node(const CofferXmlNode *node, GError **error)
{
    g_autoptr(CofferDiskDef) def = g_new0(CofferDiskDef, 1);

    def->element = coffer_element_parse(node, &coffer_disk_shape, error);
    if (def->element == NULL || !complete(def->element, error))
        return NULL;
    read_def(def);
    if (!check_source(def, error) || !check_target(def, error) || !check_limits(def, error) ||
        !complete_address(def, error))
        return NULL;
    return g_steal_pointer(&def);
}

void
coffer_disk_def_format_node(const CofferDiskDef *def, CofferXmlWriter *writer)
{
    coffer_element_format(def->element, writer);
}

CofferDiskDef *
coffer_disk_def_parse(const char *xml, gboolean validate, GError **error)
{
    g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(xml, "disk", error);

    if (doc == NULL || (validate && !coffer_xml_validate(doc, "disk.rng", error)))
        return NULL;
    return coffer_disk_def_parse_node(coffer_xml_root(doc), error);
}

char *
coffer_disk_def_format(const CofferDiskDef *def)
{
    g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();

    coffer_disk_def_format_node(def, writer);
    return coffer_xml_writer_finish(writer);
}
