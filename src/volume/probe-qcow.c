/* probe-qcow.c: reads the headers of qcow, qcow2 and QED; nothing behind the first cluster but the
 * LUKS header. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "volume/probe-file.h"

/* The header of qcow2: offsets in bytes, numbers big-endian. (QEMU docs/interop/qcow2.txt,
 * "Header") */
enum {
    QCOW_VERSION = 4,
    QCOW_BACKING_OFFSET = 8,
    QCOW_BACKING_SIZE = 16,
    QCOW2_CLUSTER_BITS = 20,
    QCOW_CAPACITY = 24,
    QCOW2_CRYPT_METHOD = 32,
    QCOW1_CRYPT_METHOD = 36,
    QCOW1_SIZE = 48,
    QCOW2_V2_SIZE = 72,
    QCOW2_INCOMPATIBLE = 72,
    QCOW2_COMPATIBLE = 80,
    QCOW2_HEADER_LENGTH = 100,
    QCOW2_V3_SIZE = 104,
};

/* Bits of the incompatible and compatible features that change what is shown. Others are for who
 * reads the content. */
#define INCOMPATIBLE_DATA_FILE   (G_GUINT64_CONSTANT(1) << 2)
#define INCOMPATIBLE_EXTENDED_L2 (G_GUINT64_CONSTANT(1) << 4)
#define COMPATIBLE_LAZY_REFCOUNT (G_GUINT64_CONSTANT(1) << 0)

/* The same text, "Header extensions". */
#define EXTENSION_END            0
#define EXTENSION_BACKING_FORMAT 0xe2792acaU
#define EXTENSION_DATA_FILE      0x44415441U
#define EXTENSION_CRYPTO         0x0537be77U

/* What QEMU takes (block/qcow2.h and qcow2_open()): 512 bytes to 2 MiB a cluster, 1023 bytes a
 * path. */
#define CLUSTER_BITS_MIN 9
#define CLUSTER_BITS_MAX 21
#define PATH_SIZE_MAX    1023

/* Real images have five; each costs a read where it lies outside of what is read anyway. */
#define EXTENSIONS_MAX 64

/* What qcow2's header says, before any of it is believed. */
typedef struct {
    const CofferProbeFile *file;
    guint32 version;
    guint64 cluster_size;
    guint64 header_length;
    guint64 backing_offset;
    guint32 backing_size;
    guint32 crypt_method;
    guint64 incompatible;
    guint64 crypto_offset; /* of the crypto extension; 0 where there is none */
    guint64 crypto_length;
} Qcow2;

static gboolean
read_backing(const CofferProbeFile *file, guint64 offset, guint64 size, CofferProbe *probe,
             GError **error)
{
    if (offset == 0 || size == 0)
        return TRUE;
    if (size > PATH_SIZE_MAX)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the name of the backing file is too long");
    probe->backing_path =
        coffer_probe_file_text(file, "name of the backing file", offset, size, error);
    return probe->backing_path != NULL;
}

/* --- qcow2 --- */

static gboolean
parse_fields(Qcow2 *image, CofferProbe *probe, GError **error)
{
    guint8 header[QCOW2_V3_SIZE] = { 0 };
    gsize size = image->version == 2 ? QCOW2_V2_SIZE : QCOW2_V3_SIZE;
    guint32 cluster_bits = 0;

    if (!coffer_probe_file_read(image->file, 0, header, size, error))
        return FALSE;
    cluster_bits = coffer_probe_be32(header + QCOW2_CLUSTER_BITS);
    if (cluster_bits < CLUSTER_BITS_MIN || cluster_bits > CLUSTER_BITS_MAX)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the qcow2 header has clusters of 2^%u bytes", cluster_bits);
    image->cluster_size = G_GUINT64_CONSTANT(1) << cluster_bits;
    image->backing_offset = coffer_probe_be64(header + QCOW_BACKING_OFFSET);
    image->backing_size = coffer_probe_be32(header + QCOW_BACKING_SIZE);
    image->crypt_method = coffer_probe_be32(header + QCOW2_CRYPT_METHOD);
    image->header_length = size;
    if (image->version == 3) {
        image->header_length = coffer_probe_be32(header + QCOW2_HEADER_LENGTH);
        image->incompatible = coffer_probe_be64(header + QCOW2_INCOMPATIBLE);
        probe->lazy_refcounts =
            (coffer_probe_be64(header + QCOW2_COMPATIBLE) & COMPATIBLE_LAZY_REFCOUNT) != 0;
        probe->extended_l2 = (image->incompatible & INCOMPATIBLE_EXTENDED_L2) != 0;
    }
    if (image->header_length < size || image->header_length > image->cluster_size)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the qcow2 header has an impossible length");
    if (image->backing_offset != 0 &&
        (image->backing_offset > image->cluster_size ||
         image->backing_size > image->cluster_size - image->backing_offset))
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the name of the backing file lies outside of the qcow2 header");
    probe->cluster_size = image->cluster_size;
    probe->compat = g_strdup(image->version == 2 ? "0.10" : "1.1");
    return coffer_probe_set_capacity(probe, coffer_probe_be64(header + QCOW_CAPACITY), 1, error);
}

