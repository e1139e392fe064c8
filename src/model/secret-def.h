/* secret-def.h: a <secret> element as plain data; the value is never part of it.
 * (libvirt: formatsecret.html) */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/uuid.h"
#include "coffer/secret.h"

typedef struct {
    CofferUuid uuid;
    gboolean has_uuid;
    gboolean ephemeral;
    gboolean private;
    char *description; /* may be NULL */
    CofferSecretUsageType usage_type;
    char *usage_id;     /* NULL exactly where the type is NONE */
    gboolean generated; /* <coffer:value origin='generated'/>: the value has 256 bits of entropy */
} CofferSecretDef;

CofferSecretDef *coffer_secret_def_new(void);
CofferSecretDef *coffer_secret_def_copy(const CofferSecretDef *def);
void coffer_secret_def_free(CofferSecretDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferSecretDef, coffer_secret_def_free)

/* Parses and checks; @validate checks against secret.rng first. Pure. Any thread. */
CofferSecretDef *coffer_secret_def_parse(const char *xml, gboolean validate, GError **error);
/* Returns: (transfer full): the element as libvirt writes it, and our own part behind. */
char *coffer_secret_def_format(const CofferSecretDef *def);
