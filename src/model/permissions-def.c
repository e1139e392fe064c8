/* permissions-def.c: <permissions> parsed and written; nobody's permissions are changed here. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/permissions-def.h"

#include "base/name.h"

void
coffer_permissions_def_init(CofferPermissionsDef *permissions)
{
    *permissions = (CofferPermissionsDef){
        .mode = (mode_t)-1,
        .uid = (uid_t)-1,
        .gid = (gid_t)-1,
    };
}

void
coffer_permissions_def_clear(CofferPermissionsDef *permissions)
{
    g_clear_pointer(&permissions->label, g_free);
}

void
coffer_permissions_def_copy(const CofferPermissionsDef *source, CofferPermissionsDef *out_copy)
{
    *out_copy = *source;
    out_copy->label = g_strdup(source->label);
}

/* libvirt takes no more than 0777: set-id and sticky bits have no business on a volume. */
static gboolean
parse_mode(const CofferXmlNode *node, mode_t *out_mode, GError **error)
{
    const CofferXmlNode *child = coffer_xml_child(node, "mode");
    g_autofree char *text = child != NULL ? coffer_xml_text(child) : NULL;
    g_autofree char *printable = NULL;
    guint64 mode = 0;

    if (child == NULL)
        return TRUE;
    if (g_ascii_string_to_unsigned(g_strstrip(text), 8, 0, 0777, &mode, NULL)) {
        *out_mode = (mode_t)mode;
        return TRUE;
    }
    printable = coffer_name_printable(text);
    return coffer_xml_throw(child, error, "'%s' is not an octal mode from 0 to 0777", printable);
}

/* -1 says the same as saying nothing. */
static gboolean
parse_id(const CofferXmlNode *node, const char *name, guint32 *out_id, GError **error)
{
    const CofferXmlNode *child = coffer_xml_child(node, name);
    g_autofree char *text = child != NULL ? coffer_xml_text(child) : NULL;
    g_autofree char *printable = NULL;
    guint64 id = 0;

    if (child == NULL || g_str_equal(g_strstrip(text), "-1"))
        return TRUE;
    if (g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, &id, NULL)) {
        *out_id = (guint32)id;
        return TRUE;
    }
    printable = coffer_name_printable(text);
    return coffer_xml_throw(child, error, "'%s' is not a numeric ID", printable);
}

gboolean
coffer_permissions_def_parse(const CofferXmlNode *node, CofferPermissionsDef *permissions,
                             GError **error)
{
    g_free(permissions->label);
    permissions->label = coffer_xml_child_text(node, "label");
    return parse_mode(node, &permissions->mode, error) &&
           parse_id(node, "owner", &permissions->uid, error) &&
           parse_id(node, "group", &permissions->gid, error);
}

void
coffer_permissions_def_format(const CofferPermissionsDef *permissions, CofferXmlWriter *writer)
{
    if (permissions->mode == (mode_t)-1 && permissions->uid == (uid_t)-1 &&
        permissions->gid == (gid_t)-1 && permissions->label == NULL)
        return;
    coffer_xml_open(writer, "permissions");
    if (permissions->mode != (mode_t)-1)
        coffer_xml_put_element_printf(writer, "mode", "0%o", permissions->mode);
    if (permissions->uid != (uid_t)-1)
        coffer_xml_put_element_printf(writer, "owner", "%u", permissions->uid);
    if (permissions->gid != (gid_t)-1)
        coffer_xml_put_element_printf(writer, "group", "%u", permissions->gid);
    coffer_xml_put_element(writer, "label", permissions->label);
    coffer_xml_close(writer);
}
