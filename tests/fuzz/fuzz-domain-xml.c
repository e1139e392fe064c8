/* fuzz-domain-xml.c: any bytes as the XML of a domain, made into arguments as if every file that it
 * names were there. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "domain/native.h"
#include "fuzz.h"

#include <string.h>

static CofferImage *
believe(const CofferDiskSource *source)
{
    CofferImage *image = coffer_image_new(source->path != NULL ? source->path : "/volume");

    if (source->format != COFFER_VOLUME_FORMAT_UNKNOWN)
        image->format = source->format;
    image->luks = source->encryption != NULL;
    image->slice_offset = source->slice_offset;
    image->slice_size = source->slice_size;
    image->cache_size = source->cache_size;
    if (source->backing != NULL)
        image->backing = believe(source->backing);
    else
        image->cut = source->has_backing;
    return image;
}

static CofferNative *
to_native(const char *xml, GError **error)
{
    g_autoptr(CofferDomainDef) def = coffer_domain_def_parse(xml, FALSE, error);
    g_autoptr(GPtrArray) images = g_ptr_array_new_with_free_func((GDestroyNotify)coffer_image_free);
    CofferNativeRequest request = { .def = def, .host_arch = "x86_64", .first_fd = 10 };

    if (def == NULL || !coffer_native_check(def, error))
        return NULL;
    for (guint i = 0; i < def->disks->len; i++) {
        const CofferDiskDef *disk = def->disks->pdata[i];

        g_ptr_array_add(images, disk->source.element != NULL ? believe(&disk->source) : NULL);
    }
    request.images = (CofferImage *const *)images->pdata;
    return coffer_native_build(&request, error);
}

static gboolean
is_one_line(const char *text)
{
    return g_utf8_validate(text, -1, NULL) && strpbrk(text, "\n\r\033") == NULL;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *xml = size > 0 ? g_strndup((const char *)data, size) : g_strdup("");
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferNative) native = to_native(xml, &error);

    if (native == NULL) {
        g_assert_nonnull(error);
        g_assert_true(g_error_matches(error, COFFER_ERROR, COFFER_ERROR_INVALID_XML) ||
                      g_error_matches(error, COFFER_ERROR, COFFER_ERROR_UNSUPPORTED));
        g_assert_true(is_one_line(error->message));
        return 0;
    }
    g_assert_no_error(error);
    for (guint i = 0; native->notes->pdata[i] != NULL; i++)
        g_assert_true(is_one_line(native->notes->pdata[i]));
    return 0;
}
