/* domain.c: a domain's XML made into arguments for QEMU, and a QEMU run with the values that they
 * refer to. Values are read for the latter only. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/child.h"
#include "base/error.h"
#include "domain/native.h"
#include "engine/domain-image.h"
#include "engine/private.h"
#include "engine/resolve.h"

#include <sys/utsname.h>

/* The images of all disks, in their order, with NULL for those that have none. */
static gboolean
find_images(CofferConnection *connection, const CofferDomainDef *def, GPtrArray *images,
            GPtrArray *notes, GError **error)
{
    for (guint i = 0; i < def->disks->len; i++) {
        CofferImage *image = NULL;

        if (!coffer_find_image(connection, def->disks->pdata[i], notes, &image, error))
            return FALSE;
        g_ptr_array_add(images, image);
    }
    return TRUE;
}

/* Puts what was found while looking before what was found while building. */
static void
join_notes(CofferNative *native, GPtrArray *notes)
{
    for (guint i = 0; i < notes->len; i++)
        g_ptr_array_insert(native->notes, (int)i, g_strdup(notes->pdata[i]));
}

static CofferNative *
build_native(CofferConnection *connection, const char *xml, CofferDefineFlags flags, GError **error)
{
    g_autoptr(CofferDomainDef) def =
        coffer_domain_def_parse(xml, (flags & COFFER_DEFINE_VALIDATE) != 0, error);
    g_autoptr(GPtrArray) images = g_ptr_array_new_with_free_func((GDestroyNotify)coffer_image_free);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    CofferNativeRequest request = { .def = def, .first_fd = COFFER_CHILD_FD_FIRST };
    CofferNative *native = NULL;
    struct utsname host;

    if (def == NULL || !coffer_native_check(def, error) ||
        !find_images(connection, def, images, notes, error))
        return NULL;
    uname(&host);
    request.host_arch = host.machine;
    request.images = (CofferImage *const *)images->pdata;
    native = coffer_native_build(&request, error);
    if (native != NULL)
        join_notes(native, notes);
    return native;
}

char **
coffer_connection_domain_to_native(CofferConnection *connection, const char *xml,
                                   CofferDefineFlags flags, char ***out_notes, GError **error)
{
    g_autoptr(CofferNative) native = NULL;

    g_return_val_if_fail(COFFER_IS_CONNECTION(connection) && xml != NULL, NULL);
    native = build_native(connection, xml, flags, error);
    if (native == NULL)
        return NULL;
    if (out_notes != NULL)
        *out_notes = g_strdupv((char **)native->notes->pdata);
    return g_strdupv((char **)native->argv->pdata);
}

static void
clear_value(gpointer data)
{
    CofferChildValue *value = data;

    g_clear_pointer(&value->value, coffer_bytes_unref);
}

/* All values, before anything is started. */
static GArray *
read_values(CofferConnection *connection, const CofferNative *native, GError **error)
{
    g_autoptr(GArray) values = g_array_new(FALSE, TRUE, sizeof(CofferChildValue));

    g_array_set_clear_func(values, clear_value);
    for (guint i = 0; i < native->secrets->len; i++) {
        const CofferNativeSecret *secret = &g_array_index(native->secrets, CofferNativeSecret, i);
        CofferChildValue value = { NULL, secret->fd };

        value.value = coffer_resolve_value(connection, &secret->uuid, TRUE, error);
        if (value.value == NULL)
            return NULL;
        g_array_append_val(values, value);
    }
    return g_steal_pointer(&values);
}

/* Puts @extra_args behind @argv, before its NULL. */
static void
append_args(GPtrArray *argv, const char *const *extra_args)
{
    for (gsize i = 0; extra_args != NULL && extra_args[i] != NULL; i++)
        g_ptr_array_insert(argv, (int)argv->len - 1, g_strdup(extra_args[i]));
}

gboolean
coffer_connection_run_domain(CofferConnection *connection, const char *xml, CofferDefineFlags flags,
                             const char *const *extra_args, int *out_wait_status, GError **error)
{
    g_autoptr(CofferNative) native = NULL;
    g_autoptr(GArray) values = NULL;
    CofferChildRequest request = { 0 };

    g_return_val_if_fail(COFFER_IS_CONNECTION(connection) && xml != NULL, FALSE);
    native = build_native(connection, xml, flags, error);
    if (native == NULL)
        return FALSE;
    values = read_values(connection, native, error);
    if (values == NULL)
        return FALSE;
    append_args(native->argv, extra_args);
    request.argv = (const char *const *)native->argv->pdata;
    request.values = (const CofferChildValue *)(gpointer)values->data;
    request.n_values = values->len;
    return coffer_child_run_foreground(&request, out_wait_status, error);
}
