/* boot.h: what is true only until the machine boots again, and finding out that it did. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "store/store.h"

/* Where the run folder was written before the last boot of this machine, what it says is not true
 * any more: its records are removed, *@out_new is TRUE, and @out_lock is held, so that others wait
 * while the caller does what is done once after a boot. Any thread. */
gboolean
coffer_boot_begin(CofferStore *store, CofferLock *out_lock, gboolean *out_new, GError **error);

/* That is done. After a crash in between the next process begins again. */
gboolean coffer_boot_end(CofferStore *store, GError **error);