static gboolean
parse_extension(Qcow2 *image, guint32 type, guint64 offset, guint32 size, CofferProbe *probe,
                GError **error)
{
    g_autofree char *format = NULL;
    guint8 crypto[16];

    if (type == EXTENSION_BACKING_FORMAT) {
        if (size > PATH_SIZE_MAX)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "the format of the backing file is too long");
        format =
            coffer_probe_file_text(image->file, "format of the backing file", offset, size, error);
        if (format == NULL)
            return FALSE;
        /* A format that we do not know stays unknown. */
        coffer_volume_format_from_string(format, &probe->backing_format);
    } else if (type == EXTENSION_DATA_FILE && (image->incompatible & INCOMPATIBLE_DATA_FILE) != 0) {
        if (size > PATH_SIZE_MAX)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "the name of the data file is too long");
        g_free(probe->data_file);
        probe->data_file =
            coffer_probe_file_text(image->file, "name of the data file", offset, size, error);
        return probe->data_file != NULL;
    } else if (type == EXTENSION_CRYPTO) {
        if (size != sizeof(crypto))
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "the qcow2 header has a crypto extension of %u bytes", size);
        if (!coffer_probe_file_read(image->file, offset, crypto, sizeof(crypto), error))
            return FALSE;
        image->crypto_offset = coffer_probe_be64(crypto);
        image->crypto_length = coffer_probe_be64(crypto + 8);
    }
    return TRUE;
}

/* Extensions stand between the header's fields and the backing file's name, or the end of the first
 * cluster. */
static gboolean
parse_extensions(Qcow2 *image, CofferProbe *probe, GError **error)
{
    guint64 end = image->backing_offset != 0 ? image->backing_offset : image->cluster_size;
    guint64 offset = image->header_length;

    for (int count = 0; offset < end && end - offset >= 8; count++) {
        guint8 start[8];
        guint32 type = 0, size = 0;

        if (!coffer_probe_file_read(image->file, offset, start, sizeof(start), error))
            return FALSE;
        type = coffer_probe_be32(start);
        size = coffer_probe_be32(start + 4);
        offset += sizeof(start);
        if (type == EXTENSION_END)
            break;
        if (size > end - offset || count == EXTENSIONS_MAX)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "the extensions of the qcow2 header do not end");
        if (!parse_extension(image, type, offset, size, probe, error))
            return FALSE;
        offset += ((guint64)size + 7) & ~G_GUINT64_CONSTANT(7);
    }
    return TRUE;
}

static gboolean
parse_luks(const Qcow2 *image, CofferProbe *probe, GError **error)
{
    guint64 payload = 0;

    if (image->crypto_offset == 0 || image->crypto_offset % image->cluster_size != 0 ||
        image->crypto_offset > image->file->size ||
        image->crypto_length > image->file->size - image->crypto_offset)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the qcow2 header does not say where its LUKS header is");
    if (!coffer_probe_luks(image->file, image->crypto_offset, image->crypto_length, probe, &payload,
                           error))
        return FALSE;
    /* What the extension says is what QEMU keeps for the header; the data are elsewhere. */
    probe->crypt_length = image->crypto_length;
    return TRUE;
}

