/* resolve.c: references to secrets become values here and nowhere else. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/resolve.h"

#include "base/bytes.h"
#include "base/error.h"
#include "engine/private.h"

gboolean
coffer_resolve_secret(CofferConnection *connection, const CofferSecretRef *ref,
                      CofferResolvedSecret *out_secret, GError **error)
{
    g_autoptr(CofferRecord) record = NULL;
    const CofferSecretDef *def = NULL;

    switch (ref->type) {
    case COFFER_SECRET_REF_NONE:
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT, "it names no secret");
    case COFFER_SECRET_REF_UUID:
        record = coffer_secret_list_lookup(connection->secrets, &ref->uuid, error);
        break;
    case COFFER_SECRET_REF_USAGE:
        record = coffer_secret_list_lookup_usage(connection->secrets, COFFER_SECRET_USAGE_VOLUME,
                                                 ref->usage, error);
        break;
    }
    if (record == NULL)
        return FALSE;
    def = record->data;
    out_secret->uuid = def->uuid;
    out_secret->generated = def->generated;
    return TRUE;
}

CofferBytes *
coffer_resolve_value(CofferConnection *connection, const CofferUuid *uuid, gboolean for_qemu,
                     GError **error)
{
    g_autoptr(CofferBytes) value =
        coffer_secret_list_get_value(connection->secrets, uuid, TRUE, error);
    char text[COFFER_UUID_TEXT_SIZE];

    if (value == NULL)
        return NULL;
    coffer_uuid_format(uuid, text);
    if (for_qemu && !coffer_bytes_is_text(value))
        return coffer_throw_null(
            error, COFFER_ERROR_UNSUITABLE_VALUE,
            "secret '%s': its value is not UTF-8 without NUL, which QEMU needs; "
            "set a text (such as base64 of it) or let secret-generate make one",
            text);
    return g_steal_pointer(&value);
}
