/* secret-ref.c: references to secrets parsed and written; nothing is looked up. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/secret-ref.h"

#include "base/name.h"

void
coffer_secret_ref_clear(CofferSecretRef *ref)
{
    g_free(ref->usage);
    *ref = (CofferSecretRef){ .type = COFFER_SECRET_REF_NONE };
}

void
coffer_secret_ref_copy(const CofferSecretRef *source, CofferSecretRef *out_ref)
{
    *out_ref = *source;
    out_ref->usage = g_strdup(source->usage);
}

gboolean
coffer_secret_ref_parse(const CofferXmlNode *node, CofferSecretRef *out_ref, GError **error)
{
    g_autofree char *uuid = coffer_xml_attr(node, "uuid");
    g_autofree char *usage = coffer_xml_attr(node, "usage");
    CofferSecretRef ref = { .type = COFFER_SECRET_REF_USAGE };

    if ((uuid == NULL) == (usage == NULL))
        return coffer_xml_throw(node, error,
                                "%s of the attributes 'uuid' and 'usage' must be there",
                                uuid == NULL ? "one" : "only one");
    if (uuid != NULL) {
        ref.type = COFFER_SECRET_REF_UUID;
        if (!coffer_uuid_parse(uuid, &ref.uuid) || !coffer_uuid_is_valid(&ref.uuid)) {
            g_autofree char *printable = coffer_name_printable(uuid);

            return coffer_xml_throw(node, error, "'%s' is not a UUID", printable);
        }
    }
    ref.usage = g_steal_pointer(&usage);
    coffer_secret_ref_clear(out_ref);
    *out_ref = ref;
    return TRUE;
}

void
coffer_secret_ref_put(const CofferSecretRef *ref, CofferXmlWriter *writer)
{
    char uuid[COFFER_UUID_TEXT_SIZE];

    switch (ref->type) {
    case COFFER_SECRET_REF_NONE:
        break;
    case COFFER_SECRET_REF_UUID:
        coffer_uuid_format(&ref->uuid, uuid);
        coffer_xml_put_attr(writer, "uuid", uuid);
        break;
    case COFFER_SECRET_REF_USAGE:
        coffer_xml_put_attr(writer, "usage", ref->usage);
        break;
    }
}
