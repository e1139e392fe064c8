/* keyring.h: values of ephemeral secrets in the kernel's keyring of the user; never on disk. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"

/* One root's values, by UUID. Any thread. */
typedef struct _CofferKeyring CofferKeyring;

/* @identity tells this root's values from those of others (coffer_store_identity()). */
CofferKeyring *coffer_keyring_new(const char *identity);
void coffer_keyring_free(CofferKeyring *keyring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferKeyring, coffer_keyring_free)

/* Sets the value in one step: whoever reads meanwhile gets the old or the new one.
 * *@out_process_only tells that there is no keyring, so that the value lives in this process only.
 * COFFER_ERROR_NO_SPACE: the user's quota of keys. */
gboolean coffer_keyring_set(CofferKeyring *keyring, const char *uuid, CofferBytes *value,
                            gboolean *out_process_only, GError **error);

/* Returns: (transfer full): the value, whole; NULL with COFFER_ERROR_NO_VALUE where there is none,
 * COFFER_ERROR_UNREADABLE_VALUE where somebody else took a part of it away. */
CofferBytes *coffer_keyring_get(CofferKeyring *keyring, const char *uuid, GError **error);

gboolean coffer_keyring_has(CofferKeyring *keyring, const char *uuid);

/* Forgets the value; that there is none is no error. */
void coffer_keyring_remove(CofferKeyring *keyring, const char *uuid);
