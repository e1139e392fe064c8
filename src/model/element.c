/* element.c: reads and writes elements by their tables; knows no element by name. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/element.h"

#include "base/name.h"

struct _CofferElement {
    const CofferElementShape *shape;
    guint line;
    char **values; /* one for each of shape->attrs; NULL where nothing is said */
    gsize n_values;
    char *text;          /* may be NULL */
    GPtrArray *children; /* of CofferElement, in the order of shape->children */
    CofferEncryptionDef *encryption;
};

static gsize
count_attrs(const CofferElementShape *shape)
{
    gsize count = 0;

    while (shape->attrs != NULL && shape->attrs[count].name != NULL)
        count++;
    return count;
}

static CofferElement *
element_new(const CofferElementShape *shape, guint line)
{
    CofferElement *element = g_new0(CofferElement, 1);

    element->shape = shape;
    element->line = line;
    element->n_values = count_attrs(shape);
    element->values = g_new0(char *, element->n_values + 1);
    element->children = g_ptr_array_new_with_free_func((GDestroyNotify)coffer_element_free);
    return element;
}

void
coffer_element_free(CofferElement *element)
{
    if (element == NULL)
        return;
    for (gsize i = 0; i < element->n_values; i++)
        g_free(element->values[i]);
    g_free(element->values);
    g_free(element->text);
    g_ptr_array_unref(element->children);
    coffer_encryption_def_free(element->encryption);
    g_free(element);
}

gboolean
coffer_element_throw(const CofferElement *element, GError **error, CofferError code,
                     const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    return coffer_throw(error, code, "line %u: <%s>: %s", element->line, element->shape->name,
                        message);
}

/* An attribute or text on its way in. */
typedef struct {
    const CofferXmlNode *node;
    const CofferTextShape *shape;
    const char *what; /* for messages */
} Reading;

static char *
throw_reading(const Reading *reading, const char *text, GError **error, const char *problem)
{
    g_autofree char *printable = coffer_name_printable(text);

    coffer_xml_throw(reading->node, error, "%s '%s' %s", reading->what, printable, problem);
    return NULL;
}

static char *
read_word(const Reading *reading, const char *text, GError **error)
{
    g_autofree char *known = g_strjoinv(", ", (char **)reading->shape->words);
    g_autofree char *problem = g_strdup_printf("is unknown; known are: %s", known);

    if (g_strv_contains(reading->shape->words, text))
        return g_strdup(text);
    return throw_reading(reading, text, error, problem);
}

