/* files-make.c: making, resizing and removing volumes that are files; files.c looks at them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fault.h"
#include "base/file.h"
#include "pool/files.h"
#include "volume/idle.h"
#include "volume/make.h"
#include "volume/qemu-img.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static gboolean
fault(const char *point, GError **error)
{
    int injected = coffer_fault_point("volume", point);

    return injected == 0 || coffer_throw_errno(error, injected, "cannot write");
}

static gboolean
set_permissions(int fd, const CofferPermissionsDef *wanted, GError **error)
{
    if ((wanted->uid != (uid_t)-1 || wanted->gid != (gid_t)-1) &&
        fchown(fd, wanted->uid, wanted->gid) < 0)
        return coffer_throw_errno(error, errno, "cannot set its owner");
    if (fchmod(fd, wanted->mode != (mode_t)-1 ? wanted->mode : 0600) < 0)
        return coffer_throw_errno(error, errno, "cannot set its mode");
    return TRUE;
}

gboolean
coffer_pool_files_draft(const CofferPoolDef *def, const CofferVolumeDraftRequest *request,
                        CofferVolumeDraft *out_draft, GError **error)
{
    const CofferVolumeDef *volume = request->def;
    const CofferBackingDef *backing = volume->backing;
    /* A relative backing path has to resolve from the folder that the volume will be in. */
    gboolean need_name = backing != NULL && !g_path_is_absolute(backing->path);
    g_autofree char *temporary = g_strdup_printf(".%s" COFFER_POOL_DRAFT_SUFFIX, volume->name);
    g_autofree char *path = g_build_filename(def->target_path, temporary, NULL);
    g_auto(CofferFd) dir = COFFER_FD_NONE;
    gboolean named = FALSE;
    CofferVolumeMake make = {
        .def = volume,
        .value = request->value,
        .generated = request->generated,
        .prealloc_metadata = request->prealloc_metadata,
    };

    if (coffer_pool_files_is_draft(volume->name))
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "its name is one of those that volumes have while they are made");
    if (!coffer_volume_can_make(volume->format, error) ||
        !coffer_fd_open_dir(def->target_path, &dir, error) ||
        !coffer_file_open_new(dir, temporary, need_name, "volume", &out_draft->fd, &named, error))
        return FALSE;
    out_draft->name = g_strdup(volume->name);
    out_draft->temporary = named ? g_steal_pointer(&temporary) : NULL;
    make.image = out_draft->fd;
    make.path = named ? path : NULL;
    if (!fault("draft-open", error) || !coffer_volume_make(&make, &out_draft->probe, error) ||
        !fault("draft-made", error) || !set_permissions(out_draft->fd, &volume->permissions, error))
        return FALSE;
    if (fsync(out_draft->fd) < 0)
        return coffer_throw_errno(error, errno, "cannot sync it");
    return fault("draft-synced", error);
}

/* Gives a draft that has a temporary name its own, unless that is taken. NFS has no
 * RENAME_NOREPLACE. */
