/* secret-list.h: the secrets of a root: definitions, values, and the rules by which both change. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"
#include "model/secret-def.h"
#include "secret/uses.h"
#include "store/cache.h"

/* Any thread, any number of processes. A record's data is a const CofferSecretDef *. */
typedef struct _CofferSecretList CofferSecretList;

/* @store and @uses outlive the list. */
CofferSecretList *coffer_secret_list_new(CofferStore *store, CofferUses *uses);
void coffer_secret_list_free(CofferSecretList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferSecretList, coffer_secret_list_free)

/* COFFER_ERROR_NOT_FOUND; COFFER_ERROR_DAMAGED where its definition does not parse. Returns:
 * (transfer full). */
CofferRecord *
coffer_secret_list_lookup(CofferSecretList *list, const CofferUuid *uuid, GError **error);
/* COFFER_ERROR_NOT_FOUND; COFFER_ERROR_INVALID_ARGUMENT for COFFER_SECRET_USAGE_NONE. */
CofferRecord *coffer_secret_list_lookup_usage(CofferSecretList *list, CofferSecretUsageType type,
                                              const char *usage_id, GError **error);

/* Sorted by UUID. Returns: (transfer full) (element-type CofferRecord). */
GPtrArray *coffer_secret_list_all(CofferSecretList *list, GError **error);

/* Defines @def or replaces the definition with its UUID; a UUID is made where @def has none. Rules
 * as in libvirt: one secret a usage, the usage of a UUID never changes, private never becomes
 * public. */
gboolean coffer_secret_list_define(CofferSecretList *list, CofferSecretDef *def, GError **error);

/* What to set. */
typedef struct {
    const CofferUuid *uuid;
    CofferBytes *value;
    gboolean generated;      /* the value has 256 bits of entropy; only where there is none yet */
    const GPtrArray *proven; /* CofferUse: the value opens these; NULL: do not ask */
} CofferSecretSetRequest;

/* Sets the value; the old one stays where that fails. COFFER_ERROR_EXISTS where there is one that
 * generating would destroy, COFFER_ERROR_BUSY where the uses are others than those proven: prove
 * again.
 * *@out_process_only as in keyring.h. */
gboolean coffer_secret_list_set_value(CofferSecretList *list, const CofferSecretSetRequest *request,
                                      gboolean *out_process_only, GError **error);

/* A private value is given only where @private_too: for use, not for giving out; else it is
 * COFFER_ERROR_DENIED. COFFER_ERROR_NO_VALUE, COFFER_ERROR_UNREADABLE_VALUE. Returns: (transfer
 * full). */
CofferBytes *coffer_secret_list_get_value(CofferSecretList *list, const CofferUuid *uuid,
                                          gboolean private_too, GError **error);
gboolean coffer_secret_list_has_value(CofferSecretList *list, const CofferUuid *uuid);

/* Forgets value and definition in one step as far as a crash can tell. COFFER_ERROR_IN_USE unless
 * @force. */
gboolean coffer_secret_list_undefine(CofferSecretList *list, const CofferUuid *uuid, gboolean force,
                                     GError **error);

/* Undefines @uuid if nothing uses it any more and, where @only_own, it was generated for one
 * volume: its usage is a volume. *@out_gone tells. */
gboolean coffer_secret_list_undefine_unused(CofferSecretList *list, const CofferUuid *uuid,
                                            gboolean only_own, gboolean *out_gone, GError **error);

/* Finishes or undoes what a crash interrupted; @job is its name in jobs.h. */
#define COFFER_SECRET_JOB "secret-"
gboolean coffer_secret_list_recover(CofferSecretList *list, const char *job, GError **error);
