/* files-make.c: making, resizing and removing volumes that are files; files.c looks at them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fault.h"
#include "base/file.h"
#include "pool/files.h"
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
    g_autofree char *temporary = g_strdup_printf(".%s" COFFER_FILE_NEW_SUFFIX, volume->name);
    g_autofree char *path = g_build_filename(def->target_path, temporary, NULL);
    g_auto(CofferFd) dir = COFFER_FD_NONE;
    gboolean named = FALSE;
    CofferVolumeMake make = {
        .def = volume,
        .value = request->value,
        .generated = request->generated,
        .prealloc_metadata = request->prealloc_metadata,
    };

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

gboolean
coffer_pool_files_publish(const CofferPoolDef *def, CofferVolumeDraft *draft, GError **error)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;
    g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", draft->fd);
    int result = -1;

    if (!coffer_fd_open_dir(def->target_path, &dir, error))
        return FALSE;
    result = draft->temporary != NULL
                 ? renameat2(dir, draft->temporary, dir, draft->name, RENAME_NOREPLACE)
                 : linkat(AT_FDCWD, self, dir, draft->name, AT_SYMLINK_FOLLOW);
    if (result < 0 && errno == EEXIST)
        return coffer_throw(error, COFFER_ERROR_EXISTS, "it exists already");
    if (result < 0)
        return coffer_throw_errno(error, errno, "cannot give it its name");
    g_clear_pointer(&draft->temporary, g_free);
    if (fsync(dir) < 0)
        return coffer_throw_errno(error, errno, "cannot sync '%s'", def->target_path);
    return TRUE;
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

/* QEMU holds locks on single bytes of an image that it has open, from these two on (qemu
 * block/file-posix.c, RAW_LOCK_PERM_BASE and RAW_LOCK_SHARED_BASE, 64 permissions each). */
#define QEMU_LOCKS_START  100
#define QEMU_LOCKS_LENGTH (200 + 64 - QEMU_LOCKS_START)

static gboolean
check_not_open_in_qemu(int dir, const char *name, GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    struct flock range = { .l_type = F_WRLCK,
                           .l_whence = SEEK_SET,
                           .l_start = QEMU_LOCKS_START,
                           .l_len = QEMU_LOCKS_LENGTH };

    if (!coffer_fd_openat(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, &fd, NULL))
        return TRUE; /* a dangling link, or what we may not read: nobody's disk */
    if (fcntl(fd, F_OFD_GETLK, &range) < 0 || range.l_type == F_UNLCK)
        return TRUE;
    return coffer_throw(error, COFFER_ERROR_BUSY,
                        "a running QEMU has it open; stop the machine that uses it first");
}

gboolean
coffer_pool_files_remove(const CofferPoolDef *def, const char *name, GError **error)
{
    g_auto(CofferFd) dir = COFFER_FD_NONE;

    if (!coffer_fd_open_dir(def->target_path, &dir, error) ||
        !check_not_open_in_qemu(dir, name, error))
        return FALSE;
    if (unlinkat(dir, name, 0) < 0 && (errno != EISDIR || unlinkat(dir, name, AT_REMOVEDIR) < 0))
        return coffer_throw_errno(error, errno, "cannot delete it");
    if (fsync(dir) < 0)
        return coffer_throw_errno(error, errno, "cannot sync '%s'", def->target_path);
    return TRUE;
}

static gboolean
resize_raw(const CofferPoolDef *def, const CofferVolumeResizeRequest *request, GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;

    if (!coffer_pool_files_open(def, request->name, O_RDWR, &fd, error) ||
        !coffer_volume_set_size(fd, request->capacity,
                                request->allocate ? request->def->capacity : 0,
                                request->allocate ? request->capacity : 0, error))
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
    if (volume->format == COFFER_VOLUME_FORMAT_RAW && request->value == NULL)
        return resize_raw(def, request, error);
    return coffer_qemu_img_resize(&resize, error);
}
