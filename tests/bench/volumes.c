/* volumes.c: making encrypted volumes and refreshing a large pool, ours and libvirtd's. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include <coffer/coffer.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SECRET       "00000000-0000-4000-8000-00000000beef"
#define OUR_CREATES  20
#define PEER_CREATES 3
#define REFRESHES    3

#define SECRET_XML                                                                                 \
    "<secret ephemeral='no' private='no'><uuid>" SECRET "</uuid>"                                  \
    "<description>for the bench</description></secret>"

typedef struct {
    CofferConnection *ours;
    virConnectPtr peers;
    const char *folder; /* all that is made lies in it */
    pid_t libvirtd;
} Bench;

static char *
pool_xml(const char *name, const char *folder)
{
    return g_strdup_printf(
        "<pool type='dir'><name>%s</name><target><path>%s/%s</path></target></pool>", name, folder,
        name);
}

static char *
volume_xml(guint i)
{
    return g_strdup_printf("<volume><name>v%u.luks</name><capacity unit='MiB'>8</capacity>"
                           "<allocation>0</allocation><target><format type='raw'/>"
                           "<encryption format='luks'><secret type='passphrase' uuid='" SECRET
                           "'/></encryption></target></volume>",
                           i);
}

/* A generated value in our root, and the same one in libvirtd. */
static void
share_secret(const Bench *bench)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferSecret) secret =
        coffer_connection_define_secret(bench->ours, SECRET_XML, COFFER_DEFINE_NONE, &error);
    g_autoptr(CofferBytes) value = NULL;
    virSecretPtr peer = virSecretDefineXML(bench->peers, SECRET_XML, 0);
    const guint8 *data = NULL;
    gsize size = 0;

    bench_check(error, "define");
    bench_require(coffer_secret_generate_value(secret, NULL, &error), "generate");
    value = coffer_secret_get_value(secret, &error);
    bench_check(error, "get-value");
    data = coffer_bytes_get_data(value, &size);
    bench_require(peer != NULL && virSecretSetValue(peer, data, size, 0) == 0, "virSecretSetValue");
    virSecretFree(peer);
}

static CofferPool *
our_pool(const Bench *bench, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = pool_xml(name, bench->folder);
    CofferPool *pool =
        coffer_connection_create_pool(bench->ours, xml, COFFER_DEFINE_NONE, COFFER_POOL_START_BUILD,
                                      COFFER_POOL_BUILD_NONE, &error);

    bench_check(error, "create pool");
    return pool;
}

static virStoragePoolPtr
peer_pool(const Bench *bench, const char *name)
{
    g_autofree char *xml = pool_xml(name, bench->folder);
    virStoragePoolPtr pool =
        virStoragePoolCreateXML(bench->peers, xml, VIR_STORAGE_POOL_CREATE_WITH_BUILD);

    bench_require(pool != NULL, "virStoragePoolCreateXML");
    return pool;
}

static void
measure_create(const Bench *bench)
{
    g_autoptr(CofferPool) ours = our_pool(bench, "ours");
    virStoragePoolPtr peers = peer_pool(bench, "peers");
    double our_times[OUR_CREATES];
    double peer_times[PEER_CREATES];

    for (guint i = 0; i < OUR_CREATES; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *xml = volume_xml(i);
        double begin = bench_now();
        g_autoptr(CofferVolume) volume =
            coffer_pool_create_volume(ours, xml, COFFER_VOLUME_CREATE_NONE, &error);

        bench_check(error, "create volume");
        our_times[i] = bench_now() - begin;
    }
    for (guint i = 0; i < PEER_CREATES; i++) {
        g_autofree char *xml = volume_xml(i);
        double begin = bench_now();
        virStorageVolPtr volume = virStorageVolCreateXML(peers, xml, 0);

        /* qemu-img fails now and then where the CPU clock is coarse; such a call is not measured.
         */
        for (guint more = 0; volume == NULL && more < 10; more++) {
            begin = bench_now();
            volume = virStorageVolCreateXML(peers, xml, 0);
        }
        bench_require(volume != NULL, "virStorageVolCreateXML");
        peer_times[i] = bench_now() - begin;
        virStorageVolFree(volume);
    }
    bench_row("create raw LUKS, generated value", bench_median(our_times, OUR_CREATES),
              bench_median(peer_times, PEER_CREATES), FALSE, "50x");
    virStoragePoolDestroy(peers);
    virStoragePoolFree(peers);
}

