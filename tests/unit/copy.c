/* copy.c: tests of the bulk copier between files and pipes, with holes and with offsets, and on
 * full disks. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume/copy.h"

#include "base/error.h"
#include "base/fault.h"
#include "witness.h"

#include <sys/stat.h>

/* More than two steps of the copier, and no multiple of any block. */
#define DATA_SIZE (2 * MIB + 12345)

static guint8 *
make_data(gsize size, guint32 seed)
{
    guint8 *data = g_malloc(size);
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);

    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)g_rand_int_range(random, 1, 256); /* no zeros: holes show */
    return data;
}

static char *
read_file(const char *path, gsize *out_size)
{
    g_autoptr(GError) error = NULL;
    char *data = NULL;

    g_file_get_contents(path, &data, out_size, &error);
    g_assert_no_error(error);
    return data;
}

static void
assert_content(const char *path, gconstpointer expected, gsize size)
{
    gsize found = 0;
    g_autofree char *data = read_file(path, &found);

    g_assert_cmpuint(found, ==, size);
    g_assert_true(memcmp(data, expected, size) == 0);
}

/* Opens both ends by name and copies. */
static guint64
copy_paths(const char *source, const char *target, CofferCopyRequest request)
{
    g_autoptr(GError) error = NULL;
    g_auto(CofferFd) source_fd = witness_open(source, O_RDONLY);
    g_auto(CofferFd) target_fd = witness_open(target, O_WRONLY);
    guint64 copied = 0;

    request.source = source_fd;
    request.target = target_fd;
    coffer_copy(&request, &copied, &error);
    g_assert_no_error(error);
    return copied;
}

static void
test_whole(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree guint8 *data = make_data(DATA_SIZE, 1);
    g_autofree char *source = witness_file(&dir, "source", data, DATA_SIZE, 0);
    g_autofree char *target = witness_file(&dir, "target", "", 0, 0);

    g_assert_cmpuint(copy_paths(source, target, (CofferCopyRequest){ 0 }), ==, DATA_SIZE);
    assert_content(target, data, DATA_SIZE);
}

static void
test_part(void)
{
    static const struct {
        guint64 source_offset, target_offset, length, copied;
    } rows[] = {
        { 0, 0, 1, 1 },
        { 1000, 7, MIB + 1, MIB + 1 },
        { DATA_SIZE - 10, 0, 0, 10 },
        { DATA_SIZE - 10, 3 * MIB, 100, 10 }, /* no more than there is */
        { DATA_SIZE, 0, 0, 0 },
    };

    for (int sparse = 0; sparse < 2; sparse++) {
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            g_auto(WitnessDir) dir = witness_dir_new();
            g_autofree guint8 *data = make_data(DATA_SIZE, 2);
            g_autofree guint8 *old = make_data(64 * KIB, 3);
            g_autofree char *source = witness_file(&dir, "source", data, DATA_SIZE, 0);
            g_autofree char *target = witness_file(&dir, "target", old, 64 * KIB, 0);
            guint64 size =
                MAX(64 * KIB, rows[i].copied > 0 ? rows[i].target_offset + rows[i].copied : 0);
            g_autofree guint8 *expected = g_malloc0(size);
            const CofferCopyRequest request = {
                .source_offset = rows[i].source_offset,
                .target_offset = rows[i].target_offset,
                .length = rows[i].length,
                .sparse = sparse,
            };

            memcpy(expected, old, 64 * KIB);
            memcpy(expected + rows[i].target_offset * (rows[i].copied > 0),
                   data + rows[i].source_offset, rows[i].copied);
            g_assert_cmpuint(copy_paths(source, target, request), ==, rows[i].copied);
            assert_content(target, expected, size);
        }
    }
}

/* A source of 8 MiB with data at 1 MiB and at 5 MiB. */
static char *
sparse_file(const WitnessDir *dir, const guint8 *data)
{
    char *path = witness_file(dir, "source", "", 0, 8 * MIB);

    witness_patch(path, MIB, data, 128 * KIB);
    witness_patch(path, 5 * MIB, data, 64 * KIB);
    return path;
}

static guint64
allocated(const char *path)
{
    struct stat status;

    g_assert_cmpint(stat(path, &status), ==, 0);
    return (guint64)status.st_blocks * 512;
}

static void
test_sparse(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree guint8 *data = make_data(MIB, 4);
    g_autofree char *source = sparse_file(&dir, data);
    g_autofree char *target = witness_file(&dir, "target", "", 0, 0);
    g_autofree char *full = witness_file(&dir, "full", "", 0, 0);
    gsize size = 0;
    g_autofree char *expected = read_file(source, &size);

    g_assert_cmpuint(copy_paths(source, target, (CofferCopyRequest){ .sparse = TRUE }), ==,
                     8 * MIB);
    assert_content(target, expected, size);
    g_assert_cmpuint(allocated(target), <=, allocated(source));

    copy_paths(source, full, (CofferCopyRequest){ 0 });
    assert_content(full, expected, size);
    g_assert_cmpuint(allocated(full), >=, 8 * MIB);
}

