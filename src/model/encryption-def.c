/* encryption-def.c: <encryption> parsed, checked and written; nothing is encrypted here. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/encryption-def.h"

static const char *const format_words[] = {
    [COFFER_ENCRYPTION_FORMAT_DEFAULT] = "default",   [COFFER_ENCRYPTION_FORMAT_QCOW] = "qcow",
    [COFFER_ENCRYPTION_FORMAT_LUKS] = "luks",         [COFFER_ENCRYPTION_FORMAT_LUKS2] = "luks2",
    [COFFER_ENCRYPTION_FORMAT_LUKS_ANY] = "luks-any", NULL,
};

/* From COFFER_ENCRYPTION_ENGINE_QEMU on: that no engine is said has no word. */
static const char *const engine_words[] = { "qemu", "librbd", "dm-crypt", NULL };

static void
clear_ref(gpointer ref)
{
    coffer_secret_ref_clear(ref);
}

CofferEncryptionDef *
coffer_encryption_def_new(CofferEncryptionFormat format)
{
    CofferEncryptionDef *def = g_new0(CofferEncryptionDef, 1);

    def->format = format;
    def->secrets = g_array_new(FALSE, TRUE, sizeof(CofferSecretRef));
    g_array_set_clear_func(def->secrets, clear_ref);
    return def;
}

CofferEncryptionDef *
coffer_encryption_def_copy(const CofferEncryptionDef *def)
{
    CofferEncryptionDef *copy = coffer_encryption_def_new(def->format);

    copy->engine = def->engine;
    g_array_set_size(copy->secrets, def->secrets->len);
    for (guint i = 0; i < def->secrets->len; i++)
        coffer_secret_ref_copy(&g_array_index(def->secrets, CofferSecretRef, i),
                               &g_array_index(copy->secrets, CofferSecretRef, i));
    copy->cipher_size = def->cipher_size;
    copy->cipher_name = g_strdup(def->cipher_name);
    copy->cipher_mode = g_strdup(def->cipher_mode);
    copy->cipher_hash = g_strdup(def->cipher_hash);
    copy->ivgen_name = g_strdup(def->ivgen_name);
    copy->ivgen_hash = g_strdup(def->ivgen_hash);
    return copy;
}

void
coffer_encryption_def_free(CofferEncryptionDef *def)
{
    if (def == NULL)
        return;
    g_array_unref(def->secrets);
    g_free(def->cipher_name);
    g_free(def->cipher_mode);
    g_free(def->cipher_hash);
    g_free(def->ivgen_name);
    g_free(def->ivgen_hash);
    g_free(def);
}

const CofferSecretRef *
coffer_encryption_def_secret(const CofferEncryptionDef *def)
{
    return def->secrets->len > 0 ? &g_array_index(def->secrets, CofferSecretRef, 0) : NULL;
}

void
coffer_encryption_def_set_secret(CofferEncryptionDef *def, const CofferUuid *uuid)
{
    CofferSecretRef ref = { .type = COFFER_SECRET_REF_UUID, .uuid = *uuid };

    g_array_set_size(def->secrets, 0);
    g_array_append_val(def->secrets, ref);
}

const char *
coffer_encryption_format_to_string(CofferEncryptionFormat format)
{
    return format_words[format];
}

static gboolean
parse_format(const CofferXmlNode *node, CofferEncryptionFormat *out_format, GError **error)
{
    g_autofree char *word = coffer_xml_require_attr(node, "format", error);
    int format = 0;

    if (word == NULL || !coffer_xml_attr_enum(node, "format", format_words, &format, error))
        return FALSE;
    *out_format = (CofferEncryptionFormat)format;
    return TRUE;
}

static gboolean
parse_engine(const CofferXmlNode *node, CofferEncryptionEngine *out_engine, GError **error)
{
    int engine = -1;

    if (!coffer_xml_attr_enum(node, "engine", engine_words, &engine, error))
        return FALSE;
    *out_engine = (CofferEncryptionEngine)(engine + COFFER_ENCRYPTION_ENGINE_QEMU);
    return TRUE;
}

static gboolean
parse_secret(const CofferXmlNode *node, CofferEncryptionDef *def, GError **error)
{
    static const char *const types[] = { "passphrase", NULL };
    g_autofree char *type = coffer_xml_require_attr(node, "type", error);
    CofferSecretRef ref = { .type = COFFER_SECRET_REF_NONE };
    int ignored = 0;

    if (type == NULL || !coffer_xml_attr_enum(node, "type", types, &ignored, error) ||
        !coffer_secret_ref_parse(node, &ref, error))
        return FALSE;
    g_array_append_val(def->secrets, ref);
    return TRUE;
}

