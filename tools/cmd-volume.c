/* cmd-volume.c: the commands on volumes: their table, names, sizes and content. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd-volume.h"

#include "input.h"
#include "lookup.h"
#include "print.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

static const ShellOption vol_and_pool_options[] = { SHELL_VOL_OPTION,
                                                    SHELL_VOL_POOL_OPTION,
                                                    { 0 } };

static gboolean
run_dumpxml(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferVolume) volume = shell_find_volume(shell, args, error);
    g_autofree char *xml = volume != NULL ? coffer_volume_dup_xml(volume, error) : NULL;

    if (xml == NULL)
        return FALSE;
    shell_print_value(shell, "xml", xml);
    return TRUE;
}

/* One fact of a volume. */
static gboolean
run_fact(Shell *shell, const ShellArgs *args, const char *key, const char *(*get)(CofferVolume *),
         GError **error)
{
    g_autoptr(CofferVolume) volume = shell_find_volume(shell, args, error);

    if (volume == NULL)
        return FALSE;
    shell_print_value(shell, key, get(volume));
    return TRUE;
}

static gboolean
run_path(Shell *shell, const ShellArgs *args, GError **error)
{
    return run_fact(shell, args, "path", coffer_volume_get_path, error);
}

static gboolean
run_key(Shell *shell, const ShellArgs *args, GError **error)
{
    return run_fact(shell, args, "key", coffer_volume_get_key, error);
}

static gboolean
run_name(Shell *shell, const ShellArgs *args, GError **error)
{
    return run_fact(shell, args, "name", coffer_volume_get_name, error);
}

static const ShellOption pool_options[] = {
    SHELL_VOL_OPTION,
    SHELL_VOL_POOL_OPTION,
    { .name = "uuid", .help = "return the pool UUID rather than pool name" },
    { 0 },
};

static gboolean
run_pool(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferVolume) volume = shell_find_volume(shell, args, error);
    CofferPool *pool = volume != NULL ? coffer_volume_get_pool(volume) : NULL;

    if (pool == NULL)
        return FALSE;
    if (shell_args_has(args, "uuid"))
        shell_print_value(shell, "uuid", coffer_pool_get_uuid(pool));
    else
        shell_print_value(shell, "name", coffer_pool_get_name(pool));
    return TRUE;
}

static const ShellOption delete_options[] = {
    SHELL_VOL_OPTION,
    SHELL_VOL_POOL_OPTION,
    { .name = "keep-secret", .help = "keep the secret that was generated for it" },
    { 0 },
};

static gboolean
run_delete(Shell *shell, const ShellArgs *args, GError **error)
{
    CofferVolumeDeleteFlags flags = shell_args_has(args, "keep-secret")
                                        ? COFFER_VOLUME_DELETE_KEEP_SECRET
                                        : COFFER_VOLUME_DELETE_NONE;
    g_autoptr(CofferVolume) volume = shell_find_volume(shell, args, error);
    g_autoptr(ShellRecord) record = shell_record_new();
    g_autofree char *secret = NULL;

    if (volume == NULL || !coffer_volume_delete(volume, flags, &secret, error))
        return FALSE;
    shell_record_add_text(record, "name", coffer_volume_get_name(volume));
    shell_record_add_text(record, "deleted_secret_uuid", secret);
    shell_print_done(shell, record, "Vol %s deleted", coffer_volume_get_name(volume));
    if (secret != NULL)
        shell_print_done(shell, NULL, "Secret %s, which was generated for it, deleted", secret);
    return TRUE;
}

static const ShellOption resize_options[] = {
    SHELL_VOL_OPTION,
    { .name = "capacity",
      .help = "new capacity, in bytes or with a unit: 20G",
      .kind = SHELL_STRING,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_free },
    SHELL_VOL_POOL_OPTION,
    { .name = "allocate", .help = "allocate what is added, rather than leaving it sparse" },
    { .name = "delta",
      .help = "add the capacity to the present one (with --shrink: take it away)" },
    { .name = "shrink", .help = "a smaller capacity is meant; what lies beyond is lost" },
    { 0 },
};

/* A negative delta is what --delta --shrink mean anyway (virsh). */
static gboolean
parse_capacity(const ShellArgs *args, guint64 *out_capacity, GError **error)
{
    const char *text = shell_args_get(args, "capacity");
    g_autoptr(GError) reason = NULL;

    if (text[0] == '-') {
        if (!shell_args_has(args, "delta") || !shell_args_has(args, "shrink"))
            return shell_throw_usage(error, "a negative capacity needs --delta and --shrink");
        text++;
    }
    return coffer_size_parse(text, out_capacity, &reason) ||
           shell_throw_usage(error, "command 'vol-resize': option --capacity: %s", reason->message);
}

