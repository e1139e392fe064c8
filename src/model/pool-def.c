/* pool-def.c: <pool> parsed, checked and written; what the types differ in is in pool-type.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/pool-def.h"

#include "base/name.h"
#include "base/xml-write.h"
#include "base/xml.h"
#include "model/path.h"
#include "model/pool-source.h"
#include "model/pool-type.h"

CofferPoolDef *
coffer_pool_def_new(CofferPoolType type)
{
    CofferPoolDef *def = g_new0(CofferPoolDef, 1);

    def->type = type;
    def->cow = -1;
    coffer_pool_source_init(&def->source);
    coffer_permissions_def_init(&def->permissions);
    return def;
}

void
coffer_pool_def_free(CofferPoolDef *def)
{
    if (def == NULL)
        return;
    g_free(def->name);
    coffer_pool_source_clear(&def->source);
    g_free(def->target_path);
    coffer_permissions_def_clear(&def->permissions);
    g_free(def->refresh_allocation);
    g_clear_pointer(&def->mount_options, g_ptr_array_unref);
    g_clear_pointer(&def->rbd_options, g_ptr_array_unref);
    g_free(def);
}

static gboolean
parse_type(const CofferXmlNode *root, CofferPoolType *out_type, GError **error)
{
    g_autofree char *word = coffer_xml_require_attr(root, "type", error);
    g_autofree char *printable = NULL;

    if (word == NULL)
        return FALSE;
    if (coffer_pool_type_from_string(word, out_type))
        return TRUE;
    printable = coffer_name_printable(word);
    return coffer_xml_throw(root, error,
                            "unknown type '%s'; known are: dir, fs, netfs, logical, disk, iscsi, "
                            "iscsi-direct, scsi, mpath, rbd, sheepdog, gluster, zfs, vstorage",
                            printable);
}

/* A pool whose source has a name may do without one of its own. */
static gboolean
parse_name(const CofferXmlNode *root, CofferPoolDef *def, GError **error)
{
    const CofferPoolTypeRow *row = coffer_pool_type_row(def->type);
    const CofferXmlNode *source = coffer_xml_child(root, "source");
    const CofferXmlNode *node = coffer_xml_child(root, "name");
    g_autoptr(GError) unsafe = NULL;

    def->name = coffer_xml_child_text(root, "name");
    if (def->name == NULL && (row->has & COFFER_POOL_SOURCE_NAME) && source != NULL) {
        node = coffer_xml_child(source, "name");
        def->name = coffer_xml_child_text(source, "name");
    }
    if (def->name == NULL)
        return coffer_xml_throw(root, error, "must have a <name>");
    if (!coffer_name_check("the name", def->name, &unsafe))
        return coffer_xml_throw(node, error, "%s", unsafe->message);
    return TRUE;
}

static gboolean
parse_uuid(const CofferXmlNode *root, CofferPoolDef *def, GError **error)
{
    const CofferXmlNode *node = coffer_xml_child(root, "uuid");

    if (node == NULL)
        return TRUE;
    def->has_uuid = coffer_xml_uuid(node, &def->uuid, error);
    return def->has_uuid;
}

static gboolean
parse_features(const CofferXmlNode *root, CofferPoolDef *def, GError **error)
{
    const CofferPoolTypeRow *row = coffer_pool_type_row(def->type);
    const CofferXmlNode *features = coffer_xml_child(root, "features");
    const CofferXmlNode *cow = features != NULL ? coffer_xml_child(features, "cow") : NULL;

    if (cow == NULL)
        return TRUE;
    if (!coffer_xml_attr_bool(cow, "state", &def->cow, error))
        return FALSE;
    if (def->cow != -1 && !row->has_cow)
        return coffer_xml_throw(cow, error, "only pools of type 'dir' and 'fs' have it, not '%s'",
                                row->word);
    return TRUE;
}

/* The path that is said, or the one that the type makes from its source's name. @out_node: what an
 * error is about. */
