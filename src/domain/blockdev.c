/* blockdev.c: a disk's layers as a graph of QEMU's block nodes: file, slice, format, then
 * copy-on-read and throttle. (QEMU: qapi/block-core.json, BlockdevOptions) */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "domain/build.h"

/* The driver of a format. Formats whose images name other files are not among them but for qcow2,
 * whose layers are all known before QEMU sees any. */
static const struct {
    CofferVolumeFormat format;
    const char *driver;
} drivers[] = {
    { COFFER_VOLUME_FORMAT_RAW, "raw" },     { COFFER_VOLUME_FORMAT_QCOW2, "qcow2" },
    { COFFER_VOLUME_FORMAT_VDI, "vdi" },     { COFFER_VOLUME_FORMAT_VPC, "vpc" },
    { COFFER_VOLUME_FORMAT_BOCHS, "bochs" }, { COFFER_VOLUME_FORMAT_CLOOP, "cloop" },
    { COFFER_VOLUME_FORMAT_DMG, "dmg" },
};

/* <driver cache=>: host's page cache passed by, flushes ignored; whether the guest sees a write
 * cache is the device's affair. */
static const struct {
    const char *word;
    gboolean direct;
    gboolean no_flush;
} caches[] = {
    { "none", TRUE, FALSE },       { "writethrough", FALSE, FALSE }, { "writeback", FALSE, FALSE },
    { "directsync", TRUE, FALSE }, { "unsafe", FALSE, TRUE },
};

/* One disk on its way. */
typedef struct {
    CofferBuild *build;
    const CofferDiskDef *disk;
    const char *name; /* "vda" */
} Disk;

static const char *
driver_attr(const Disk *disk, const char *name)
{
    return coffer_element_attr(disk->disk->driver, name);
}

/* Returns: (transfer none): the node's name, kept by the caller. "vda-file", below it "vda-1-file".
 */
static char *
node_name(const Disk *disk, guint depth, const char *role)
{
    return depth == 0 ? g_strdup_printf("%s-%s", disk->name, role)
                      : g_strdup_printf("%s-%u-%s", disk->name, depth, role);
}

/* With its key for once: these are read by people. */
static CofferOptions *
blockdev_new(const char *driver)
{
    CofferOptions *options = coffer_options_new(NULL, NULL);

    coffer_options_put(options, "driver", driver);
    return options;
}

static void
put_cache(const Disk *disk, CofferOptions *options)
{
    const char *word = driver_attr(disk, "cache");

    for (gsize i = 0; i < G_N_ELEMENTS(caches); i++) {
        if (g_strcmp0(word, caches[i].word) != 0)
            continue;
        coffer_options_put_switch(options, "cache.direct", caches[i].direct);
        coffer_options_put_switch(options, "cache.no-flush", caches[i].no_flush);
    }
}

static gboolean
is_read_only(const Disk *disk, guint depth)
{
    return depth > 0 || disk->disk->read_only;
}

/* The file or device itself. */
static char *
add_file(const Disk *disk, const CofferImage *image, guint depth)
{
    g_autoptr(CofferOptions) options = blockdev_new(image->is_device ? "host_device" : "file");
    char *node = node_name(disk, depth, "file");

    coffer_options_put(options, "node-name", node);
    coffer_options_put(options, "filename", image->path);
    coffer_options_put(options, "aio", driver_attr(disk, "io"));
    put_cache(disk, options);
    coffer_options_put_switch(options, "read-only", is_read_only(disk, depth));
    coffer_options_put(options, "discard", "unmap");
    coffer_build_add_options(disk->build, "-blockdev", options);
    return node;
}

/* @file, or the part of it that @image is. Takes @file. */
static char *
add_slice(const Disk *disk, const CofferImage *image, guint depth, char *file)
{
    g_autofree char *whole = file;
    g_autoptr(CofferOptions) options = NULL;
    char *node = NULL;

    if (image->slice_size == 0)
        return g_steal_pointer(&whole);
    options = blockdev_new("raw");
    node = node_name(disk, depth, "slice");
    coffer_options_put(options, "node-name", node);
    coffer_options_put(options, "file", whole);
    coffer_options_put_number(options, "offset", image->slice_offset);
    coffer_options_put_number(options, "size", image->slice_size);
    coffer_options_put_switch(options, "read-only", is_read_only(disk, depth));
    coffer_build_add_options(disk->build, "-blockdev", options);
    return node;
}

/* The object that holds the value of @uuid; one for each secret, as its pipe can be read once. */
static char *
add_secret(CofferBuild *build, const CofferUuid *uuid)
{
    GArray *secrets = build->native->secrets;
    guint index = 0;
    char *id = NULL;

    while (index < secrets->len &&
           !coffer_uuid_equal(&g_array_index(secrets, CofferNativeSecret, index).uuid, uuid))
        index++;
    id = g_strdup_printf("coffer-secret%u", index);
    if (index == secrets->len) {
        CofferNativeSecret secret = { *uuid, build->request->first_fd + (int)index };
        g_autoptr(CofferOptions) options = coffer_options_new("qom-type", "secret");

        g_array_append_val(secrets, secret);
        coffer_options_put(options, "id", id);
        coffer_options_put_printf(options, "file", "/dev/fd/%d", secret.fd);
        coffer_build_add_options(build, "-object", options);
    }
    return id;
}

