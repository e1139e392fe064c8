/* replay-main.c: runs a fuzzer's entry point over files and folders, as an ordinary test; it makes
 * no inputs of its own. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

/* Appends the files at @path: itself, or what is in it, to @files. */
static void
collect(const char *path, GPtrArray *files)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name = NULL;

    if (dir == NULL) {
        g_ptr_array_add(files, g_strdup(path));
        return;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        collect(child, files);
    }
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

static void
replay(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *data = NULL;
    gsize size = 0;

    g_file_get_contents(path, &data, &size, &error);
    g_assert_no_error(error);
    /* An exact copy, so that a sanitizer sees a read past the end. */
    g_autofree guint8 *exact = g_memdup2(data, size);
    LLVMFuzzerTestOneInput(exact, size);
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);

    for (int i = 1; i < argc; i++)
        collect(argv[i], files);
    if (files->len == 0) {
        printf("Bail out! There are no inputs\n");
        return EXIT_FAILURE;
    }
    g_ptr_array_sort(files, by_name);
    printf("1..%u\n", files->len);
    for (guint i = 0; i < files->len; i++) {
        const char *path = g_ptr_array_index(files, i);

        replay(path);
        printf("ok %u - %s\n", i + 1, path);
        fflush(stdout);
    }
    return EXIT_SUCCESS;
}
