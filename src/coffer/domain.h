/* domain.h: from a domain's XML to a QEMU that reads its disks; Coffer keeps no domains. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/connection.h>
#include <coffer/secret.h>

G_BEGIN_DECLS

/**
 * coffer_connection_domain_to_native:
 * @connection: a connection
 * @xml: a domain element
 * @flags: whether to validate
 * @out_notes: (out) (optional) (array zero-terminated=1) (transfer full): what the arguments leave
 * out, one sentence an element, and which descriptor stands for which secret
 * @error: return location for a #GError
 *
 * No value is read for it: secrets stand in the arguments as `file=/dev/fd/N`.
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): the program and its arguments
 *
 * Since: 0.1
 */
COFFER_API char **
coffer_connection_domain_to_native(CofferConnection *connection, const char *xml,
                                   CofferDefineFlags flags, char ***out_notes, GError **error);

/**
 * coffer_connection_run_domain:
 * @connection: a connection
 * @xml: a domain element
 * @flags: whether to validate
 * @extra_args: (array zero-terminated=1) (nullable): more arguments for QEMU
 * @out_wait_status: (out): how QEMU ended, as waitpid() tells it
 * @error: return location for a #GError
 *
 * Starts QEMU with this process's standard input, output and error, hands it the values by
 * inherited pipes and waits until it ends.
 *
 * Returns: whether QEMU was started
 *
 * Since: 0.1
 */
COFFER_API gboolean coffer_connection_run_domain(CofferConnection *connection, const char *xml,
                                                 CofferDefineFlags flags,
                                                 const char *const *extra_args,
                                                 int *out_wait_status, GError **error);

G_END_DECLS
