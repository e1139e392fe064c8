/* pool-source.c: the <source> of a pool, by the parts that its type has. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/pool-source.h"

#include "base/name.h"
#include "model/path.h"
#include "model/pool-type.h"
#include "model/words.h"

#include <string.h>

static void
clear_host(gpointer data)
{
    CofferPoolHost *host = data;

    g_free(host->name);
}

static void
clear_device(gpointer data)
{
    CofferPoolDevice *device = data;

    g_free(device->path);
}

void
coffer_pool_source_init(CofferPoolSource *source)
{
    source->hosts = g_array_new(FALSE, TRUE, sizeof(CofferPoolHost));
    g_array_set_clear_func(source->hosts, clear_host);
    source->devices = g_array_new(FALSE, TRUE, sizeof(CofferPoolDevice));
    g_array_set_clear_func(source->devices, clear_device);
}

void
coffer_pool_source_clear(CofferPoolSource *source)
{
    g_array_unref(source->hosts);
    g_array_unref(source->devices);
    g_free(source->dir);
    g_free(source->name);
    g_free(source->format);
    g_free(source->initiator_iqn);
    coffer_pool_adapter_free(source->adapter);
    coffer_pool_auth_free(source->auth);
    g_free(source->vendor);
    g_free(source->product);
    g_free(source->protocol_version);
}

/* The attribute of the first child of that name; NULL where either is missing or it is empty. */
static char *
child_attr(const CofferXmlNode *node, const char *child_name, const char *attr)
{
    const CofferXmlNode *child = node != NULL ? coffer_xml_child(node, child_name) : NULL;
    g_autofree char *value = child != NULL ? coffer_xml_attr(child, attr) : NULL;

    return value != NULL && *value != '\0' ? g_steal_pointer(&value) : NULL;
}

static gboolean
parse_host(const CofferXmlNode *node, GArray *hosts, GError **error)
{
    g_autofree char *name = coffer_xml_require_attr(node, "name", error);
    g_autofree char *port_text = coffer_xml_attr(node, "port");
    g_autofree char *printable = NULL;
    CofferPoolHost host = { .port = 0 };
    gint64 port = 0;

    if (name == NULL)
        return FALSE;
    if (port_text != NULL &&
        !g_ascii_string_to_signed(port_text, 10, -1, G_MAXUINT16, &port, NULL)) {
        printable = coffer_name_printable(port_text);
        return coffer_xml_throw(node, error, "'%s' is not a port", printable);
    }
    host.name = g_steal_pointer(&name);
    host.port = (int)port;
    g_array_append_val(hosts, host);
    return TRUE;
}

static gboolean
parse_device(const CofferXmlNode *node, GArray *devices, GError **error)
{
    g_autofree char *path = coffer_xml_require_attr(node, "path", error);
    CofferPoolDevice device = { .path = NULL };
    gboolean separator = -1;

    if (path == NULL || !coffer_xml_attr_bool(node, "part_separator", &separator, error))
        return FALSE;
    device.path = g_steal_pointer(&path);
    device.part_separator_set = separator != -1;
    device.part_separator = separator == TRUE;
    g_array_append_val(devices, device);
    return TRUE;
}

