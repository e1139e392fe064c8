/* disk-peer.c: libvirt as a witness: every golden <disk> dumps from libvirt's test driver as it
 * does from Coffer; skipped where virsh is not installed. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk-def.h"

#include <glib/gstdio.h>
#include <string.h>

/* What Debian 12's libvirt 9 is too old for. */
#define TOO_NEW "since-10"

static char *scratch;

static char *
read_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

/* What `virsh dumpxml` says of a domain with @disk in it. Not inlined, for gcc 12 then takes what
 * strstr() finds in the result for a pointer to the variable that held it (-Wdangling-pointer). */
static G_NO_INLINE char *
dump_with_libvirt(const char *disk)
{
    g_autofree char *path = g_build_filename(scratch, "domain.xml", NULL);
    g_autofree char *domain =
        g_strdup_printf("<domain type='test'><name>w</name><memory>4096</memory><os><type>hvm"
                        "</type></os><devices>%s</devices></domain>",
                        disk);
    g_autofree char *commands = g_strdup_printf("define %s; dumpxml w", path);
    const char *argv[] = { "virsh", "-q", "-c", "test:///default", commands, NULL };
    g_autoptr(GError) error = NULL;
    g_autofree char *messages = NULL;
    char *output = NULL;
    int status = 0;

    g_file_set_contents(path, domain, -1, &error);
    g_assert_no_error(error);
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &messages,
                 &status, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(messages, ==, "");
    g_assert_cmpint(status, ==, 0);
    return output;
}

/* The <disk> in @dump, moved to the margin. */
static char *
cut_disk(const char *dump)
{
    static const char end_tag[] = "    </disk>\n";
    const char *begin = strstr(dump, "    <disk ");
    const char *end = begin != NULL ? strstr(begin, end_tag) : NULL;
    g_autofree char *disk = NULL;
    g_auto(GStrv) lines = NULL;

    g_assert_nonnull(end);
    disk = g_strndup(begin, (gsize)(end - begin) + strlen(end_tag));
    lines = g_strsplit(disk, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        if (*lines[i] != '\0')
            memmove(lines[i], lines[i] + 4, strlen(lines[i] + 4) + 1);
    }
    return g_strjoinv("\n", lines);
}

static void
test_same_dump(gconstpointer data)
{
    g_autofree char *xml = read_file(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferDiskDef) def = coffer_disk_def_parse(xml, FALSE, &error);
    g_autofree char *virsh = g_find_program_in_path("virsh");
    g_autofree char *ours = NULL;
    g_autofree char *dump = NULL;
    g_autofree char *theirs = NULL;

    g_assert_no_error(error);
    if (virsh == NULL) {
        g_test_skip("virsh is not installed");
        return;
    }
    ours = coffer_disk_def_format(def);
    dump = dump_with_libvirt(xml);
    theirs = cut_disk(dump);
    g_assert_cmpstr(ours, ==, theirs);
}

int
main(int argc, char **argv)
{
    g_autofree char *folder = NULL;
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = NULL;
    const char *name = NULL;
    int status = 0;

    g_test_init(&argc, &argv, NULL);
    folder = g_build_filename(g_getenv("COFFER_SOURCE"), "tests", "golden", "disk", NULL);
    scratch = g_dir_make_tmp("coffer-test-XXXXXX", &error);
    g_assert_no_error(error);
    dir = g_dir_open(folder, 0, &error);
    g_assert_no_error(error);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *test = g_strconcat("/disk-peer/", name, NULL);

        if (g_str_has_suffix(name, ".xml") && strstr(name, "-invalid") == NULL &&
            !g_str_has_prefix(name, TOO_NEW))
            g_test_add_data_func_full(test, g_build_filename(folder, name, NULL), test_same_dump,
                                      g_free);
    }
    status = g_test_run();
    path = g_build_filename(scratch, "domain.xml", NULL);
    g_remove(path);
    g_rmdir(scratch);
    g_free(scratch);
    return status;
}
