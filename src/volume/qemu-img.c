/* qemu-img.c: builds the arguments of qemu-img as libvirt does, runs it, and makes its failures
 * ours. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume/qemu-img.h"

#include "base/child.h"
#include "base/error.h"
#include "crypt/cipher.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Numbers that the child knows the value's pipe and the image by. */
#define VALUE_FD  COFFER_CHILD_FD_FIRST
#define IMAGE_FD  (COFFER_CHILD_FD_FIRST + 1)
#define FD_PATH   "/dev/fd/"
#define SECRET_ID "secret0"

/* QEMU's name for a failure of its own clock (crypto/pbkdf.c). On the hosts that have it, a call in
 * ten fails, so that twenty in a row do not happen. */
#define CLOCK_FAILURE "Unable to get accurate CPU usage"
#define ATTEMPTS_MAX  20

/* --- arguments --- */

/* Options are separated by commas; one in a value is doubled. */
static char *
escape(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    return g_strjoinv(",,", parts);
}

static void
add_secret(GStrvBuilder *arguments)
{
    g_autofree char *object =
        g_strdup_printf("secret,id=" SECRET_ID ",file=" FD_PATH "%d", VALUE_FD);

    g_strv_builder_add_many(arguments, "--object", object, NULL);
}

static void
add_size(GStrvBuilder *arguments, guint64 bytes)
{
    g_autofree char *size = g_strdup_printf("%" G_GUINT64_FORMAT, bytes);

    g_strv_builder_add(arguments, size);
}

static void G_GNUC_PRINTF(2, 3) add_option(GString *options, const char *format, ...)
{
    va_list arguments;

    if (options->len > 0)
        g_string_append_c(options, ',');
    va_start(arguments, format);
    g_string_append_vprintf(options, format, arguments);
    va_end(arguments);
}

static gboolean
add_encryption(const CofferQemuImgCreate *request, GString *options, GError **error)
{
    const CofferEncryptionDef *encryption = request->def->encryption;
    CofferCipher cipher = {
        .name = encryption->cipher_name,
        .bits = encryption->cipher_size,
        .mode = encryption->cipher_mode,
        .hash = encryption->cipher_hash,
        .ivgen = encryption->ivgen_name,
        .ivgen_hash = encryption->ivgen_hash,
    };

    if (request->def->format != COFFER_VOLUME_FORMAT_QCOW2 ||
        encryption->format != COFFER_ENCRYPTION_FORMAT_LUKS)
        return coffer_throw(
            error, COFFER_ERROR_UNSUPPORTED,
            "encryption '%s' in format '%s' is not for qemu-img to make; use luks in qcow2",
            coffer_encryption_format_to_string(encryption->format),
            coffer_volume_format_to_string(request->def->format));
    if (!coffer_cipher_resolve(&cipher, error))
        return FALSE;
    add_option(options, "encrypt.format=luks,encrypt.key-secret=" SECRET_ID);
    add_option(options, "encrypt.cipher-alg=%s-%u,encrypt.cipher-mode=%s,encrypt.hash-alg=%s",
               cipher.name, cipher.bits, cipher.mode, cipher.hash);
    add_option(options, "encrypt.ivgen-alg=%s", cipher.ivgen);
    if (cipher.ivgen_hash != NULL)
        add_option(options, "encrypt.ivgen-hash-alg=%s", cipher.ivgen_hash);
    /* Milliseconds of PBKDF, the least that QEMU takes in practice; its default is what a value
     * that a person chose needs. */
    if (request->generated)
        add_option(options, "encrypt.iter-time=10");
    return TRUE;
}

static gboolean
add_qcow2_options(const CofferVolumeDef *def, GString *options, GError **error)
{
    const char *compat = def->compat != NULL ? def->compat : "1.1";

    if (def->nocow)
        add_option(options, "nocow=on");
    if (def->format != COFFER_VOLUME_FORMAT_QCOW2)
        return TRUE;
    if (g_str_equal(compat, "0.10") && (def->lazy_refcounts || def->extended_l2))
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED, "%s needs <compat>1.1</compat>",
                            def->lazy_refcounts ? "<lazy_refcounts/>" : "<extended_l2/>");
    add_option(options, "compat=%s", compat);
    if (def->cluster_size != 0)
        add_option(options, "cluster_size=%" G_GUINT64_FORMAT, def->cluster_size);
    if (def->lazy_refcounts)
        add_option(options, "lazy_refcounts=on");
    if (def->extended_l2)
        add_option(options, "extended_l2=on");
    return TRUE;
}

/* libvirt's rule: all of it where all is to be allocated, else its tables. */
static const char *
preallocation(const CofferVolumeDef *def)
{
    return !def->has_allocation || def->allocation >= def->capacity ? "falloc" : "metadata";
}

static char *
build_options(const CofferQemuImgCreate *request, GError **error)
{
    g_autoptr(GString) options = g_string_new(NULL);

    if (request->def->encryption != NULL && !add_encryption(request, options, error))
        return NULL;
    if (request->prealloc_metadata)
        add_option(options, "preallocation=%s", preallocation(request->def));
    if (!add_qcow2_options(request->def, options, error))
        return NULL;
    return g_string_free(g_steal_pointer(&options), FALSE);
}

