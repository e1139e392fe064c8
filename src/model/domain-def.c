/* domain-def.c: <domain> parsed and checked as far as Coffer reads it; nothing is looked up. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/domain-def.h"

#include "base/name.h"
#include "base/size.h"
#include "model/domain-shape.h"

/* More than any machine of QEMU 9 has. */
#define MAX_VCPUS     4096
#define MAX_IOTHREADS 1024

static void
extra_free(gpointer data)
{
    CofferDomainExtra *extra = data;

    g_free(extra->name);
    g_free(extra);
}

static CofferDomainDef *
domain_def_new(void)
{
    CofferDomainDef *def = g_new0(CofferDomainDef, 1);

    def->vcpus = def->max_vcpus = 1;
    def->iothreads = g_array_new(FALSE, FALSE, sizeof(guint));
    def->disks = g_ptr_array_new_with_free_func((GDestroyNotify)coffer_disk_def_free);
    def->controllers = g_ptr_array_new_with_free_func((GDestroyNotify)coffer_element_free);
    def->extras = g_ptr_array_new_with_free_func(extra_free);
    return def;
}

void
coffer_domain_def_free(CofferDomainDef *def)
{
    if (def == NULL)
        return;
    g_free(def->name);
    g_array_unref(def->iothreads);
    coffer_element_free(def->os);
    coffer_element_free(def->cpu);
    g_free(def->emulator);
    g_ptr_array_unref(def->disks);
    g_ptr_array_unref(def->controllers);
    g_ptr_array_unref(def->extras);
    g_free(def);
}

const CofferElement *
coffer_domain_def_controller(const CofferDomainDef *def, const char *type, guint64 index)
{
    for (guint i = 0; i < def->controllers->len; i++) {
        const CofferElement *controller = def->controllers->pdata[i];

        if (g_str_equal(coffer_element_attr(controller, "type"), type) &&
            coffer_element_number(controller, "index", 0) == index)
            return controller;
    }
    return NULL;
}

static gboolean
parse_name(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    g_autofree char *name = coffer_xml_text(node);
    g_autoptr(GError) reason = NULL;

    if (!coffer_name_check("domain name", name, &reason))
        return coffer_xml_throw(node, error, "%s", reason->message);
    def->name = g_steal_pointer(&name);
    return TRUE;
}

static gboolean
parse_uuid(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    def->has_uuid = TRUE;
    return coffer_xml_uuid(node, &def->uuid, error);
}

/* The text of @node as a number from 1 to @max. */
static gboolean
parse_count(const CofferXmlNode *node, guint max, guint *out_count, GError **error)
{
    g_autofree char *text = coffer_xml_text(node);
    guint64 count = 0;

    if (!g_ascii_string_to_unsigned(g_strstrip(text), 10, 1, max, &count, NULL))
        return coffer_xml_throw(node, error, "must be a whole number from 1 to %u", max);
    *out_count = (guint)count;
    return TRUE;
}

/* Memory without a unit is in KiB, other than sizes elsewhere. */
static gboolean
parse_amount(const CofferXmlNode *node, guint64 *out_bytes, GError **error)
{
    g_autofree char *unit = coffer_xml_attr(node, "unit");
    g_autofree char *text = coffer_xml_text(node);
    g_autoptr(GError) reason = NULL;
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(g_strstrip(text), 10, 1, G_MAXUINT64, &number, NULL))
        return coffer_xml_throw(node, error, "must be a whole number from 1 on");
    if (!coffer_size_scale(number, unit != NULL ? unit : "KiB", out_bytes, &reason))
        return coffer_xml_throw(node, error, "%s", reason->message);
    return TRUE;
}

static gboolean
parse_memory(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    return parse_amount(node, &def->memory, error);
}

static gboolean
parse_current_memory(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    return parse_amount(node, &def->current_memory, error);
}

static gboolean
parse_vcpu(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    guint64 current = 0;

    if (!parse_count(node, MAX_VCPUS, &def->max_vcpus, error) ||
        !coffer_xml_attr_uint(node, "current", def->max_vcpus, &current, error))
        return FALSE;
    def->vcpus = current != 0 ? (guint)current : def->max_vcpus;
    return TRUE;
}

static gboolean
has_iothread(const CofferDomainDef *def, guint id)
{
    for (guint i = 0; i < def->iothreads->len; i++) {
        if (g_array_index(def->iothreads, guint, i) == id)
            return TRUE;
    }
    return FALSE;
}

static gboolean
parse_iothread_ids(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    COFFER_XML_FOREACH (child, node) {
        guint64 id = 0;
        guint number = 0;

        if (!coffer_xml_is(child, "iothread", NULL))
            continue;
        if (!coffer_xml_attr_uint(child, "id", G_MAXUINT16, &id, error))
            return FALSE;
        number = (guint)id;
        if (number == 0 || has_iothread(def, number) || def->iothreads->len == MAX_IOTHREADS)
            return coffer_xml_throw(child, error, "needs an id= of its own, from 1 on");
        g_array_append_val(def->iothreads, number);
    }
    return TRUE;
}

/* Threads without a number of their own get the lowest that are free. */
static gboolean
add_iothreads(const CofferXmlNode *domain, CofferDomainDef *def, GError **error)
{
    const CofferXmlNode *node = coffer_xml_child(domain, "iothreads");
    guint count = 0;

    if (node == NULL)
        return TRUE;
    if (!parse_count(node, MAX_IOTHREADS, &count, error))
        return FALSE;
    for (guint id = 1; def->iothreads->len < count; id++) {
        if (!has_iothread(def, id))
            g_array_append_val(def->iothreads, id);
    }
    return TRUE;
}