static char *
find_target_path(const CofferXmlNode *root, const CofferPoolDef *def,
                 const CofferXmlNode **out_node)
{
    const CofferPoolTypeRow *row = coffer_pool_type_row(def->type);
    const CofferXmlNode *target = coffer_xml_child(root, "target");
    const CofferXmlNode *node = target != NULL ? coffer_xml_child(target, "path") : NULL;
    g_autofree char *path = NULL;

    *out_node = row->target_prefix != NULL || node == NULL ? root : node;
    if (row->target_prefix != NULL)
        return g_strconcat(row->target_prefix, def->source.name, NULL);
    path = target != NULL ? coffer_xml_child_text(target, "path") : NULL;
    return path != NULL ? coffer_path_clean(path) : NULL;
}

static gboolean
parse_target(const CofferXmlNode *root, CofferPoolDef *def, GError **error)
{
    const CofferXmlNode *target = coffer_xml_child(root, "target");
    const CofferXmlNode *node = NULL;
    const char *unsafe = NULL;

    if (!coffer_pool_type_row(def->type)->has_target)
        return TRUE;
    def->target_path = find_target_path(root, def, &node);
    if (def->target_path == NULL)
        return coffer_xml_throw(root, error, "must have a <target> with a <path>");
    unsafe = coffer_path_why_unsafe(def->target_path);
    if (unsafe != NULL) {
        g_autofree char *printable = coffer_name_printable(def->target_path);

        return coffer_xml_throw(node, error, "the target path '%s' %s", printable, unsafe);
    }
    node = target != NULL ? coffer_xml_child(target, "permissions") : NULL;
    return node == NULL || coffer_permissions_def_parse(node, &def->permissions, error);
}

static gboolean
parse_refresh(const CofferXmlNode *root, CofferPoolDef *def, GError **error)
{
    static const char *const words[] = { "default", "capacity", NULL };
    const CofferXmlNode *refresh = coffer_xml_child(root, "refresh");
    const CofferXmlNode *volume = refresh != NULL ? coffer_xml_child(refresh, "volume") : NULL;
    int word = -1;

    if (volume == NULL)
        return TRUE;
    if (!coffer_xml_attr_enum(volume, "allocation", words, &word, error))
        return FALSE;
    def->refresh_allocation = word >= 0 ? g_strdup(words[word]) : NULL;
    return TRUE;
}

/* Appends an option to @options; a value is needed where the namespace has values. */
static gboolean
parse_option(const CofferXmlNode *node, const CofferPoolNamespace *namespace, GPtrArray *options,
             GError **error)
{
    char *name = coffer_xml_require_attr(node, "name", error);
    char *value = NULL;

    if (name == NULL)
        return FALSE;
    g_ptr_array_add(options, name);
    if (!namespace->has_value)
        return TRUE;
    value = coffer_xml_require_attr(node, "value", error);
    if (value == NULL)
        return FALSE;
    g_ptr_array_add(options, value);
    return TRUE;
}

static GPtrArray **
namespace_options(CofferPoolDef *def)
{
    return coffer_pool_type_row(def->type)->namespace->has_value ? &def->rbd_options
                                                                 : &def->mount_options;
}

static gboolean
parse_namespace(const CofferXmlNode *root, CofferPoolDef *def, GError **error)
{
    const CofferPoolNamespace *namespace = coffer_pool_type_row(def->type)->namespace;
    const CofferXmlNode *node = NULL;
    g_autoptr(GPtrArray) options = g_ptr_array_new_with_free_func(g_free);

    if (namespace == NULL)
        return TRUE;
    node = coffer_xml_child_ns(root, namespace->element, namespace->uri);
    if (node == NULL)
        return TRUE;
    COFFER_XML_FOREACH (child, node) {
        if (coffer_xml_is(child, "option", namespace->uri) &&
            !parse_option(child, namespace, options, error))
            return FALSE;
    }
    if (options->len > 0)
        *namespace_options(def) = g_steal_pointer(&options);
    return TRUE;
}

