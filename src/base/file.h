/* file.h: small files read whole, and replaced so that a crash leaves the old or the new. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/fd.h"
#include "coffer/bytes.h"

#include <glib.h>
#include <sys/stat.h>

/* The ending of the name under which a replacement stands for the moment between its linking and
 * its renaming: ".NAME.new". Whoever holds the folder's lock may remove such files; see
 * coffer_file_remove_stale(). */
#define COFFER_FILE_NEW_SUFFIX ".new"

/* Reads @name in the folder @dirfd. A file larger than @max bytes is COFFER_ERROR_DAMAGED, a
 * missing one COFFER_ERROR_NOT_FOUND. Not for values. The result is NUL-terminated behind @out_size
 * bytes. Returns: (transfer full). Any thread. */
char *coffer_file_read_at(int dirfd, const char *name, gsize max, gsize *out_size, GError **error);

/* The same into locked memory, for files that hold a value; @max is at most COFFER_BYTES_ALLOC_MAX.
 * An empty file is COFFER_ERROR_DAMAGED. */
CofferBytes *coffer_file_read_bytes_at(int dirfd, const char *name, gsize max, GError **error);

/* Makes @name in @dirfd hold @size bytes of @data, mode 0600 whatever the umask: written to a file
 * without a name, synced, linked, renamed over @name, and the folder synced. On any failure the old
 * file is as it was, but for that of syncing the folder, when it is not known which of the two the
 * disk has. @fault (NULL for none) names the operation in fault points: "FAULT:nameless"
 * (ENOSYS: as on a file system without nameless files), ":write", ":sync", ":linked" (only where
 * @name exists or the file had a name from the first; can fail or kill), ":named" and ":done" (can
 * only kill). The caller holds the lock of the folder. */
gboolean coffer_file_replace_at(int dirfd, const char *name, gconstpointer data, gsize size,
                                const char *fault, GError **error);

/* Makes a file to be filled, 0600, open for reading and writing: without a name, so that a crash
 * leaves nothing, or under @new_name, replacing what a crash left there, where the file system has
 * no such files or @need_name is set. *@out_named tells which. @fault: as above, the point is
 * "FAULT:nameless". */
gboolean
coffer_file_open_new(int dirfd, const char *new_name, gboolean need_name, const char *fault,
                     CofferFd *out_fd, gboolean *out_named, GError **error);

/* Removes @name and syncs the folder. COFFER_ERROR_NOT_FOUND where there is none. */
gboolean coffer_file_remove_at(int dirfd, const char *name, GError **error);

/* Removes what a crash left between linking and renaming. The caller holds the lock of the folder.
 */
gboolean coffer_file_remove_stale(int dirfd, GError **error);

/* Calls @callback for each entry but "." and "..", in no order, until it returns FALSE with an
 * error. */
typedef gboolean (*CofferFileCallback)(const char *name, gpointer user_data, GError **error);
gboolean
coffer_file_foreach(int dirfd, CofferFileCallback callback, gpointer user_data, GError **error);
