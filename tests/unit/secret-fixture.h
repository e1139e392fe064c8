/* secret-fixture.h: what tests of the list of secrets share; not for src. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "secret/secret-list.h"

#include "failure.h"
#include "root.h"

#include <errno.h>
#include <keyutils.h>
#include <string.h>

#define FIRST  "7d6f0e6a-53a2-4c7e-9c43-0000000000d1"
#define SECOND "7d6f0e6a-53a2-4c7e-9c43-0000000000d2"

/* A list as a process has it. Ends before its root. */
typedef struct {
    CofferStore *store;
    CofferUses *uses;
    CofferSecretList *list;
} Secrets;

static inline Secrets
secrets_open(const Root *root)
{
    Secrets secrets = { .store = root_store(root) };

    secrets.uses = coffer_uses_new(secrets.store);
    secrets.list = coffer_secret_list_new(secrets.store, secrets.uses);
    return secrets;
}

static inline void
secrets_close(Secrets *secrets)
{
    g_clear_pointer(&secrets->list, coffer_secret_list_free);
    g_clear_pointer(&secrets->uses, coffer_uses_free);
    g_clear_pointer(&secrets->store, coffer_store_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Secrets, secrets_close)

static inline CofferUuid
secrets_uuid(const char *text)
{
    CofferUuid uuid;

    g_assert_true(coffer_uuid_parse(text, &uuid));
    return uuid;
}

static inline CofferSecretDef *
secrets_parse(const char *xml)
{
    g_autoptr(GError) error = NULL;
    CofferSecretDef *def = coffer_secret_def_parse(xml, FALSE, &error);

    g_assert_no_error(error);
    return def;
}

static inline gboolean
secrets_try_define(Secrets *secrets, const char *xml, GError **error)
{
    g_autoptr(CofferSecretDef) def = secrets_parse(xml);

    return coffer_secret_list_define(secrets->list, def, error);
}

static inline void
secrets_define(Secrets *secrets, const char *xml)
{
    g_autoptr(GError) error = NULL;

    secrets_try_define(secrets, xml, &error);
    g_assert_no_error(error);
}

static inline gboolean
secrets_try_set(Secrets *secrets, const char *uuid, const char *text, gboolean generated,
                GError **error)
{
    CofferUuid id = secrets_uuid(uuid);
    g_autoptr(CofferBytes) value = coffer_bytes_new(text, strlen(text), NULL);
    CofferSecretSetRequest request = { .uuid = &id, .value = value, .generated = generated };
    gboolean process_only = FALSE;

    return coffer_secret_list_set_value(secrets->list, &request, &process_only, error);
}

static inline void
secrets_set(Secrets *secrets, const char *uuid, const char *text, gboolean generated)
{
    g_autoptr(GError) error = NULL;

    secrets_try_set(secrets, uuid, text, generated, &error);
    g_assert_no_error(error);
}

/* The value as text, or NULL where there is none. */
static inline char *
secrets_get(Secrets *secrets, const char *uuid)
{
    CofferUuid id = secrets_uuid(uuid);
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = coffer_secret_list_get_value(secrets->list, &id, TRUE, &error);
    gsize size = 0;

    if (value == NULL) {
        g_assert_true(g_error_matches(error, COFFER_ERROR, COFFER_ERROR_NO_VALUE) ||
                      g_error_matches(error, COFFER_ERROR, COFFER_ERROR_NOT_FOUND));
        return NULL;
    }
    return g_strndup((const char *)coffer_bytes_get_data(value, &size),
                     coffer_bytes_get_size(value));
}

#define secrets_expect(secrets, uuid, expected)                                                    \
    do {                                                                                           \
        g_autofree char *value_ = secrets_get((secrets), (uuid));                                  \
        g_assert_cmpstr(value_, ==, (expected));                                                   \
    } while (0)

static inline CofferRecord *
secrets_lookup(Secrets *secrets, const char *uuid)
{
    CofferUuid id = secrets_uuid(uuid);

    return coffer_secret_list_lookup(secrets->list, &id, NULL);
}

/* The definition as one line of text; NULL where there is none. */
static inline char *
secrets_describe(Secrets *secrets, const char *uuid)
{
    g_autoptr(CofferRecord) record = secrets_lookup(secrets, uuid);
    const CofferSecretDef *def = record != NULL ? record->data : NULL;

    if (def == NULL)
        return NULL;
    return g_strdup_printf("%s%s%s", def->ephemeral ? "ephemeral" : "persistent",
                           def->private ? " private" : "", def->generated ? " generated" : "");
}

#define secrets_expect_def(secrets, uuid, expected)                                                \
    do {                                                                                           \
        g_autofree char *def_ = secrets_describe((secrets), (uuid));                               \
        g_assert_cmpstr(def_, ==, (expected));                                                     \
    } while (0)

static inline guint
secrets_count(Secrets *secrets)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) all = coffer_secret_list_all(secrets->list, &error);

    g_assert_no_error(error);
    return all->len;
}

static inline gboolean
secrets_no_keyring(void)
{
    if (keyctl_search(KEY_SPEC_USER_KEYRING, "keyring", "coffer:none", 0) >= 0 || errno == ENOKEY)
        return FALSE;
    g_test_skip("needs a kernel keyring for this user");
    return TRUE;
}

static inline gboolean
secrets_no_fault_points(void)
{
    if (!COFFER_FAULT_POINTS)
        g_test_skip("needs a build with -Dfault_points=true");
    return !COFFER_FAULT_POINTS;
}