/* Hosts and devices: what there may be several of. */
static gboolean
parse_lists(const CofferXmlNode *node, CofferPoolSourceParts has, CofferPoolSource *source,
            GError **error)
{
    COFFER_XML_FOREACH (child, node) {
        if ((has & COFFER_POOL_SOURCE_HOST) && coffer_xml_is(child, "host", NULL) &&
            !parse_host(child, source->hosts, error))
            return FALSE;
        if ((has & COFFER_POOL_SOURCE_DEVICE) && coffer_xml_is(child, "device", NULL) &&
            !parse_device(child, source->devices, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_format(const CofferXmlNode *node, const CofferPoolTypeRow *row, CofferPoolSource *source,
             GError **error)
{
    g_autofree char *word = child_attr(node, "format", "type");
    g_autofree char *printable = NULL;
    g_autofree char *known = NULL;

    if (row->formats == NULL)
        return TRUE;
    source->format = g_strdup(word != NULL ? word : row->default_format);
    if (coffer_word_find(row->formats, source->format) >= 0)
        return TRUE;
    printable = coffer_name_printable(word);
    known = g_strjoinv(", ", (char **)row->formats);
    return coffer_xml_throw(coffer_xml_child(node, "format"), error,
                            "unknown type '%s' for a pool of type '%s'; known are: %s", printable,
                            row->word, known);
}

static gboolean
parse_protocol(const CofferXmlNode *node, CofferPoolSource *source, GError **error)
{
    source->protocol_version = child_attr(node, "protocol", "ver");
    if (source->protocol_version == NULL || strchr(source->protocol_version, ',') == NULL)
        return TRUE;
    return coffer_xml_throw(coffer_xml_child(node, "protocol"), error,
                            "the version must not contain a comma: it is one mount option");
}

static gboolean
parse_parts(const CofferXmlNode *node, const CofferPoolTypeRow *row, CofferPoolSource *source,
            GError **error)
{
    const CofferXmlNode *adapter = coffer_xml_child(node, "adapter");
    const CofferXmlNode *auth = coffer_xml_child(node, "auth");
    const CofferXmlNode *initiator = coffer_xml_child(node, "initiator");
    g_autofree char *dir = child_attr(node, "dir", "path");

    if (!parse_lists(node, row->has, source, error))
        return FALSE;
    if ((row->has & COFFER_POOL_SOURCE_DIR) && dir != NULL)
        source->dir = coffer_path_clean(dir);
    if (row->has & COFFER_POOL_SOURCE_NAME)
        source->name = coffer_xml_child_text(node, "name");
    if (row->has & COFFER_POOL_SOURCE_INITIATOR)
        source->initiator_iqn = child_attr(initiator, "iqn", "name");
    if ((row->has & COFFER_POOL_SOURCE_ADAPTER) && adapter != NULL) {
        source->adapter = coffer_pool_adapter_parse(adapter, error);
        if (source->adapter == NULL)
            return FALSE;
    }
    if (auth != NULL) {
        source->auth = coffer_pool_auth_parse(auth, error);
        if (source->auth == NULL)
            return FALSE;
    }
    source->vendor = child_attr(node, "vendor", "name");
    source->product = child_attr(node, "product", "name");
    return parse_protocol(node, source, error);
}

/* What the error message asks for where a needed part is missing. */
static const struct {
    CofferPoolSourceParts part;
    const char *example;
} examples[] = {
    { COFFER_POOL_SOURCE_HOST, "<host name='...'/>" },
    { COFFER_POOL_SOURCE_DEVICE, "<device path='...'/>" },
    { COFFER_POOL_SOURCE_DIR, "<dir path='...'/>" },
    { COFFER_POOL_SOURCE_NAME, "<name>...</name>" },
    { COFFER_POOL_SOURCE_ADAPTER, "<adapter .../>" },
    { COFFER_POOL_SOURCE_INITIATOR, "<initiator><iqn name='...'/></initiator>" },
};

static guint
parts_present(const CofferPoolSource *source)
{
    return (source->hosts->len > 0 ? COFFER_POOL_SOURCE_HOST : 0) |
           (source->devices->len > 0 ? COFFER_POOL_SOURCE_DEVICE : 0) |
           (source->dir != NULL ? COFFER_POOL_SOURCE_DIR : 0) |
           (source->name != NULL ? COFFER_POOL_SOURCE_NAME : 0) |
           (source->adapter != NULL ? COFFER_POOL_SOURCE_ADAPTER : 0) |
           (source->initiator_iqn != NULL ? COFFER_POOL_SOURCE_INITIATOR : 0);
}

static gboolean
check_needs(const CofferXmlNode *node, const CofferPoolTypeRow *row, const CofferPoolSource *source,
            GError **error)
{
    guint missing = row->needs & ~parts_present(source);

    for (guint i = 0; i < G_N_ELEMENTS(examples); i++) {
        if (missing & examples[i].part)
            return coffer_xml_throw(node, error, "the source of a pool of type '%s' must have %s",
                                    row->word, examples[i].example);
    }
    return TRUE;
}

gboolean
coffer_pool_source_parse(const CofferXmlNode *pool, CofferPoolDef *def, GError **error)
{
    const CofferPoolTypeRow *row = coffer_pool_type_row(def->type);
    const CofferXmlNode *node = coffer_xml_child(pool, "source");
    CofferPoolSource *source = &def->source;

    if (node != NULL && !parse_parts(node, row, source, error))
        return FALSE;
    if (!parse_format(node, row, source, error))
        return FALSE;
    if (source->name == NULL && row->named_after_pool)
        source->name = g_strdup(def->name);
    if (source->dir == NULL)
        source->dir = g_strdup(row->default_dir);
    return check_needs(node != NULL ? node : pool, row, source, error);
}

/* <name attr='value'/>, where there is a value. */
static void
put_child_attr(CofferXmlWriter *writer, const char *name, const char *attr, const char *value)
{
    if (value == NULL)
        return;
    coffer_xml_open(writer, name);
    coffer_xml_put_attr(writer, attr, value);
    coffer_xml_close(writer);
}

static void
format_lists(const CofferPoolSource *source, CofferXmlWriter *writer)
{
    for (guint i = 0; i < source->hosts->len; i++) {
        const CofferPoolHost *host = &g_array_index(source->hosts, CofferPoolHost, i);

        coffer_xml_open(writer, "host");
        coffer_xml_put_attr(writer, "name", host->name);
        if (host->port != 0)
            coffer_xml_put_attr_printf(writer, "port", "%d", host->port);
        coffer_xml_close(writer);
    }
    for (guint i = 0; i < source->devices->len; i++) {
        const CofferPoolDevice *device = &g_array_index(source->devices, CofferPoolDevice, i);

        coffer_xml_open(writer, "device");
        coffer_xml_put_attr(writer, "path", device->path);
        if (device->part_separator_set)
            coffer_xml_put_attr(writer, "part_separator", device->part_separator ? "yes" : "no");
        coffer_xml_close(writer);
    }
}

void
coffer_pool_source_format(const CofferPoolDef *def, CofferXmlWriter *writer)
{
    const CofferPoolSource *source = &def->source;

    coffer_xml_open(writer, "source");
    coffer_xml_end_start_tag(writer);
    format_lists(source, writer);
    put_child_attr(writer, "dir", "path", source->dir);
    if (source->adapter != NULL)
        coffer_pool_adapter_format(source->adapter, writer);
    coffer_xml_put_element(writer, "name", source->name);
    if (source->initiator_iqn != NULL) {
        coffer_xml_open(writer, "initiator");
        put_child_attr(writer, "iqn", "name", source->initiator_iqn);
        coffer_xml_close(writer);
    }
    put_child_attr(writer, "format", "type", source->format);
    if (source->auth != NULL)
        coffer_pool_auth_format(source->auth, writer);
    put_child_attr(writer, "protocol", "ver", source->protocol_version);
    put_child_attr(writer, "vendor", "name", source->vendor);
    put_child_attr(writer, "product", "name", source->product);
    coffer_xml_close(writer);
}
