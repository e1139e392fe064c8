/* pool-adapter.c: the <adapter> of a scsi pool; no adapter is looked for. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/name.h"
#include "model/pool-source.h"

#include <string.h>

static const char *const type_words[] = {
    [COFFER_POOL_ADAPTER_SCSI_HOST] = "scsi_host",
    [COFFER_POOL_ADAPTER_FC_HOST] = "fc_host",
    NULL,
};

void
coffer_pool_adapter_free(CofferPoolAdapter *adapter)
{
    if (adapter == NULL)
        return;
    g_free(adapter->name);
    g_free(adapter->parent);
    g_free(adapter->parent_wwnn);
    g_free(adapter->parent_wwpn);
    g_free(adapter->parent_fabric_wwn);
    g_free(adapter->wwnn);
    g_free(adapter->wwpn);
    g_free(adapter);
}

/* A number as C writes it: 0x1f, 037 or 31, as libvirt takes it for PCI addresses. */
static gboolean
parse_pci_number(const CofferXmlNode *node, const char *name, guint max, guint *out_number,
                 GError **error)
{
    g_autofree char *text = coffer_xml_attr(node, name);
    g_autofree char *printable = NULL;
    gboolean hex = FALSE;
    guint64 number = 0;

    if (text == NULL)
        return TRUE;
    hex = g_str_has_prefix(text, "0x");
    if (g_ascii_string_to_unsigned(text + (hex ? strlen("0x") : 0),
                                   hex            ? 16
                                   : *text == '0' ? 8
                                                  : 10,
                                   0, max, &number, NULL)) {
        *out_number = (guint)number;
        return TRUE;
    }
    printable = coffer_name_printable(text);
    return coffer_xml_throw(node, error, "%s '%s' is not a number from 0 to 0x%x", name, printable,
                            max);
}

static gboolean
parse_parentaddr(const CofferXmlNode *node, CofferPoolAdapter *adapter, GError **error)
{
    const CofferXmlNode *address = coffer_xml_child(node, "address");
    g_autofree char *unique_id = coffer_xml_require_attr(node, "unique_id", error);
    guint64 number = 0;

    if (unique_id == NULL || !coffer_xml_attr_uint(node, "unique_id", G_MAXINT32, &number, error))
        return FALSE;
    if (address == NULL)
        return coffer_xml_throw(node, error, "must have an <address>");
    adapter->unique_id = (guint)number;
    adapter->has_address = TRUE;
    return parse_pci_number(address, "domain", G_MAXUINT32, &adapter->pci_domain, error) &&
           parse_pci_number(address, "bus", 0xff, &adapter->pci_bus, error) &&
           parse_pci_number(address, "slot", 0x1f, &adapter->pci_slot, error) &&
           parse_pci_number(address, "function", 7, &adapter->pci_function, error);
}

static gboolean
parse_scsi_host(const CofferXmlNode *node, CofferPoolAdapter *adapter, GError **error)
{
    const CofferXmlNode *parentaddr = coffer_xml_child(node, "parentaddr");

    adapter->name = coffer_xml_attr(node, "name");
    if ((adapter->name == NULL) == (parentaddr == NULL))
        return coffer_xml_throw(node, error, "must have %s the attribute 'name' %s a <parentaddr>",
                                adapter->name == NULL ? "either" : "only one of",
                                adapter->name == NULL ? "or" : "and");
    return parentaddr == NULL || parse_parentaddr(parentaddr, adapter, error);
}

/* A world wide name: 16 hexadecimal digits, with or without 0x. */
static gboolean
parse_wwn(const CofferXmlNode *node, const char *name, char **out_wwn, GError **error)
{
    g_autofree char *wwn = coffer_xml_attr(node, name);
    const char *digits = wwn;
    g_autofree char *printable = NULL;

    if (wwn == NULL)
        return TRUE;
    if (g_str_has_prefix(wwn, "0x"))
        digits += strlen("0x");
    if (strlen(digits) == 16 && strspn(digits, "0123456789abcdefABCDEF") == 16) {
        *out_wwn = g_steal_pointer(&wwn);
        return TRUE;
    }
    printable = coffer_name_printable(wwn);
    return coffer_xml_throw(node, error, "%s '%s' is not 16 hexadecimal digits", name, printable);
}

