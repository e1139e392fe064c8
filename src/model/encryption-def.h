/* encryption-def.h: an <encryption> element as plain data: how a volume or disk is encrypted, and
 * which secret opens it. (libvirt: formatstorageencryption.html) */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/secret-ref.h"

typedef enum {
    COFFER_ENCRYPTION_FORMAT_DEFAULT,  /* "default": the back end chooses; never written by us */
    COFFER_ENCRYPTION_FORMAT_QCOW,     /* "qcow": AES built into qcow2; parsed, never created */
    COFFER_ENCRYPTION_FORMAT_LUKS,     /* "luks": LUKS1 */
    COFFER_ENCRYPTION_FORMAT_LUKS2,    /* "luks2" */
    COFFER_ENCRYPTION_FORMAT_LUKS_ANY, /* "luks-any": librbd finds out */
} CofferEncryptionFormat;

typedef enum {
    COFFER_ENCRYPTION_ENGINE_DEFAULT, /* not said: qemu, unless the context says otherwise */
    COFFER_ENCRYPTION_ENGINE_QEMU,
    COFFER_ENCRYPTION_ENGINE_LIBRBD,
    COFFER_ENCRYPTION_ENGINE_DM_CRYPT, /* Coffer's own word: "dm-crypt" */
} CofferEncryptionEngine;

/* Every pointer may be NULL, a size 0, where the XML says nothing; all owned. */
typedef struct {
    CofferEncryptionFormat format;
    CofferEncryptionEngine engine;
    GArray *secrets;   /* of CofferSecretRef, never NULL */
    guint cipher_size; /* bits as in the XML: 256 for aes-256-xts */
    char *cipher_name;
    char *cipher_mode;
    char *cipher_hash;
    char *ivgen_name;
    char *ivgen_hash;
} CofferEncryptionDef;

CofferEncryptionDef *coffer_encryption_def_new(CofferEncryptionFormat format);
CofferEncryptionDef *coffer_encryption_def_copy(const CofferEncryptionDef *def);
void coffer_encryption_def_free(CofferEncryptionDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferEncryptionDef, coffer_encryption_def_free)

/* The first secret of @def, or NULL. */
const CofferSecretRef *coffer_encryption_def_secret(const CofferEncryptionDef *def);
/* Makes @uuid the only secret of @def. */
void coffer_encryption_def_set_secret(CofferEncryptionDef *def, const CofferUuid *uuid);

/* Parses @node, an <encryption>. As in libvirt, <cipher> and <ivgen> count for LUKS1 only; engine
 * dm-crypt has them for every format. Any thread. */
CofferEncryptionDef *coffer_encryption_def_parse(const CofferXmlNode *node, GError **error);
void coffer_encryption_def_format(const CofferEncryptionDef *def, CofferXmlWriter *writer);

const char *coffer_encryption_format_to_string(CofferEncryptionFormat format);
