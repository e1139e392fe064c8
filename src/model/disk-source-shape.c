/* disk-source-shape.c: <source> of a disk in its many forms; tables only.
 * (libvirt: formatdomain.html, "Hard drives, floppy disks, CDROMs") */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk-shape.h"

static const char *const startup_policies[] = { "mandatory", "requisite", "optional", NULL };
static const char *const pool_modes[] = { "direct", "host", NULL };
static const char *const transports[] = { "tcp", "unix", "rdma", NULL };
static const char *const unix_words[] = { "unix", NULL };
static const char *const pci_words[] = { "pci", NULL };
static const char *const client_words[] = { "client", NULL };
static const char *const storage_words[] = { "storage", NULL };
static const char *const secret_types[] = { "ceph", "iscsi", NULL };
static const char *const protocols[] = { "nbd",  "rbd",   "sheepdog", "gluster", "iscsi",
                                         "http", "https", "ftp",      "ftps",    "tftp",
                                         "ssh",  "vxhs",  "nfs",      NULL };

#define ATTR_STARTUP_POLICY COFFER_ATTR_WORD("startupPolicy", startup_policies)
/* Of a running domain; says nothing on input. */
#define ATTR_INDEX COFFER_ATTR_SILENT("index")

static const CofferElementShape label = {
    .name = "label",
    .text = &(const CofferTextShape){ .name = NULL },
};

static const CofferElementShape seclabel = {
    .name = "seclabel",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(COFFER_ATTR_ANY("model"), COFFER_ATTR_WORD("relabel", coffer_words_yes_no),
                 COFFER_ATTR_SILENT("labelskip")),
    COFFER_CHILDREN(&label),
};

static const CofferElementShape slice = {
    .name = "slice",
    COFFER_ATTRS(
        COFFER_ATTR_WORD_REQUIRED("type", storage_words),
        COFFER_ATTR_NUMBER("offset", COFFER_TEXT_REQUIRED, G_MAXINT64),
        COFFER_ATTR_NUMBER("size", COFFER_TEXT_REQUIRED | COFFER_TEXT_NOT_ZERO, G_MAXINT64)),
};

static const CofferElementShape slices = { .name = "slices", COFFER_CHILDREN(&slice) };

static const CofferElementShape encryption = {
    .name = "encryption",
    .flags = COFFER_ELEMENT_ENCRYPTION,
};

static const CofferElementShape auth_secret = {
    .name = "secret",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("type", secret_types), COFFER_ATTR_UUID("uuid"),
                 COFFER_ATTR_ANY("usage")),
};

const CofferElementShape coffer_disk_auth_shape = {
    .name = "auth",
    COFFER_ATTRS(COFFER_ATTR_REQUIRED("username")),
    COFFER_CHILDREN(&auth_secret),
};

static const CofferElementShape reservations_source = {
    .name = "source",
    COFFER_ATTRS(COFFER_ATTR_WORD("type", unix_words), COFFER_ATTR_ANY("path"),
                 COFFER_ATTR_WORD("mode", client_words)),
};

static const CofferElementShape reservations = {
    .name = "reservations",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("managed", coffer_words_yes_no)),
    COFFER_CHILDREN(&reservations_source),
};

static const CofferElementShape data_store_format = {
    .name = "format",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("type", coffer_disk_format_words)),
};

static const CofferElementShape data_store = {
    .name = "dataStore",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("type", coffer_disk_type_words)),
    COFFER_CHILDREN(&data_store_format, &coffer_disk_source_shape),
};

static const CofferElementShape host = {
    .name = "host",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(COFFER_ATTR_ANY("name"), COFFER_ATTR_NUMBER("port", 0, G_MAXUINT16),
                 COFFER_ATTR_WORD_BUT("transport", transports, "tcp"), COFFER_ATTR_ANY("socket")),
};

static const CofferElementShape snapshot = { .name = "snapshot",
                                             COFFER_ATTRS(COFFER_ATTR_ANY("name")) };
static const CofferElementShape config = { .name = "config",
                                           COFFER_ATTRS(COFFER_ATTR_ANY("file")) };
static const CofferElementShape iqn = { .name = "iqn", COFFER_ATTRS(COFFER_ATTR_ANY("name")) };
static const CofferElementShape initiator = { .name = "initiator", COFFER_CHILDREN(&iqn) };

static const CofferElementShape ssl = {
    .name = "ssl",
    COFFER_ATTRS(COFFER_ATTR_WORD("verify", coffer_words_yes_no)),
};

/* Their content may be a credential: libvirt writes them only where that is asked for. */
static const CofferElementShape cookies = {
    .name = "cookies",
    .flags = COFFER_ELEMENT_NOT_WRITTEN,
};

static const CofferElementShape readahead = {
    .name = "readahead",
    COFFER_ATTRS(COFFER_ATTR_NUMBER("size", COFFER_TEXT_DROP_ZERO, 0)),
};

