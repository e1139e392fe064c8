/* probe-file.h: bounded reading of a volume's header for the files of probe.h; nothing else. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "volume/probe.h"

#include <string.h>

/* What is read in one go: all that most headers have, so that most volumes cost one read. */
#define COFFER_PROBE_HEAD 4096

/* The volume that is looked at. */
typedef struct {
    int fd;
    guint64 size;    /* of the file or device */
    gsize head_size; /* bytes of @head that exist */
    guint8 head[COFFER_PROBE_HEAD];
} CofferProbeFile;

/* Copies @size bytes at @offset; COFFER_ERROR_DAMAGED where the file ends before. */
gboolean coffer_probe_file_read(const CofferProbeFile *file, guint64 offset, void *buffer,
                                gsize size, GError **error);

/* The same for a name of @size bytes that has no end mark; @what begins the message. A NUL in it is
 * COFFER_ERROR_DAMAGED; what XML cannot carry is COFFER_ERROR_UNSUPPORTED. Returns: (transfer
 * full). */
char *coffer_probe_file_text(const CofferProbeFile *file, const char *what, guint64 offset,
                             gsize size, GError **error);

/* Whether the file has @magic at @offset; FALSE also where it is too short. */
gboolean
coffer_probe_file_has(const CofferProbeFile *file, guint64 offset, const void *magic, gsize size);

/* Sets the capacity; one that no file can have is COFFER_ERROR_DAMAGED. */
gboolean
coffer_probe_set_capacity(CofferProbe *probe, guint64 units, guint64 unit_size, GError **error);

/* One family of formats each. The magic has been seen; the rest fills @probe. */
gboolean coffer_probe_qcow(const CofferProbeFile *file, CofferProbe *probe, GError **error);
gboolean coffer_probe_qed(const CofferProbeFile *file, CofferProbe *probe, GError **error);

/* Reads the LUKS header at @offset, which must end within @length bytes; sets the crypt_ and cipher
 * fields only. *@out_payload: bytes from the header's beginning to the data. */
gboolean coffer_probe_luks(const CofferProbeFile *file, guint64 offset, guint64 length,
                           CofferProbe *probe, guint64 *out_payload, GError **error);

#define COFFER_PROBE_LUKS_MAGIC      "LUKS\xba\xbe"
#define COFFER_PROBE_LUKS_MAGIC_SIZE 6

/* Numbers in a header, which need not be aligned. */
static inline guint32
coffer_probe_be32(const guint8 *bytes)
{
    guint32 number = 0;

    memcpy(&number, bytes, sizeof(number));
    return GUINT32_FROM_BE(number);
}

static inline guint64
coffer_probe_be64(const guint8 *bytes)
{
    return (guint64)coffer_probe_be32(bytes) << 32 | coffer_probe_be32(bytes + 4);
}

static inline guint32
coffer_probe_le32(const guint8 *bytes)
{
    return GUINT32_SWAP_LE_BE(coffer_probe_be32(bytes));
}

static inline guint64
coffer_probe_le64(const guint8 *bytes)
{
    return (guint64)coffer_probe_le32(bytes + 4) << 32 | coffer_probe_le32(bytes);
}