static gboolean
add_backing(GStrvBuilder *arguments, const CofferBackingDef *backing, GError **error)
{
    /* QEMU would take what stands before the colon for a protocol. */
    if (backing->path[strcspn(backing->path, ":/")] == ':')
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "the backing file '%s' has a colon before any slash; give its "
                            "absolute path",
                            backing->path);
    /* A format that is not said is raw, and never guessed: guests write what would be guessed from.
     */
    g_strv_builder_add_many(
        arguments, "-b", backing->path, "-F",
        coffer_volume_format_to_string(backing->format != COFFER_VOLUME_FORMAT_UNKNOWN
                                           ? backing->format
                                           : COFFER_VOLUME_FORMAT_RAW),
        NULL);
    return TRUE;
}

char **
coffer_qemu_img_create_args(const CofferQemuImgCreate *request, GError **error)
{
    const CofferVolumeDef *def = request->def;
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
    g_autofree char *options = build_options(request, error);
    g_autofree char *image = g_strdup_printf(FD_PATH "%d", IMAGE_FD);

    if (options == NULL)
        return NULL;
    g_strv_builder_add_many(arguments, "qemu-img", "create", "-q", "-f",
                            coffer_volume_format_to_string(def->format), NULL);
    if (def->backing != NULL && !add_backing(arguments, def->backing, error))
        return NULL;
    if (def->encryption != NULL)
        add_secret(arguments);
    if (*options != '\0')
        g_strv_builder_add_many(arguments, "-o", options, NULL);
    g_strv_builder_add(arguments, request->path != NULL ? request->path : image);
    if (def->has_capacity)
        add_size(arguments, def->capacity);
    return g_strv_builder_end(arguments);
}

char **
coffer_qemu_img_resize_args(const CofferQemuImgResize *request)
{
    g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
    const char *format = coffer_volume_format_to_string(request->format);

    g_strv_builder_add_many(arguments, "qemu-img", "resize", "-q", NULL);
    if (request->shrink)
        g_strv_builder_add(arguments, "--shrink");
    if (request->preallocate)
        g_strv_builder_add(arguments, "--preallocation=falloc");
    if (request->value != NULL) {
        gboolean bare = request->format == COFFER_VOLUME_FORMAT_RAW;
        g_autofree char *path = escape(request->path);
        g_autofree char *image =
            g_strdup_printf("driver=%s,%skey-secret=" SECRET_ID ",file.filename=%s",
                            bare ? "luks" : format, bare ? "" : "encrypt.", path);

        add_secret(arguments);
        g_strv_builder_add_many(arguments, "--image-opts", image, NULL);
    } else {
        g_strv_builder_add_many(arguments, "-f", format, request->path, NULL);
    }
    add_size(arguments, request->capacity);
    return g_strv_builder_end(arguments);
}

/* --- running --- */

/* What qemu-img says, in the C locale, where we have a word for it. */
static const struct {
    const char *says;
    CofferError code;
    const char *remedy;
} failures[] = {
    { "No space left on device", COFFER_ERROR_NO_SPACE, "" },
    { "Disk quota exceeded", COFFER_ERROR_NO_SPACE, "" },
    { "Is another process using the image", COFFER_ERROR_BUSY,
      "; stop the machine that uses it first" },
    { "Permission denied", COFFER_ERROR_DENIED, "" },
    { "No such file or directory", COFFER_ERROR_NOT_FOUND, "" },
};

static gboolean
throw_failure(const GError *failure, GError **error)
{
    g_autoptr(GString) message = g_string_new(failure->message);
    g_autofree char *image = g_strdup_printf(FD_PATH "%d: ", IMAGE_FD);

    /* The child's name for the image means nothing to anybody else. */
    g_string_replace(message, image, "", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(failures); i++) {
        if (failure->code == COFFER_ERROR_TOOL_FAILED &&
            strstr(message->str, failures[i].says) != NULL)
            return coffer_throw(error, failures[i].code, "%s%s", message->str, failures[i].remedy);
    }
    return coffer_throw(error, (CofferError)failure->code, "%s", message->str);
}

/* Runs qemu-img once; @image is COFFER_FD_NONE where it opens what it works on by name. */
static gboolean
run(char **arguments, int image, CofferBytes *value, GError **error)
{
    const CofferChildValue values[] = { { value, VALUE_FD } };
    const CofferChildFile files[] = { { image, IMAGE_FD } };
    const CofferChildRequest request = {
        .argv = (const char *const *)arguments,
        .values = values,
        .n_values = value != NULL ? 1 : 0,
        .files = files,
        .n_files = image >= 0 ? 1 : 0,
    };

    return coffer_child_run(&request, NULL, error);
}

gboolean
coffer_qemu_img_create(const CofferQemuImgCreate *request, GError **error)
{
    g_auto(GStrv) arguments = coffer_qemu_img_create_args(request, error);
    g_autoptr(GError) failure = NULL;

    if (arguments == NULL)
        return FALSE;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        g_clear_error(&failure);
        if (ftruncate(request->image, 0) < 0)
            return coffer_throw_errno(error, errno, "cannot empty the file for the image");
        if (run(arguments, request->image, request->value, &failure))
            return TRUE;
        if (strstr(failure->message, CLOCK_FAILURE) == NULL)
            break;
    }
    return throw_failure(failure, error);
}

gboolean
coffer_qemu_img_resize(const CofferQemuImgResize *request, GError **error)
{
    g_auto(GStrv) arguments = coffer_qemu_img_resize_args(request);
    g_autoptr(GError) failure = NULL;

    return run(arguments, -1, request->value, &failure) || throw_failure(failure, error);
}
