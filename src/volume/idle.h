/* idle.h: whether a running QEMU has a volume open; other programs tell nobody. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* COFFER_ERROR_BUSY where a QEMU has the file at @fd open; else, where @fd is open for writing,
 * none can open it until @fd is closed. Any thread. */
gboolean coffer_volume_check_idle(int fd, GError **error);
