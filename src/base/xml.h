/* xml.h: reading XML that may be hostile, and what every parser of an element needs. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/uuid.h"

#include <glib.h>

/* libxml2 stays in xml.c: a document and its elements are opaque. */
typedef struct _CofferXmlDoc CofferXmlDoc;
typedef struct _CofferXmlNode CofferXmlNode;

/* The namespace of what Coffer adds to libvirt's XML; the prefix is "coffer". */
#define COFFER_XML_NAMESPACE "urn:coffer:xml:1.0"

/* Bounds of input: bytes of the whole text, and depth of nesting; see also xml-bounds.h. */
#define COFFER_XML_MAX_SIZE  (4 * 1024 * 1024)
#define COFFER_XML_MAX_DEPTH 64

/* Parses @text. Refused with COFFER_ERROR_INVALID_XML, naming element and line: text that is not
 * well-formed, has a DTD, exceeds the bounds, or has an element "coffer:..." without declaring that
 * prefix; and, unless @root is NULL, a root element not
 * called @root. Nothing is ever loaded from file or network. Every function here: any thread, one
 * document one thread. */
CofferXmlDoc *coffer_xml_parse(const char *text, const char *root, GError **error);
void coffer_xml_free(CofferXmlDoc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferXmlDoc, coffer_xml_free)

/* Checks the document against the RELAX NG schema in the file @schema ("secret.rng"), searched in
 * the folder that COFFER_SCHEMA_DIR names, else where it was installed. */
gboolean coffer_xml_validate(CofferXmlDoc *doc, const char *schema, GError **error);

const CofferXmlNode *coffer_xml_root(const CofferXmlDoc *doc);
const char *coffer_xml_name(const CofferXmlNode *node);
const CofferXmlNode *coffer_xml_next(const CofferXmlNode *node); /* next sibling element, or NULL */
const CofferXmlNode *coffer_xml_first(const CofferXmlNode *node); /* first child element, or NULL */
gboolean coffer_xml_is_ours(const CofferXmlNode *node);           /* is in COFFER_XML_NAMESPACE */

/* Whether @node is called @name and is in the namespace @uri; NULL means none. */
gboolean coffer_xml_is(const CofferXmlNode *node, const char *name, const char *uri);

/* Child elements of @node that are in no namespace, for libvirt's, and in ours. First of that
 * name, or NULL; libvirt takes the first where there are several. */
const CofferXmlNode *coffer_xml_child(const CofferXmlNode *node, const char *name);
const CofferXmlNode *coffer_xml_child_ours(const CofferXmlNode *node, const char *name);

/* The same for a namespace by its URI; NULL means none. */
const CofferXmlNode *
coffer_xml_child_ns(const CofferXmlNode *node, const char *name, const char *uri);

#define COFFER_XML_FOREACH(child, node)                                                            \
    for (const CofferXmlNode *child = coffer_xml_first(node); child != NULL;                       \
         child = coffer_xml_next(child))

/* Returns: (transfer full) (nullable): the attribute, or NULL where there is none. */
char *coffer_xml_attr(const CofferXmlNode *node, const char *name);

/* The same where it must be there: NULL with an error about @node where it is missing or empty. */
char *coffer_xml_require_attr(const CofferXmlNode *node, const char *name, GError **error);

/* Returns: (transfer full): the text in the element, NOT stripped; "" where there is none. */
char *coffer_xml_text(const CofferXmlNode *node);

/* Text of the first child called @name, NULL where there is no such child or it is empty. */
char *coffer_xml_child_text(const CofferXmlNode *node, const char *name);

/* The line on which the start tag ends, from 1. */
guint coffer_xml_line(const CofferXmlNode *node);

/* Fails about @node: "line 3: <capacity>: message", COFFER_ERROR_INVALID_XML. */
gboolean coffer_xml_throw(const CofferXmlNode *node, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* A word of a table (NULL-terminated; the index is the enum's value). A missing attribute leaves
 * *@out_value alone and is no error. */
gboolean coffer_xml_attr_enum(const CofferXmlNode *node, const char *name, const char *const *words,
                              int *out_value, GError **error);

/* "yes" or "no"; missing leaves *@out_value alone. */
gboolean coffer_xml_attr_bool(const CofferXmlNode *node, const char *name, gboolean *out_value,
                              GError **error);

/* A decimal number of at most @max; missing leaves *@out_value alone. */
gboolean coffer_xml_attr_uint(const CofferXmlNode *node, const char *name, guint64 max,
                              guint64 *out_value, GError **error);

/* The element's text as a decimal number times its attribute unit= (coffer_size_scale()). */
gboolean coffer_xml_scaled(const CofferXmlNode *node, guint64 *out_bytes, GError **error);

/* The element's text as a UUID. */
gboolean coffer_xml_uuid(const CofferXmlNode *node, CofferUuid *out_uuid, GError **error);
