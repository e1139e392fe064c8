/* volume-def.c: <volume> parsed and checked; it is written in volume-format.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/volume-def.h"

#include "base/name.h"
#include "base/xml.h"
#include "model/volume-words.h"
#include "model/words.h"

CofferBackingDef *
coffer_backing_def_new(void)
{
    CofferBackingDef *backing = g_new0(CofferBackingDef, 1);

    coffer_permissions_def_init(&backing->permissions);
    return backing;
}

void
coffer_backing_def_free(CofferBackingDef *backing)
{
    if (backing == NULL)
        return;
    g_free(backing->path);
    coffer_permissions_def_clear(&backing->permissions);
    g_free(backing);
}

CofferVolumeDef *
coffer_volume_def_new(void)
{
    CofferVolumeDef *def = g_new0(CofferVolumeDef, 1);

    coffer_permissions_def_init(&def->permissions);
    return def;
}

void
coffer_volume_def_free(CofferVolumeDef *def)
{
    if (def == NULL)
        return;
    g_free(def->name);
    g_free(def->key);
    g_free(def->target_path);
    g_free(def->partition);
    coffer_permissions_def_clear(&def->permissions);
    coffer_encryption_def_free(def->encryption);
    g_free(def->compat);
    coffer_backing_def_free(def->backing);
    g_free(def);
}

static gboolean
parse_name(const CofferXmlNode *root, CofferVolumeDef *def, GError **error)
{
    g_autoptr(GError) unsafe = NULL;

    def->name = coffer_xml_child_text(root, "name");
    if (def->name == NULL)
        return coffer_xml_throw(root, error, "must have a <name>");
    if (!coffer_name_check("the name", def->name, &unsafe))
        return coffer_xml_throw(coffer_xml_child(root, "name"), error, "%s", unsafe->message);
    return TRUE;
}

static gboolean
parse_type(const CofferXmlNode *root, CofferVolumeDef *def, GError **error)
{
    int type = COFFER_VOLUME_TYPE_FILE;

    if (!coffer_xml_attr_enum(root, "type", coffer_volume_type_words, &type, error))
        return FALSE;
    def->type = (CofferVolumeType)type;
    return TRUE;
}

/* What a volume without a size of its own takes from its backing file is found out at creation. */
static gboolean
parse_sizes(const CofferXmlNode *root, CofferVolumeDef *def, GError **error)
{
    const CofferXmlNode *capacity = coffer_xml_child(root, "capacity");
    const CofferXmlNode *allocation = coffer_xml_child(root, "allocation");

    if (capacity == NULL && def->backing == NULL)
        return coffer_xml_throw(root, error, "must have a <capacity>, or a <backingStore>");
    if ((capacity != NULL && !coffer_xml_scaled(capacity, &def->capacity, error)) ||
        (allocation != NULL && !coffer_xml_scaled(allocation, &def->allocation, error)))
        return FALSE;
    def->has_capacity = capacity != NULL;
    def->has_allocation = allocation != NULL;
    if (allocation == NULL)
        def->allocation = def->capacity;
    return TRUE;
}

/* <format type=> of @parent, which may be NULL. */
static char *
format_word(const CofferXmlNode *parent)
{
    const CofferXmlNode *node = parent != NULL ? coffer_xml_child(parent, "format") : NULL;
    g_autofree char *word = node != NULL ? coffer_xml_attr(node, "type") : NULL;

    return word != NULL && *word != '\0' ? g_steal_pointer(&word) : NULL;
}

static gboolean
throw_unknown_format(const CofferXmlNode *parent, const char *word, const char *const *words,
                     GError **error)
{
    g_autofree char *printable = coffer_name_printable(word);
    g_autofree char *known = g_strjoinv(", ", (char **)words);

    return coffer_xml_throw(coffer_xml_child(parent, "format"), error,
                            "unknown type '%s'; known are: %s", printable, known);
}

static gboolean
parse_format(const CofferXmlNode *parent, CofferVolumeFormat *out_format, GError **error)
{
    g_autofree char *word = format_word(parent);

    *out_format = COFFER_VOLUME_FORMAT_RAW;
    if (word == NULL || coffer_volume_format_from_string(word, out_format))
        return TRUE;
    return throw_unknown_format(parent, word, coffer_volume_format_words + 1, error);
}

static gboolean
parse_partition(const CofferXmlNode *target, CofferVolumeDef *def, GError **error)
{
    g_autofree char *word = format_word(target);

    def->partition = g_strdup(word != NULL ? word : coffer_volume_partition_words[0]);
    if (coffer_word_find(coffer_volume_partition_words, def->partition) >= 0)
        return TRUE;
    return throw_unknown_format(target, word, coffer_volume_partition_words, error);
}