static void
put_encryption(const Disk *disk, const CofferImage *image, CofferOptions *options)
{
    g_autofree char *secret = NULL;

    if (!image->luks)
        return;
    secret = add_secret(disk->build, &image->secret);
    if (image->format == COFFER_VOLUME_FORMAT_QCOW2) {
        coffer_options_put(options, "encrypt.format", "luks");
        coffer_options_put(options, "encrypt.key-secret", secret);
    } else {
        coffer_options_put(options, "key-secret", secret);
    }
}

/* What belongs to the disk as the guest sees it. */
static void
put_discard(const Disk *disk, CofferOptions *options)
{
    const char *discard = driver_attr(disk, "discard");
    const char *zeroes = driver_attr(disk, "detect_zeroes");

    /* Zeroes cannot be unmapped where nothing may be: then they are only found. */
    if (g_strcmp0(zeroes, "unmap") == 0 && g_strcmp0(discard, "unmap") != 0)
        zeroes = "on";
    coffer_options_put(options, "discard", discard);
    coffer_options_put(options, "detect-zeroes", zeroes);
}

static const char *
find_driver(const CofferImage *image)
{
    if (image->luks && image->format == COFFER_VOLUME_FORMAT_RAW)
        return "luks";
    for (gsize i = 0; i < G_N_ELEMENTS(drivers); i++) {
        if (drivers[i].format == image->format)
            return drivers[i].driver;
    }
    return NULL;
}

/* The format over the file @file; @backing is the node of the layer below or NULL. */
static char *
add_format(const Disk *disk, const CofferImage *image, guint depth, const char *file,
           const char *backing)
{
    g_autoptr(CofferOptions) options = blockdev_new(find_driver(image));
    char *node = node_name(disk, depth, "format");

    coffer_options_put(options, "node-name", node);
    coffer_options_put(options, "file", file);
    put_encryption(disk, image, options);
    coffer_options_put(options, "backing", backing);
    if (backing == NULL && image->cut)
        coffer_options_put_null(options, "backing");
    if (image->cache_size != 0)
        coffer_options_put_number(options, "cache-size", image->cache_size);
    if (image->format == COFFER_VOLUME_FORMAT_QCOW2)
        coffer_options_put(options, "discard-no-unref", driver_attr(disk, "discard_no_unref"));
    put_cache(disk, options);
    coffer_options_put_switch(options, "read-only", is_read_only(disk, depth));
    if (depth == 0)
        put_discard(disk, options);
    coffer_build_add_options(disk->build, "-blockdev", options);
    return node;
}

static gboolean
check_image(const Disk *disk, const CofferImage *image, GError **error)
{
    if (find_driver(image) == NULL)
        return coffer_disk_def_throw(disk->disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "'%s' has the format %s, which is not supported; convert it "
                                     "with qemu-img convert",
                                     image->path, coffer_volume_format_to_string(image->format));
    if (image->luks && image->format != COFFER_VOLUME_FORMAT_RAW &&
        image->format != COFFER_VOLUME_FORMAT_QCOW2)
        return coffer_disk_def_throw(disk->disk, error, COFFER_ERROR_UNSUPPORTED,
                                     "'%s' cannot be encrypted: only raw and qcow2 can",
                                     image->path);
    if (image->backing != NULL && image->format != COFFER_VOLUME_FORMAT_QCOW2)
        return coffer_disk_def_throw(disk->disk, error, COFFER_ERROR_INVALID_XML,
                                     "'%s' cannot have a <backingStore>: only qcow2 can",
                                     image->path);
    return TRUE;
}

/* The layers from the lowest up, as each names the one below. */
static char *
add_layers(const Disk *disk, const CofferImage *image, guint depth)
{
    g_autofree char *backing =
        image->backing != NULL ? add_layers(disk, image->backing, depth + 1) : NULL;
    g_autofree char *file = add_slice(disk, image, depth, add_file(disk, image, depth));

    return add_format(disk, image, depth, file, backing);
}

/* @node with copy-on-read over it where that is asked for. Takes @node. */
static char *
add_copy_on_read(const Disk *disk, char *node)
{
    g_autofree char *below = node;
    g_autoptr(CofferOptions) options = NULL;
    char *above = NULL;

    if (g_strcmp0(driver_attr(disk, "copy_on_read"), "on") != 0)
        return g_steal_pointer(&below);
    options = blockdev_new("copy-on-read");
    above = node_name(disk, 0, "copy");
    coffer_options_put(options, "node-name", above);
    coffer_options_put(options, "file", below);
    coffer_build_add_options(disk->build, "-blockdev", options);
    return above;
}

/* Children of <iotune> and the limits of a throttle-group. (QEMU: qapi/block-core.json,
 * ThrottleLimits) */
