/* secret.h: CofferSecret, a handle on one secret: its definition and, apart from it, its value. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/bytes.h>
#include <coffer/connection.h>

G_BEGIN_DECLS

/**
 * CofferSecret:
 *
 * Names a secret by UUID; every call looks at what is stored now. A handle on a secret that was
 * undefined since stays valid, and its calls say %COFFER_ERROR_NOT_FOUND.
 *
 * Thread rule: any thread.
 *
 * Since: 0.1
 */
#define COFFER_TYPE_SECRET (coffer_secret_get_type())
COFFER_API
G_DECLARE_FINAL_TYPE(CofferSecret, coffer_secret, COFFER, SECRET, GObject)

/**
 * CofferSecretUsageType:
 * @COFFER_SECRET_USAGE_NONE: no usage; found by UUID only
 * @COFFER_SECRET_USAGE_VOLUME: unlocks the volume with this path
 * @COFFER_SECRET_USAGE_CEPH: a Ceph (RBD) client key
 * @COFFER_SECRET_USAGE_ISCSI: a CHAP password
 * @COFFER_SECRET_USAGE_TLS: the passphrase of a TLS private key
 * @COFFER_SECRET_USAGE_VTPM: seals the state of a virtual TPM
 *
 * What the secret is for; the numbers are libvirt's virSecretUsageType.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_SECRET_USAGE_NONE = 0,
    COFFER_SECRET_USAGE_VOLUME = 1,
    COFFER_SECRET_USAGE_CEPH = 2,
    COFFER_SECRET_USAGE_ISCSI = 3,
    COFFER_SECRET_USAGE_TLS = 4,
    COFFER_SECRET_USAGE_VTPM = 5,
} CofferSecretUsageType;

/**
 * CofferSecretListFlags:
 * @COFFER_SECRET_LIST_ALL: every secret
 * @COFFER_SECRET_LIST_EPHEMERAL: those never kept on disk
 * @COFFER_SECRET_LIST_NO_EPHEMERAL: those kept on disk
 * @COFFER_SECRET_LIST_PRIVATE: those whose value is not given out
 * @COFFER_SECRET_LIST_NO_PRIVATE: those whose value is given out
 *
 * Flags of one pair are alternatives, the two pairs are both to be met; the numbers are libvirt's.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_SECRET_LIST_ALL = 0,
    COFFER_SECRET_LIST_EPHEMERAL = 1 << 0,
    COFFER_SECRET_LIST_NO_EPHEMERAL = 1 << 1,
    COFFER_SECRET_LIST_PRIVATE = 1 << 2,
    COFFER_SECRET_LIST_NO_PRIVATE = 1 << 3,
} CofferSecretListFlags;

/**
 * CofferSecretUndefineFlags:
 * @COFFER_SECRET_UNDEFINE_NONE: refuse while a volume needs the secret
 * @COFFER_SECRET_UNDEFINE_FORCE: undefine although volumes need it; their data becomes unreadable
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_SECRET_UNDEFINE_NONE = 0,
    COFFER_SECRET_UNDEFINE_FORCE = 1 << 0,
} CofferSecretUndefineFlags;

/**
 * CofferSecretSetFlags:
 * @COFFER_SECRET_SET_NONE: refuse a value that would no longer open a volume that needs the secret
 * @COFFER_SECRET_SET_FORCE: set it all the same; those volumes' data becomes unreadable
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_SECRET_SET_NONE = 0,
    COFFER_SECRET_SET_FORCE = 1 << 0,
} CofferSecretSetFlags;

/**
 * CofferDefineFlags:
 * @COFFER_DEFINE_NONE: parse and check
 * @COFFER_DEFINE_VALIDATE: check against the RELAX NG schema first
 *
 * For every call that takes XML.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_DEFINE_NONE = 0,
    COFFER_DEFINE_VALIDATE = 1 << 0,
} CofferDefineFlags;

/**
 * coffer_connection_define_secret:
 * @connection: a connection
 * @xml: a secret element
 * @flags: whether to validate
 * @error: return location for a #GError
 *
 * Defines a new secret, or replaces the definition of the one with the same UUID and usage. A
 * secret without a UUID gets a random one. The value, if there is one, stays.
 *
 * Returns: (transfer full) (nullable): the secret, or %NULL with %COFFER_ERROR_INVALID_XML,
 *   %COFFER_ERROR_EXISTS (usage taken, or UUID in use for another usage),
 *   %COFFER_ERROR_INVALID_ARGUMENT (private or ephemeral may not change so), %COFFER_ERROR_NO_SPACE
 *
 * Since: 0.1
 */
COFFER_API CofferSecret *
coffer_connection_define_secret(CofferConnection *connection, const char *xml,
                                CofferDefineFlags flags, GError **error);

/**
 * coffer_connection_lookup_secret_by_uuid:
 * @connection: a connection
 * @uuid: a UUID, with or without dashes
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the secret, or %NULL with %COFFER_ERROR_NOT_FOUND or
 *   %COFFER_ERROR_INVALID_ARGUMENT (not a UUID)
 *
 * Since: 0.1
 */
COFFER_API CofferSecret *coffer_connection_lookup_secret_by_uuid(CofferConnection *connection,
                                                                 const char *uuid, GError **error);

/**
 * coffer_connection_lookup_secret_by_usage:
 * @connection: a connection
 * @type: what for
 * @usage_id: which: the volume's path, or the name or target that the usage element holds
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the secret, or %NULL with %COFFER_ERROR_NOT_FOUND
 *
 * Since: 0.1
 */
