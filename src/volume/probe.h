/* probe.h: what the first bytes of a volume say it is; reads bounded, never writes, never guesses
 * for writing. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/volume-def.h"

/* What encrypts the content. */
typedef enum {
    COFFER_PROBE_CRYPT_NONE,
    COFFER_PROBE_CRYPT_QCOW_AES, /* qcow, qcow2 crypt_method 1 */
    COFFER_PROBE_CRYPT_LUKS1,
    COFFER_PROBE_CRYPT_LUKS2,
} CofferProbeCrypt;

/* Zero or NULL where the header does not say. Owned strings. */
typedef struct {
    CofferVolumeFormat format; /* RAW for a bare LUKS header too */
    guint64 capacity; /* bytes that a guest sees; of raw: the size of file or device, less a LUKS
                         header */
    CofferProbeCrypt crypt;
    guint64 crypt_offset;  /* where the LUKS header begins: 0 for raw, inside qcow2 where its
                              extension says */
    guint64 crypt_length;  /* bytes of the header with its keyslots; of raw: the payload's offset,
                              which is 0 where the header stands apart from its data */
    char crypt_uuid[41];   /* LUKS UUID as in the header, "" where there is none */
    char *cipher_name;     /* "aes" */
    char *cipher_mode;     /* "xts" */
    char *cipher_hash;     /* the header's hash: "sha256" */
    char *ivgen_name;      /* "plain64" */
    char *ivgen_hash;      /* of essiv */
    guint cipher_size;     /* bits as in <cipher size=>: 256 for a 512-bit XTS key */
    guint keyslots_active; /* bit N: LUKS keyslot N is in use */
    char *backing_path;    /* as in the header, relative or not */
    CofferVolumeFormat backing_format;
    char *data_file;      /* qcow2 external data file */
    char *compat;         /* "0.10" or "1.1" */
    guint64 cluster_size; /* bytes */
    gboolean lazy_refcounts;
    gboolean extended_l2;
} CofferProbe;

void coffer_probe_clear(CofferProbe *probe);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferProbe, coffer_probe_clear)

/* Probes the file or device open at @fd (position is not used or changed). What no format claims is
 * raw, as in libvirt; so a guest that writes a header on its raw disk changes what this says, and
 * whoever is to write or to follow a backing file goes by a definition instead. A header that
 * claims a format but is damaged (or truncated, or says sizes that cannot be) is
 * COFFER_ERROR_DAMAGED; one of a version, an encryption, or with a name that cannot be shown is
 * COFFER_ERROR_UNSUPPORTED. In a list of volumes both are volumes of unknown format with the size
 * of their file. Costs one read for most volumes, and never more than 5 KiB of memory, but for
 * LUKS2, whose metadata (32 KiB as a rule, 8 MiB at most) libcryptsetup parses on a copy. Any
 * thread. */
gboolean coffer_probe_fd(int fd, CofferProbe *out_probe, GError **error);
