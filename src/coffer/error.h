/* error.h: the one error domain of Coffer; what each code means, and libvirt's number for it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/version.h>
#include <glib.h>

G_BEGIN_DECLS

/**
 * COFFER_ERROR:
 *
 * The error domain of every #GError that Coffer sets.
 *
 * Since: 0.1
 */
#define COFFER_ERROR (coffer_error_quark())

/**
 * CofferError:
 * @COFFER_ERROR_NOT_FOUND: the object that was named does not exist
 * @COFFER_ERROR_EXISTS: an object of that name, UUID or usage exists already
 * @COFFER_ERROR_IN_USE: something that exists depends on the object
 * @COFFER_ERROR_BUSY: another process is working on the object; trying again later may help
 * @COFFER_ERROR_DENIED: the system's permissions, or a private secret, forbid it
 * @COFFER_ERROR_INVALID_XML: the XML is malformed, unsafe, or does not say what it must
 * @COFFER_ERROR_INVALID_ARGUMENT: an argument other than XML is out of range or malformed
 * @COFFER_ERROR_INVALID_STATE: the object is in a state (running, inactive) that rules it out
 * @COFFER_ERROR_NO_VALUE: the secret has no value
 * @COFFER_ERROR_UNREADABLE_VALUE: the secret's value is there but cannot be read back
 * @COFFER_ERROR_UNSUITABLE_VALUE: the value cannot be used by the engine it is meant for
 * @COFFER_ERROR_UNSUPPORTED: valid, but this build, host or back end cannot do it
 * @COFFER_ERROR_NO_SPACE: disk, quota or memory is used up
 * @COFFER_ERROR_TOOL_MISSING: a program that is needed is not installed
 * @COFFER_ERROR_TOOL_FAILED: a program that was run failed; its own message is part of ours
 * @COFFER_ERROR_VERIFICATION_FAILED: what was written or given did not prove to be right
 * @COFFER_ERROR_DAMAGED: a record or header on disk does not parse
 * @COFFER_ERROR_CANCELLED: the caller asked to stop
 * @COFFER_ERROR_IO: the operating system failed in a way that no other code names
 *
 * What went wrong. Each code has one meaning; a user's mistake is never "internal".
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_ERROR_NOT_FOUND,
    COFFER_ERROR_EXISTS,
    COFFER_ERROR_IN_USE,
    COFFER_ERROR_BUSY,
    COFFER_ERROR_DENIED,
    COFFER_ERROR_INVALID_XML,
    COFFER_ERROR_INVALID_ARGUMENT,
    COFFER_ERROR_INVALID_STATE,
    COFFER_ERROR_NO_VALUE,
    COFFER_ERROR_UNREADABLE_VALUE,
    COFFER_ERROR_UNSUITABLE_VALUE,
    COFFER_ERROR_UNSUPPORTED,
    COFFER_ERROR_NO_SPACE,
    COFFER_ERROR_TOOL_MISSING,
    COFFER_ERROR_TOOL_FAILED,
    COFFER_ERROR_VERIFICATION_FAILED,
    COFFER_ERROR_DAMAGED,
    COFFER_ERROR_CANCELLED,
    COFFER_ERROR_IO,
} CofferError;

/**
 * CofferObjectKind:
 * @COFFER_OBJECT_SECRET: a secret
 * @COFFER_OBJECT_POOL: a storage pool
 * @COFFER_OBJECT_VOLUME: a storage volume
 * @COFFER_OBJECT_OTHER: anything else
 *
 * What an error is about, where libvirt has one number for each kind of object.
 *
 * Since: 0.1
 */
typedef enum {
    COFFER_OBJECT_SECRET,
    COFFER_OBJECT_POOL,
    COFFER_OBJECT_VOLUME,
    COFFER_OBJECT_OTHER,
} CofferObjectKind;

COFFER_API GQuark coffer_error_quark(void);

/**
 * coffer_error_to_libvirt:
 * @code: a code of the domain %COFFER_ERROR
 * @kind: what the error is about
 *
 * The number that libvirt's virErrorNumber gives to the same failure (libvirt 12,
 * include/libvirt/virterror.h), for programs that know those numbers.
 *
 * Thread rule: any thread.
 *
 * Returns: a virErrorNumber
 *
 * Since: 0.1
 */
COFFER_API int coffer_error_to_libvirt(CofferError code, CofferObjectKind kind);

G_END_DECLS