COFFER_API CofferSecret *
coffer_connection_lookup_secret_by_usage(CofferConnection *connection, CofferSecretUsageType type,
                                         const char *usage_id, GError **error);

/**
 * coffer_connection_list_secrets:
 * @connection: a connection
 * @flags: which
 * @error: return location for a #GError
 *
 * A definition that cannot be read is left out and named by a warning of log domain "coffer".
 *
 * Returns: (transfer container) (element-type CofferSecret) (nullable): the secrets, sorted by UUID
 *
 * Since: 0.1
 */
COFFER_API GPtrArray *coffer_connection_list_secrets(CofferConnection *connection,
                                                     CofferSecretListFlags flags, GError **error);

/**
 * coffer_secret_get_uuid:
 * @secret: a secret
 *
 * Returns: (transfer none): the UUID, 36 characters
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_secret_get_uuid(CofferSecret *secret);

/**
 * coffer_secret_get_usage:
 * @secret: a secret
 * @out_usage_id: (out) (transfer none) (optional) (nullable): which one; lives as long as @secret
 *
 * As it was when the handle was made; a secret's usage never changes.
 *
 * Returns: the type of usage
 *
 * Since: 0.1
 */
COFFER_API CofferSecretUsageType coffer_secret_get_usage(CofferSecret *secret,
                                                         const char **out_usage_id);

/**
 * coffer_secret_usage_type_to_string:
 * @type: a type of usage
 *
 * Returns: (transfer none): libvirt's word for it, such as "volume"
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_secret_usage_type_to_string(CofferSecretUsageType type);

/**
 * coffer_secret_usage_type_from_string:
 * @word: libvirt's word, such as "volume"
 * @out_type: (out): the type
 *
 * Returns: whether the word is known
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_secret_usage_type_from_string(const char *word,
                                                         CofferSecretUsageType *out_type);

/**
 * coffer_secret_is_ephemeral:
 * @secret: a secret
 *
 * Returns: whether it is never on disk (as it was when the handle was made)
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_secret_is_ephemeral(CofferSecret *secret);

/**
 * coffer_secret_is_private:
 * @secret: a secret
 *
 * Returns: whether its value is not given out (as it was when the handle was made)
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_secret_is_private(CofferSecret *secret);

/**
 * coffer_secret_get_description:
 * @secret: a secret
 *
 * Returns: (transfer none) (nullable): the description (as it was when the handle was made)
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_secret_get_description(CofferSecret *secret);

/**
 * coffer_secret_dup_xml:
 * @secret: a secret
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the definition as libvirt writes it, never the value
 *
 * Since: 0.1
 */
COFFER_API char *coffer_secret_dup_xml(CofferSecret *secret, GError **error);

/**
 * coffer_secret_has_value:
 * @secret: a secret
 *
 * Returns: whether a value is there; it need not be readable
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_secret_has_value(CofferSecret *secret);

/**
 * coffer_secret_set_value:
 * @secret: a secret
 * @value: the value; 1 to 65536 bytes of any content
 * @flags: whether volumes that the value does not open stop it
 * @out_note: (out) (optional) (nullable) (transfer full): what the user should know although it
 *   worked: a trailing newline, or a value that lives for this process only (no kernel keyring)
 * @error: return location for a #GError
 *
 * An ephemeral secret's value goes to the kernel keyring of the user, never to disk. For others the
 * old value is on disk, whole, until the new one is.
 *
 * Returns: whether it was set; else %COFFER_ERROR_IN_USE (a volume would no longer open),
 *   %COFFER_ERROR_UNSUITABLE_VALUE, %COFFER_ERROR_NOT_FOUND, %COFFER_ERROR_NO_SPACE
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_secret_set_value(CofferSecret *secret, CofferBytes *value,
                                            CofferSecretSetFlags flags, char **out_note,
                                            GError **error);

/**
 * coffer_secret_get_value:
 * @secret: a secret
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the value, or %NULL with %COFFER_ERROR_NO_VALUE,
 *   %COFFER_ERROR_DENIED (private), %COFFER_ERROR_UNREADABLE_VALUE, %COFFER_ERROR_NOT_FOUND
 *
 * Since: 0.1
 */
COFFER_API CofferBytes *coffer_secret_get_value(CofferSecret *secret, GError **error);

/**
 * coffer_secret_generate_value:
 * @secret: a secret without a value
 * @out_note: (out) (optional) (nullable) (transfer full): as for coffer_secret_set_value()
 * @error: return location for a #GError
 *
 * Sets 32 bytes from getrandom, written as 64 hexadecimal digits so that every engine takes them,
 * and marks the secret as generated: its keyslots need no slow PBKDF.
 *
 * Returns: whether it was set; else %COFFER_ERROR_EXISTS (there is a value already) or as
 *   coffer_secret_set_value()
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_secret_generate_value(CofferSecret *secret, char **out_note,
                                                 GError **error);

/**
 * coffer_secret_list_uses:
 * @secret: a secret
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): the keys (paths) of the volumes
 *   that need the secret, sorted
 *
 * Since: 0.1
 */
COFFER_API char **coffer_secret_list_uses(CofferSecret *secret, GError **error);

/**
 * coffer_secret_undefine:
 * @secret: a secret
 * @flags: whether uses stop it
 * @error: return location for a #GError
 *
 * Forgets value and definition, in that order.
 *
 * Returns: whether it is gone; else %COFFER_ERROR_IN_USE or %COFFER_ERROR_NOT_FOUND
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_secret_undefine(CofferSecret *secret, CofferSecretUndefineFlags flags,
                                           GError **error);

G_END_DECLS