/* The model's blocks that are not all zero, written to a file of the same size. */
static void
copy_sparse(const char *path, const char *data, gsize size)
{
    FILE *file = fopen(path, "wxe");

    bench_require(file != NULL, path);
    for (gsize at = 0; at < size; at += 4096) {
        gsize n = MIN(4096, size - at);
        gboolean used = FALSE;

        for (gsize i = at; i < at + n && !used; i++)
            used = data[i] != 0;
        if (used)
            bench_require(
                fseek(file, (long)at, SEEK_SET) == 0 && fwrite(data + at, 1, n, file) == n, path);
    }
    bench_require(
        fflush(file) == 0 && ftruncate(fileno(file), (off_t)size) == 0 && fclose(file) == 0, path);
}

/* @n copies of the qcow2 file @model in the folder of the pool "large". */
static void
fill(const Bench *bench, const char *model, guint n)
{
    g_autofree char *data = NULL;
    g_autofree char *folder = g_build_filename(bench->folder, "large", NULL);
    gsize size = 0;

    bench_require(g_file_get_contents(model, &data, &size, NULL), model);
    bench_require(g_mkdir_with_parents(folder, 0700) == 0, folder);
    for (guint i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("%s/disk-%u.qcow2", folder, i);

        copy_sparse(path, data, size);
    }
}

static double
refresh_ours(CofferPool *pool)
{
    double times[REFRESHES];

    for (guint i = 0; i < REFRESHES; i++) {
        g_autoptr(GError) error = NULL;
        double begin = bench_now();

        coffer_pool_refresh(pool, &error);
        bench_check(error, "refresh");
        times[i] = bench_now() - begin;
    }
    return bench_median(times, REFRESHES);
}

static double
refresh_peers(virStoragePoolPtr pool)
{
    double times[REFRESHES];

    for (guint i = 0; i < REFRESHES; i++) {
        double begin = bench_now();

        bench_require(virStoragePoolRefresh(pool, 0) == 0, "virStoragePoolRefresh");
        times[i] = bench_now() - begin;
    }
    return bench_median(times, REFRESHES);
}

/* Memory is what this process holds in its heap, and by how much libvirtd has grown: the peer's
 * heap cannot be looked into, and what we free between the two looks hides our growth. */
static void
measure_refresh(const Bench *bench, const char *model, guint n)
{
    g_autoptr(CofferPool) ours = NULL;
    g_autoptr(GPtrArray) volumes = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *label = g_strdup_printf("refresh of %u qcow2 files", n);
    virStoragePoolPtr peers = NULL;
    guint64 our_memory = 0;
    guint64 peer_memory = 0;
    double our_time = 0;

    fill(bench, model, n);
    our_memory = mallinfo2().uordblks;
    ours = our_pool(bench, "large");
    our_time = refresh_ours(ours);
    volumes = coffer_pool_list_volumes(ours, &error);
    bench_check(error, "list volumes");
    bench_require(volumes->len == n, "a complete list of volumes");
    our_memory = mallinfo2().uordblks - our_memory;

    peer_memory = bench_resident(bench->libvirtd);
    peers = peer_pool(bench, "large");
    bench_row(label, our_time, refresh_peers(peers), FALSE, "2x");
    bench_require(virStoragePoolNumOfVolumes(peers) == (int)n, "virStoragePoolNumOfVolumes");
    peer_memory = bench_resident(bench->libvirtd) - peer_memory;
    printf("%-52s %10.0f B %10.0f B\n", "memory for each volume, all of them listed",
           (double)our_memory / n, (double)peer_memory / n);
    virStoragePoolFree(peers);
}

static void
ignore_error(void *data, virErrorPtr error)
{
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferConnection) ours = NULL;
    Bench bench = { 0 };
    guint64 n = 0;
    guint64 pid = 0;

    if (argc != 7 || !g_ascii_string_to_unsigned(argv[4], 10, 1, G_MAXINT, &pid, &error) ||
        !g_ascii_string_to_unsigned(argv[6], 10, 1, 1000000, &n, &error)) {
        fprintf(stderr, "usage: bench-volumes COFFER-URI LIBVIRT-URI FOLDER LIBVIRTD-PID "
                        "MODEL.qcow2 NUMBER\n");
        return 2;
    }
    ours = coffer_connection_open(argv[1], &error);
    bench_check(error, argv[1]);
    virSetErrorFunc(NULL, ignore_error);
    bench.ours = ours;
    bench.peers = virConnectOpen(argv[2]);
    bench_require(bench.peers != NULL, argv[2]);
    bench.folder = argv[3];
    bench.libvirtd = (pid_t)pid;

    share_secret(&bench);
    measure_create(&bench);
    measure_refresh(&bench, argv[5], (guint)n);
    virConnectClose(bench.peers);
    return 0;
}
