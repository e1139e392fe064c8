/* files.h: volumes that are files of a folder; shared by the back ends whose target is one. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pool/backend.h"

/* The ending of ".NAME", under which a volume stands while it is made where it cannot do without a
 * name. Nobody else has such files: what a crash left is removed. */
#define COFFER_POOL_DRAFT_SUFFIX ".coffer-new"

gboolean coffer_pool_files_is_draft(const char *name);

/* Each has the contract of the entry of the same name in backend.h; the folder is def->target_path.
 */
gboolean
coffer_pool_files_usage(const CofferPoolDef *def, CofferPoolUsage *out_usage, GError **error);
gboolean coffer_pool_files_permissions(const CofferPoolDef *def,
                                       CofferPermissionsDef *out_permissions, GError **error);
GPtrArray *coffer_pool_files_list(const CofferPoolDef *def, GError **error);
CofferVolumeDef *coffer_pool_files_examine(const CofferPoolDef *def, const char *name,
                                           CofferProbe *out_probe, GError **error);
gboolean coffer_pool_files_scan(const CofferPoolDef *def, CofferVolumeCallback callback,
                                gpointer user_data, GError **error);
gboolean coffer_pool_files_sweep(const CofferPoolDef *def, CofferVolumeMaySweep may_sweep,
                                 gpointer user_data, GError **error);
char *coffer_pool_files_path(const CofferPoolDef *def, const char *name);
gboolean coffer_pool_files_open(const CofferPoolDef *def, const char *name, int flags,
                                CofferFd *out_fd, GError **error);
gboolean coffer_pool_files_draft(const CofferPoolDef *def, const CofferVolumeDraftRequest *request,
                                 CofferVolumeDraft *out_draft, GError **error);
gboolean
coffer_pool_files_publish(const CofferPoolDef *def, CofferVolumeDraft *draft, GError **error);
void coffer_pool_files_discard(const CofferPoolDef *def, CofferVolumeDraft *draft);
gboolean coffer_pool_files_remove(const CofferPoolDef *def, const char *name, GError **error);
gboolean coffer_pool_files_resize(const CofferPoolDef *def,
                                  const CofferVolumeResizeRequest *request, GError **error);
