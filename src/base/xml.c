/* xml.c: the only file that knows libxml2: hostile text in, checked elements out. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/xml.h"

#include "base/error.h"
#include "base/name.h"
#include "base/size.h"
#include "base/xml-bounds.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <libxml/xmlschemastypes.h>
#include <stdarg.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlParserCtxt, xmlFreeParserCtxt)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlRelaxNGParserCtxt, xmlRelaxNGFreeParserCtxt)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlRelaxNG, xmlRelaxNGFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlRelaxNGValidCtxt, xmlRelaxNGFreeValidCtxt)

#define TOO_DEEP "nested deeper than " G_STRINGIFY(COFFER_XML_MAX_DEPTH) " elements"

static xmlDoc *
to_doc(const CofferXmlDoc *doc)
{
    return (xmlDoc *)doc;
}

static xmlNode *
to_node(const CofferXmlNode *node)
{
    return (xmlNode *)node;
}

static const CofferXmlNode *
from_node(const xmlNode *node)
{
    return (const CofferXmlNode *)node;
}

/* One line of libxml2's message, safe to print. */
static char *
clean_message(const xmlError *failure)
{
    const char *message = failure != NULL && failure->message != NULL ? failure->message : "";
    g_autofree char *line = g_strndup(message, strcspn(message, "\n"));

    return coffer_name_printable(*line != '\0' ? line : "malformed");
}

/* What a parser met first; what it says after that follows from it. */
typedef struct {
    gboolean has_dtd;
    gboolean is_deep;
    int line;
    char *name; /* of the innermost element that is open, or "" */
    char *message;
} Trouble;

static void
trouble_clear(Trouble *trouble)
{
    g_clear_pointer(&trouble->name, g_free);
    g_clear_pointer(&trouble->message, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trouble, trouble_clear)

/* Stops at the first sign of a DTD: without one there are no entities to expand or load. */
static void
refuse_dtd(void *context, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    xmlParserCtxt *parser = context;
    Trouble *trouble = parser->_private;

    trouble->has_dtd = TRUE;
    trouble->line = parser->input->line;
    xmlStopParser(parser);
}

/* The element that the parser is at: of whose start tag it has not seen the end, else the innermost
 * that is open. Its name comes from text that may not even be UTF-8. */
static char *
current_element(const xmlParserCtxt *parser)
{
    const xmlParserInput *input = parser->input;
    const char *at = input != NULL ? (const char *)input->cur : NULL;
    g_autofree char *name = NULL;

    while (at != NULL && at > (const char *)input->base) {
        at--;
        if (*at == '<')
            name = g_strndup(at + 1, strcspn(at + 1, "<>/=!?'\" \t\r\n"));
        if (*at == '<' || *at == '>')
            break;
    }
    if (name != NULL && *name != '\0')
        return coffer_name_printable(name);
    return coffer_name_printable(parser->name != NULL ? (const char *)parser->name : "");
}

static void
keep_trouble(void *context, xmlError *failure)
{
    xmlParserCtxt *parser = context;
    Trouble *trouble = parser->_private;

    if (failure->level != XML_ERR_FATAL || trouble->message != NULL || trouble->has_dtd)
        return;
    trouble->line = failure->line;
    /* libxml2 has a bound of its own, which it meets first; its remedy is not for our users. */
    trouble->is_deep = parser->nameNr > COFFER_XML_MAX_DEPTH;
    trouble->name = current_element(parser);
    trouble->message = clean_message(failure);
}

/* libxml2 takes an undeclared prefix for a part of the name, and libvirt passes over what it does
 * not know: of our own elements, that would lose what they say. */
static gboolean
check_elements(const xmlNode *node, guint depth, GError **error)
{
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (depth > COFFER_XML_MAX_DEPTH)
            return coffer_xml_throw(from_node(node), error, TOO_DEEP);
        if (node->ns == NULL && g_str_has_prefix((const char *)node->name, "coffer:"))
            return coffer_xml_throw(from_node(node), error,
                                    "the prefix 'coffer' is not declared; add "
                                    "xmlns:coffer='" COFFER_XML_NAMESPACE "'");
        if (!check_elements(node->children, depth + 1, error))
            return FALSE;
    }
    return TRUE;
}

