/* golden.c: every XML file in tests/golden is parsed, written, compared and validated; the files
 * say what is right, not this. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/xml.h"
#include "model/disk-def.h"
#include "model/pool-def.h"
#include "model/secret-def.h"
#include "model/volume-def.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * tests/golden/FOLDER/NAME.xml          parses, with and without validation, and is written as
 *                         NAME.out      or, where there is none, as it stands
 * tests/golden/FOLDER/NAME-invalid*.xml is refused with the message
 *                     NAME-invalid*.err
 * Both .out and .err are written anew where COFFER_REGENERATE=1.
 */

/* Parses and writes @xml; NULL with an error where it is refused. */
typedef char *(*RoundTrip)(const char *xml, gboolean validate, GError **error);

static char *
round_trip_secret(const char *xml, gboolean validate, GError **error)
{
    g_autoptr(CofferSecretDef) def = coffer_secret_def_parse(xml, validate, error);

    return def != NULL ? coffer_secret_def_format(def) : NULL;
}

static char *
round_trip_pool(const char *xml, gboolean validate, GError **error)
{
    g_autoptr(CofferPoolDef) def = coffer_pool_def_parse(xml, validate, error);

    return def != NULL ? coffer_pool_def_format(def) : NULL;
}

static char *
round_trip_volume_with(const char *xml, CofferVolumeParseFlags flags, gboolean validate,
                       GError **error)
{
    g_autoptr(CofferVolumeDef) def = coffer_volume_def_parse(
        xml, flags | (validate ? COFFER_VOLUME_PARSE_VALIDATE : COFFER_VOLUME_PARSE_NONE), error);

    return def != NULL ? coffer_volume_def_format(def) : NULL;
}

static char *
round_trip_volume(const char *xml, gboolean validate, GError **error)
{
    return round_trip_volume_with(xml, COFFER_VOLUME_PARSE_NONE, validate, error);
}

static char *
round_trip_partition(const char *xml, gboolean validate, GError **error)
{
    return round_trip_volume_with(xml, COFFER_VOLUME_PARSE_PARTITION, validate, error);
}

static char *
round_trip_formatless(const char *xml, gboolean validate, GError **error)
{
    return round_trip_volume_with(xml, COFFER_VOLUME_PARSE_NO_FORMAT, validate, error);
}

static char *
round_trip_disk(const char *xml, gboolean validate, GError **error)
{
    g_autoptr(CofferDiskDef) def = coffer_disk_def_parse(xml, validate, error);

    return def != NULL ? coffer_disk_def_format(def) : NULL;
}

static const struct {
    const char *folder;
    RoundTrip round_trip;
} kinds[] = {
    { "secret", round_trip_secret },
    { "pool", round_trip_pool },
    { "volume", round_trip_volume },
    { "disk", round_trip_disk },
    { "volume-disk", round_trip_partition },     /* as a disk pool reads volumes */
    { "volume-logical", round_trip_formatless }, /* as a logical pool does */
};

/* One golden file. */
typedef struct {
    RoundTrip round_trip;
    char *path;
} Golden;

static void
golden_free(gpointer data)
{
    Golden *golden = data;

    g_free(golden->path);
    g_free(golden);
}

static char *
read_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

/* NAME.xml to NAME.out or NAME.err. */
static char *
sibling(const char *path, const char *ending)
{
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".xml"));

    return g_strconcat(stem, ending, NULL);
}

static gboolean
regenerating(void)
{
    return g_strcmp0(g_getenv("COFFER_REGENERATE"), "1") == 0;
}

/* Compares @actual with the file @path, or writes it there; nothing is written where it would say
 * the same as @input. */
static void
compare(const char *path, const char *input, const char *actual)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *expected = NULL;

    if (regenerating() && g_strcmp0(actual, input) == 0) {
        g_remove(path);
    } else if (regenerating()) {
        g_file_set_contents(path, actual, -1, &error);
        g_assert_no_error(error);
    }
    expected = g_file_test(path, G_FILE_TEST_EXISTS) ? read_file(path) : g_strdup(input);
    g_assert_cmpstr(actual, ==, expected);
}

static void
test_valid(gconstpointer data)
{
    const Golden *golden = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *input = read_file(golden->path);
    g_autofree char *out_path = sibling(golden->path, ".out");
    g_autofree char *output = golden->round_trip(input, FALSE, &error);
    g_autofree char *validated = NULL;
    g_autofree char *again = NULL;

    g_assert_no_error(error);
    compare(out_path, input, output);
    validated = golden->round_trip(input, TRUE, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(validated, ==, output);
    again = golden->round_trip(output, TRUE, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(again, ==, output);
}

static void
test_invalid(gconstpointer data)
{
    const Golden *golden = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *input = read_file(golden->path);
    g_autofree char *err_path = sibling(golden->path, ".err");
    g_autofree char *output = golden->round_trip(input, FALSE, &error);
    g_autofree char *line = NULL;

    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_INVALID_XML);
    g_assert_null(output);
    g_assert_null(strchr(error->message, '\n'));
    line = g_strconcat(error->message, "\n", NULL);
    compare(err_path, NULL, line);
}

static void
add_file(const char *folder, RoundTrip round_trip, const char *folder_path, const char *name)
{
    g_autofree char *test = g_strdup_printf("/golden/%s/%s", folder, name);
    Golden *golden = g_new0(Golden, 1);

    golden->round_trip = round_trip;
    golden->path = g_build_filename(folder_path, name, NULL);
    g_test_add_data_func_full(
        test, golden, strstr(name, "-invalid") != NULL ? test_invalid : test_valid, golden_free);
}

/* An .out or .err without its .xml is a file that nobody compares with. */
static void
test_no_orphans(gconstpointer data)
{
    const char *folder_path = data;
    g_autoptr(GDir) dir = g_dir_open(folder_path, 0, NULL);
    const char *name = NULL;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *stem = NULL;
        g_autofree char *xml = NULL;

        g_assert_cmpuint(strlen(name), >, strlen(".xml"));
        stem = g_strndup(name, strlen(name) - strlen(".xml"));
        xml = g_strdup_printf("%s/%s.xml", folder_path, stem);
        if (!g_file_test(xml, G_FILE_TEST_EXISTS))
            g_error("%s/%s belongs to no .xml", folder_path, name);
    }
}

static void
add_folder(const char *folder, RoundTrip round_trip)
{
    char *path = g_build_filename(g_getenv("COFFER_SOURCE"), "tests", "golden", folder, NULL);
    g_autofree char *orphans = g_strdup_printf("/golden/%s/no-orphans", folder);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(path, 0, &error);
    const char *name = NULL;

    g_assert_no_error(error);
    while ((name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(name, ".xml"))
            add_file(folder, round_trip, path, name);
    }
    g_test_add_data_func_full(orphans, path, test_no_orphans, g_free);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        add_folder(kinds[i].folder, kinds[i].round_trip);
    return g_test_run();
}