static gboolean
parse_fc_host(const CofferXmlNode *node, CofferPoolAdapter *adapter, GError **error)
{
    if (!coffer_xml_attr_bool(node, "managed", &adapter->managed, error) ||
        !parse_wwn(node, "wwnn", &adapter->wwnn, error) ||
        !parse_wwn(node, "wwpn", &adapter->wwpn, error) ||
        !parse_wwn(node, "parent_wwnn", &adapter->parent_wwnn, error) ||
        !parse_wwn(node, "parent_wwpn", &adapter->parent_wwpn, error) ||
        !parse_wwn(node, "parent_fabric_wwn", &adapter->parent_fabric_wwn, error))
        return FALSE;
    adapter->parent = coffer_xml_attr(node, "parent");
    if (adapter->wwnn == NULL || adapter->wwpn == NULL)
        return coffer_xml_throw(node, error, "type 'fc_host' needs both 'wwnn' and 'wwpn'");
    if ((adapter->parent_wwnn == NULL) != (adapter->parent_wwpn == NULL))
        return coffer_xml_throw(node, error, "'parent_wwnn' and 'parent_wwpn' need each other");
    return TRUE;
}

/* Without a type it is a scsi_host by name, the oldest form. */
static gboolean
check_untyped(const CofferXmlNode *node, GError **error)
{
    static const char *const names[] = { "wwnn", "wwpn", "parent" };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *value = coffer_xml_attr(node, names[i]);

        if (value != NULL)
            return coffer_xml_throw(node, error, "'%s' needs type='fc_host'", names[i]);
    }
    if (coffer_xml_child(node, "parentaddr") != NULL)
        return coffer_xml_throw(node, error, "a <parentaddr> needs type='scsi_host'");
    return TRUE;
}

CofferPoolAdapter *
coffer_pool_adapter_parse(const CofferXmlNode *node, GError **error)
{
    g_autoptr(CofferPoolAdapter) adapter = g_new0(CofferPoolAdapter, 1);
    int type = -1;
    gboolean parsed = FALSE;

    adapter->managed = -1;
    if (!coffer_xml_attr_enum(node, "type", type_words, &type, error) ||
        (type == -1 && !check_untyped(node, error)))
        return NULL;
    adapter->type = (CofferPoolAdapterType)MAX(type, 0);
    parsed = adapter->type == COFFER_POOL_ADAPTER_FC_HOST ? parse_fc_host(node, adapter, error)
                                                          : parse_scsi_host(node, adapter, error);
    return parsed ? g_steal_pointer(&adapter) : NULL;
}

static void
format_parentaddr(const CofferPoolAdapter *adapter, CofferXmlWriter *writer)
{
    coffer_xml_open(writer, "parentaddr");
    coffer_xml_put_attr_printf(writer, "unique_id", "%u", adapter->unique_id);
    coffer_xml_open(writer, "address");
    coffer_xml_put_attr_printf(writer, "domain", "0x%04x", adapter->pci_domain);
    coffer_xml_put_attr_printf(writer, "bus", "0x%02x", adapter->pci_bus);
    coffer_xml_put_attr_printf(writer, "slot", "0x%02x", adapter->pci_slot);
    coffer_xml_put_attr_printf(writer, "function", "0x%x", adapter->pci_function);
    coffer_xml_close(writer);
    coffer_xml_close(writer);
}

void
coffer_pool_adapter_format(const CofferPoolAdapter *adapter, CofferXmlWriter *writer)
{
    coffer_xml_open(writer, "adapter");
    coffer_xml_put_attr(writer, "type", type_words[adapter->type]);
    coffer_xml_put_attr(writer, "name", adapter->name);
    coffer_xml_put_attr(writer, "parent", adapter->parent);
    coffer_xml_put_attr(writer, "parent_wwnn", adapter->parent_wwnn);
    coffer_xml_put_attr(writer, "parent_wwpn", adapter->parent_wwpn);
    coffer_xml_put_attr(writer, "parent_fabric_wwn", adapter->parent_fabric_wwn);
    if (adapter->managed != -1)
        coffer_xml_put_attr(writer, "managed", adapter->managed ? "yes" : "no");
    coffer_xml_put_attr(writer, "wwnn", adapter->wwnn);
    coffer_xml_put_attr(writer, "wwpn", adapter->wwpn);
    if (adapter->has_address)
        format_parentaddr(adapter, writer);
    coffer_xml_close(writer);
}
