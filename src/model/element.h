/* element.h: an XML element read, checked and written by a table that describes it; what the parts
 * mean is for whoever owns the table. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/error.h"
#include "model/encryption-def.h"

/* What an attribute or the text of an element may be. */
typedef enum {
    COFFER_TEXT_ANY,
    COFFER_TEXT_WORD,   /* one of `words` */
    COFFER_TEXT_NUMBER, /* decimal, at most `max` */
    COFFER_TEXT_HEX,    /* decimal or 0x..., at most `max`; written as 0x and `digits` digits */
    COFFER_TEXT_UUID,
    COFFER_TEXT_SIZE, /* text only: with an attribute unit=; written in bytes */
} CofferTextKind;

typedef enum {
    COFFER_TEXT_REQUIRED = 1 << 0,
    COFFER_TEXT_NOT_ZERO = 1 << 1,    /* of a number: 0 is an error */
    COFFER_TEXT_DROP_ZERO = 1 << 2,   /* of a number: 0 means that nothing is said */
    COFFER_TEXT_NOT_WRITTEN = 1 << 3, /* read, never written */
} CofferTextFlags;

typedef struct {
    const char *name; /* of the attribute; NULL for an element's text */
    CofferTextKind kind;
    CofferTextFlags flags;
    const char *const *words;
    guint64 max;              /* 0: 2^64-1 */
    guint digits;             /* of COFFER_TEXT_HEX */
    const char *default_word; /* read where the attribute is missing */
    const char *silent_word;  /* says nothing: as if it were missing */
    /* What is wrong with @text ("has more than 8 characters"), or NULL. */
    const char *(*check)(const char *text);
} CofferTextShape;

typedef enum {
    COFFER_ELEMENT_MANY = 1 << 0,        /* may stand more than once */
    COFFER_ELEMENT_KEEP_EMPTY = 1 << 1,  /* means something even where nothing is in it */
    COFFER_ELEMENT_NOT_WRITTEN = 1 << 2, /* read, never written */
    COFFER_ELEMENT_ENCRYPTION = 1 << 3,  /* an <encryption>: left to encryption-def.h */
} CofferElementFlags;

typedef struct _CofferElementShape CofferElementShape;

/* One of several forms of an element; `word` is what the deciding attribute says. */
typedef struct {
    const char *word;
    const CofferElementShape *shape;
} CofferElementVariant;

/* Attributes and children stand in the order in which libvirt writes them. */
struct _CofferElementShape {
    const char *name;
    CofferElementFlags flags;
    const CofferTextShape *attrs;              /* ends with a NULL name; may be NULL */
    const CofferTextShape *text;               /* NULL where the element has no text */
    const CofferElementShape *const *children; /* NULL-terminated; may be NULL */
    const CofferElementVariant *variants;      /* instead of all that; ends with a NULL word */
    const char *variant_attr;                  /* decides; of the parent, else of the element */
    gboolean variant_of_parent;
};

typedef struct _CofferElement CofferElement;

void coffer_element_free(CofferElement *element);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferElement, coffer_element_free)

/* Reads @node. What @shape does not know is passed over, as libvirt does. Any thread, one element
 * one thread. */
CofferElement *
coffer_element_parse(const CofferXmlNode *node, const CofferElementShape *shape, GError **error);
void coffer_element_format(const CofferElement *element, CofferXmlWriter *writer);

/* All of these take NULL for @element, which has nothing in it. */
const char *coffer_element_attr(const CofferElement *element, const char *name);
/* The attribute as a number, @fallback where there is none. */
guint64 coffer_element_number(const CofferElement *element, const char *name, guint64 fallback);
const char *coffer_element_text(const CofferElement *element);
const CofferElement *coffer_element_child(const CofferElement *element, const char *name);
const char *coffer_element_child_text(const CofferElement *element, const char *name);
/* The child called @name after @previous, the first for NULL. */
const CofferElement *
coffer_element_next(const CofferElement *element, const char *name, const CofferElement *previous);
const CofferEncryptionDef *coffer_element_encryption(const CofferElement *element);
guint coffer_element_line(const CofferElement *element);

/* Changes: NULL as @value takes the attribute away; a child that is missing is added, in the form
 * that @word chooses where it has several. */
void coffer_element_set_attr(CofferElement *element, const char *name, const char *value);
CofferElement *coffer_element_add(CofferElement *element, const char *name, const char *word);
void coffer_element_remove(CofferElement *element, const char *name);
CofferElement *coffer_element_edit(CofferElement *element, const char *name);

/* Fails about @element: "line 3: <driver>: message", with @code. */
gboolean coffer_element_throw(const CofferElement *element, GError **error, CofferError code,
                              const char *format, ...) G_GNUC_PRINTF(4, 5);
