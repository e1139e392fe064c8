/* encrypted-volume.c: an example: makes a pool and an encrypted volume with a generated secret in a
 * folder. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* cc encrypted-volume.c -o encrypted-volume $(pkg-config --cflags --libs coffer)
 * ./encrypted-volume /absolute/folder */
#include <coffer/coffer.h>
#include <stdio.h>

#define VOLUME_XML                                                                                 \
    "<volume>"                                                                                     \
    "  <name>disk.img</name>"                                                                      \
    "  <capacity unit='MiB'>16</capacity>"                                                         \
    "  <allocation>0</allocation>"                                                                 \
    "  <target><format type='raw'/><encryption format='luks'/></target>"                           \
    "</volume>"

static gboolean
make_volume(const char *folder, GError **error)
{
    g_autofree char *uri = g_strdup_printf("coffer:///embed?root=%s/root", folder);
    g_autofree char *pool_xml = g_markup_printf_escaped("<pool type='dir'><name>example</name>"
                                                        "<target><path>%s/pool</path></target>"
                                                        "</pool>",
                                                        folder);
    g_autoptr(CofferConnection) connection = coffer_connection_open(uri, error);
    g_autoptr(CofferPool) pool = NULL;
    g_autoptr(CofferVolume) volume = NULL;
    g_autofree char *secret = NULL;

    if (connection == NULL)
        return FALSE;
    pool = coffer_connection_define_pool(connection, pool_xml, COFFER_DEFINE_VALIDATE, error);
    if (pool == NULL ||
        !coffer_pool_start(pool, COFFER_POOL_START_BUILD, COFFER_POOL_BUILD_NONE, error))
        return FALSE;

    /* The XML names no secret: one is made and generated, and the volume's use of it recorded. */
    volume =
        coffer_pool_create_volume(pool, VOLUME_XML, COFFER_VOLUME_CREATE_GENERATE_SECRET, error);
    if (volume == NULL)
        return FALSE;
    secret = coffer_volume_dup_secret_uuid(volume, error);
    if (secret == NULL)
        return FALSE;
    printf("%s is opened by the secret %s\n", coffer_volume_get_path(volume), secret);
    return TRUE;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;

    if (argc != 2) {
        fprintf(stderr, "usage: encrypted-volume FOLDER\n");
        return 2;
    }
    if (!make_volume(argv[1], &error)) {
        fprintf(stderr, "encrypted-volume: %s\n", error->message);
        return 1;
    }
    return 0;
}