static gboolean
parse_secrets(const CofferXmlNode *node, CofferEncryptionDef *def, GError **error)
{
    COFFER_XML_FOREACH (child, node) {
        if (coffer_xml_is(child, "secret", NULL) && !parse_secret(child, def, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_cipher(const CofferXmlNode *node, CofferEncryptionDef *def, GError **error)
{
    g_autofree char *size_text = NULL;
    guint64 size = 0;

    def->cipher_name = coffer_xml_require_attr(node, "name", error);
    if (def->cipher_name == NULL)
        return FALSE;
    size_text = coffer_xml_require_attr(node, "size", error);
    if (size_text == NULL || !coffer_xml_attr_uint(node, "size", G_MAXUINT, &size, error))
        return FALSE;
    def->cipher_size = (guint)size;
    def->cipher_mode = coffer_xml_attr(node, "mode");
    def->cipher_hash = coffer_xml_attr(node, "hash");
    return TRUE;
}

static gboolean
parse_ivgen(const CofferXmlNode *node, CofferEncryptionDef *def, GError **error)
{
    if (def->cipher_name == NULL)
        return coffer_xml_throw(node, error, "needs a <cipher> beside it");
    def->ivgen_name = coffer_xml_require_attr(node, "name", error);
    def->ivgen_hash = coffer_xml_attr(node, "hash");
    return def->ivgen_name != NULL;
}

static gboolean
parse_algorithms(const CofferXmlNode *node, CofferEncryptionDef *def, GError **error)
{
    const CofferXmlNode *cipher = coffer_xml_child(node, "cipher");
    const CofferXmlNode *ivgen = coffer_xml_child(node, "ivgen");

    if (def->format != COFFER_ENCRYPTION_FORMAT_LUKS &&
        def->engine != COFFER_ENCRYPTION_ENGINE_DM_CRYPT)
        return TRUE;
    return (cipher == NULL || parse_cipher(cipher, def, error)) &&
           (ivgen == NULL || parse_ivgen(ivgen, def, error));
}

CofferEncryptionDef *
coffer_encryption_def_parse(const CofferXmlNode *node, GError **error)
{
    g_autoptr(CofferEncryptionDef) def =
        coffer_encryption_def_new(COFFER_ENCRYPTION_FORMAT_DEFAULT);

    if (!parse_format(node, &def->format, error) || !parse_engine(node, &def->engine, error) ||
        !parse_secrets(node, def, error) || !parse_algorithms(node, def, error))
        return NULL;
    return g_steal_pointer(&def);
}

static void
format_algorithms(const CofferEncryptionDef *def, CofferXmlWriter *writer)
{
    if (def->cipher_name == NULL)
        return;
    coffer_xml_open(writer, "cipher");
    coffer_xml_put_attr(writer, "name", def->cipher_name);
    coffer_xml_put_attr_printf(writer, "size", "%u", def->cipher_size);
    coffer_xml_put_attr(writer, "mode", def->cipher_mode);
    coffer_xml_put_attr(writer, "hash", def->cipher_hash);
    coffer_xml_close(writer);
    if (def->ivgen_name == NULL)
        return;
    coffer_xml_open(writer, "ivgen");
    coffer_xml_put_attr(writer, "name", def->ivgen_name);
    coffer_xml_put_attr(writer, "hash", def->ivgen_hash);
    coffer_xml_close(writer);
}

void
coffer_encryption_def_format(const CofferEncryptionDef *def, CofferXmlWriter *writer)
{
    coffer_xml_open(writer, "encryption");
    coffer_xml_put_attr(writer, "format", format_words[def->format]);
    if (def->engine != COFFER_ENCRYPTION_ENGINE_DEFAULT)
        coffer_xml_put_attr(writer, "engine",
                            engine_words[def->engine - COFFER_ENCRYPTION_ENGINE_QEMU]);
    coffer_xml_end_start_tag(writer);
    for (guint i = 0; i < def->secrets->len; i++) {
        coffer_xml_open(writer, "secret");
        coffer_xml_put_attr(writer, "type", "passphrase");
        coffer_secret_ref_put(&g_array_index(def->secrets, CofferSecretRef, i), writer);
        coffer_xml_close(writer);
    }
    format_algorithms(def, writer);
    coffer_xml_close(writer);
}
