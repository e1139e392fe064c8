/* sealer.h: how a persistent value rests on disk; a sealer is one file and one line in sealer.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"

typedef struct {
    const char *name;   /* as in configuration and XML */
    const char *suffix; /* of the value's file: "UUID" and this */

    /* From a value to the bytes of its file and back. @uuid is the secret's, for sealers that bind
     * it. Any thread. */
    CofferBytes *(*seal)(const char *uuid, CofferBytes *value, GError **error);
    CofferBytes *(*unseal)(const char *uuid, CofferBytes *sealed, GError **error);
} CofferSealer;

extern const CofferSealer coffer_sealer_plain;

/* All sealers, the default first; NULL ends them. */
extern const CofferSealer *const coffer_sealers[];
