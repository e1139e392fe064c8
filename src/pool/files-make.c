/* files-make.c: making, resizing and removing volumes that are files; files.c looks at them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fault.h"
#include "base/file.h"
#include "crypt/luks.h"
#include "pool/files.h"
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

/* A file for the draft: nameless where the file system can and nothing has to resolve against its
 * name, else with a temporary one. */
static gboolean
open_draft(int dir, gboolean needs_name, CofferVolumeDraft *draft, GError **error)
{
    int fd = -1;

    if (!needs_name)
        fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) {
        draft->fd = fd;
        return fchmod(fd, 0600) == 0 || coffer_throw_errno(error, errno, "cannot make a file");
    }
    if (!needs_name && errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
        return coffer_throw_errno(error, errno, "cannot make a file");
    draft->temporary = g_strdup_printf(".%s" COFFER_FILE_NEW_SUFFIX, draft->name);
    unlinkat(dir, draft->temporary, 0);
    if (!coffer_fd_openat(dir, draft->temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600,
                          &draft->fd, error))
        return FALSE;
    return fchmod(draft->fd, 0600) == 0 || coffer_throw_errno(error, errno, "cannot make a file");
}

static gboolean
set_size(int fd, guint64 size, guint64 allocated_from, guint64 allocated_to, GError **error)
{
    if (ftruncate(fd, (off_t)size) < 0)
        return coffer_throw_errno(error, errno, "cannot make a file of %" G_GUINT64_FORMAT " bytes",
                                  size);
    if (allocated_to > allocated_from &&
        fallocate(fd, 0, (off_t)allocated_from, (off_t)(allocated_to - allocated_from)) < 0 &&
        errno != EOPNOTSUPP)
        return coffer_throw_errno(error, errno, "cannot allocate %" G_GUINT64_FORMAT " bytes",
                                  allocated_to - allocated_from);
    return TRUE;
}

static gboolean
make_raw(const CofferVolumeDraftRequest *request, CofferVolumeDraft *draft, GError **error)
{
    const CofferVolumeDef *def = request->def;
    guint64 allocation = def->has_allocation ? MIN(def->allocation, def->capacity) : def->capacity;

    return set_size(draft->fd, def->capacity, 0, allocation, error);
}

static gboolean
make_raw_luks(const CofferVolumeDraftRequest *request, CofferVolumeDraft *draft, GError **error)
{
    const CofferVolumeDef *def = request->def;
    const CofferEncryptionDef *encryption = def->encryption;
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", draft->fd);
    CofferLuksFormatRequest format = {
        .path = path,
        .cipher = { .name = encryption->cipher_name,
                    .bits = encryption->cipher_size,
                    .mode = encryption->cipher_mode,
                    .hash = encryption->cipher_hash,
                    .ivgen = encryption->ivgen_name,
                    .ivgen_hash = encryption->ivgen_hash },
        .value = request->value,
        .generated = request->generated,
    };
    guint64 size = 0;
    guint64 allocated = def->has_allocation && def->allocation >= def->capacity ? def->capacity : 0;

    if (!g_uint64_checked_add(&size, def->capacity, COFFER_LUKS1_HEADER_SIZE) ||
        size > (guint64)G_MAXINT64)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "its capacity leaves no room for the header");
    return set_size(draft->fd, size, COFFER_LUKS1_HEADER_SIZE, COFFER_LUKS1_HEADER_SIZE + allocated,
                    error) &&
           coffer_luks1_format(&format, NULL, error);
}

static gboolean
make_qcow2(const CofferVolumeDraftRequest *request, CofferVolumeDraft *draft, const char *path,
           GError **error)
{
    CofferQemuImgCreate create = {
        .def = request->def,
        .image = draft->fd,
        .path = path,
        .prealloc_metadata = request->prealloc_metadata,
        .generated = request->generated,
        .value = request->value,
    };

    return coffer_qemu_img_create(&create, error);
}

static gboolean
make_content(const CofferPoolDef *def, const CofferVolumeDraftRequest *request,
             CofferVolumeDraft *draft, GError **error)
{
    g_autofree char *path = NULL;

    if (request->def->format == COFFER_VOLUME_FORMAT_RAW)
        return request->value != NULL ? make_raw_luks(request, draft, error)
                                      : make_raw(request, draft, error);
    if (draft->temporary != NULL)
        path = g_build_filename(def->target_path, draft->temporary, NULL);
    return make_qcow2(request, draft, path, error);
}

/* What was asked for is what is there: proven from the bytes themselves before the volume is
 * published. */
static gboolean
prove(const CofferVolumeDraftRequest *request, CofferVolumeDraft *draft, GError **error)
{
    if (!coffer_probe_fd(draft->fd, &draft->probe, error))
        return FALSE;
    if ((draft->probe.crypt == COFFER_PROBE_CRYPT_NONE) != (request->value == NULL))
        return coffer_throw(error, COFFER_ERROR_VERIFICATION_FAILED, "what was made is %sencrypted",
                            request->value != NULL ? "not " : "");
    return request->value == NULL ||
           coffer_luks_verify(draft->fd, draft->probe.crypt_offset, draft->probe.crypt_length,
                              request->value, NULL, error);
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
    gboolean needs_name = volume->backing != NULL && !g_path_is_absolute(volume->backing->path);
    g_auto(CofferFd) dir = COFFER_FD_NONE;

    if (volume->format != COFFER_VOLUME_FORMAT_RAW && volume->format != COFFER_VOLUME_FORMAT_QCOW2)
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "volumes of format '%s' are not made here; use raw or qcow2",
                            coffer_volume_format_to_string(volume->format));
    if (!coffer_fd_open_dir(def->target_path, &dir, error))
        return FALSE;
    out_draft->name = g_strdup(volume->name);
    if (!open_draft(dir, needs_name, out_draft, error) || !fault("draft-open", error) ||
        !make_content(def, request, out_draft, error) || !fault("draft-made", error) ||
        !prove(request, out_draft, error) ||
        !set_permissions(out_draft->fd, &volume->permissions, error))
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
        !set_size(fd, request->capacity, request->allocate ? request->def->capacity : 0,
                  request->allocate ? request->capacity : 0, error))
        return FALSE;
    return fsync(fd) == 0 || coffer_throw_errno(error, errno, "cannot sync it");
}

gboolean
coffer_pool_files_resize(const CofferPoolDef *def, const CofferVolumeResizeRequest *request,
                         GError **error)
{
    const CofferVolumeDef *volume = request->def;

    if (volume->type != COFFER_VOLUME_TYPE_FILE || (volume->format != COFFER_VOLUME_FORMAT_RAW &&
                                                    volume->format != COFFER_VOLUME_FORMAT_QCOW2))
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                            "only raw and qcow2 volumes that are files are resized");
    if (volume->format == COFFER_VOLUME_FORMAT_RAW && request->value == NULL)
        return resize_raw(def, request, error);
    return coffer_qemu_img_resize(volume->format, volume->format == COFFER_VOLUME_FORMAT_RAW,
                                  volume->target_path, request->capacity, request->shrink,
                                  request->allocate, request->value, error);
}
