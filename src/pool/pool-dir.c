/* pool-dir.c: a pool that is one folder; its volumes are the files in it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "pool/backend.h"
#include "pool/files.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* libvirt's VIR_STORAGE_DEFAULT_POOL_PERM_MODE. */
#define DEFAULT_MODE 0711

static gboolean
dir_check(const CofferPoolDef *def, GError **error)
{
    if (def->target_path == NULL)
        return coffer_throw(error, COFFER_ERROR_INVALID_XML,
                            "a dir pool needs <target><path>, an absolute path");
    return TRUE;
}

static gboolean
dir_build(const CofferPoolDef *def, CofferPoolBuildFlags flags, GError **error)
{
    const CofferPermissionsDef *wanted = &def->permissions;
    mode_t mode = wanted->mode != (mode_t)-1 ? wanted->mode : DEFAULT_MODE;
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    gboolean existed = FALSE;

    if (flags != COFFER_POOL_BUILD_NONE)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "a dir pool has nothing to overwrite; leave the flag out");
    existed = g_file_test(def->target_path, G_FILE_TEST_IS_DIR);
    if (!coffer_fd_make_dir(def->target_path, mode, &fd, error))
        return FALSE;
    if (wanted->mode != (mode_t)-1 && existed && fchmod(fd, mode) < 0)
        return coffer_throw_errno(error, errno, "cannot set the mode of '%s'", def->target_path);
    if ((wanted->uid != (uid_t)-1 || wanted->gid != (gid_t)-1) &&
        fchown(fd, wanted->uid, wanted->gid) < 0)
        return coffer_throw_errno(error, errno, "cannot set the owner of '%s'", def->target_path);
    return TRUE;
}

static gboolean
dir_start(const CofferPoolDef *def, GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autoptr(GError) failure = NULL;

    if (coffer_fd_open_dir(def->target_path, &fd, &failure))
        return TRUE;
    return coffer_throw(error, (CofferError)failure->code, "%s%s", failure->message,
                        failure->code == COFFER_ERROR_NOT_FOUND ? "; pool-build makes it" : "");
}

static gboolean
dir_delete_storage(const CofferPoolDef *def, GError **error)
{
    if (rmdir(def->target_path) == 0)
        return TRUE;
    if (errno == ENOTEMPTY || errno == EEXIST)
        return coffer_throw(error, COFFER_ERROR_IN_USE,
                            "'%s' is not empty; delete its volumes first", def->target_path);
    return coffer_throw_errno(error, errno, "cannot delete '%s'", def->target_path);
}

const CofferPoolBackend coffer_pool_dir = {
    .type = COFFER_POOL_TYPE_DIR,
    .check = dir_check,
    .build = dir_build,
    .start = dir_start,
    .delete_storage = dir_delete_storage,
    .usage = coffer_pool_files_usage,
    .permissions = coffer_pool_files_permissions,
    .list = coffer_pool_files_list,
    .examine = coffer_pool_files_examine,
    .scan = coffer_pool_files_scan,
    .sweep = coffer_pool_files_sweep,
    .path = coffer_pool_files_path,
    .open = coffer_pool_files_open,
    .draft = coffer_pool_files_draft,
    .publish = coffer_pool_files_publish,
    .discard = coffer_pool_files_discard,
    .remove = coffer_pool_files_remove,
    .resize = coffer_pool_files_resize,
};
