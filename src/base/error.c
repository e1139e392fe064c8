/* error.c: throwing errors, and the one table from our codes to libvirt's numbers. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include "base/name.h"

#include <errno.h>
#include <stdarg.h>

/* Characters of a message; what a tool said may be part of it. */
#define MESSAGE_MAX 3000

/* Not by G_DEFINE_QUARK: clang-format takes the dashes of its argument for operators. */
GQuark
coffer_error_quark(void)
{
    return g_quark_from_static_string("coffer-error-quark");
}

/* Every message is one line that is safe to print, whatever names and texts are part of it. */
static void G_GNUC_PRINTF(3, 0)
    throw_valist(GError **error, CofferError code, const char *format, va_list args)
{
    g_autofree char *message = NULL;
    g_autofree char *line = NULL;

    if (error == NULL)
        return;
    message = g_strdup_vprintf(format, args);
    line = coffer_name_printable_max(message, MESSAGE_MAX);
    g_set_error_literal(error, COFFER_ERROR, (int)code, line);
}

gboolean
coffer_throw(GError **error, CofferError code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    throw_valist(error, code, format, args);
    va_end(args);
    return FALSE;
}

gpointer
coffer_throw_null(GError **error, CofferError code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    throw_valist(error, code, format, args);
    va_end(args);
    return NULL;
}

CofferError
coffer_error_from_errno(int saved_errno)
{
    switch (saved_errno) {
    case ENOENT:
        return COFFER_ERROR_NOT_FOUND;
    case EEXIST:
        return COFFER_ERROR_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
        return COFFER_ERROR_DENIED;
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case EFBIG:
    case EMFILE:
    case ENFILE:
        return COFFER_ERROR_NO_SPACE;
    case EBUSY:
    case EAGAIN:
    case ETXTBSY:
        return COFFER_ERROR_BUSY;
    case EINVAL:
    case ENAMETOOLONG:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
        return COFFER_ERROR_INVALID_ARGUMENT;
    case EOPNOTSUPP:
    case ENOSYS:
        return COFFER_ERROR_UNSUPPORTED;
    default:
        return COFFER_ERROR_IO;
    }
}

gboolean
coffer_throw_errno(GError **error, int saved_errno, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list args;

    if (error == NULL)
        return FALSE;
    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    return coffer_throw(error, coffer_error_from_errno(saved_errno), "%s: %s", what,
                        g_strerror(saved_errno));
}

void
coffer_prefix_clear(CofferPrefix *prefix)
{
    g_autofree char *name = NULL;

    if (prefix->error == NULL || *prefix->error == NULL)
        return;
    name = coffer_name_printable_max(prefix->name, MESSAGE_MAX);
    g_prefix_error(prefix->error, "%s '%s': ", prefix->what, name);
}

/* virErrorNumber of libvirt 12, include/libvirt/virterror.h; only the numbers that we map to. */
enum {
    VIR_INVALID_ARG = 8,
    VIR_OPERATION_FAILED = 9,
    VIR_XML_ERROR = 27,
    VIR_SYSTEM_ERROR = 38,
    VIR_NO_STORAGE_POOL = 49,
    VIR_NO_STORAGE_VOL = 50,
    VIR_OPERATION_INVALID = 55,
    VIR_NO_SECRET = 66,
    VIR_CONFIG_UNSUPPORTED = 67,
    VIR_INVALID_SECRET = 65,
    VIR_OPERATION_ABORTED = 78,
    VIR_OPERATION_DENIED = 29,
    VIR_STORAGE_VOL_EXIST = 90,
    VIR_RESOURCE_BUSY = 87,
};

static int
not_found_number(CofferObjectKind kind)
{
    switch (kind) {
    case COFFER_OBJECT_SECRET:
        return VIR_NO_SECRET;
    case COFFER_OBJECT_POOL:
        return VIR_NO_STORAGE_POOL;
    case COFFER_OBJECT_VOLUME:
        return VIR_NO_STORAGE_VOL;
    case COFFER_OBJECT_OTHER:
        return VIR_OPERATION_FAILED;
    }
    return VIR_OPERATION_FAILED;
}

int
coffer_error_to_libvirt(CofferError code, CofferObjectKind kind)
{
    switch (code) {
    case COFFER_ERROR_NOT_FOUND:
        return not_found_number(kind);
    case COFFER_ERROR_EXISTS:
        return kind == COFFER_OBJECT_VOLUME ? VIR_STORAGE_VOL_EXIST : VIR_OPERATION_FAILED;
    case COFFER_ERROR_IN_USE:
    case COFFER_ERROR_INVALID_STATE:
        return VIR_OPERATION_INVALID;
    case COFFER_ERROR_BUSY:
        return VIR_RESOURCE_BUSY;
    case COFFER_ERROR_DENIED:
        return kind == COFFER_OBJECT_SECRET ? VIR_INVALID_SECRET : VIR_OPERATION_DENIED;
    case COFFER_ERROR_INVALID_XML:
        return VIR_XML_ERROR;
    case COFFER_ERROR_INVALID_ARGUMENT:
        return VIR_INVALID_ARG;
    case COFFER_ERROR_NO_VALUE:
        return VIR_NO_SECRET;
    case COFFER_ERROR_UNREADABLE_VALUE:
    case COFFER_ERROR_UNSUITABLE_VALUE:
        return VIR_INVALID_SECRET;
    case COFFER_ERROR_UNSUPPORTED:
        return VIR_CONFIG_UNSUPPORTED;
    case COFFER_ERROR_NO_SPACE:
    case COFFER_ERROR_IO:
        return VIR_SYSTEM_ERROR;
    case COFFER_ERROR_TOOL_MISSING:
    case COFFER_ERROR_TOOL_FAILED:
    case COFFER_ERROR_VERIFICATION_FAILED:
    case COFFER_ERROR_DAMAGED:
        return VIR_OPERATION_FAILED;
    case COFFER_ERROR_CANCELLED:
        return VIR_OPERATION_ABORTED;
    }
    return VIR_OPERATION_FAILED;
}
