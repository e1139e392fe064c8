/* pool-type.h: what the types of pools differ in, one table row each; a new type is a new row. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/pool-def.h"
#include "model/volume-def.h"

/* Which parts of <source> a type has; the rest is not read. (libvirt: formatstorage.html, "Source
 * elements") */
typedef enum {
    COFFER_POOL_SOURCE_HOST = 1 << 0,
    COFFER_POOL_SOURCE_DEVICE = 1 << 1,
    COFFER_POOL_SOURCE_DIR = 1 << 2,
    COFFER_POOL_SOURCE_NAME = 1 << 3,
    COFFER_POOL_SOURCE_ADAPTER = 1 << 4,
    COFFER_POOL_SOURCE_INITIATOR = 1 << 5,
} CofferPoolSourceParts;

/* Elements of a namespace of their own, <prefix:element><prefix:option name= value=/>...</>. */
typedef struct {
    const char *prefix;
    const char *uri;
    const char *element;
    gboolean has_value; /* options have value=, not name= alone */
} CofferPoolNamespace;

/* NULL and 0 where a type has nothing of the kind. */
typedef struct {
    const char *word;
    CofferPoolSourceParts has;
    CofferPoolSourceParts needs; /* an error where it is missing */
    const char *const *formats;  /* words of <source><format type=>, NULL-terminated */
    const char *default_format;
    const char *default_dir;   /* of <source><dir path=> */
    gboolean named_after_pool; /* <source><name> is the pool's name where it is missing */
    gboolean has_target;
    const char *target_prefix;           /* the target path is this and the source's name */
    gboolean has_cow;                    /* <features><cow> is allowed */
    CofferVolumeParseFlags volume_flags; /* how <format> of its volumes is read */
    const CofferPoolNamespace *namespace;
} CofferPoolTypeRow;

/* Any thread. */
const CofferPoolTypeRow *coffer_pool_type_row(CofferPoolType type);
