/* uuid.h: UUIDs as 16 bytes and as text (RFC 9562); libvirt's leniency on input, one form on
 * output. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

typedef struct {
    guint8 bytes[16];
} CofferUuid;

/* Characters of the text form with the terminating NUL. */
#define COFFER_UUID_TEXT_SIZE 37

/* Accepts what libvirt's virUUIDParse accepts: 32 hexadecimal digits of either case, dashes
 * and spaces anywhere between bytes, white space around. Returns: whether @text is a UUID. Any
 * thread. */
gboolean coffer_uuid_parse(const char *text, CofferUuid *out_uuid);

/* Writes the 8-4-4-4-12 form in lower case. */
void coffer_uuid_format(const CofferUuid *uuid, char out_text[COFFER_UUID_TEXT_SIZE]);

/* A random UUID, version 4, from getrandom(2). */
void coffer_uuid_generate(CofferUuid *out_uuid);

/* Whether two bytes differ; libvirt refuses UUIDs of which all bytes are equal (virUUIDIsValid). */
gboolean coffer_uuid_is_valid(const CofferUuid *uuid);

static inline gboolean
coffer_uuid_equal(const CofferUuid *a, const CofferUuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}
