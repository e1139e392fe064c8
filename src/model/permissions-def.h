/* permissions-def.h: <permissions> of a pool's or volume's target. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/xml-write.h"
#include "base/xml.h"

#include <sys/types.h>

/* (mode_t)-1, (uid_t)-1, (gid_t)-1 and NULL where the XML says nothing. */
typedef struct {
    mode_t mode;
    uid_t uid;
    gid_t gid;
    char *label;
} CofferPermissionsDef;

void coffer_permissions_def_init(CofferPermissionsDef *permissions);
void coffer_permissions_def_clear(CofferPermissionsDef *permissions);
void
coffer_permissions_def_copy(const CofferPermissionsDef *source, CofferPermissionsDef *out_copy);
/* Reads @node, a <permissions>, over what is in @permissions. Any thread. */
gboolean coffer_permissions_def_parse(const CofferXmlNode *node, CofferPermissionsDef *permissions,
                                      GError **error);
/* Writes <permissions> with what is known; nothing at all where nothing is. */
void
coffer_permissions_def_format(const CofferPermissionsDef *permissions, CofferXmlWriter *writer);