/* Before the first use by any thread, for libxml2 2.9 does not guard its own tables. */
static void
init_libxml(void)
{
    static gsize once;

    if (!g_once_init_enter(&once))
        return;
    xmlInitParser();
    xmlSchemaInitTypes();
    xmlRelaxNGInitTypes();
    g_once_init_leave(&once, 1);
}

static gboolean
throw_trouble(const Trouble *trouble, GError **error)
{
    const char *name = trouble->name != NULL ? trouble->name : "";

    if (trouble->has_dtd)
        return coffer_throw(error, COFFER_ERROR_INVALID_XML,
                            "line %d: a document type (DTD) is not allowed; remove <!DOCTYPE>",
                            trouble->line);
    return coffer_throw(error, COFFER_ERROR_INVALID_XML, "line %d: %s%s%s%s", trouble->line,
                        *name != '\0' ? "<" : "", name, *name != '\0' ? ">: " : "",
                        trouble->is_deep           ? TOO_DEEP
                        : trouble->message != NULL ? trouble->message
                                                   : "malformed");
}

static CofferXmlDoc *
read_memory(const char *text, gsize size, GError **error)
{
    g_auto(Trouble) trouble = { .line = 1 };
    g_autoptr(xmlParserCtxt) parser = NULL;
    g_autoptr(CofferXmlDoc) doc = NULL;

    init_libxml();
    parser = xmlNewParserCtxt();
    if (parser == NULL)
        return coffer_throw_null(error, COFFER_ERROR_NO_SPACE, "out of memory");
    parser->_private = &trouble;
    parser->sax->internalSubset = refuse_dtd;
    parser->sax->serror = (xmlStructuredErrorFunc)keep_trouble;
    doc = (CofferXmlDoc *)xmlCtxtReadMemory(parser, text, (int)size, NULL, NULL,
                                            XML_PARSE_NONET | XML_PARSE_NOERROR |
                                                XML_PARSE_NOWARNING | XML_PARSE_NOCDATA |
                                                XML_PARSE_BIG_LINES);
    if (doc != NULL && parser->wellFormed && !trouble.has_dtd)
        return g_steal_pointer(&doc);
    throw_trouble(&trouble, error);
    return NULL;
}

CofferXmlDoc *
coffer_xml_parse(const char *text, const char *root, GError **error)
{
    gsize size = strnlen(text, COFFER_XML_MAX_SIZE + 1);
    g_autoptr(CofferXmlDoc) doc = NULL;
    const CofferXmlNode *top = NULL;

    if (!coffer_xml_check_bounds(text, size, error))
        return NULL;
    doc = read_memory(text, size, error);
    if (doc == NULL)
        return NULL;
    top = coffer_xml_root(doc);
    if (!check_elements(to_node(top), 1, error))
        return NULL;
    if (root != NULL && (!g_str_equal(coffer_xml_name(top), root) || to_node(top)->ns != NULL)) {
        coffer_xml_throw(top, error, "the root element must be <%s>", root);
        return NULL;
    }
    return g_steal_pointer(&doc);
}

void
coffer_xml_free(CofferXmlDoc *doc)
{
    if (doc != NULL)
        xmlFreeDoc(to_doc(doc));
}

/* Keeps the first message of a validation; later ones follow from it. */
static void
keep_first(void *data, xmlError *failure)
{
    char **message = data;
    g_autofree char *text = NULL;
    g_autofree char *name = NULL;
    const xmlNode *node = failure->node;

    if (*message != NULL)
        return;
    text = clean_message(failure);
    if (node != NULL && node->type == XML_ELEMENT_NODE) {
        name = coffer_name_printable((const char *)node->name);
        *message = g_strdup_printf("line %ld: <%s>: %s", xmlGetLineNo(node), name, text);
    } else {
        *message = g_strdup_printf("line %d: %s", failure->line, text);
    }
}

