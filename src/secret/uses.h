/* uses.h: the record that a volume needs a secret, and in which keyslot. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/uuid.h"
#include "store/cache.h"

/* Immutable once recorded. Owned strings. */
typedef struct {
    char *volume; /* the volume's key: its path */
    CofferUuid secret;
    char *format;      /* of <encryption>: "luks" */
    char *header_uuid; /* of the LUKS header; NULL while the volume is being made */
    int keyslot;       /* -1 while unknown */
    gint64 since;      /* seconds since the epoch */
} CofferUse;

CofferUse *coffer_use_new(const char *volume, const CofferUuid *secret, const char *format);
CofferUse *coffer_use_copy(const CofferUse *use);
void coffer_use_free(CofferUse *use);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferUse, coffer_use_free)

/* Any thread. Writers hold the lock of COFFER_STORE_SECRETS. */
typedef struct _CofferUses CofferUses;

CofferUses *coffer_uses_new(CofferStore *store);
void coffer_uses_free(CofferUses *uses);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferUses, coffer_uses_free)

/* The use of the volume @key, or NULL: without an error where there is none. Returns: (transfer
 * full). */
CofferUse *coffer_uses_lookup(CofferUses *uses, const char *key, GError **error);

/* COFFER_ERROR_DAMAGED where a record cannot be read, so that nobody can tell which secret it
 * names. */
gboolean coffer_uses_check_whole(CofferUses *uses, GError **error);

/* The uses of @secret, sorted by volume. Returns: (transfer full) (element-type CofferUse). */
GPtrArray *coffer_uses_of(CofferUses *uses, const CofferUuid *secret, GError **error);

/* Those of volumes with this LUKS header: what a volume that was moved or copied is known by. */
GPtrArray *coffer_uses_of_header(CofferUses *uses, const char *header_uuid, GError **error);

gboolean
coffer_uses_record(CofferUses *uses, const CofferUse *use, const char *fault, GError **error);
/* That there is none is no error. */
gboolean coffer_uses_forget(CofferUses *uses, const char *key, GError **error);
