/* native.h: from a domain and the found data of its disks to the arguments of QEMU; nothing is
 * looked up, read or run here. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "domain/image.h"
#include "model/domain-def.h"

typedef struct {
    const CofferDomainDef *def;
    CofferImage *const *images; /* one for each disk of @def; NULL: an empty drive, or, for what is
                                   no drive, a disk that is left out */
    const char *host_arch;      /* as uname(2) says it: where the XML names none */
    int first_fd;               /* the first descriptor for a value */
} CofferNativeRequest;

/* A value that QEMU reads to its end, once, from the descriptor. */
typedef struct {
    CofferUuid uuid;
    int fd;
} CofferNativeSecret;

typedef struct {
    GPtrArray *argv;  /* of char*, the program first; NULL-terminated once built */
    GArray *secrets;  /* of CofferNativeSecret, each secret once */
    GPtrArray *notes; /* of char*: sentences for the user; NULL-terminated once built */
} CofferNative;

void coffer_native_free(CofferNative *native);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferNative, coffer_native_free)

/* Refuses what disks ask for and nobody can give, before their data is looked for. Pure. Any
 * thread.
 */
gboolean coffer_native_check(const CofferDomainDef *def, GError **error);

/* For what has passed that check. Pure. Any thread. COFFER_ERROR_UNSUPPORTED names what QEMU, or
 * Coffer, cannot do, and its line.
 */
CofferNative *coffer_native_build(const CofferNativeRequest *request, GError **error);