static gboolean
parse_target_format(const CofferXmlNode *target, CofferVolumeParseFlags flags, CofferVolumeDef *def,
                    GError **error)
{
    if (flags & COFFER_VOLUME_PARSE_NO_FORMAT)
        return TRUE;
    if (flags & COFFER_VOLUME_PARSE_PARTITION)
        return parse_partition(target, def, error);
    return parse_format(target, &def->format, error);
}

static gboolean
parse_permissions(const CofferXmlNode *parent, CofferPermissionsDef *permissions, GError **error)
{
    const CofferXmlNode *node = coffer_xml_child(parent, "permissions");

    return node == NULL || coffer_permissions_def_parse(node, permissions, error);
}

static gboolean
parse_encryption(const CofferXmlNode *target, CofferVolumeDef *def, GError **error)
{
    const CofferXmlNode *node = coffer_xml_child(target, "encryption");

    if (node == NULL)
        return TRUE;
    def->encryption = coffer_encryption_def_parse(node, error);
    return def->encryption != NULL;
}

static gboolean
parse_compat(const CofferXmlNode *target, CofferVolumeDef *def, GError **error)
{
    static const char *const versions[] = { "0.10", "1.1", NULL };
    g_autofree char *printable = NULL;

    def->compat = coffer_xml_child_text(target, "compat");
    if (def->compat == NULL || coffer_word_find(versions, def->compat) >= 0)
        return TRUE;
    printable = coffer_name_printable(def->compat);
    return coffer_xml_throw(coffer_xml_child(target, "compat"), error,
                            "unknown version '%s'; known are: 0.10, 1.1", printable);
}

/* A feature that is not known must not be left out silently. Any needs compat 1.1. */
static gboolean
parse_features(const CofferXmlNode *target, CofferVolumeDef *def, GError **error)
{
    const CofferXmlNode *node = coffer_xml_child(target, "features");

    if (node == NULL)
        return TRUE;
    COFFER_XML_FOREACH (child, node) {
        if (coffer_xml_is(child, "lazy_refcounts", NULL))
            def->lazy_refcounts = TRUE;
        else if (coffer_xml_is(child, "extended_l2", NULL))
            def->extended_l2 = TRUE;
        else if (coffer_xml_is(child, coffer_xml_name(child), NULL))
            return coffer_xml_throw(child, error,
                                    "unknown feature; known are: lazy_refcounts, extended_l2");
    }
    def->has_features = TRUE;
    if (def->compat == NULL)
        def->compat = g_strdup("1.1");
    return TRUE;
}

static gboolean
parse_target(const CofferXmlNode *root, CofferVolumeParseFlags flags, CofferVolumeDef *def,
             GError **error)
{
    const CofferXmlNode *target = coffer_xml_child(root, "target");
    const CofferXmlNode *cluster_size = NULL;

    if (!parse_target_format(target, flags, def, error))
        return FALSE;
    if (target == NULL)
        return TRUE;
    cluster_size = coffer_xml_child(target, "clusterSize");
    def->target_path = coffer_xml_child_text(target, "path");
    def->nocow = coffer_xml_child(target, "nocow") != NULL;
    return parse_permissions(target, &def->permissions, error) &&
           parse_encryption(target, def, error) && parse_compat(target, def, error) &&
           (cluster_size == NULL || coffer_xml_scaled(cluster_size, &def->cluster_size, error)) &&
           parse_features(target, def, error);
}

/* As in libvirt, one without a path is none. */
static gboolean
parse_backing(const CofferXmlNode *root, CofferVolumeParseFlags flags, CofferVolumeDef *def,
              GError **error)
{
    const CofferXmlNode *node = coffer_xml_child(root, "backingStore");
    g_autofree char *path = node != NULL ? coffer_xml_child_text(node, "path") : NULL;

    if (path == NULL)
        return TRUE;
    def->backing = coffer_backing_def_new();
    def->backing->path = g_steal_pointer(&path);
    if (!(flags & (COFFER_VOLUME_PARSE_NO_FORMAT | COFFER_VOLUME_PARSE_PARTITION)) &&
        !parse_format(node, &def->backing->format, error))
        return FALSE;
    return parse_permissions(node, &def->backing->permissions, error);
}

CofferVolumeDef *
coffer_volume_def_parse(const char *xml, CofferVolumeParseFlags flags, GError **error)
{
    g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(xml, "volume", error);
    g_autoptr(CofferVolumeDef) def = coffer_volume_def_new();
    const CofferXmlNode *root = NULL;

    if (doc == NULL ||
        ((flags & COFFER_VOLUME_PARSE_VALIDATE) && !coffer_xml_validate(doc, "volume.rng", error)))
        return NULL;
    root = coffer_xml_root(doc);
    if (!parse_name(root, def, error) || !parse_type(root, def, error) ||
        !parse_backing(root, flags, def, error) || !parse_sizes(root, def, error) ||
        !parse_target(root, flags, def, error))
        return NULL;
    def->key = coffer_xml_child_text(root, "key");
    return g_steal_pointer(&def);
}