/* Without a word on stderr, where libxml2 reports what it cannot read. */
static xmlRelaxNG *
load_schema(const char *path, char **out_message)
{
    g_autoptr(CofferXmlDoc) doc = NULL;
    g_autoptr(xmlRelaxNGParserCtxt) parser = NULL;

    init_libxml();
    doc = (CofferXmlDoc *)xmlReadFile(path, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    parser = doc != NULL ? xmlRelaxNGNewDocParserCtxt(to_doc(doc)) : NULL;
    if (parser == NULL)
        return NULL;
    xmlRelaxNGSetParserStructuredErrors(parser, (xmlStructuredErrorFunc)keep_first, out_message);
    return xmlRelaxNGParse(parser);
}

gboolean
coffer_xml_validate(CofferXmlDoc *doc, const char *schema, GError **error)
{
    const char *folder = g_getenv("COFFER_SCHEMA_DIR");
    g_autofree char *path =
        g_build_filename(folder != NULL ? folder : COFFER_SCHEMADIR, schema, NULL);
    g_autofree char *message = NULL;
    g_autoptr(xmlRelaxNG) grammar = load_schema(path, &message);
    g_autoptr(xmlRelaxNGValidCtxt) context = NULL;

    if (grammar == NULL)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "cannot validate: the schema '%s' is missing or damaged%s%s", path,
                            message != NULL ? ": " : "", message != NULL ? message : "");
    context = xmlRelaxNGNewValidCtxt(grammar);
    if (context == NULL)
        return coffer_throw(error, COFFER_ERROR_NO_SPACE, "out of memory");
    xmlRelaxNGSetValidStructuredErrors(context, (xmlStructuredErrorFunc)keep_first, &message);
    if (xmlRelaxNGValidateDoc(context, to_doc(doc)) == 0)
        return TRUE;
    return coffer_throw(error, COFFER_ERROR_INVALID_XML, "%s (schema %s)",
                        message != NULL ? message : "the XML does not match", schema);
}

const CofferXmlNode *
coffer_xml_root(const CofferXmlDoc *doc)
{
    return from_node(xmlDocGetRootElement(to_doc(doc)));
}

const char *
coffer_xml_name(const CofferXmlNode *node)
{
    return (const char *)to_node(node)->name;
}