static const struct {
    const char *element;
    const char *limit;
} limits[] = {
    { "total_bytes_sec", "limits.bps-total" },
    { "read_bytes_sec", "limits.bps-read" },
    { "write_bytes_sec", "limits.bps-write" },
    { "total_iops_sec", "limits.iops-total" },
    { "read_iops_sec", "limits.iops-read" },
    { "write_iops_sec", "limits.iops-write" },
    { "total_bytes_sec_max", "limits.bps-total-max" },
    { "read_bytes_sec_max", "limits.bps-read-max" },
    { "write_bytes_sec_max", "limits.bps-write-max" },
    { "total_iops_sec_max", "limits.iops-total-max" },
    { "read_iops_sec_max", "limits.iops-read-max" },
    { "write_iops_sec_max", "limits.iops-write-max" },
    { "total_bytes_sec_max_length", "limits.bps-total-max-length" },
    { "read_bytes_sec_max_length", "limits.bps-read-max-length" },
    { "write_bytes_sec_max_length", "limits.bps-write-max-length" },
    { "total_iops_sec_max_length", "limits.iops-total-max-length" },
    { "read_iops_sec_max_length", "limits.iops-read-max-length" },
    { "write_iops_sec_max_length", "limits.iops-write-max-length" },
    { "size_iops_sec", "limits.iops-size" },
};

/* The object that counts for all disks of the group @id. */
static gboolean
add_throttle_group(const Disk *disk, const CofferElement *tune, const char *id, GError **error)
{
    g_autoptr(CofferOptions) options = coffer_options_new("qom-type", "throttle-group");
    GHashTable *groups = disk->build->throttle_groups;
    g_autofree char *argument = NULL;

    coffer_options_need_json(options);
    coffer_options_put(options, "id", id);
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        const char *text = coffer_element_child_text(tune, limits[i].element);
        guint64 number = 0;

        if (text != NULL && g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &number, NULL))
            coffer_options_put_number(options, limits[i].limit, number);
    }
    argument = coffer_options_to_string(options);
    if (!g_hash_table_contains(groups, id)) {
        coffer_build_add(disk->build, "-object", argument);
        g_hash_table_insert(groups, g_strdup(id), g_steal_pointer(&argument));
    } else if (!g_str_equal(g_hash_table_lookup(groups, id), argument)) {
        return coffer_element_throw(tune, error, COFFER_ERROR_INVALID_XML,
                                    "another disk of the same <group_name> has other limits");
    }
    return TRUE;
}

static gboolean
has_limits(const CofferElement *tune)
{
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        if (coffer_element_child_text(tune, limits[i].element) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Puts limits over *@node where there are some. */
static gboolean
add_throttle(const Disk *disk, char **node, GError **error)
{
    const CofferElement *tune = coffer_element_child(disk->disk->element, "iotune");
    const char *group = coffer_element_child_text(tune, "group_name");
    g_autoptr(CofferOptions) options = NULL;
    g_autofree char *id = g_strdup_printf("throttle-%s", group != NULL ? group : disk->name);
    char *above = NULL;

    if (!has_limits(tune))
        return TRUE;
    if (!coffer_build_is_id(id))
        return coffer_element_throw(tune, error, COFFER_ERROR_UNSUPPORTED,
                                    "QEMU takes only letters, digits and '-._' in <group_name>");
    if (!add_throttle_group(disk, tune, id, error))
        return FALSE;
    options = blockdev_new("throttle");
    above = node_name(disk, 0, "throttle");
    coffer_options_put(options, "node-name", above);
    coffer_options_put(options, "throttle-group", id);
    coffer_options_put(options, "file", *node);
    coffer_build_add_options(disk->build, "-blockdev", options);
    g_free(*node);
    *node = above;
    return TRUE;
}

static gboolean
check_io(const Disk *disk, GError **error)
{
    const char *cache = driver_attr(disk, "cache");
    gboolean direct = g_strcmp0(cache, "none") == 0 || g_strcmp0(cache, "directsync") == 0;

    if (g_strcmp0(driver_attr(disk, "io"), "native") == 0 && !direct)
        return coffer_disk_def_throw(disk->disk, error, COFFER_ERROR_INVALID_XML,
                                     "io='native' needs cache='none' or cache='directsync'");
    return TRUE;
}

gboolean
coffer_build_blockdevs(CofferBuild *build, guint index, char **out_node, GError **error)
{
    g_autofree char *name = coffer_build_disk_name(build, index);
    Disk disk = { build, build->def->disks->pdata[index], name };
    const CofferImage *image = build->request->images[index];
    g_autofree char *node = NULL;

    if (!check_io(&disk, error))
        return FALSE;
    for (const CofferImage *layer = image; layer != NULL; layer = layer->backing) {
        if (!check_image(&disk, layer, error))
            return FALSE;
    }
    node = add_copy_on_read(&disk, add_layers(&disk, image, 0));
    if (!add_throttle(&disk, &node, error))
        return FALSE;
    *out_node = g_steal_pointer(&node);
    return TRUE;
}
