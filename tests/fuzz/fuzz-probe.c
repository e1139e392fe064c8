/* fuzz-probe.c: feeds foreign bytes to the header prober; libFuzzer's entry point, or
 * replay-main.c's. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fd.h"
#include "volume/probe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

/* What may never come out of a header, whatever is in it. */
static void
check(const CofferProbe *probe)
{
    const char *const names[] = { probe->backing_path, probe->data_file,   probe->cipher_name,
                                  probe->cipher_mode,  probe->cipher_hash, probe->ivgen_name,
                                  probe->ivgen_hash };

    if (probe->format == COFFER_VOLUME_FORMAT_UNKNOWN || probe->capacity > (guint64)G_MAXINT64 ||
        strlen(probe->crypt_uuid) > 40)
        abort();
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i] != NULL &&
            (!g_utf8_validate(names[i], -1, NULL) || strpbrk(names[i], "\n\r\033")))
            abort();
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_auto(CofferFd) fd = memfd_create("fuzz", MFD_CLOEXEC);
    g_auto(CofferProbe) probe = { 0 };
    g_autoptr(GError) error = NULL;

    if (fd < 0 || !coffer_fd_write_all(fd, data, size, "input", NULL))
        abort();
    if (coffer_probe_fd(fd, &probe, &error))
        check(&probe);
    else if (error == NULL || error->domain != COFFER_ERROR || strchr(error->message, '\n') != NULL)
        abort();
    return 0;
}
