/* connection.h: CofferConnection, the door to one root: its secrets and pools are found here. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/version.h>
#include <glib-object.h>

G_BEGIN_DECLS

/**
 * CofferConnection:
 *
 * One set of folders (configuration, state, run) and all that lives in them. There is no daemon
 * behind it: any number of processes may have the same root open, and each sees the others'
 * changes.
 *
 * Thread rule: any thread may call any function on the same connection.
 *
 * Since: 0.1
 */
#define COFFER_TYPE_CONNECTION (coffer_connection_get_type())
COFFER_API
G_DECLARE_FINAL_TYPE(CofferConnection, coffer_connection, COFFER, CONNECTION, GObject)

/**
 * coffer_connection_open:
 * @uri: (nullable): "coffer:///system", "coffer:///session" or "coffer:///embed?root=/abs/dir";
 *   %NULL means the environment's COFFER_DEFAULT_URI, else system for root and session for others
 * @error: return location for a #GError
 *
 * Makes the folders that are missing, mode 0700.
 *
 * Returns: (transfer full) (nullable): the connection, or %NULL with %COFFER_ERROR_INVALID_ARGUMENT
 *   (URI), %COFFER_ERROR_DENIED or %COFFER_ERROR_IO
 *
 * Since: 0.1
 */
COFFER_API CofferConnection *coffer_connection_open(const char *uri, GError **error);

/**
 * coffer_connection_get_uri:
 * @connection: a connection
 *
 * Returns: (transfer none): the URI, complete even where %NULL was given
 *
 * Since: 0.1
 */
COFFER_API const char *coffer_connection_get_uri(CofferConnection *connection);

G_END_DECLS
