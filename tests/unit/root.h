/* root.h: what tests of records share: a root of their own, and children that die; not for src. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/store.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Folders that go with all that is in them when the scope ends. */
typedef struct {
    char *path;
    char *config;
    char *state;
    char *run;
} Root;

static inline int
root_remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    return remove(path);
}

static inline void
root_clear(Root *root)
{
    nftw(root->path, root_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    g_clear_pointer(&root->path, g_free);
    g_clear_pointer(&root->config, g_free);
    g_clear_pointer(&root->state, g_free);
    g_clear_pointer(&root->run, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Root, root_clear)

static inline Root
root_new(void)
{
    g_autoptr(GError) error = NULL;
    Root root = { .path = g_dir_make_tmp("coffer-test-XXXXXX", &error) };

    g_assert_no_error(error);
    root.config = g_build_filename(root.path, "config", NULL);
    root.state = g_build_filename(root.path, "state", NULL);
    root.run = g_build_filename(root.path, "run", NULL);
    return root;
}

static inline CofferStore *
root_store(const Root *root)
{
    const CofferStorePaths paths = { root->config, root->state, root->run };
    g_autoptr(GError) error = NULL;
    CofferStore *store = coffer_store_open(&paths, &error);

    g_assert_no_error(error);
    return store;
}

/* @relative is below the root. Returns: (transfer full). */
static inline char *
root_path(const Root *root, const char *relative)
{
    return g_build_filename(root->path, relative, NULL);
}

static inline gboolean
root_has(const Root *root, const char *relative)
{
    g_autofree char *path = root_path(root, relative);
    struct stat status;

    return lstat(path, &status) == 0;
}

/* As an editor that writes in place; a new file has mode 0600. */
static inline void
root_write(const Root *root, const char *relative, const char *text)
{
    g_autofree char *path = root_path(root, relative);
    FILE *file = fopen(path, "w");

    g_assert_nonnull(file);
    g_assert_cmpint(fputs(text, file), >=, 0);
    g_assert_cmpint(fclose(file), ==, 0);
    g_assert_cmpint(chmod(path, 0600), ==, 0);
}

static inline char *
root_read(const Root *root, const char *relative)
{
    g_autofree char *path = root_path(root, relative);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

/* How many entries the folder has, those with a leading dot among them. */
static inline guint
root_count(const Root *root, const char *relative)
{
    g_autofree char *path = root_path(root, relative);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint count = 0;

    while (dir != NULL && g_dir_read_name(dir) != NULL)
        count++;
    return count;
}

/* Runs @work in a child. Returns: its wait status. What it asserts must not fail silently. */
static inline int
root_in_child(void (*work)(gpointer user_data), gpointer user_data)
{
    pid_t pid = fork();
    int status = 0;

    g_assert_cmpint(pid, >=, 0);
    if (pid == 0) {
        work(user_data);
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return status;
}

#define root_assert_child(work, user_data)                                                         \
    g_assert_cmpint(root_in_child((work), (user_data)), ==, 0)
