/* secret-def.c: <secret> parsed, checked and written; its value is never here. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/secret-def.h"

#include "base/name.h"
#include "base/xml-write.h"
#include "base/xml.h"

/* By CofferSecretUsageType: libvirt's word, and the child of <usage> that holds the ID. */
static const struct {
    const char *word;
    const char *element;
} usages[] = {
    [COFFER_SECRET_USAGE_NONE] = { "none", NULL },
    [COFFER_SECRET_USAGE_VOLUME] = { "volume", "volume" },
    [COFFER_SECRET_USAGE_CEPH] = { "ceph", "name" },
    [COFFER_SECRET_USAGE_ISCSI] = { "iscsi", "target" },
    [COFFER_SECRET_USAGE_TLS] = { "tls", "name" },
    [COFFER_SECRET_USAGE_VTPM] = { "vtpm", "name" },
};

const char *
coffer_secret_usage_type_to_string(CofferSecretUsageType type)
{
    return (guint)type < G_N_ELEMENTS(usages) ? usages[type].word : NULL;
}

gboolean
coffer_secret_usage_type_from_string(const char *word, CofferSecretUsageType *out_type)
{
    for (guint i = 0; i < G_N_ELEMENTS(usages); i++) {
        if (g_str_equal(usages[i].word, word)) {
            *out_type = (CofferSecretUsageType)i;
            return TRUE;
        }
    }
    return FALSE;
}

CofferSecretDef *
coffer_secret_def_new(void)
{
    return g_new0(CofferSecretDef, 1);
}

CofferSecretDef *
coffer_secret_def_copy(const CofferSecretDef *def)
{
    CofferSecretDef *copy = g_new0(CofferSecretDef, 1);

    *copy = *def;
    copy->description = g_strdup(def->description);
    copy->usage_id = g_strdup(def->usage_id);
    return copy;
}

void
coffer_secret_def_free(CofferSecretDef *def)
{
    if (def == NULL)
        return;
    g_free(def->description);
    g_free(def->usage_id);
    g_free(def);
}

static gboolean
parse_uuid(const CofferXmlNode *root, CofferSecretDef *def, GError **error)
{
    const CofferXmlNode *node = coffer_xml_child(root, "uuid");

    if (node == NULL)
        return TRUE;
    def->has_uuid = coffer_xml_uuid(node, &def->uuid, error);
    return def->has_uuid;
}

/* The ID is shown in tables and messages. */
static gboolean
check_usage_id(const CofferXmlNode *node, const char *id, GError **error)
{
    for (const char *next = id; *next != '\0'; next = g_utf8_next_char(next)) {
        if (g_unichar_iscntrl(g_utf8_get_char(next)))
            return coffer_xml_throw(node, error, "contains a control character");
    }
    return TRUE;
}

static gboolean
parse_usage(const CofferXmlNode *root, CofferSecretDef *def, GError **error)
{
    const CofferXmlNode *node = coffer_xml_child(root, "usage");
    g_autofree char *word = NULL;
    g_autofree char *id = NULL;
    const char *element = NULL;

    if (node == NULL)
        return TRUE;
    word = coffer_xml_require_attr(node, "type", error);
    if (word == NULL)
        return FALSE;
    if (!coffer_secret_usage_type_from_string(word, &def->usage_type)) {
        g_autofree char *printable = coffer_name_printable(word);

        return coffer_xml_throw(
            node, error, "unknown type '%s'; known are: volume, ceph, iscsi, tls, vtpm", printable);
    }
    element = usages[def->usage_type].element;
    if (element == NULL)
        return TRUE;
    id = coffer_xml_child_text(node, element);
    if (id == NULL)
        return coffer_xml_throw(node, error, "a usage of type '%s' must have a <%s>", word,
                                element);
    if (!check_usage_id(coffer_xml_child(node, element), id, error))
        return FALSE;
    def->usage_id = g_steal_pointer(&id);
    return TRUE;
}

static gboolean
parse_ours(const CofferXmlNode *root, CofferSecretDef *def, GError **error)
{
    static const char *const origins[] = { "generated", NULL };
    const CofferXmlNode *node = coffer_xml_child_ours(root, "value");
    g_autofree char *origin = NULL;
    int ignored = 0;

    if (node == NULL)
        return TRUE;
    origin = coffer_xml_require_attr(node, "origin", error);
    if (origin == NULL || !coffer_xml_attr_enum(node, "origin", origins, &ignored, error))
        return FALSE;
    def->generated = TRUE;
    return TRUE;
}

CofferSecretDef *
coffer_secret_def_parse(const char *xml, gboolean validate, GError **error)
{
    g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(xml, "secret", error);
    g_autoptr(CofferSecretDef) def = coffer_secret_def_new();
    const CofferXmlNode *root = NULL;

    if (doc == NULL || (validate && !coffer_xml_validate(doc, "secret.rng", error)))
        return NULL;
    root = coffer_xml_root(doc);
    if (!coffer_xml_attr_bool(root, "ephemeral", &def->ephemeral, error) ||
        !coffer_xml_attr_bool(root, "private", &def->private, error) ||
        !parse_uuid(root, def, error) || !parse_usage(root, def, error) ||
        !parse_ours(root, def, error))
        return NULL;
    def->description = coffer_xml_child_text(root, "description");
    return g_steal_pointer(&def);
}

static void
format_usage(const CofferSecretDef *def, CofferXmlWriter *writer)
{
    if (def->usage_type == COFFER_SECRET_USAGE_NONE)
        return;
    coffer_xml_open(writer, "usage");
    coffer_xml_put_attr(writer, "type", usages[def->usage_type].word);
    coffer_xml_put_element(writer, usages[def->usage_type].element, def->usage_id);
    coffer_xml_close(writer);
}

char *
coffer_secret_def_format(const CofferSecretDef *def)
{
    g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();
    char uuid[COFFER_UUID_TEXT_SIZE];

    coffer_xml_open(writer, "secret");
    coffer_xml_put_attr(writer, "ephemeral", def->ephemeral ? "yes" : "no");
    coffer_xml_put_attr(writer, "private", def->private ? "yes" : "no");
    if (def->generated)
        coffer_xml_put_attr(writer, "xmlns:coffer", COFFER_XML_NAMESPACE);
    coffer_xml_end_start_tag(writer);
    if (def->has_uuid) {
        coffer_uuid_format(&def->uuid, uuid);
        coffer_xml_put_element(writer, "uuid", uuid);
    }
    coffer_xml_put_element(writer, "description", def->description);
    format_usage(def, writer);
    if (def->generated) {
        coffer_xml_open(writer, "coffer:value");
        coffer_xml_put_attr(writer, "origin", "generated");
        coffer_xml_close(writer);
    }
    coffer_xml_close(writer);
    return coffer_xml_writer_finish(writer);
}