static gboolean
run_resize(Shell *shell, const ShellArgs *args, GError **error)
{
    const char *text = shell_args_get(args, "capacity");
    CofferVolumeResizeFlags flags = COFFER_VOLUME_RESIZE_NONE;
    guint64 capacity = 0;
    g_autoptr(CofferVolume) volume = NULL;
    g_autoptr(ShellRecord) record = NULL;

    if (!parse_capacity(args, &capacity, error))
        return FALSE;
    if (shell_args_has(args, "allocate"))
        flags |= COFFER_VOLUME_RESIZE_ALLOCATE;
    if (shell_args_has(args, "delta"))
        flags |= COFFER_VOLUME_RESIZE_DELTA;
    if (shell_args_has(args, "shrink"))
        flags |= COFFER_VOLUME_RESIZE_SHRINK;
    volume = shell_find_volume(shell, args, error);
    if (volume == NULL || !coffer_volume_resize(volume, capacity, flags, error))
        return FALSE;
    record = shell_describe_volume(volume);
    shell_print_done(shell, record, "Size of volume '%s' successfully changed %s %s",
                     coffer_volume_get_name(volume), shell_args_has(args, "delta") ? "by" : "to",
                     text[0] == '-' ? text + 1 : text);
    return TRUE;
}

#define TRANSFER_OPTIONS(what)                                                                     \
    SHELL_VOL_OPTION,                                                                              \
        { .name = "file",                                                                          \
          .help = what,                                                                            \
          .kind = SHELL_STRING,                                                                    \
          .flags = SHELL_REQUIRED | SHELL_POSITIONAL,                                              \
          .completer = &shell_complete_file },                                                     \
        SHELL_VOL_POOL_OPTION,                                                                     \
        { .name = "offset",                                                                        \
          .help = "where in the volume to begin",                                                  \
          .kind = SHELL_SIZE,                                                                      \
          .completer = &shell_complete_free },                                                     \
        { .name = "length",                                                                        \
          .help = "how much to transfer; 0 is all",                                                \
          .kind = SHELL_SIZE,                                                                      \
          .completer = &shell_complete_free },                                                     \
    {                                                                                              \
        .name = "sparse", .help = "keep holes as holes",                                           \
    }

static const ShellOption upload_options[] = {
    TRANSFER_OPTIONS("file to read; - is standard input"),
    { 0 },
};
static const ShellOption download_options[] = {
    TRANSFER_OPTIONS("file to write; - is standard output"),
    { 0 },
};

static gboolean
run_upload(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferVolume) volume = shell_find_volume(shell, args, error);
    g_auto(ShellFd) fd = SHELL_FD_NONE;
    g_autoptr(ShellRecord) record = NULL;

    if (volume == NULL || !shell_open_input(shell, shell_args_get(args, "file"), &fd, error) ||
        !coffer_volume_upload(volume, fd, shell_args_get_size(args, "offset"),
                              shell_args_get_size(args, "length"), shell_args_has(args, "sparse"),
                              error))
        return FALSE;
    record = shell_describe_volume(volume);
    shell_print_record(shell, record);
    return TRUE;
}