static int
rename_new(int dir, const char *temporary, const char *name)
{
    if (renameat2(dir, temporary, dir, name, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    return linkat(dir, temporary, dir, name, 0) < 0 ? -1 : unlinkat(dir, temporary, 0);
}

static gboolean
sync_folder(const CofferPoolDef *def, int dir, const char *point, GError **error)
{
    if (!fault(point, error))
        return FALSE;
    return fsync(dir) == 0 ||
           coffer_throw_errno(error, errno, "cannot sync '%s'", def->target_path);
}

gboolean
coffer_pool_files_publish(const CofferPoolDef *def, CofferVolumeDraft *draft, GError **error)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;
    g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", draft->fd);
    int result = -1;

    if (!coffer_fd_open_dir(def->target_path, &dir, error) || !fault("publish", error))
        return FALSE;
    result = draft->temporary != NULL ? rename_new(dir, draft->temporary, draft->name)
                                      : linkat(AT_FDCWD, self, dir, draft->name, AT_SYMLINK_FOLLOW);
    if (result < 0 && errno == EEXIST)
        return coffer_throw(error, COFFER_ERROR_EXISTS, "it exists already");
    if (result < 0)
        return coffer_throw_errno(error, errno, "cannot give it its name");
    g_clear_pointer(&draft->temporary, g_free);
    if (sync_folder(def, dir, "publish-sync", error))
        return TRUE;
    /* Whoever is told that it failed must not find it made. */
    unlinkat(dir, draft->name, 0);
    return FALSE;
}

void
coffer_pool_files_discard(const CofferPoolDef *def, CofferVolumeDraft *draft)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;

    if (draft->temporary != NULL && coffer_fd_open_dir(def->target_path, &dir, NULL))
        unlinkat(dir, draft->temporary, 0);
    g_clear_pointer(&draft->temporary, g_free);
    g_clear_pointer(&draft->name, g_free);
    coffer_fd_close(coffer_fd_steal(&draft->fd));
    coffer_probe_clear(&draft->probe);
}

/* Opens what QEMU may have open, and keeps it from being opened by one as long as @out_fd is. What
 * cannot be opened (a link that leads nowhere, a folder) is nobody's disk. */
static gboolean
claim_idle(const CofferPoolDef *def, const char *name, CofferFd *out_fd, GError **error)
{
    if (!coffer_pool_files_open(def, name, O_RDWR, out_fd, NULL) &&
        !coffer_pool_files_open(def, name, O_RDONLY, out_fd, NULL))
        return TRUE;
    return coffer_volume_check_idle(*out_fd, error);
}

gboolean
coffer_pool_files_remove(const CofferPoolDef *def, const char *name, GError **error)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;
    g_auto(CofferFd) idle = COFFER_FD_NONE;

    if (!coffer_fd_open_dir(def->target_path, &dir, error) ||
        !claim_idle(def, name, &idle, error) || !fault("remove", error))
        return FALSE;
    if (unlinkat(dir, name, 0) < 0 && (errno != EISDIR || unlinkat(dir, name, AT_REMOVEDIR) < 0)) {
        if (errno == ENOTEMPTY || errno == EEXIST)
            return coffer_throw(error, COFFER_ERROR_IN_USE,
                                "it is a folder with something in it; empty it first");
        return coffer_throw_errno(error, errno, "cannot delete it");
    }
    return sync_folder(def, dir, "remove-sync", error);
}

/* Of a bare LUKS header the payload begins where the capacity does not count: @before bytes in. */
static gboolean
resize_raw(const CofferPoolDef *def, const CofferVolumeResizeRequest *request, guint64 before,
           GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    guint64 end = before + request->capacity;

    if (!coffer_pool_files_open(def, request->name, O_RDWR, &fd, error) ||
        !coffer_volume_check_idle(fd, error) ||
        !coffer_volume_set_size(fd, end, request->allocate ? request->def->physical : 0,
                                request->allocate ? end : 0, error))
        return FALSE;
    return fsync(fd) == 0 || coffer_throw_errno(error, errno, "cannot sync it");
}

gboolean
coffer_pool_files_resize(const CofferPoolDef *def, const CofferVolumeResizeRequest *request,
                         GError **error)
{
    const CofferVolumeDef *volume = request->def;
    const CofferQemuImgResize resize = {
        .format = volume->format,
        .path = volume->target_path,
        .capacity = request->capacity,
        .shrink = request->shrink,
        .preallocate = request->allocate,
        .value = request->value,
    };

    if (volume->type != COFFER_VOLUME_TYPE_FILE || (volume->format != COFFER_VOLUME_FORMAT_RAW &&
                                                    volume->format != COFFER_VOLUME_FORMAT_QCOW2))
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "only raw and qcow2 volumes that are files are resized");
    if (volume->format == COFFER_VOLUME_FORMAT_RAW)
        return resize_raw(def, request, volume->physical - volume->capacity, error);
    return coffer_qemu_img_resize(&resize, error);
}
