/* lookup.h: from what people type for a secret, a pool or a volume to its handle. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "shell.h"

/* Returns: (transfer full) (nullable): the secret that the option --secret names by UUID. */
CofferSecret *shell_find_secret(Shell *shell, const ShellArgs *args, GError **error);

/* Returns: (transfer full) (nullable): the pool that the option --pool names, by name or UUID. */
CofferPool *shell_find_pool(Shell *shell, const ShellArgs *args, GError **error);

/* Returns: (transfer full) (nullable): the volume that the option --vol names: by name where the
 * option --pool says in which pool, else by key or path. */
CofferVolume *shell_find_volume(Shell *shell, const ShellArgs *args, GError **error);

/* The same for a name or path that no option holds; @pool may be NULL. */
CofferVolume *
shell_find_volume_in(Shell *shell, CofferPool *pool, const char *name, GError **error);
