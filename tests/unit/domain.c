/* domain.c: every XML file in tests/golden/domain becomes the arguments beside it, without any file
 * being looked at; that QEMU takes these arguments is domain-qemu.c's. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/child.h"
#include "base/error.h"
#include "domain/native.h"

#include <string.h>

/*
 * tests/golden/domain/NAME.xml      gives the arguments and, behind "# ", the notes of
 *                     NAME.args
 * tests/golden/domain/bad-NAME.xml  is refused with the message of
 *                     bad-NAME.err
 * Both are written anew where COFFER_REGENERATE=1.
 */

/* The image that @source says, as if all that it says were true. */
static CofferImage *
believe(const CofferDiskSource *source)
{
    g_autofree char *in_pool = NULL;
    CofferImage *image = NULL;

    if (source->type == COFFER_DISK_TYPE_VOLUME)
        in_pool = g_strdup_printf("/images/%s/%s", source->pool, source->volume);
    image = coffer_image_new(in_pool != NULL ? in_pool : source->path);
    image->is_device = g_str_has_prefix(image->path, "/dev/");
    if (source->format != COFFER_VOLUME_FORMAT_UNKNOWN)
        image->format = source->format;
    image->luks = source->encryption != NULL;
    if (image->luks)
        image->secret = coffer_encryption_def_secret(source->encryption)->uuid;
    image->slice_offset = source->slice_offset;
    image->slice_size = source->slice_size;
    image->cache_size = source->cache_size;
    if (source->backing != NULL)
        image->backing = believe(source->backing);
    return image;
}

/* One line for each option with its value, then the notes. */
static char *
to_text(const CofferNative *native)
{
    GString *text = g_string_new(native->argv->pdata[0]);

    for (guint i = 1; native->argv->pdata[i] != NULL; i++) {
        const char *arg = native->argv->pdata[i];

        g_string_append_printf(text, "%s%s", *arg == '-' ? "\n" : " ", arg);
    }
    g_string_append_c(text, '\n');
    for (guint i = 0; native->notes->pdata[i] != NULL; i++)
        g_string_append_printf(text, "# %s\n", (const char *)native->notes->pdata[i]);
    return g_string_free(text, FALSE);
}

static char *
xml_to_text(const char *xml, gboolean validate, GError **error)
{
    g_autoptr(CofferDomainDef) def = coffer_domain_def_parse(xml, validate, error);
    g_autoptr(GPtrArray) images = g_ptr_array_new_with_free_func((GDestroyNotify)coffer_image_free);
    g_autoptr(CofferNative) native = NULL;
    CofferNativeRequest request = {
        .def = def,
        .host_arch = "x86_64",
        .first_fd = COFFER_CHILD_FD_FIRST,
    };

    if (def == NULL || !coffer_native_check(def, error))
        return NULL;
    for (guint i = 0; i < def->disks->len; i++) {
        const CofferDiskDef *disk = def->disks->pdata[i];

        g_ptr_array_add(images, disk->source.element != NULL ? believe(&disk->source) : NULL);
    }
    request.images = (CofferImage *const *)images->pdata;
    native = coffer_native_build(&request, error);
    return native != NULL ? to_text(native) : NULL;
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

/* Compares @actual with the file beside @path that ends with @ending. */
static void
compare(const char *path, const char *ending, const char *actual)
{
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".xml"));
    g_autofree char *beside = g_strconcat(stem, ending, NULL);
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;

    if (g_strcmp0(g_getenv("COFFER_REGENERATE"), "1") == 0) {
        g_file_set_contents(beside, actual, -1, &error);
        g_assert_no_error(error);
    }
    expected = read_file(beside);
    g_assert_cmpstr(actual, ==, expected);
}

static void
test_good(gconstpointer path)
{
    g_autofree char *xml = read_file(path);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = xml_to_text(xml, FALSE, &error);
    g_autofree char *validated = NULL;

    g_assert_no_error(error);
    compare(path, ".args", text);
    validated = xml_to_text(xml, TRUE, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(validated, ==, text);
}

static void
test_bad(gconstpointer path)
{
    g_autofree char *xml = read_file(path);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = xml_to_text(xml, FALSE, &error);
    g_autofree char *line = NULL;

    g_assert_null(text);
    g_assert_nonnull(error);
    g_assert_true(error->domain == COFFER_ERROR);
    g_assert_true(error->code == COFFER_ERROR_INVALID_XML ||
                  error->code == COFFER_ERROR_UNSUPPORTED);
    g_assert_null(strchr(error->message, '\n'));
    line = g_strconcat(error->message, "\n", NULL);
    compare(path, ".err", line);
}

int
main(int argc, char **argv)
{
    g_autofree char *folder = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = NULL;
    const char *name = NULL;

    g_test_init(&argc, &argv, NULL);
    folder = g_build_filename(g_getenv("COFFER_SOURCE"), "tests", "golden", "domain", NULL);
    dir = g_dir_open(folder, 0, &error);
    g_assert_no_error(error);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *test = g_strconcat("/domain/", name, NULL);

        if (g_str_has_suffix(name, ".xml"))
            g_test_add_data_func_full(test, g_build_filename(folder, name, NULL),
                                      g_str_has_prefix(name, "bad-") ? test_bad : test_good,
                                      g_free);
    }
    return g_test_run();
}
