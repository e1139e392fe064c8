/* pool-source.h: the parts of a pool's <source> and how they are parsed and written. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/pool-def.h"

typedef enum {
    COFFER_POOL_ADAPTER_SCSI_HOST,
    COFFER_POOL_ADAPTER_FC_HOST,
} CofferPoolAdapterType;

/* A SCSI host adapter; strings may be NULL. A scsi_host has either a name or an address; an fc_host
 * always has wwnn and wwpn. */
struct _CofferPoolAdapter {
    CofferPoolAdapterType type;
    char *name;
    gboolean has_address;
    guint unique_id;
    guint pci_domain, pci_bus, pci_slot, pci_function;
    char *parent, *parent_wwnn, *parent_wwpn, *parent_fabric_wwn;
    int managed; /* -1 not said, 0 no, 1 yes */
    char *wwnn, *wwpn;
};

typedef enum {
    COFFER_POOL_AUTH_CHAP,
    COFFER_POOL_AUTH_CEPH,
} CofferPoolAuthType;

struct _CofferPoolAuth {
    CofferPoolAuthType type;
    char *username;
    char *secret_type; /* <secret type=>: libvirt keeps it and makes nothing of it; may be NULL */
    CofferSecretRef secret;
};

/* Parses @node, an <adapter>. */
CofferPoolAdapter *coffer_pool_adapter_parse(const CofferXmlNode *node, GError **error);
void coffer_pool_adapter_format(const CofferPoolAdapter *adapter, CofferXmlWriter *writer);
void coffer_pool_adapter_free(CofferPoolAdapter *adapter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferPoolAdapter, coffer_pool_adapter_free)

/* Parses @node, an <auth>. */
CofferPoolAuth *coffer_pool_auth_parse(const CofferXmlNode *node, GError **error);
void coffer_pool_auth_format(const CofferPoolAuth *auth, CofferXmlWriter *writer);
void coffer_pool_auth_free(CofferPoolAuth *auth);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferPoolAuth, coffer_pool_auth_free)

void coffer_pool_source_init(CofferPoolSource *source);
void coffer_pool_source_clear(CofferPoolSource *source);

/* Parses the <source> of the pool element @pool into @def, whose type and name (NULL: not said) are
 * known, fills in what the type has defaults for, and checks that what the type needs is there. Any
 * thread. */
gboolean coffer_pool_source_parse(const CofferXmlNode *pool, CofferPoolDef *def, GError **error);
void coffer_pool_source_format(const CofferPoolDef *def, CofferXmlWriter *writer);
