/* domain-image.h: finding the data of a domain's disk: volumes in pools, layers by header, secrets.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/connection.h"
#include "domain/image.h"
#include "model/disk-def.h"

/* The most layers that a disk may have. */
#define COFFER_IMAGE_MAX_LAYERS 64

/* Finds the data of @disk and all below it. @notes gets what the user should know, of char*.
 * *@out_image stays NULL for an empty drive, and where an optional disk is not there. Reads
 * headers, no values. Any thread. */
gboolean coffer_find_image(CofferConnection *connection, const CofferDiskDef *disk,
                           GPtrArray *notes, CofferImage **out_image, GError **error);
