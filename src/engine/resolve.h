/* resolve.h: from a reference (UUID or usage) to the value; the only way down for values. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"
#include "coffer/connection.h"
#include "model/encryption-def.h"

/* What a reference stands for. */
typedef struct {
    CofferUuid uuid;
    gboolean generated;
} CofferResolvedSecret;

/* Finds the secret without reading its value. COFFER_ERROR_NOT_FOUND. Any thread. */
gboolean coffer_resolve_secret(CofferConnection *connection, const CofferSecretRef *ref,
                               CofferResolvedSecret *out_secret, GError **error);

/* Reads the value for use by an engine, private ones too. Where @for_qemu, a value that is not
 * UTF-8 or has a NUL is COFFER_ERROR_UNSUITABLE_VALUE. Returns: (transfer full). Any thread. */
CofferBytes *coffer_resolve_value(CofferConnection *connection, const CofferUuid *uuid,
                                  gboolean for_qemu, GError **error);