static gboolean
parse_os(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    def->os = coffer_element_parse(node, &coffer_domain_os_shape, error);
    return def->os != NULL;
}

static gboolean
parse_cpu(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    def->cpu = coffer_element_parse(node, &coffer_domain_cpu_shape, error);
    return def->cpu != NULL;
}

static gboolean
parse_emulator(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    def->emulator = coffer_xml_text(node);
    if (!g_path_is_absolute(def->emulator))
        return coffer_xml_throw(node, error, "must be an absolute path");
    return TRUE;
}

static gboolean
parse_disk(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    CofferDiskDef *disk = coffer_disk_def_parse_node(node, error);

    if (disk == NULL)
        return FALSE;
    g_ptr_array_add(def->disks, disk);
    for (guint i = 0; i + 1 < def->disks->len; i++) {
        const CofferDiskDef *other = def->disks->pdata[i];

        if (g_str_equal(other->target, disk->target))
            return coffer_disk_def_throw(disk, error, COFFER_ERROR_INVALID_XML,
                                         "the <target> of line %u has the same dev=", other->line);
    }
    return TRUE;
}

static gboolean
parse_controller(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    CofferElement *controller = coffer_element_parse(node, &coffer_domain_controller_shape, error);

    if (controller != NULL)
        g_ptr_array_add(def->controllers, controller);
    return controller != NULL;
}

static gboolean
pass_over(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    return TRUE;
}

static gboolean parse_devices(const CofferXmlNode *node, CofferDomainDef *def, GError **error);

typedef struct {
    const char *name;
    gboolean many;
    gboolean (*parse)(const CofferXmlNode *node, CofferDomainDef *def, GError **error);
} ChildParser;

static const ChildParser domain_children[] = {
    { "name", FALSE, parse_name },
    { "uuid", FALSE, parse_uuid },
    { "memory", FALSE, parse_memory },
    { "currentMemory", FALSE, parse_current_memory },
    { "vcpu", FALSE, parse_vcpu },
    { "iothreadids", FALSE, parse_iothread_ids },
    { "iothreads", FALSE, pass_over }, /* after its ids: add_iothreads() */
    { "os", FALSE, parse_os },
    { "cpu", FALSE, parse_cpu },
    { "devices", FALSE, parse_devices },
    /* For people and other programs, not for the machine. */
    { "title", TRUE, pass_over },
    { "description", TRUE, pass_over },
    { "metadata", TRUE, pass_over },
    { NULL, FALSE, NULL },
};

static const ChildParser device_children[] = {
    { "emulator", FALSE, parse_emulator },
    { "disk", TRUE, parse_disk },
    { "controller", TRUE, parse_controller },
    { NULL, FALSE, NULL },
};

static void
add_extra(CofferDomainDef *def, const CofferXmlNode *node)
{
    CofferDomainExtra *extra = g_new0(CofferDomainExtra, 1);

    extra->name = g_strdup(coffer_xml_name(node));
    extra->line = coffer_xml_line(node);
    g_ptr_array_add(def->extras, extra);
}

static gboolean
parse_children(const CofferXmlNode *node, const ChildParser *parsers, CofferDomainDef *def,
               GError **error)
{
    COFFER_XML_FOREACH (child, node) {
        const ChildParser *parser = parsers;

        while (parser->name != NULL && !coffer_xml_is(child, parser->name, NULL))
            parser++;
        if (parser->name == NULL) {
            add_extra(def, child);
            continue;
        }
        if (!parser->many && coffer_xml_child(node, parser->name) != child)
            return coffer_xml_throw(child, error, "stands there twice");
        if (!parser->parse(child, def, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_devices(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    return parse_children(node, device_children, def, error);
}

static gboolean
parse_type(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    static const char *const words[] = { "qemu", "kvm", NULL };
    g_autofree char *type = coffer_xml_require_attr(node, "type", error);
    int index = 0;

    if (type == NULL || !coffer_xml_attr_enum(node, "type", words, &index, error))
        return FALSE;
    def->type = (CofferDomainType)index;
    return TRUE;
}

static gboolean
check_whole(const CofferXmlNode *node, CofferDomainDef *def, GError **error)
{
    const char *os_type = coffer_element_child_text(def->os, "type");

    if (def->name == NULL)
        return coffer_xml_throw(node, error, "needs a <name>");
    if (def->memory == 0)
        return coffer_xml_throw(node, error, "needs a <memory>");
    if (os_type == NULL)
        return coffer_xml_throw(node, error, "needs an <os> with a <type>");
    if (!g_str_equal(os_type, "hvm"))
        return coffer_element_throw(coffer_element_child(def->os, "type"), error,
                                    COFFER_ERROR_UNSUPPORTED, "only hvm is supported");
    if (def->current_memory == 0)
        def->current_memory = def->memory;
    return TRUE;
}

CofferDomainDef *
coffer_domain_def_parse(const char *xml, gboolean validate, GError **error)
{
    g_autoptr(CofferXmlDoc) doc = coffer_xml_parse(xml, "domain", error);
    g_autoptr(CofferDomainDef) def = domain_def_new();
    const CofferXmlNode *root = NULL;

    if (doc == NULL || (validate && !coffer_xml_validate(doc, "domain.rng", error)))
        return NULL;
    root = coffer_xml_root(doc);
    if (!parse_type(root, def, error) || !parse_children(root, domain_children, def, error) ||
        !add_iothreads(root, def, error) || !check_whole(root, def, error))
        return NULL;
    return g_steal_pointer(&def);
}
