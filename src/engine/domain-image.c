/* domain-image.c: from <source> to files, their formats and their secrets. A header decides about
 * nothing that QEMU would open but where the XML, or the header of a layer above, has said the
 * format: a guest can write any header on its raw disk. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/domain-image.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/name.h"
#include "engine/private.h"
#include "engine/resolve.h"
#include "volume/probe.h"

#include <fcntl.h>
#include <string.h>

/* One disk on its way. */
typedef struct {
    CofferConnection *connection;
    const CofferDiskDef *disk;
    GPtrArray *notes;
    struct {
        dev_t dev;
        ino_t ino;
    } seen[COFFER_IMAGE_MAX_LAYERS];
    guint n_seen;
} Search;

/* What is known of one layer before its file is opened. */
typedef struct {
    char *path;
    gboolean is_volume;                    /* in a pool, which has looked at its format */
    gboolean by_header;                    /* named by the layer above, not by the XML */
    CofferVolumeFormat format;             /* UNKNOWN where nobody said it */
    const CofferEncryptionDef *encryption; /* may be NULL */
    const CofferDiskSource *source;        /* NULL where by_header */
} Layer;

static void
layer_clear(Layer *layer)
{
    g_clear_pointer(&layer->path, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layer, layer_clear)

static void
add_note(const Search *search, const char *path, const char *text)
{
    g_autofree char *printable = coffer_name_printable(path);

    g_ptr_array_add(search->notes,
                    g_strdup_printf("line %u: disk '%s': '%s' %s", search->disk->line,
                                    search->disk->target, printable, text));
}

static gboolean
throw_layer(const Search *search, const Layer *layer, GError **error, CofferError code,
            const char *problem)
{
    g_autofree char *path = coffer_name_printable(layer->path);

    return coffer_disk_def_throw(search->disk, error, code, "'%s' %s", path, problem);
}

/* Puts the disk before the message of @failure, which it takes. */
static gboolean
pass_on(const Search *search, GError *failure, GError **error)
{
    g_prefix_error(&failure, "line %u: disk '%s': ", search->disk->line, search->disk->target);
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
locate_volume(const Search *search, const CofferDiskSource *source, Layer *out_layer,
              GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(CofferPool) pool =
        coffer_connection_lookup_pool_by_name(search->connection, source->pool, &failure);
    g_autoptr(CofferVolume) volume =
        pool != NULL ? coffer_pool_lookup_volume(pool, source->volume, &failure) : NULL;

    if (volume == NULL)
        return pass_on(search, g_steal_pointer(&failure), error);
    out_layer->path = g_strdup(coffer_volume_get_path(volume));
    out_layer->is_volume = TRUE;
    return TRUE;
}

static gboolean
locate(const Search *search, const CofferDiskSource *source, Layer *out_layer, GError **error)
{
    out_layer->source = source;
    out_layer->format = source->format;
    out_layer->encryption = source->encryption;
    if (source->type == COFFER_DISK_TYPE_VOLUME)
        return locate_volume(search, source, out_layer, error);
    out_layer->path = g_strdup(source->path != NULL ? source->path : "");
    if (!g_path_is_absolute(out_layer->path))
        return throw_layer(search, out_layer, error, COFFER_ERROR_INVALID_XML,
                           "is not an absolute path");
    return TRUE;
}

/* Refuses a file that is among the layers already, by whatever name. */
static gboolean
remember(Search *search, const Layer *layer, const struct stat *info, GError **error)
{
    dev_t dev = S_ISBLK(info->st_mode) ? info->st_rdev : info->st_dev;
    ino_t ino = S_ISBLK(info->st_mode) ? 0 : info->st_ino;

    for (guint i = 0; i < search->n_seen; i++) {
        if (search->seen[i].dev == dev && search->seen[i].ino == ino)
            return throw_layer(search, layer, error, COFFER_ERROR_DAMAGED,
                               "is a layer of itself: its backing files form a circle");
    }
    if (search->n_seen == COFFER_IMAGE_MAX_LAYERS)
        return throw_layer(search, layer, error, COFFER_ERROR_UNSUPPORTED,
                           "is one layer too many; merge some with qemu-img commit");
    search->seen[search->n_seen].dev = dev;
    search->seen[search->n_seen].ino = ino;
    search->n_seen++;
    return TRUE;
}

/* Opens the layer for a look at its header; a pipe or terminal is not waited for. */
static gboolean
open_layer(Search *search, const Layer *layer, CofferFd *out_fd, gboolean *out_is_device,
           GError **error)
{
    g_autoptr(GError) failure = NULL;
    struct stat info;

    if (!coffer_fd_open(layer->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out_fd, &failure))
        return pass_on(search, g_steal_pointer(&failure), error);
    if (fstat(*out_fd, &info) < 0 || (!S_ISREG(info.st_mode) && !S_ISBLK(info.st_mode)))
        return throw_layer(search, layer, error, COFFER_ERROR_UNSUPPORTED,
                           "is neither a regular file nor a block device");
    *out_is_device = S_ISBLK(info.st_mode);
    return remember(search, layer, &info, error);
}

/* What its header says, if anything can follow from it: of raw data only whether it is LUKS. */
static gboolean
probe_layer(const Search *search, const Layer *layer, int fd, CofferProbe *out_probe,
            GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (coffer_probe_fd(fd, out_probe, &failure))
        return TRUE;
    if (layer->format == COFFER_VOLUME_FORMAT_RAW && layer->encryption == NULL) {
        coffer_probe_clear(out_probe);
        out_probe->format = COFFER_VOLUME_FORMAT_RAW;
        return TRUE;
    }
    g_prefix_error(&failure, "'%s': ", layer->path);
    return pass_on(search, g_steal_pointer(&failure), error);
}

/* The format that QEMU is told. Raw where nobody says another, as in libvirt; of a volume the
 * pool's finding counts, unless it would make QEMU open another file. */
static gboolean
decide_format(const Search *search, const Layer *layer, const CofferProbe *probe,
              CofferImage *image, GError **error)
{
    gboolean stated = layer->format != COFFER_VOLUME_FORMAT_UNKNOWN;

    image->format = stated ? layer->format : COFFER_VOLUME_FORMAT_RAW;
    if (!stated && probe->format != COFFER_VOLUME_FORMAT_RAW && layer->is_volume) {
        if (probe->backing_path != NULL && !layer->source->has_backing)
            return throw_layer(search, layer, error, COFFER_ERROR_INVALID_XML,
                               "has a backing file, and no <driver type=> says its format; say it: "
                               "a raw disk could pretend to have one");
        image->format = probe->format;
    } else if (!stated && probe->format != COFFER_VOLUME_FORMAT_RAW) {
        add_note(search, layer->path,
                 "is used as raw, although its header says another format: no <driver type=> "
                 "tells it");
    }
    if (image->format == COFFER_VOLUME_FORMAT_QCOW2 && image->slice_size != 0)
        return throw_layer(search, layer, error, COFFER_ERROR_UNSUPPORTED,
                           "is qcow2 in a slice, which is not supported");
    if (image->format == COFFER_VOLUME_FORMAT_QCOW2 && probe->format != COFFER_VOLUME_FORMAT_QCOW2)
        return throw_layer(search, layer, error, COFFER_ERROR_INVALID_XML,
                           "has no qcow2 header, although its format is said to be qcow2");
    if (probe->data_file != NULL && image->format == COFFER_VOLUME_FORMAT_QCOW2)
        return throw_layer(search, layer, error, COFFER_ERROR_UNSUPPORTED,
                           "keeps its data in another file, which is not supported");
    return TRUE;
}

/* The secret that is recorded for the volume at @path, or whose usage is it. */
static gboolean
recorded_secret(const Search *search, const char *path, CofferUuid *out_secret, gboolean *out_found,
                GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(CofferUse) use = coffer_uses_lookup(search->connection->uses, path, &failure);
    CofferSecretRef ref = { .type = COFFER_SECRET_REF_USAGE, .usage = (char *)path };
    CofferResolvedSecret found;

    if (failure != NULL)
        return pass_on(search, g_steal_pointer(&failure), error);
    if (use != NULL)
        *out_secret = use->secret;
    else if (coffer_resolve_secret(search->connection, &ref, &found, NULL))
        *out_secret = found.uuid;
    else
        return TRUE;
    *out_found = TRUE;
    return TRUE;
}

/* The secret that the XML names, else the recorded one. */
static gboolean
find_secret(const Search *search, const Layer *layer, CofferUuid *out_secret, gboolean *out_found,
            GError **error)
{
    const CofferSecretRef *ref =
        layer->encryption != NULL ? coffer_encryption_def_secret(layer->encryption) : NULL;
    g_autoptr(GError) failure = NULL;
    CofferResolvedSecret secret;

    if (ref == NULL)
        return recorded_secret(search, layer->path, out_secret, out_found, error);
    if (!coffer_resolve_secret(search->connection, ref, &secret, &failure))
        return pass_on(search, g_steal_pointer(&failure), error);
    *out_secret = secret.uuid;
    *out_found = TRUE;
    return TRUE;
}

/* Why the header's encryption cannot be had by QEMU, or NULL. */
static const char *
crypt_problem(const CofferProbe *probe)
{
    switch (probe->crypt) {
    case COFFER_PROBE_CRYPT_NONE:
        return "is not encrypted with LUKS, although <encryption> says so";
    case COFFER_PROBE_CRYPT_QCOW_AES:
        return "has the old encryption of qcow2, which QEMU gave up; convert it with qemu-img "
               "convert";
    case COFFER_PROBE_CRYPT_LUKS2:
        return "has a LUKS2 header; QEMU opens LUKS1 only";
    case COFFER_PROBE_CRYPT_LUKS1:
        return NULL;
    }
    g_return_val_if_reached(NULL);
}

static gboolean
decide_encryption(const Search *search, const Layer *layer, const CofferProbe *probe,
                  CofferImage *image, GError **error)
{
    gboolean raw = image->format == COFFER_VOLUME_FORMAT_RAW;
    gboolean stated = layer->encryption != NULL;
    gboolean found = FALSE;
    const char *problem = image->slice_size != 0 ? NULL : crypt_problem(probe);

    if (!stated && (probe->crypt == COFFER_PROBE_CRYPT_NONE || probe->format != image->format ||
                    image->slice_size != 0))
        return TRUE;
    if (stated && problem != NULL)
        return throw_layer(search, layer, error,
                           probe->crypt == COFFER_PROBE_CRYPT_NONE ? COFFER_ERROR_INVALID_XML
                                                                   : COFFER_ERROR_UNSUPPORTED,
                           problem);
    if (!find_secret(search, layer, &image->secret, &found, error))
        return FALSE;
    image->luks = found && problem == NULL;
    if (image->luks)
        return TRUE;
    if (raw && !stated && !layer->by_header) {
        add_note(search, layer->path,
                 "has a LUKS header, which the guest will see: there is no <encryption> and no "
                 "secret is recorded for it");
        return TRUE;
    }
    if (problem != NULL)
        return throw_layer(search, layer, error, COFFER_ERROR_UNSUPPORTED, problem);
    return throw_layer(search, layer, error, COFFER_ERROR_NOT_FOUND,
                       "is encrypted, but no secret is recorded for it; name one in "
                       "<encryption>");
}

static CofferImage *find_layer(Search *search, const Layer *layer, GError **error);

/* "json:...", "nbd://...": QEMU would take it for something else than a path. (QEMU: block.c,
 * path_has_protocol) */
static gboolean
has_protocol(const char *path)
{
    gsize length = strcspn(path, ":/");

    return path[length] == ':';
}

/* The layer that the header of @above names. */
static gboolean
find_by_header(Search *search, const Layer *above, const CofferProbe *probe, CofferImage *image,
               GError **error)
{
    g_auto(Layer) layer = { .by_header = TRUE, .format = probe->backing_format };
    g_autofree char *folder = g_path_get_dirname(above->path);

    if (has_protocol(probe->backing_path))
        return throw_layer(search, above, error, COFFER_ERROR_UNSUPPORTED,
                           "has a backing file that is not a path, which is not supported; "
                           "describe it in <backingStore>");
    if (layer.format == COFFER_VOLUME_FORMAT_UNKNOWN)
        return throw_layer(search, above, error, COFFER_ERROR_UNSUPPORTED,
                           "does not say the format of its backing file; say it with 'qemu-img "
                           "rebase -u -F FORMAT -b BACKING IMAGE', or in <backingStore>");
    layer.path = g_path_is_absolute(probe->backing_path)
                     ? g_strdup(probe->backing_path)
                     : g_build_filename(folder, probe->backing_path, NULL);
    image->backing = find_layer(search, &layer, error);
    return image->backing != NULL;
}

static gboolean
find_backing(Search *search, const Layer *layer, const CofferProbe *probe, CofferImage *image,
             GError **error)
{
    const CofferDiskSource *source = layer->source;
    gboolean named = image->format == COFFER_VOLUME_FORMAT_QCOW2 && probe->backing_path != NULL;
    g_auto(Layer) below = { 0 };

    if (source == NULL || !source->has_backing)
        return !named || find_by_header(search, layer, probe, image, error);
    image->cut = named && source->backing == NULL;
    if (source->backing == NULL)
        return TRUE;
    if (!locate(search, source->backing, &below, error))
        return FALSE;
    image->backing = find_layer(search, &below, error);
    return image->backing != NULL;
}

static CofferImage *
find_layer(Search *search, const Layer *layer, GError **error)
{
    g_autoptr(CofferImage) image = coffer_image_new(layer->path);
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_auto(CofferProbe) probe = { 0 };

    if (layer->source != NULL) {
        image->slice_offset = layer->source->slice_offset;
        image->slice_size = layer->source->slice_size;
        image->cache_size = layer->source->cache_size;
    }
    if (!open_layer(search, layer, &fd, &image->is_device, error) ||
        !probe_layer(search, layer, fd, &probe, error) ||
        !decide_format(search, layer, &probe, image, error) ||
        !decide_encryption(search, layer, &probe, image, error) ||
        !find_backing(search, layer, &probe, image, error))
        return NULL;
    return g_steal_pointer(&image);
}

gboolean
coffer_find_image(CofferConnection *connection, const CofferDiskDef *disk, GPtrArray *notes,
                  CofferImage **out_image, GError **error)
{
    Search search = { .connection = connection, .disk = disk, .notes = notes };
    g_auto(Layer) layer = { 0 };
    g_autoptr(GError) failure = NULL;

    if (disk->source.element == NULL)
        return TRUE;
    if (locate(&search, &disk->source, &layer, &failure))
        *out_image = find_layer(&search, &layer, &failure);
    if (*out_image != NULL)
        return TRUE;
    if (disk->optional && search.n_seen == 0 &&
        g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND)) {
        g_ptr_array_add(notes, g_strdup_printf("line %u: disk '%s' is left out: it is optional "
                                               "and its source is not there",
                                               disk->line, disk->target));
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}
