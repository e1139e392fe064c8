/* secrets.c: secrets through libcoffer and through libvirt's own API, each in this one process. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include <coffer/coffer.h>
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <string.h>

#define VALUE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GETS  10000
#define LISTS 5

/* The same XML for both: number @i of the secrets. */
static char *
secret_xml(guint i)
{
    return g_strdup_printf("<secret ephemeral='no' private='no'>"
                           "<uuid>00000000-0000-4000-8000-%012x</uuid>"
                           "<description>number %u</description>"
                           "<usage type='volume'><volume>/bench/volume-%u</volume></usage>"
                           "</secret>",
                           i + 1, i, i);
}

static double
define_ours(CofferConnection *connection, guint from, guint to)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = coffer_bytes_new(VALUE, strlen(VALUE), &error);
    double begin = bench_now();

    for (guint i = from; i < to; i++) {
        g_autofree char *xml = secret_xml(i);
        g_autoptr(CofferSecret) secret =
            coffer_connection_define_secret(connection, xml, COFFER_DEFINE_NONE, &error);

        bench_check(error, "define");
        coffer_secret_set_value(secret, value, COFFER_SECRET_SET_NONE, NULL, &error);
        bench_check(error, "set-value");
    }
    return bench_now() - begin;
}

static double
define_peers(virConnectPtr connection, guint from, guint to)
{
    double begin = bench_now();

    for (guint i = from; i < to; i++) {
        g_autofree char *xml = secret_xml(i);
        virSecretPtr secret = virSecretDefineXML(connection, xml, 0);

        bench_require(secret != NULL, "virSecretDefineXML");
        bench_require(virSecretSetValue(secret, (const unsigned char *)VALUE, strlen(VALUE), 0) ==
                          0,
                      "virSecretSetValue");
        virSecretFree(secret);
    }
    return bench_now() - begin;
}

static double
get_ours(CofferConnection *connection)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferSecret) secret = coffer_connection_lookup_secret_by_uuid(
        connection, "00000000-0000-4000-8000-000000000001", &error);
    double begin = bench_now();

    bench_check(error, "lookup");
    for (guint i = 0; i < GETS; i++) {
        g_autoptr(CofferBytes) value = coffer_secret_get_value(secret, &error);

        bench_check(error, "get-value");
    }
    return bench_now() - begin;
}

static double
get_peers(virConnectPtr connection)
{
    virSecretPtr secret =
        virSecretLookupByUUIDString(connection, "00000000-0000-4000-8000-000000000001");
    double begin = bench_now();

    bench_require(secret != NULL, "virSecretLookupByUUIDString");
    for (guint i = 0; i < GETS; i++) {
        size_t size = 0;
        unsigned char *value = virSecretGetValue(secret, &size, 0);

        bench_require(value != NULL, "virSecretGetValue");
        free(value);
    }
    virSecretFree(secret);
    return bench_now() - begin;
}

static double
list_ours(CofferConnection *connection, guint wanted)
{
    double times[LISTS];

    for (guint i = 0; i < LISTS; i++) {
        g_autoptr(GError) error = NULL;
        double begin = bench_now();
        g_autoptr(GPtrArray) secrets =
            coffer_connection_list_secrets(connection, COFFER_SECRET_LIST_ALL, &error);

        times[i] = bench_now() - begin;
        bench_check(error, "list");
        bench_require(secrets->len == wanted, "a complete list");
    }
    return bench_median(times, LISTS);
}

static double
list_peers(virConnectPtr connection, guint wanted)
{
    double times[LISTS];

    for (guint i = 0; i < LISTS; i++) {
        virSecretPtr *secrets = NULL;
        double begin = bench_now();
        int n = virConnectListAllSecrets(connection, &secrets, 0);

        times[i] = bench_now() - begin;
        bench_require(n == (int)wanted, "virConnectListAllSecrets");
        for (int j = 0; j < n; j++)
            virSecretFree(secrets[j]);
        free(secrets);
    }
    return bench_median(times, LISTS);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferConnection) ours = NULL;
    virConnectPtr peers = NULL;
    guint64 total = 0;
    guint timed = 0;
    g_autofree char *list_label = NULL;
    double our_time = 0;
    double peer_time = 0;

    if (argc != 4 || !g_ascii_string_to_unsigned(argv[3], 10, 1, 1000000, &total, &error)) {
        fprintf(stderr, "usage: bench-secrets COFFER-URI LIBVIRT-URI NUMBER\n");
        return 2;
    }
    ours = coffer_connection_open(argv[1], &error);
    bench_check(error, argv[1]);
    peers = virConnectOpen(argv[2]);
    bench_require(peers != NULL, argv[2]);

    timed = MIN((guint)total, 1000);
    our_time = define_ours(ours, 0, timed) / timed;
    peer_time = define_peers(peers, 0, timed) / timed;
    bench_row("library: define + set (ours synced, theirs not)", our_time, peer_time, TRUE, "1x");
    bench_row("library: get", get_ours(ours) / GETS, get_peers(peers) / GETS, TRUE, "20x");

    define_ours(ours, timed, (guint)total);
    define_peers(peers, timed, (guint)total);
    list_label = g_strdup_printf("library: list of %u", (guint)total);
    bench_row(list_label, list_ours(ours, (guint)total), list_peers(peers, (guint)total), FALSE,
              "5x");
    virConnectClose(peers);
    return 0;
}
