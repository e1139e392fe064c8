/* secret-ref.h: how XML names a secret, by UUID or by usage; finding that secret is the engine's.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/uuid.h"
#include "base/xml-write.h"
#include "base/xml.h"

/* Which secret: by UUID, or by usage. Plain data; `usage` is owned. */
typedef enum {
    COFFER_SECRET_REF_NONE,
    COFFER_SECRET_REF_UUID,
    COFFER_SECRET_REF_USAGE,
} CofferSecretRefType;

typedef struct {
    CofferSecretRefType type;
    CofferUuid uuid; /* REF_UUID */
    char *usage;     /* REF_USAGE */
} CofferSecretRef;

void coffer_secret_ref_clear(CofferSecretRef *ref);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferSecretRef, coffer_secret_ref_clear)
void coffer_secret_ref_copy(const CofferSecretRef *source, CofferSecretRef *out_ref);

/* The attributes uuid= and usage= of @node, a <secret>: exactly one must be there. Any thread. */
gboolean
coffer_secret_ref_parse(const CofferXmlNode *node, CofferSecretRef *out_ref, GError **error);
/* Writes that attribute into the start tag that is open. */
void coffer_secret_ref_put(const CofferSecretRef *ref, CofferXmlWriter *writer);