static gboolean
parse_encryption(const Qcow2 *image, CofferProbe *probe, GError **error)
{
    switch (image->crypt_method) {
    case 0:
        return TRUE;
    case 1:
        probe->crypt = COFFER_PROBE_CRYPT_QCOW_AES;
        return TRUE;
    case 2:
        return parse_luks(image, probe, error);
    default:
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "the qcow2 header has the encryption method %u", image->crypt_method);
    }
}

static gboolean
probe_qcow2(const CofferProbeFile *file, guint32 version, CofferProbe *probe, GError **error)
{
    Qcow2 image = { .file = file, .version = version };

    probe->format = COFFER_VOLUME_FORMAT_QCOW2;
    return parse_fields(&image, probe, error) && parse_extensions(&image, probe, error) &&
           read_backing(file, image.backing_offset, image.backing_size, probe, error) &&
           parse_encryption(&image, probe, error);
}

/* --- qcow --- */

static gboolean
probe_qcow1(const CofferProbeFile *file, CofferProbe *probe, GError **error)
{
    guint8 header[QCOW1_SIZE];
    guint32 crypt_method = 0;

    if (!coffer_probe_file_read(file, 0, header, sizeof(header), error))
        return FALSE;
    probe->format = COFFER_VOLUME_FORMAT_QCOW;
    crypt_method = coffer_probe_be32(header + QCOW1_CRYPT_METHOD);
    if (crypt_method > 1)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "the qcow header has the encryption method %u", crypt_method);
    if (crypt_method == 1)
        probe->crypt = COFFER_PROBE_CRYPT_QCOW_AES;
    return coffer_probe_set_capacity(probe, coffer_probe_be64(header + QCOW_CAPACITY), 1, error) &&
           read_backing(file, coffer_probe_be64(header + QCOW_BACKING_OFFSET),
                        coffer_probe_be32(header + QCOW_BACKING_SIZE), probe, error);
}

gboolean
coffer_probe_qcow(const CofferProbeFile *file, CofferProbe *probe, GError **error)
{
    guint8 bytes[4];
    guint32 version = 0;

    if (!coffer_probe_file_read(file, QCOW_VERSION, bytes, sizeof(bytes), error))
        return FALSE;
    version = coffer_probe_be32(bytes);
    if (version == 1)
        return probe_qcow1(file, probe, error);
    if (version == 2 || version == 3)
        return probe_qcow2(file, version, probe, error);
    return coffer_throw(error, COFFER_ERROR_UNSUPPORTED, "the qcow2 header has version %u",
                        version);
}

/* --- QED --- */

/* Offsets in bytes, numbers little-endian. (QEMU docs/interop/qed_spec.txt) */
enum {
    QED_FEATURES = 16,
    QED_CAPACITY = 48,
    QED_BACKING_OFFSET = 56,
    QED_BACKING_SIZE = 60,
    QED_SIZE = 64,
};

#define QED_HAS_BACKING    (1U << 0)
#define QED_BACKING_IS_RAW (1U << 2)

gboolean
coffer_probe_qed(const CofferProbeFile *file, CofferProbe *probe, GError **error)
{
    guint8 header[QED_SIZE];
    guint64 features = 0;

    if (!coffer_probe_file_read(file, 0, header, sizeof(header), error))
        return FALSE;
    probe->format = COFFER_VOLUME_FORMAT_QED;
    features = coffer_probe_le64(header + QED_FEATURES);
    if ((features & QED_BACKING_IS_RAW) != 0)
        probe->backing_format = COFFER_VOLUME_FORMAT_RAW;
    if (!coffer_probe_set_capacity(probe, coffer_probe_le64(header + QED_CAPACITY), 1, error))
        return FALSE;
    return (features & QED_HAS_BACKING) == 0 ||
           read_backing(file, coffer_probe_le32(header + QED_BACKING_OFFSET),
                        coffer_probe_le32(header + QED_BACKING_SIZE), probe, error);
}
