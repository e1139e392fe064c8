/* uuid.c: UUIDs parsed, written and made; nothing else is known of what they name. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/uuid.h"

#include <string.h>
#include <sys/random.h>

gboolean
coffer_uuid_parse(const char *text, CofferUuid *out_uuid)
{
    CofferUuid uuid;
    gsize filled = 0;

    while (g_ascii_isspace(*text))
        text++;
    while (filled < sizeof(uuid.bytes)) {
        int high = 0, low = 0;

        if (*text == '-' || *text == ' ') {
            text++;
            continue;
        }
        high = g_ascii_xdigit_value(text[0]);
        low = high < 0 ? -1 : g_ascii_xdigit_value(text[1]);
        if (low < 0)
            return FALSE;
        uuid.bytes[filled++] = (guint8)(high << 4 | low);
        text += 2;
    }
    while (g_ascii_isspace(*text))
        text++;
    if (*text != '\0')
        return FALSE;
    *out_uuid = uuid;
    return TRUE;
}

void
coffer_uuid_format(const CofferUuid *uuid, char out_text[COFFER_UUID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *next = out_text;

    for (gsize i = 0; i < sizeof(uuid->bytes); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *next++ = '-';
        *next++ = digits[uuid->bytes[i] >> 4];
        *next++ = digits[uuid->bytes[i] & 0xf];
    }
    *next = '\0';
}

void
coffer_uuid_generate(CofferUuid *out_uuid)
{
    /* Up to 256 bytes come whole and without EINTR once the kernel is seeded (getrandom(2)). */
    while (getrandom(out_uuid->bytes, sizeof(out_uuid->bytes), 0) != sizeof(out_uuid->bytes))
        continue;
    out_uuid->bytes[6] = (out_uuid->bytes[6] & 0x0f) | 0x40;
    out_uuid->bytes[8] = (out_uuid->bytes[8] & 0x3f) | 0x80;
}

gboolean
coffer_uuid_is_valid(const CofferUuid *uuid)
{
    for (gsize i = 1; i < sizeof(uuid->bytes); i++)
        if (uuid->bytes[i] != uuid->bytes[0])
            return TRUE;
    return FALSE;
}