/* What was in the target where the source has holes is gone; what is beyond the source stays. */
static void
test_sparse_over_old(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree guint8 *data = make_data(MIB, 5);
    g_autofree guint8 *old = make_data(10 * MIB, 6);
    g_autofree char *source = sparse_file(&dir, data);
    g_autofree char *target = witness_file(&dir, "target", old, 10 * MIB, 0);
    gsize size = 0;
    g_autofree char *expected = read_file(source, &size);

    expected = g_realloc(expected, 10 * MIB);
    memcpy(expected + 8 * MIB, old + 8 * MIB, 2 * MIB);
    copy_paths(source, target, (CofferCopyRequest){ .sparse = TRUE });
    assert_content(target, expected, 10 * MIB);
    g_assert_cmpuint(allocated(target), <, 3 * MIB);

    /* from the middle of a hole, to the middle of old content */
    copy_paths(source, target,
               (CofferCopyRequest){ .source_offset = 3 * MIB,
                                    .target_offset = 9 * MIB,
                                    .length = 3 * MIB,
                                    .sparse = TRUE });
    expected = g_realloc(expected, 12 * MIB);
    memset(expected + 9 * MIB, 0, 3 * MIB);
    memcpy(expected + 11 * MIB, data, 64 * KIB);
    assert_content(target, expected, 12 * MIB);
}

/* A whole file that is one hole makes a file of that size. */
static void
test_empty(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *nothing = witness_file(&dir, "nothing", "", 0, 0);
    g_autofree char *hole = witness_file(&dir, "hole", "", 0, 3 * MIB);
    g_autofree char *target = witness_file(&dir, "target", "", 0, 0);
    g_autofree guint8 *zeros = g_malloc0(3 * MIB);

    g_assert_cmpuint(copy_paths(nothing, target, (CofferCopyRequest){ .sparse = TRUE }), ==, 0);
    g_assert_cmpuint(copy_paths(nothing, target, (CofferCopyRequest){ .length = 10 }), ==, 0);
    assert_content(target, "", 0);
    g_assert_cmpuint(copy_paths(hole, target, (CofferCopyRequest){ .sparse = TRUE }), ==, 3 * MIB);
    assert_content(target, zeros, 3 * MIB);
    g_assert_cmpuint(allocated(target), ==, 0);
}

/* --- pipes --- */

typedef struct {
    int fd;
    const guint8 *data; /* written; NULL: read into @result */
    gsize size;
    GByteArray *result;
} Peer;

static gpointer
run_peer(gpointer data)
{
    Peer *peer = data;
    guint8 buffer[1000]; /* odd pieces */

    if (peer->data != NULL) {
        for (gsize done = 0; done < peer->size; done += MIN(sizeof(buffer), peer->size - done))
            g_assert_true(coffer_fd_write_all(
                peer->fd, peer->data + done, MIN(sizeof(buffer), peer->size - done), "pipe", NULL));
    } else {
        gssize got = 0;

        while ((got = read(peer->fd, buffer, sizeof(buffer))) > 0)
            g_byte_array_append(peer->result, buffer, (guint)got);
    }
    coffer_fd_close(peer->fd);
    return NULL;
}

static void
test_from_pipe(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree guint8 *data = make_data(DATA_SIZE, 7);
    g_autofree char *target = witness_file(&dir, "target", "", 0, 0);
    g_autoptr(GError) error = NULL;
    g_auto(CofferFd) read_end = COFFER_FD_NONE;
    g_auto(CofferFd) write_end = COFFER_FD_NONE;
    g_auto(CofferFd) target_fd = witness_open(target, O_WRONLY);
    guint64 copied = 0;

    g_assert_true(coffer_fd_pipe(&read_end, &write_end, &error));
    g_assert_cmpint(fcntl(read_end, F_SETFL, O_NONBLOCK), ==, 0);

    Peer peer = { coffer_fd_steal(&write_end), data, DATA_SIZE, NULL };
    GThread *thread = g_thread_new("writer", run_peer, &peer);
    const CofferCopyRequest request = {
        .source = read_end,
        .target = target_fd,
        .source_offset = 99, /* a pipe has none */
        .sparse = TRUE,
    };

    coffer_copy(&request, &copied, &error);
    g_assert_no_error(error);
    g_thread_join(thread);
    g_assert_cmpuint(copied, ==, DATA_SIZE);
    assert_content(target, data, DATA_SIZE);
}