static const CofferElementShape timeout = {
    .name = "timeout",
    COFFER_ATTRS(COFFER_ATTR_NUMBER("seconds", COFFER_TEXT_DROP_ZERO, 0)),
};

/* user and group for NFS, the others for SSH. */
static const CofferElementShape identity = {
    .name = "identity",
    COFFER_ATTRS(COFFER_ATTR_ANY("user"), COFFER_ATTR_ANY("group"), COFFER_ATTR_ANY("username"),
                 COFFER_ATTR_ANY("keyfile"), COFFER_ATTR_ANY("agentsock")),
};

static const CofferElementShape known_hosts = {
    .name = "knownHosts",
    COFFER_ATTRS(COFFER_ATTR_ANY("path")),
};

static const CofferElementShape nbd_reconnect = {
    .name = "reconnect",
    COFFER_ATTRS(COFFER_ATTR_NUMBER("delay", COFFER_TEXT_DROP_ZERO, G_MAXUINT32)),
};

static const CofferElementShape vhost_user_reconnect = {
    .name = "reconnect",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("enabled", coffer_words_yes_no),
                 COFFER_ATTR_NUMBER("timeout", COFFER_TEXT_DROP_ZERO, G_MAXUINT32)),
};

#define COMMON_CHILDREN &slices, &seclabel, &reservations, &encryption, &data_store

static const CofferElementShape source_file = {
    .name = "source",
    COFFER_ATTRS(COFFER_ATTR_ANY("file"), COFFER_ATTR_ANY("fdgroup"), ATTR_STARTUP_POLICY,
                 ATTR_INDEX),
    COFFER_CHILDREN(COMMON_CHILDREN),
};

static const CofferElementShape source_block = {
    .name = "source",
    COFFER_ATTRS(COFFER_ATTR_ANY("dev"), ATTR_STARTUP_POLICY, ATTR_INDEX),
    COFFER_CHILDREN(COMMON_CHILDREN),
};

static const CofferElementShape source_dir = {
    .name = "source",
    COFFER_ATTRS(COFFER_ATTR_ANY("dir"), ATTR_STARTUP_POLICY, ATTR_INDEX),
    COFFER_CHILDREN(COMMON_CHILDREN),
};

static const CofferElementShape source_volume = {
    .name = "source",
    COFFER_ATTRS(COFFER_ATTR_ANY("pool"), COFFER_ATTR_ANY("volume"),
                 COFFER_ATTR_WORD("mode", pool_modes), ATTR_STARTUP_POLICY, ATTR_INDEX),
    COFFER_CHILDREN(COMMON_CHILDREN),
};

static const CofferElementShape source_network = {
    .name = "source",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("protocol", protocols), COFFER_ATTR_ANY("name"),
                 COFFER_ATTR_ANY("query"), COFFER_ATTR_WORD("tls", coffer_words_yes_no),
                 COFFER_ATTR_ANY("tlsHostname"), ATTR_STARTUP_POLICY, ATTR_INDEX),
    COFFER_CHILDREN(&host, &snapshot, &config, &nbd_reconnect, &initiator, &ssl, &cookies,
                    &readahead, &timeout, &identity, &known_hosts, &slices, &coffer_disk_auth_shape,
                    &reservations, &encryption, &data_store),
};

static const CofferElementShape source_nvme = {
    .name = "source",
    COFFER_ATTRS(
        COFFER_ATTR_WORD_REQUIRED("type", pci_words),
        COFFER_ATTR_WORD_OR("managed", coffer_words_yes_no, "yes"),
        COFFER_ATTR_NUMBER("namespace", COFFER_TEXT_REQUIRED | COFFER_TEXT_NOT_ZERO, G_MAXUINT32),
        ATTR_STARTUP_POLICY, ATTR_INDEX),
    COFFER_CHILDREN(&coffer_pci_address_shape, &slices, &encryption),
};

static const CofferElementShape source_vhost_user = {
    .name = "source",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("type", unix_words), COFFER_ATTR_REQUIRED("path")),
    COFFER_CHILDREN(&vhost_user_reconnect),
};

static const CofferElementShape source_vhost_vdpa = {
    .name = "source",
    COFFER_ATTRS(COFFER_ATTR_REQUIRED("dev")),
};

const CofferElementShape coffer_disk_source_shape = {
    .name = "source",
    .variant_attr = "type",
    .variant_of_parent = TRUE,
    .variants =
        (const CofferElementVariant[]){
            { "file", &source_file },
            { "block", &source_block },
            { "dir", &source_dir },
            { "network", &source_network },
            { "volume", &source_volume },
            { "nvme", &source_nvme },
            { "vhostuser", &source_vhost_user },
            { "vhostvdpa", &source_vhost_vdpa },
            { NULL, NULL },
        },
};
