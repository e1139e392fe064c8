/* domain-def.h: what Coffer needs of a <domain> element: its disks, and enough of the machine that
 * they can be in one; the rest is named, not kept. (libvirt: formatdomain.html) */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/uuid.h"
#include "model/disk-def.h"

typedef enum {
    COFFER_DOMAIN_TYPE_QEMU,
    COFFER_DOMAIN_TYPE_KVM,
} CofferDomainType;

/* An element that nothing is made of. */
typedef struct {
    char *name;
    guint line;
} CofferDomainExtra;

typedef struct {
    CofferDomainType type;
    char *name;
    CofferUuid uuid;
    gboolean has_uuid;
    guint64 memory;         /* bytes */
    guint64 current_memory; /* bytes; as memory where nothing is said */
    guint vcpus;            /* at the start */
    guint max_vcpus;
    GArray *iothreads;      /* of guint: the numbers of the threads, never NULL */
    CofferElement *os;      /* <os>: type, loader, nvram, kernel, initrd, cmdline, boot, bootmenu */
    CofferElement *cpu;     /* <cpu> with mode, model and topology; may be NULL */
    char *emulator;         /* may be NULL */
    GPtrArray *disks;       /* of CofferDiskDef, never NULL */
    GPtrArray *controllers; /* of CofferElement: <controller type= index= model=>, never NULL */
    GPtrArray *extras;      /* of CofferDomainExtra, never NULL */
} CofferDomainDef;

void coffer_domain_def_free(CofferDomainDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferDomainDef, coffer_domain_def_free)

/* @validate checks against domain.rng first. Pure. Any thread. */
CofferDomainDef *coffer_domain_def_parse(const char *xml, gboolean validate, GError **error);

/* The controller of that type and number, or NULL. */
const CofferElement *
coffer_domain_def_controller(const CofferDomainDef *def, const char *type, guint64 index);