static char *
read_number(const Reading *reading, const char *text, GError **error)
{
    const CofferTextShape *shape = reading->shape;
    gboolean is_hex = shape->kind == COFFER_TEXT_HEX && g_str_has_prefix(text, "0x");
    guint64 max = shape->max != 0 ? shape->max : G_MAXUINT64;
    guint64 lowest = (shape->flags & COFFER_TEXT_NOT_ZERO) != 0 ? 1 : 0;
    guint64 number = 0;
    g_autofree char *problem = NULL;

    if (!g_ascii_string_to_unsigned(is_hex ? text + 2 : text, is_hex ? 16 : 10, lowest, max,
                                    &number, NULL)) {
        problem = g_strdup_printf(
            "is not a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, lowest, max);
        return throw_reading(reading, text, error, problem);
    }
    if (number == 0 && (shape->flags & COFFER_TEXT_DROP_ZERO) != 0)
        return g_strdup("");
    if (shape->kind == COFFER_TEXT_HEX)
        return g_strdup_printf("0x%0*" G_GINT64_MODIFIER "x", (int)shape->digits, number);
    return g_strdup_printf("%" G_GUINT64_FORMAT, number);
}

static char *
read_uuid(const Reading *reading, const char *text, GError **error)
{
    char formatted[COFFER_UUID_TEXT_SIZE];
    CofferUuid uuid;

    if (!coffer_uuid_parse(text, &uuid) || !coffer_uuid_is_valid(&uuid))
        return throw_reading(reading, text, error, "is not a UUID");
    coffer_uuid_format(&uuid, formatted);
    return g_strdup(formatted);
}

static char *
read_any(const Reading *reading, const char *text, GError **error)
{
    const char *problem = reading->shape->check != NULL ? reading->shape->check(text) : NULL;

    return problem == NULL ? g_strdup(text) : throw_reading(reading, text, error, problem);
}

static char *
read_size(const Reading *reading, GError **error)
{
    guint64 bytes = 0;

    if (!coffer_xml_scaled(reading->node, &bytes, error))
        return NULL;
    return g_strdup_printf("%" G_GUINT64_FORMAT, bytes);
}

/* The form in which @text is kept; "" where it says nothing. */
static char *
read_text(const Reading *reading, const char *text, GError **error)
{
    if (g_strcmp0(text, reading->shape->silent_word) == 0)
        return g_strdup("");
    switch (reading->shape->kind) {
    case COFFER_TEXT_ANY:
        return read_any(reading, text, error);
    case COFFER_TEXT_WORD:
        return read_word(reading, text, error);
    case COFFER_TEXT_NUMBER:
    case COFFER_TEXT_HEX:
        return read_number(reading, text, error);
    case COFFER_TEXT_UUID:
        return read_uuid(reading, text, error);
    case COFFER_TEXT_SIZE:
        return read_size(reading, error);
    }
    g_return_val_if_reached(NULL);
}

/* Keeps NULL for "". */
static void
keep(char **place, char *text)
{
    g_free(*place);
    *place = *text != '\0' ? text : NULL;
    if (*place == NULL)
        g_free(text);
}

static gboolean
parse_attr(CofferElement *element, const CofferXmlNode *node, gsize index, GError **error)
{
    const CofferTextShape *shape = &element->shape->attrs[index];
    Reading reading = { node, shape, shape->name };
    g_autofree char *text = coffer_xml_attr(node, shape->name);
    char *kept = NULL;

    if (text == NULL && shape->default_word != NULL)
        text = g_strdup(shape->default_word);
    if ((text == NULL || *text == '\0') && (shape->flags & COFFER_TEXT_REQUIRED) != 0)
        return coffer_xml_throw(node, error, "the attribute %s is missing", shape->name);
    if (text == NULL)
        return TRUE;
    kept = read_text(&reading, text, error);
    if (kept == NULL)
        return FALSE;
    keep(&element->values[index], kept);
    return TRUE;
}

static gboolean
parse_text(CofferElement *element, const CofferXmlNode *node, GError **error)
{
    Reading reading = { node, element->shape->text, "the text" };
    g_autofree char *text = coffer_xml_text(node);
    char *kept = NULL;

    if (element->shape->text->kind != COFFER_TEXT_ANY)
        g_strstrip(text);
    if (*text == '\0')
        return TRUE;
    kept = read_text(&reading, text, error);
    if (kept == NULL)
        return FALSE;
    keep(&element->text, kept);
    return TRUE;
}

static const CofferElementShape *
find_variant(const CofferElementShape *shape, const char *word)
{
    for (const CofferElementVariant *variant = shape->variants; variant->word != NULL; variant++) {
        if (g_strcmp0(variant->word, word) == 0)
            return variant->shape;
    }
    return NULL;
}

/* The form of @node, a child of @parent; NULL without an error where no word decides. */
static const CofferElementShape *
choose_variant(const CofferElementShape *shape, const CofferElement *parent,
               const CofferXmlNode *node)
{
    g_autofree char *word = NULL;

    if (shape->variants == NULL)
        return shape;
    word = shape->variant_of_parent ? g_strdup(coffer_element_attr(parent, shape->variant_attr))
                                    : coffer_xml_attr(node, shape->variant_attr);
    return find_variant(shape, word);
}

static gboolean
parse_child(CofferElement *element, const CofferElementShape *shape, const CofferXmlNode *node,
            GError **error)
{
    const CofferElementShape *chosen = choose_variant(shape, element, node);
    CofferElement *child = NULL;

    if (chosen == NULL && shape->variant_of_parent)
        return TRUE;
    if (chosen == NULL)
        return coffer_xml_throw(node, error, "the attribute %s is missing or unknown",
                                shape->variant_attr);
    child = coffer_element_parse(node, chosen, error);
    if (child != NULL)
        g_ptr_array_add(element->children, child);
    return child != NULL;
}

static gboolean
parse_children(CofferElement *element, const CofferXmlNode *node,
               const CofferElementShape *const *shapes, GError **error)
{
    for (; shapes != NULL && *shapes != NULL; shapes++) {
        COFFER_XML_FOREACH (child, node) {
            if (!coffer_xml_is(child, (*shapes)->name, NULL))
                continue;
            if (!parse_child(element, *shapes, child, error))
                return FALSE;
            if (((*shapes)->flags & COFFER_ELEMENT_MANY) == 0)
                break;
        }
    }
    return TRUE;
}

CofferElement *
coffer_element_parse(const CofferXmlNode *node, const CofferElementShape *shape, GError **error)
{
    g_autoptr(CofferElement) element = element_new(shape, coffer_xml_line(node));

    for (gsize i = 0; i < element->n_values; i++) {
        if (!parse_attr(element, node, i, error))
            return NULL;
    }
    if (shape->text != NULL && !parse_text(element, node, error))
        return NULL;
    if (!parse_children(element, node, shape->children, error))
        return NULL;
    if ((shape->flags & COFFER_ELEMENT_ENCRYPTION) != 0) {
        element->encryption = coffer_encryption_def_parse(node, error);
        if (element->encryption == NULL)
            return NULL;
    }
    return g_steal_pointer(&element);
}

/* Whether there is anything to write. */
static gboolean
is_written(const CofferElement *element)
{
    CofferElementFlags flags = element->shape->flags;

    if ((flags & COFFER_ELEMENT_NOT_WRITTEN) != 0)
        return FALSE;
    if ((flags & COFFER_ELEMENT_KEEP_EMPTY) != 0 || element->text != NULL ||
        element->encryption != NULL)
        return TRUE;
    for (gsize i = 0; i < element->n_values; i++) {
        if (element->values[i] != NULL &&
            (element->shape->attrs[i].flags & COFFER_TEXT_NOT_WRITTEN) == 0)
            return TRUE;
    }
    for (guint i = 0; i < element->children->len; i++) {
        if (is_written(element->children->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

static void
format_content(const CofferElement *element, CofferXmlWriter *writer)
{
    if (element->text != NULL) {
        if (element->shape->text->kind == COFFER_TEXT_SIZE)
            coffer_xml_put_attr(writer, "unit", "bytes");
        coffer_xml_close_with_text(writer, element->text);
        return;
    }
    for (guint i = 0; i < element->children->len; i++)
        coffer_element_format(element->children->pdata[i], writer);
    coffer_xml_close(writer);
}

void
coffer_element_format(const CofferElement *element, CofferXmlWriter *writer)
{
    if (!is_written(element))
        return;
    if (element->encryption != NULL) {
        coffer_encryption_def_format(element->encryption, writer);
        return;
    }
    coffer_xml_open(writer, element->shape->name);
    for (gsize i = 0; i < element->n_values; i++) {
        if ((element->shape->attrs[i].flags & COFFER_TEXT_NOT_WRITTEN) == 0)
            coffer_xml_put_attr(writer, element->shape->attrs[i].name, element->values[i]);
    }
    format_content(element, writer);
}

const char *
coffer_element_attr(const CofferElement *element, const char *name)
{
    for (gsize i = 0; element != NULL && i < element->n_values; i++) {
        if (g_str_equal(element->shape->attrs[i].name, name))
            return element->values[i];
    }
    return NULL;
}

guint64
coffer_element_number(const CofferElement *element, const char *name, guint64 fallback)
{
    const char *text = coffer_element_attr(element, name);
    gboolean is_hex = text != NULL && g_str_has_prefix(text, "0x");
    guint64 number = fallback;

    if (text != NULL)
        g_ascii_string_to_unsigned(is_hex ? text + 2 : text, is_hex ? 16 : 10, 0, G_MAXUINT64,
                                   &number, NULL);
    return number;
}

const char *
coffer_element_text(const CofferElement *element)
{
    return element != NULL ? element->text : NULL;
}

const CofferElement *
coffer_element_next(const CofferElement *element, const char *name, const CofferElement *previous)
{
    gboolean passed = previous == NULL;

    for (guint i = 0; element != NULL && i < element->children->len; i++) {
        const CofferElement *child = element->children->pdata[i];

        if (passed && g_str_equal(child->shape->name, name))
            return child;
        passed = passed || child == previous;
    }
    return NULL;
}

const CofferElement *
coffer_element_child(const CofferElement *element, const char *name)
{
    return coffer_element_next(element, name, NULL);
}

const char *
coffer_element_child_text(const CofferElement *element, const char *name)
{
    return coffer_element_text(coffer_element_child(element, name));
}

const CofferEncryptionDef *
coffer_element_encryption(const CofferElement *element)
{
    return element != NULL ? element->encryption : NULL;
}

guint
coffer_element_line(const CofferElement *element)
{
    return element->line;
}

void
coffer_element_set_attr(CofferElement *element, const char *name, const char *value)
{
    for (gsize i = 0; i < element->n_values; i++) {
        if (!g_str_equal(element->shape->attrs[i].name, name))
            continue;
        g_free(element->values[i]);
        element->values[i] = g_strdup(value);
        return;
    }
    g_return_if_reached();
}

/* Where a child of the shape @index of its parent belongs. */
static guint
place_of(const CofferElement *element, guint index)
{
    guint place = 0;

    for (guint shape = 0; shape <= index; shape++) {
        while (place < element->children->len &&
               g_str_equal(((CofferElement *)element->children->pdata[place])->shape->name,
                           element->shape->children[shape]->name))
            place++;
    }
    return place;
}

CofferElement *
coffer_element_add(CofferElement *element, const char *name, const char *word)
{
    CofferElement *child = coffer_element_edit(element, name);

    for (guint i = 0; child == NULL && element->shape->children[i] != NULL; i++) {
        const CofferElementShape *shape = element->shape->children[i];

        if (!g_str_equal(shape->name, name))
            continue;
        child =
            element_new(shape->variants != NULL ? find_variant(shape, word) : shape, element->line);
        g_ptr_array_insert(element->children, (int)place_of(element, i), child);
    }
    return child;
}

void
coffer_element_remove(CofferElement *element, const char *name)
{
    CofferElement *child = NULL;

    while ((child = coffer_element_edit(element, name)) != NULL)
        g_ptr_array_remove(element->children, child);
}

CofferElement *
coffer_element_edit(CofferElement *element, const char *name)
{
    return (CofferElement *)coffer_element_child(element, name);
}