static gboolean
is_same_file(int fd, const char *path)
{
    struct stat first, second;

    return fstat(fd, &first) == 0 && stat(path, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* Opens and empties @path, unless it is the volume itself. @out_made: whether the file was not
 * there before. What is in a volume is for its owner only. */
static gboolean
open_output(const char *path, CofferVolume *volume, ShellFd *out_fd, gboolean *out_made,
            GError **error)
{
    *out_made = FALSE;
    if (g_str_equal(path, "-")) {
        *out_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
        return *out_fd >= 0 || shell_throw_errno(error, errno, "write to", "standard output");
    }
    *out_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
    *out_made = *out_fd >= 0;
    if (*out_fd < 0 && errno == EEXIST)
        *out_fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (*out_fd < 0)
        return shell_throw_errno(error, errno, "open", path);
    if (is_same_file(*out_fd, coffer_volume_get_path(volume)))
        return shell_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                           "'%s' is the volume itself; name another file", path);
    /* A device or pipe has no size to cut. */
    if (ftruncate(*out_fd, 0) < 0 && errno != EINVAL)
        return shell_throw_errno(error, errno, "empty", path);
    return TRUE;
}

static gboolean
run_download(Shell *shell, const ShellArgs *args, GError **error)
{
    const char *path = shell_args_get(args, "file");
    gboolean to_stdout = g_str_equal(path, "-");
    gboolean made = FALSE;
    g_autoptr(CofferVolume) volume = shell_find_volume(shell, args, error);
    g_auto(ShellFd) fd = SHELL_FD_NONE;
    g_autoptr(ShellRecord) record = NULL;

    if (volume == NULL || !shell_print_flush(error) ||
        !open_output(path, volume, &fd, &made, error))
        return FALSE;
    if (!coffer_volume_download(volume, fd, shell_args_get_size(args, "offset"),
                                shell_args_get_size(args, "length"), shell_args_has(args, "sparse"),
                                error)) {
        if (made)
            g_unlink(path);
        return FALSE;
    }
    if (to_stdout)
        return TRUE;
    record = shell_describe_volume(volume);
    shell_print_record(shell, record);
    return TRUE;
}

#define VOLUME_KEYS "name pool key path secret_uuid"

static const ShellCommand commands[] = {
    {
        .name = "vol-create-as",
        .help = "create a volume from a set of args",
        .description = "Create a volume. With --encrypt and no --secret, a secret is made and "
                       "generated for it; it goes when the volume is deleted.",
        .json = VOLUME_KEYS "; with --print-xml: xml",
        .options = shell_vol_create_as_options,
        .run = shell_run_vol_create_as,
    },
    {
        .name = "vol-create",
        .help = "create a volume from an XML file",
        .description = "Create a volume.",
        .json = VOLUME_KEYS,
        .options = shell_vol_create_options,
        .run = shell_run_vol_create,
    },
    {
        .name = "vol-delete",
        .help = "delete a volume",
        .description = "Delete a volume, and the secret that was generated for it if nothing else "
                       "needs it.",
        .json = "name deleted_secret_uuid",
        .options = delete_options,
        .run = run_delete,
    },
    {
        .name = "vol-download",
        .help = "download volume contents to a file",
        .description = "Copy the raw content of a volume to a file. What is encrypted stays so.",
        .json = VOLUME_KEYS,
        .options = download_options,
        .run = run_download,
    },
    {
        .name = "vol-dumpxml",
        .help = "volume information in XML",
        .description = "Output the volume information as an XML dump to stdout.",
        .json = "xml",
        .options = vol_and_pool_options,
        .run = run_dumpxml,
    },
    {
        .name = "vol-info",
        .help = "volume information",
        .description = "Returns basic information about the volume.",
        .json = VOLUME_KEYS " type format capacity allocation physical",
        .options = shell_vol_info_options,
        .run = shell_run_vol_info,
    },
    {
        .name = "vol-key",
        .help = "returns the volume key for a given volume name or path",
        .json = "key",
        .options = vol_and_pool_options,
        .run = run_key,
    },
    {
        .name = "vol-list",
        .help = "list volumes",
        .description = "Returns a list of the volumes in a pool.",
        .json = "list of: " VOLUME_KEYS " type format capacity allocation physical",
        .options = shell_vol_list_options,
        .run = shell_run_vol_list,
    },
    {
        .name = "vol-name",
        .help = "returns the volume name for a given volume key or path",
        .json = "name",
        .options = vol_and_pool_options,
        .run = run_name,
    },
    {
        .name = "vol-path",
        .help = "returns the volume path for a given volume name or key",
        .json = "path",
        .options = vol_and_pool_options,
        .run = run_path,
    },
    {
        .name = "vol-pool",
        .help = "returns the pool for a given volume key or path",
        .json = "name; with --uuid: uuid",
        .options = pool_options,
        .run = run_pool,
    },
    {
        .name = "vol-resize",
        .help = "resize a volume",
        .description = "Resizes a volume, encrypted or not, that no machine is using.",
        .json = VOLUME_KEYS,
        .options = resize_options,
        .run = run_resize,
    },
    {
        .name = "vol-upload",
        .help = "upload file contents to a volume",
        .description =
            "Copy a file over the raw content of a volume. Nothing is encrypted on the way.",
        .json = VOLUME_KEYS,
        .options = upload_options,
        .run = run_upload,
    },
    { 0 },
};

const ShellGroup shell_group_volume = { "Storage Volume", "volume", commands };
