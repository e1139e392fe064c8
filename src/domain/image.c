/* image.c: the data of a disk as a chain of layers. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain/image.h"

CofferImage *
coffer_image_new(const char *path)
{
    CofferImage *image = g_new0(CofferImage, 1);

    image->path = g_strdup(path);
    image->format = COFFER_VOLUME_FORMAT_RAW;
    return image;
}

void
coffer_image_free(CofferImage *image)
{
    while (image != NULL) {
        CofferImage *backing = image->backing;

        g_free(image->path);
        g_free(image);
        image = backing;
    }
}
