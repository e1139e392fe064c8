/* pool-auth.c: the <auth> of a network pool: who logs in, and which secret has the password. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/pool-source.h"

static const char *const type_words[] = {
    [COFFER_POOL_AUTH_CHAP] = "chap",
    [COFFER_POOL_AUTH_CEPH] = "ceph",
    NULL,
};

void
coffer_pool_auth_free(CofferPoolAuth *auth)
{
    if (auth == NULL)
        return;
    g_free(auth->username);
    g_free(auth->secret_type);
    coffer_secret_ref_clear(&auth->secret);
    g_free(auth);
}

CofferPoolAuth *
coffer_pool_auth_parse(const CofferXmlNode *node, GError **error)
{
    g_autoptr(CofferPoolAuth) auth = g_new0(CofferPoolAuth, 1);
    const CofferXmlNode *secret = coffer_xml_child(node, "secret");
    g_autofree char *word = coffer_xml_require_attr(node, "type", error);
    int type = 0;

    if (word == NULL || !coffer_xml_attr_enum(node, "type", type_words, &type, error))
        return NULL;
    auth->type = (CofferPoolAuthType)type;
    auth->username = coffer_xml_require_attr(node, "username", error);
    if (auth->username == NULL)
        return NULL;
    if (secret == NULL) {
        coffer_xml_throw(node, error, "must have a <secret>");
        return NULL;
    }
    auth->secret_type = coffer_xml_attr(secret, "type");
    if (!coffer_secret_ref_parse(secret, &auth->secret, error))
        return NULL;
    return g_steal_pointer(&auth);
}

void
coffer_pool_auth_format(const CofferPoolAuth *auth, CofferXmlWriter *writer)
{
    coffer_xml_open(writer, "auth");
    coffer_xml_put_attr(writer, "type", type_words[auth->type]);
    coffer_xml_put_attr(writer, "username", auth->username);
    coffer_xml_open(writer, "secret");
    coffer_xml_put_attr(writer, "type", auth->secret_type);
    coffer_secret_ref_put(&auth->secret, writer);
    coffer_xml_close(writer);
    coffer_xml_close(writer);
}