CofferPoolDef *
coffer_pool_def_parse(const char *xml, gboolean validate, GError **error)
{
    g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(xml, "pool", error);
    g_autoptr(CofferPoolDef) def = NULL;
    const CofferXmlNode *root = NULL;
    CofferPoolType type = COFFER_POOL_TYPE_DIR;

    if (doc == NULL || (validate && !coffer_xml_validate(doc, "pool.rng", error)))
        return NULL;
    root = coffer_xml_root(doc);
    if (!parse_type(root, &type, error))
        return NULL;
    def = coffer_pool_def_new(type);
    if (!parse_name(root, def, error) || !parse_uuid(root, def, error) ||
        !parse_features(root, def, error) || !coffer_pool_source_parse(root, def, error) ||
        !parse_target(root, def, error) || !parse_refresh(root, def, error) ||
        !parse_namespace(root, def, error))
        return NULL;
    return g_steal_pointer(&def);
}

static void
put_size(CofferXmlWriter *writer, const char *name, guint64 bytes)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, bytes);

    coffer_xml_open(writer, name);
    coffer_xml_put_attr(writer, "unit", "bytes");
    coffer_xml_close_with_text(writer, text);
}

static void
format_head(const CofferPoolDef *def, CofferXmlWriter *writer)
{
    char uuid[COFFER_UUID_TEXT_SIZE];

    coffer_xml_put_element(writer, "name", def->name);
    if (def->has_uuid) {
        coffer_uuid_format(&def->uuid, uuid);
        coffer_xml_put_element(writer, "uuid", uuid);
    }
    put_size(writer, "capacity", def->capacity);
    put_size(writer, "allocation", def->allocation);
    put_size(writer, "available", def->available);
    if (def->cow != -1) {
        coffer_xml_open(writer, "features");
        coffer_xml_open(writer, "cow");
        coffer_xml_put_attr(writer, "state", def->cow ? "yes" : "no");
        coffer_xml_close(writer);
        coffer_xml_close(writer);
    }
}

static void
format_target(const CofferPoolDef *def, CofferXmlWriter *writer)
{
    if (!coffer_pool_type_row(def->type)->has_target)
        return;
    coffer_xml_open(writer, "target");
    coffer_xml_put_element(writer, "path", def->target_path);
    coffer_permissions_def_format(&def->permissions, writer);
    coffer_xml_close(writer);
}

static void
format_refresh(const CofferPoolDef *def, CofferXmlWriter *writer)
{
    if (def->refresh_allocation == NULL)
        return;
    coffer_xml_open(writer, "refresh");
    coffer_xml_open(writer, "volume");
    coffer_xml_put_attr(writer, "allocation", def->refresh_allocation);
    coffer_xml_close(writer);
    coffer_xml_close(writer);
}

static void
format_namespace(const GPtrArray *options, const CofferPoolNamespace *namespace,
                 CofferXmlWriter *writer)
{
    g_autofree char *element = g_strdup_printf("%s:%s", namespace->prefix, namespace->element);
    g_autofree char *option = g_strdup_printf("%s:option", namespace->prefix);

    coffer_xml_open(writer, element);
    for (guint i = 0; i < options->len; i++) {
        coffer_xml_open(writer, option);
        coffer_xml_put_attr(writer, "name", g_ptr_array_index(options, i));
        if (namespace->has_value)
            coffer_xml_put_attr(writer, "value", g_ptr_array_index(options, ++i));
        coffer_xml_close(writer);
    }
    coffer_xml_close(writer);
}

char *
coffer_pool_def_format(const CofferPoolDef *def)
{
    const CofferPoolTypeRow *row = coffer_pool_type_row(def->type);
    const GPtrArray *options =
        row->namespace != NULL ? *namespace_options((CofferPoolDef *)def) : NULL;
    g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();

    coffer_xml_open(writer, "pool");
    coffer_xml_put_attr(writer, "type", row->word);
    if (options != NULL) {
        g_autofree char *declaration = g_strdup_printf("xmlns:%s", row->namespace->prefix);

        coffer_xml_put_attr(writer, declaration, row->namespace->uri);
    }
    coffer_xml_end_start_tag(writer);
    format_head(def, writer);
    coffer_pool_source_format(def, writer);
    format_target(def, writer);
    format_refresh(def, writer);
    if (options != NULL)
        format_namespace(options, row->namespace, writer);
    coffer_xml_close(writer);
    return coffer_xml_writer_finish(writer);
}
