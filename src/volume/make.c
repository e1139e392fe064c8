/* make.c: one maker a format in a table; where the file lies and what it is called is the pool's.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume/make.h"

#include "base/error.h"
#include "base/fd.h"
#include "crypt/luks.h"
#include "volume/qemu-img.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static gboolean
allocate(int image, guint64 from, guint64 to, GError **error)
{
    int result = -1;

    if (to <= from)
        return TRUE;
    do {
        result = fallocate(image, 0, (off_t)from, (off_t)(to - from));
    } while (result < 0 && errno == EINTR);
    return result == 0 || errno == EOPNOTSUPP ||
           coffer_throw_errno(error, errno, "cannot allocate %" G_GUINT64_FORMAT " bytes",
                              to - from);
}

gboolean
coffer_volume_set_size(int image, guint64 size, guint64 allocate_from, guint64 allocate_to,
                       GError **error)
{
    guint64 before = 0;

    if (size > (guint64)G_MAXINT64)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT, "it would be too large");
    if (!coffer_fd_size(image, &before, error))
        return FALSE;
    if (ftruncate(image, (off_t)size) < 0)
        return coffer_throw_errno(error, errno, "cannot make a file of %" G_GUINT64_FORMAT " bytes",
                                  size);
    if (allocate(image, allocate_from, allocate_to, error))
        return TRUE;
    /* What grew and cannot be had is given back. */
    if (size > before && ftruncate(image, (off_t)before) < 0)
        g_warning("a file that could not grow keeps its new size: %s", g_strerror(errno));
    return FALSE;
}

static gboolean
make_plain_raw(const CofferVolumeMake *request, GError **error)
{
    const CofferVolumeDef *def = request->def;
    /* libvirt allocates all of a raw volume unless told otherwise. */
    guint64 allocation = def->has_allocation ? MIN(def->allocation, def->capacity) : def->capacity;

    return coffer_volume_set_size(request->image, def->capacity, 0, allocation, error);
}

/* The capacity is what a guest can use: the header's room comes on top. */
static gboolean
make_luks_raw(const CofferVolumeMake *request, GError **error)
{
    const CofferVolumeDef *def = request->def;
    const CofferEncryptionDef *encryption = def->encryption;
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", request->image);
    CofferLuksFormatRequest format = {
        .path = path,
        .cipher = { .name = encryption->cipher_name,
                    .bits = encryption->cipher_size,
                    .mode = encryption->cipher_mode,
                    .hash = encryption->cipher_hash,
                    .ivgen = encryption->ivgen_name,
                    .ivgen_hash = encryption->ivgen_hash },
        .value = request->value,
        .generated = request->generated,
    };
    guint64 end = def->has_allocation && def->allocation >= def->capacity ? def->capacity : 0;

    return coffer_volume_set_size(request->image, def->capacity + COFFER_LUKS1_HEADER_SIZE,
                                  COFFER_LUKS1_HEADER_SIZE, COFFER_LUKS1_HEADER_SIZE + end,
                                  error) &&
           coffer_luks1_format(&format, NULL, error);
}

static gboolean
make_raw(const CofferVolumeMake *request, GError **error)
{
    return request->value != NULL ? make_luks_raw(request, error) : make_plain_raw(request, error);
}

static gboolean
make_qcow2(const CofferVolumeMake *request, GError **error)
{
    CofferQemuImgCreate create = {
        .def = request->def,
        .image = request->image,
        .path = request->path,
        .prealloc_metadata = request->prealloc_metadata,
        .generated = request->generated,
        .value = request->value,
    };

    return coffer_qemu_img_create(&create, error);
}

static const struct {
    CofferVolumeFormat format;
    gboolean (*make)(const CofferVolumeMake *request, GError **error);
} makers[] = {
    { COFFER_VOLUME_FORMAT_RAW, make_raw },
    { COFFER_VOLUME_FORMAT_QCOW2, make_qcow2 },
};

gboolean
coffer_volume_can_make(CofferVolumeFormat format, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(makers); i++)
        if (makers[i].format == format)
            return TRUE;
    return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                        "volumes of format '%s' are not made here; use raw or qcow2",
                        coffer_volume_format_to_string(format));
}

static gboolean
prove(const CofferVolumeMake *request, CofferProbe *probe, GError **error)
{
    if (!coffer_probe_fd(request->image, probe, error))
        return FALSE;
    if ((probe->crypt == COFFER_PROBE_CRYPT_NONE) != (request->value == NULL))
        return coffer_throw(error, COFFER_ERROR_VERIFICATION_FAILED, "what was made is %sencrypted",
                            request->value != NULL ? "not " : "");
    return request->value == NULL ||
           coffer_luks_verify(request->image, probe->crypt_offset, probe->crypt_length,
                              request->value, NULL, error);
}

gboolean
coffer_volume_make(const CofferVolumeMake *request, CofferProbe *out_probe, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(makers); i++)
        if (makers[i].format == request->def->format)
            return makers[i].make(request, error) && prove(request, out_probe, error);
    return coffer_volume_can_make(request->def->format, error);
}
