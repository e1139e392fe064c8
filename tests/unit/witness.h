/* witness.h: what tests of volumes share: a folder of their own, and running real programs as
 * witnesses; not for src. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/fd.h"
#include "coffer/bytes.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KIB ((guint64)1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

/* A folder that goes with its files when the scope ends; nothing in it has folders of its own. */
typedef struct {
    char *path;
} WitnessDir;

static inline void
witness_dir_clear(WitnessDir *dir)
{
    GDir *entries = g_dir_open(dir->path, 0, NULL);
    const char *name = NULL;

    while (entries != NULL && (name = g_dir_read_name(entries)) != NULL) {
        g_autofree char *path = g_build_filename(dir->path, name, NULL);

        g_unlink(path);
    }
    g_clear_pointer(&entries, g_dir_close);
    g_rmdir(dir->path);
    g_clear_pointer(&dir->path, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WitnessDir, witness_dir_clear)

static inline WitnessDir
witness_dir_new(void)
{
    g_autoptr(GError) error = NULL;
    WitnessDir dir = { g_dir_make_tmp("coffer-test-XXXXXX", &error) };

    g_assert_no_error(error);
    return dir;
}

static inline char *
witness_path(const WitnessDir *dir, const char *name)
{
    return g_build_filename(dir->path, name, NULL);
}

/* A throw-away value. */
static inline CofferBytes *
witness_value(const char *text)
{
    g_autoptr(GError) error = NULL;
    CofferBytes *value = coffer_bytes_new(text, strlen(text), &error);

    g_assert_no_error(error);
    return value;
}

/* A new file with @data, then zeros up to @size. */
static inline char *
witness_file(const WitnessDir *dir, const char *name, gconstpointer data, gsize length,
             guint64 size)
{
    g_autoptr(GError) error = NULL;
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    char *path = witness_path(dir, name);

    coffer_fd_open(path, O_RDWR | O_CREAT | O_TRUNC, 0600, &fd, &error);
    g_assert_no_error(error);
    coffer_fd_write_all(fd, data, length, "file", &error);
    g_assert_no_error(error);
    g_assert_cmpint(ftruncate(fd, (off_t)MAX(size, length)), ==, 0);
    return path;
}

static inline void
witness_patch(const char *path, guint64 offset, gconstpointer data, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_auto(CofferFd) fd = COFFER_FD_NONE;

    coffer_fd_open(path, O_WRONLY, 0, &fd, &error);
    g_assert_no_error(error);
    g_assert_cmpint(pwrite(fd, data, length, (off_t)offset), ==, (gssize)length);
}

static inline CofferFd
witness_open(const char *path, int flags)
{
    g_autoptr(GError) error = NULL;
    CofferFd fd = COFFER_FD_NONE;

    coffer_fd_open(path, flags, 0, &fd, &error);
    g_assert_no_error(error);
    return fd;
}

/* SHA-256 of the whole file, as text. */
static inline char *
witness_digest(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *data = NULL;
    gsize size = 0;

    g_file_get_contents(path, &data, &size, &error);
    g_assert_no_error(error);
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)data, size);
}

/* Runs a shell command that @format makes (paths of tests need no quoting); both outputs go to
 * @out_output. Where QEMU's benchmark could not read the CPU clock it runs again: that is not what
 * is tested here. Returns: its exit status, -1 where a signal ended it. */
static inline int G_GNUC_PRINTF(2, 3) witness_run(char **out_output, const char *format, ...)
{
    g_autofree char *command = NULL;
    va_list args;

    va_start(args, format);
    command = g_strdup_vprintf(format, args);
    va_end(args);
    for (int attempt = 0; attempt < 100; attempt++) {
        const char *argv[] = { "timeout", "100",   "sh", "-c", "exec 2>&1; eval \"$1\"",
                               "sh",      command, NULL };
        g_autoptr(GError) error = NULL;
        g_autofree char *output = NULL;
        int status = 0;

        g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL,
                     &status, &error);
        g_assert_no_error(error);
        if (strstr(output, "Unable to get accurate CPU usage") != NULL)
            continue;
        if (out_output != NULL)
            *out_output = g_steal_pointer(&output);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    g_error("QEMU's benchmark failed a hundred times: %s", command);
    return -1;
}

/* Runs a command that must work. Returns: (transfer full): its output. */
#define witness_must(...)                                                                          \
    G_GNUC_EXTENSION({                                                                             \
        char *witness_output_ = NULL;                                                              \
        int witness_status_ = witness_run(&witness_output_, __VA_ARGS__);                          \
        if (witness_status_ != 0)                                                                  \
            g_error("status %d: %s", witness_status_, witness_output_);                            \
        witness_output_;                                                                           \
    })
