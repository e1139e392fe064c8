/* random.c: values from the kernel's generator; see random.h. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "crypt/random.h"

#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* 256 bits: what the largest cipher takes, and beyond any search whatever the PBKDF. */
#define RANDOM_BYTES 32

CofferBytes *
coffer_random_value(GError **error)
{
    static const char digits[] = "0123456789abcdef";
    guint8 random[RANDOM_BYTES];
    char text[2 * RANDOM_BYTES];
    CofferBytes *value;
    ssize_t got;

    /* Up to 256 bytes come whole once the generator is seeded (getrandom(2)); only the wait can be
     * interrupted. */
    do {
        got = getrandom(random, sizeof(random), 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof(random)) {
        coffer_throw_errno(error, got < 0 ? errno : EIO, "cannot get random bytes from the kernel");
        return NULL;
    }

    for (gsize i = 0; i < sizeof(random); i++) {
        text[2 * i] = digits[random[i] >> 4];
        text[2 * i + 1] = digits[random[i] & 15];
    }
    value = coffer_bytes_new(text, sizeof(text), error);
    explicit_bzero(random, sizeof(random));
    explicit_bzero(text, sizeof(text));
    return value;
}