static void
test_to_pipe(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree guint8 *data = make_data(MIB, 8);
    g_autofree char *source = sparse_file(&dir, data);
    g_autoptr(GByteArray) result = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_auto(CofferFd) read_end = COFFER_FD_NONE;
    g_auto(CofferFd) write_end = COFFER_FD_NONE;
    g_auto(CofferFd) source_fd = witness_open(source, O_RDONLY);
    gsize size = 0;
    g_autofree char *expected = read_file(source, &size);

    g_assert_true(coffer_fd_pipe(&read_end, &write_end, &error));
    g_assert_cmpint(fcntl(write_end, F_SETFL, O_NONBLOCK), ==, 0);

    Peer peer = { coffer_fd_steal(&read_end), NULL, 0, result };
    GThread *thread = g_thread_new("reader", run_peer, &peer);
    const CofferCopyRequest request = {
        .source = source_fd,
        .target = write_end,
        .source_offset = 4096,
        .sparse = TRUE,
    };

    coffer_copy(&request, NULL, &error);
    g_assert_no_error(error);
    coffer_fd_close(coffer_fd_steal(&write_end));
    g_thread_join(thread);
    g_assert_cmpuint(result->len, ==, size - 4096);
    g_assert_true(memcmp(result->data, expected + 4096, result->len) == 0);
}

/* --- what goes wrong --- */

static void
test_refused(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *source = witness_file(&dir, "source", "content", 7, 0);
    g_autofree char *target = witness_file(&dir, "target", "old", 3, 0);
    g_auto(CofferFd) source_fd = witness_open(source, O_RDONLY);
    g_auto(CofferFd) target_fd = witness_open(target, O_RDONLY); /* so that it cannot be written */
    g_auto(CofferFd) full = witness_open("/dev/full", O_WRONLY);
    g_auto(CofferFd) folder = witness_open(dir.path, O_RDONLY);
    const struct {
        CofferCopyRequest request;
        CofferError code;
    } rows[] = {
        { { source_fd, full, 0, 0, 0, FALSE }, COFFER_ERROR_NO_SPACE },
        { { source_fd, full, 0, 0, 0, TRUE }, COFFER_ERROR_NO_SPACE },
        { { source_fd, target_fd, 8, 0, 0, FALSE }, COFFER_ERROR_INVALID_ARGUMENT },
        { { source_fd, target_fd, 8, 0, 1, TRUE }, COFFER_ERROR_INVALID_ARGUMENT },
        { { source_fd, target_fd, 0, 0, 0, FALSE }, COFFER_ERROR_IO },
        { { folder, full, 0, 0, 0, FALSE }, COFFER_ERROR_INVALID_ARGUMENT },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("row %" G_GSIZE_FORMAT, i);
        g_assert_false(coffer_copy(&rows[i].request, NULL, &error));
        g_assert_error(error, COFFER_ERROR, (int)rows[i].code);
    }
    assert_content(target, "old", 3);
}

static void
test_disk_full(void)
{
#if COFFER_FAULT_POINTS
    static const char *const faults[] = { "copy:write=ENOSPC", "copy:sync=ENOSPC" };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *source = witness_file(&dir, "source", "content", 7, 0);
    g_autofree char *target = witness_file(&dir, "target", "", 0, 0);
    g_auto(CofferFd) source_fd = witness_open(source, O_RDONLY);
    g_auto(CofferFd) target_fd = witness_open(target, O_WRONLY);
    const CofferCopyRequest request = { .source = source_fd, .target = target_fd };

    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;

        g_setenv("COFFER_FAULT", faults[i], TRUE);
        g_assert_false(coffer_copy(&request, NULL, &error));
        g_unsetenv("COFFER_FAULT");
        g_assert_error(error, COFFER_ERROR, COFFER_ERROR_NO_SPACE);
    }
#else
    g_test_skip("needs a build with -Dfault_points=true");
#endif
}

static void
test_position(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree guint8 *data = make_data(MIB, 9);
    g_autofree char *source = sparse_file(&dir, data);
    g_autofree char *target = witness_file(&dir, "target", "", 0, 0);
    g_auto(CofferFd) source_fd = witness_open(source, O_RDONLY);
    g_auto(CofferFd) target_fd = witness_open(target, O_WRONLY);
    CofferCopyRequest request = { .source = source_fd, .target = target_fd };

    g_assert_cmpint(lseek(source_fd, 5, SEEK_SET), ==, 5);
    for (request.sparse = 0; request.sparse < 2; request.sparse++) {
        g_assert_true(coffer_copy(&request, NULL, NULL));
        g_assert_cmpint(lseek(source_fd, 0, SEEK_CUR), ==, 5);
        g_assert_cmpint(lseek(target_fd, 0, SEEK_CUR), ==, 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/copy/whole", test_whole);
    g_test_add_func("/copy/part", test_part);
    g_test_add_func("/copy/sparse", test_sparse);
    g_test_add_func("/copy/sparse-over-old", test_sparse_over_old);
    g_test_add_func("/copy/empty", test_empty);
    g_test_add_func("/copy/from-pipe", test_from_pipe);
    g_test_add_func("/copy/to-pipe", test_to_pipe);
    g_test_add_func("/copy/refused", test_refused);
    g_test_add_func("/copy/disk-full", test_disk_full);
    g_test_add_func("/copy/position", test_position);
    return g_test_run();
}