static const CofferXmlNode *
this_or_next_element(const xmlNode *node)
{
    while (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return from_node(node);
}

const CofferXmlNode *
coffer_xml_next(const CofferXmlNode *node)
{
    return this_or_next_element(to_node(node)->next);
}

const CofferXmlNode *
coffer_xml_first(const CofferXmlNode *node)
{
    return this_or_next_element(to_node(node)->children);
}

static gboolean
is_in_namespace(const CofferXmlNode *node, const char *uri)
{
    const xmlNs *ns = to_node(node)->ns;

    if (uri == NULL || ns == NULL)
        return uri == NULL && ns == NULL;
    return g_strcmp0((const char *)ns->href, uri) == 0;
}

gboolean
coffer_xml_is_ours(const CofferXmlNode *node)
{
    return is_in_namespace(node, COFFER_XML_NAMESPACE);
}

gboolean
coffer_xml_is(const CofferXmlNode *node, const char *name, const char *uri)
{
    return g_str_equal(coffer_xml_name(node), name) && is_in_namespace(node, uri);
}

const CofferXmlNode *
coffer_xml_child_ns(const CofferXmlNode *node, const char *name, const char *uri)
{
    COFFER_XML_FOREACH (child, node) {
        if (coffer_xml_is(child, name, uri))
            return child;
    }
    return NULL;
}

const CofferXmlNode *
coffer_xml_child(const CofferXmlNode *node, const char *name)
{
    return coffer_xml_child_ns(node, name, NULL);
}

const CofferXmlNode *
coffer_xml_child_ours(const CofferXmlNode *node, const char *name)
{
    return coffer_xml_child_ns(node, name, COFFER_XML_NAMESPACE);
}

static char *
steal_xml_string(xmlChar *text)
{
    char *copy = g_strdup((const char *)text);

    xmlFree(text);
    return copy;
}

char *
coffer_xml_attr(const CofferXmlNode *node, const char *name)
{
    return steal_xml_string(xmlGetNoNsProp(to_node(node), (const xmlChar *)name));
}

char *
coffer_xml_require_attr(const CofferXmlNode *node, const char *name, GError **error)
{
    g_autofree char *value = coffer_xml_attr(node, name);

    if (value != NULL && *value != '\0')
        return g_steal_pointer(&value);
    coffer_xml_throw(node, error, "the attribute '%s' is missing", name);
    return NULL;
}

char *
coffer_xml_text(const CofferXmlNode *node)
{
    return steal_xml_string(xmlNodeGetContent(to_node(node)));
}

char *
coffer_xml_child_text(const CofferXmlNode *node, const char *name)
{
    const CofferXmlNode *child = coffer_xml_child(node, name);
    g_autofree char *text = child != NULL ? coffer_xml_text(child) : NULL;

    return text != NULL && *text != '\0' ? g_steal_pointer(&text) : NULL;
}

guint
coffer_xml_line(const CofferXmlNode *node)
{
    return (guint)MAX(xmlGetLineNo(to_node(node)), 0);
}

gboolean
coffer_xml_throw(const CofferXmlNode *node, GError **error, const char *format, ...)
{
    g_autofree char *name = coffer_name_printable(coffer_xml_name(node));
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    return coffer_throw(error, COFFER_ERROR_INVALID_XML, "line %u: <%s>: %s", coffer_xml_line(node),
                        name, message);
}

gboolean
coffer_xml_attr_enum(const CofferXmlNode *node, const char *name, const char *const *words,
                     int *out_value, GError **error)
{
    g_autofree char *word = coffer_xml_attr(node, name);
    g_autofree char *printable = NULL;
    g_autofree char *known = NULL;

    if (word == NULL)
        return TRUE;
    for (int i = 0; words[i] != NULL; i++) {
        if (g_str_equal(word, words[i])) {
            *out_value = i;
            return TRUE;
        }
    }
    printable = coffer_name_printable(word);
    known = g_strjoinv(", ", (char **)words);
    return coffer_xml_throw(node, error, "unknown %s '%s'; known are: %s", name, printable, known);
}

gboolean
coffer_xml_attr_bool(const CofferXmlNode *node, const char *name, gboolean *out_value,
                     GError **error)
{
    static const char *const words[] = { "no", "yes", NULL };

    return coffer_xml_attr_enum(node, name, words, out_value, error);
}

static gboolean
parse_number(const CofferXmlNode *node, const char *what, const char *text, guint64 max,
             guint64 *out_value, GError **error)
{
    g_autofree char *printable = NULL;

    if (g_ascii_string_to_unsigned(text, 10, 0, max, out_value, NULL))
        return TRUE;
    printable = coffer_name_printable(text);
    return coffer_xml_throw(node, error,
                            "%s '%s' is not a whole number from 0 to %" G_GUINT64_FORMAT, what,
                            printable, max);
}

gboolean
coffer_xml_attr_uint(const CofferXmlNode *node, const char *name, guint64 max, guint64 *out_value,
                     GError **error)
{
    g_autofree char *text = coffer_xml_attr(node, name);

    return text == NULL || parse_number(node, name, text, max, out_value, error);
}

gboolean
coffer_xml_scaled(const CofferXmlNode *node, guint64 *out_bytes, GError **error)
{
    g_autofree char *text = coffer_xml_text(node);
    g_autofree char *unit = coffer_xml_attr(node, "unit");
    g_autoptr(GError) scale_error = NULL;
    guint64 number = 0;

    if (!parse_number(node, "size", g_strstrip(text), G_MAXUINT64, &number, error))
        return FALSE;
    if (!coffer_size_scale(number, unit, out_bytes, &scale_error))
        return coffer_xml_throw(node, error, "%s", scale_error->message);
    return TRUE;
}

gboolean
coffer_xml_uuid(const CofferXmlNode *node, CofferUuid *out_uuid, GError **error)
{
    g_autofree char *text = coffer_xml_text(node);
    g_autofree char *printable = NULL;

    if (coffer_uuid_parse(text, out_uuid) && coffer_uuid_is_valid(out_uuid))
        return TRUE;
    printable = coffer_name_printable(text);
    return coffer_xml_throw(node, error, "'%s' is not a UUID", printable);
}
