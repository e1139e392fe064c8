/* secret-list-private.h: what the files of the list of secrets share: its insides, values, and the
 * change between persistent and ephemeral. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "secret/keyring.h"
#include "secret/secret-list.h"

struct _CofferSecretList {
    CofferStore *store; /* immutable */
    CofferUses *uses;   /* self-locking, as are the rest */
    CofferCache *persistent;
    CofferCache *ephemeral;
    CofferKeyring *keyring;
};

/* The record, or NULL without an error. Returns: (transfer full). */
CofferRecord *coffer_secret_list_find(CofferSecretList *list, const char *uuid, GError **error);

/* Whether it has a definition on disk, which is the one that counts. */
gboolean coffer_secret_list_is_persistent(CofferSecretList *list, const char *uuid);

/* Whoever calls one of these holds the lock of the secrets. */
gboolean coffer_secret_list_write_definition(CofferSecretList *list, const CofferSecretDef *def,
                                             GError **error);

/* Replaces @old by @def, of which one is ephemeral and the other not: value and definition move in
 * one step as far as a crash can tell. */
gboolean coffer_secret_list_move(CofferSecretList *list, const CofferSecretDef *old,
                                 const CofferSecretDef *def, GError **error);

/* The value of a persistent secret, on disk. Reading says COFFER_ERROR_NO_VALUE or
 * COFFER_ERROR_UNREADABLE_VALUE; removing one that is not there is no error. */
gboolean coffer_secret_value_exists(CofferSecretList *list, const char *uuid);
CofferBytes *coffer_secret_value_read(CofferSecretList *list, const char *uuid, GError **error);
gboolean coffer_secret_value_write(CofferSecretList *list, const char *uuid, CofferBytes *value,
                                   GError **error);
gboolean coffer_secret_value_remove(CofferSecretList *list, const char *uuid, GError **error);
