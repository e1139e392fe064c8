/* bytes.c: tests of values: their bounds, strict base64, and memory that is locked and wiped. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/bytes.h"

#include "failure.h"
#include "witness.h"

#include <sys/mman.h>
#include <sys/resource.h>

#define NOBODY 65534

/* @size bytes that differ from place to place. */
static CofferBytes *
patterned(gsize size)
{
    g_autofree guint8 *data = g_malloc(size);
    g_autoptr(GError) error = NULL;
    CofferBytes *bytes = NULL;

    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)(i * 31 + i / 256 + 1);
    bytes = coffer_bytes_new(data, size, &error);
    g_assert_no_error(error);
    return bytes;
}

static CofferBytes *
from_text(const char *text)
{
    return witness_value(text);
}

static void
test_bounds(void)
{
    static const struct {
        gsize size;
        gboolean ok;
    } rows[] = {
        { 0, FALSE },
        { 1, TRUE },
        { COFFER_BYTES_MAX, TRUE },
        { COFFER_BYTES_MAX + 1, FALSE },
        { G_MAXSIZE, FALSE },
    };
    g_autofree guint8 *data = g_malloc0(COFFER_BYTES_MAX + 1);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferBytes) bytes = coffer_bytes_new(data, rows[i].size, &error);

        g_assert_cmpint(bytes != NULL, ==, rows[i].ok);
        if (rows[i].ok)
            g_assert_cmpuint(coffer_bytes_get_size(bytes), ==, rows[i].size);
        else
            failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "a value ");
    }
}

static void
test_alloc(void)
{
    static const gsize sizes[] = { 1, 63, 64, 65, 2048, 2049, 4096, COFFER_BYTES_ALLOC_MAX };
    static const gsize bad[] = { 0, COFFER_BYTES_ALLOC_MAX + 1, G_MAXSIZE };

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        for (int again = 0; again < 3; again++) { /* memory that was used before is zeroed too */
            g_autoptr(GError) error = NULL;
            guint8 *data = NULL;
            g_autoptr(CofferBytes) bytes = coffer_bytes_alloc(sizes[i], &data, &error);

            g_assert_no_error(error);
            for (gsize k = 0; k < sizes[i]; k++) {
                g_assert_cmphex(data[k], ==, 0);
                data[k] = 0xa5;
            }
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        guint8 *data = NULL;

        g_assert_null(coffer_bytes_alloc(bad[i], &data, &error));
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "a value ");
    }
}

static void
test_truncate(void)
{
    g_autoptr(CofferBytes) five = coffer_bytes_truncate(from_text("0123456789"), 5);
    g_autoptr(CofferBytes) expected = from_text("01234");

    g_assert_true(coffer_bytes_equal(five, expected));
}

static void
test_equal(void)
{
    g_autoptr(CofferBytes) value = patterned(1000);

    for (gsize i = 0; i <= 1000; i += 37) {
        gsize size = 0;
        const guint8 *data = coffer_bytes_get_data(value, &size);
        g_autofree guint8 *copy = g_memdup2(data, size);
        g_autoptr(CofferBytes) same = coffer_bytes_new(copy, size, NULL);
        g_autoptr(CofferBytes) other = NULL;
        g_autoptr(CofferBytes) shorter = coffer_bytes_new(copy, size - 1, NULL);

        copy[i % 1000] ^= 0x80;
        other = coffer_bytes_new(copy, size, NULL);
        g_assert_true(coffer_bytes_equal(value, same));
        g_assert_false(coffer_bytes_equal(value, other));
        g_assert_false(coffer_bytes_equal(value, shorter));
        g_assert_false(coffer_bytes_equal(shorter, value));
    }
}

static void
test_is_text(void)
{
    static const struct {
        const char *data;
        gsize size;
        gboolean text;
    } rows[] = {
        { "plain\n", 6, TRUE },
        { "Gr\xc3\xb6\xc3\x9f"
          "e",
          7, TRUE },
        { "\0", 1, FALSE },
        { "a\0b", 3, FALSE },
        { "ab\0", 3, FALSE },
        { "a\xff", 2, FALSE },
        { "\xc3", 1, FALSE },
        { "\xc0\x80", 2, FALSE },
        { "\xed\xa0\x80", 3, FALSE },
        { "\xf4\x90\x80\x80", 4, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CofferBytes) bytes = coffer_bytes_new(rows[i].data, rows[i].size, NULL);

        g_assert_cmpint(coffer_bytes_is_text(bytes), ==, rows[i].text);
    }
}

/* --- base64 --- */

static void
test_base64(void)
{
    /* RFC 4648, section 10, and what base64(1) makes of longer values. */
    static const struct {
        const char *encoded, *value;
    } rows[] = {
        { "Zg==", "f" },
        { "Zm8=", "fo" },
        { "Zm9v", "foo" },
        { "Zm9vYg==", "foob" },
        { "Zm9vYmE=", "fooba" },
        { "Zm9vYmFy", "foobar" },
        { "Zm9v\nYmFy\n", "foobar" },
        { " Zm\r\n9\tvYmE\n=\n", "fooba" },
        { "Zm9vYg=\n=\n", "foob" },
        { "/+8=", "\xff\xef" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferBytes) encoded = from_text(rows[i].encoded);
        g_autoptr(CofferBytes) expected = from_text(rows[i].value);
        g_autoptr(CofferBytes) value = coffer_bytes_new_from_base64(encoded, &error);

        g_assert_no_error(error);
        g_assert_true(coffer_bytes_equal(value, expected));
    }
}

static void
test_base64_refused(void)
{
#define ROW(text)                                                                                  \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
    static const struct {
        const char *data;
        gsize size;
    } rows[] = {
        ROW("Y"),
        ROW("YQ"),
        ROW("YQ="),
        ROW("YQ==="),
        ROW("YQ===="),
        ROW("YR=="),
        ROW("YWJ="),
        ROW("YWK="),
        ROW("Y!Q="),
        ROW("="),
        ROW("=="),
        ROW("===="),
        ROW("Y==="),
        ROW("=YQ="),
        ROW("Y=Q="),
        ROW("YQ=a"),
        ROW("YQ==YQ=="),
        ROW("YQ==\nYQ==\n"),
        ROW("YWI=YQ=="),
        ROW("YQ-_"),
        ROW("YWJj\0"),
        ROW("YW\0Jj"),
        ROW("\0\0\0\0"),
        ROW("YWJ\xff"),
        ROW("\xff\xff\xff\xff"),
        ROW("YWJj\v"),
        ROW("YWJj."),
        ROW("YWJj,YWJj"),
        ROW("YWJjY"),
        ROW("YWJjYWI"),
        ROW("\"YWJj\""),
        ROW("YWJj\xc2\xa0"),
    };
#undef ROW

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferBytes) encoded = coffer_bytes_new(rows[i].data, rows[i].size, NULL);

        g_assert_null(coffer_bytes_new_from_base64(encoded, &error));
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "is not base64");
    }
}

static void
test_base64_blank(void)
{
    g_autoptr(CofferBytes) blank = from_text(" \n\t\r\n");
    g_autoptr(GError) error = NULL;

    g_assert_null(coffer_bytes_new_from_base64(blank, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "at least one byte");
}

static void
test_base64_round_trip(void)
{
    for (gsize size = 1; size <= COFFER_BYTES_MAX; size += size < 300 ? 1 : 5021) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferBytes) value = patterned(size);
        g_autoptr(CofferBytes) encoded = coffer_bytes_to_base64(value, &error);
        g_autoptr(CofferBytes) again = NULL;
        g_autofree char *witness = g_base64_encode(coffer_bytes_get_data(value, NULL), size);

        g_assert_no_error(error);
        g_assert_cmpmem(coffer_bytes_get_data(encoded, NULL), coffer_bytes_get_size(encoded),
                        witness, strlen(witness));
        again = coffer_bytes_new_from_base64(encoded, &error);
        g_assert_no_error(error);
        g_assert_true(coffer_bytes_equal(value, again));
    }
}

/* The largest value, in lines as base64(1) prints it, and one byte more. */
static void
test_base64_largest(void)
{
    for (gsize over = 0; over < 2; over++) {
        gsize size = COFFER_BYTES_MAX + over;
        g_autofree guint8 *data = g_malloc0(size);
        g_autofree char *plain = g_base64_encode(data, size);
        g_autoptr(GError) error = NULL;
        guint8 *text = NULL;
        gsize length = 0;
        g_autoptr(CofferBytes) room = coffer_bytes_alloc(strlen(plain) * 2, &text, &error);
        g_autoptr(CofferBytes) encoded = NULL;
        g_autoptr(CofferBytes) value = NULL;

        g_assert_null(room); /* two characters for each are more than fits ... */
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "at most");
        room = coffer_bytes_alloc(strlen(plain) + strlen(plain) / 76 + 1, &text, &error);
        g_assert_no_error(error); /* ... a line break for each 76 is not */
        for (gsize i = 0; plain[i] != '\0'; i++) {
            text[length++] = (guint8)plain[i];
            if (i % 76 == 75)
                text[length++] = '\n';
        }
        text[length++] = '\n';
        encoded = coffer_bytes_truncate(g_steal_pointer(&room), length);
        value = coffer_bytes_new_from_base64(encoded, &error);
        if (over == 0)
            g_assert_cmpuint(coffer_bytes_get_size(value), ==, COFFER_BYTES_MAX);
        else
            failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "at most 65536 bytes");
    }
}

/* --- descriptors --- */

typedef struct {
    CofferFd fd;
    gsize size;
} Feed;

static gpointer
feed_thread(gpointer data)
{
    const Feed *feed = data;
    g_auto(CofferFd) fd = feed->fd;
    g_autofree guint8 *sent = g_malloc(feed->size + 1);

    for (gsize i = 0; i < feed->size; i++)
        sent[i] = (guint8)(i * 31 + i / 256 + 1);
    coffer_fd_write_all(fd, sent, feed->size, "pipe", NULL);
    return NULL;
}

static CofferBytes *
read_through_pipe(gsize size, gsize max, int flags, GError **error)
{
    g_auto(CofferFd) read_end = COFFER_FD_NONE;
    Feed feed = { COFFER_FD_NONE, size };
    GThread *feeder = NULL;
    CofferBytes *bytes = NULL;

    g_assert_true(coffer_fd_pipe(&read_end, &feed.fd, NULL));
    g_assert_cmpint(fcntl(read_end, F_SETFL, flags), ==, 0);
    feeder = g_thread_new("feeder", feed_thread, &feed);
    bytes = coffer_bytes_read_fd_max(read_end, max, error);
    coffer_fd_close(coffer_fd_steal(&read_end)); /* a feeder of too much gets EPIPE */
    g_thread_join(feeder);
    return bytes;
}

static void
test_read(void)
{
    static const gsize sizes[] = { 1,     2047,  2048,  2049,  4095,   4096,   4097,
                                   10000, 65535, 65536, 65537, 131071, 131072, 131073 };
    static const gsize limits[] = { 1, 4095, 4096, COFFER_BYTES_MAX, 2 * COFFER_BYTES_MAX };
    static const int flags[] = { 0, O_NONBLOCK };

    signal(SIGPIPE, SIG_IGN);
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(limits); k++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(CofferBytes) bytes =
                read_through_pipe(sizes[i], limits[k], flags[(i + k) % 2], &error);

            if (sizes[i] > limits[k]) {
                g_assert_null(bytes);
                failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "at most");
                continue;
            }
            g_assert_no_error(error);
            g_assert_cmpuint(coffer_bytes_get_size(bytes), ==, sizes[i]);
            for (gsize at = 0; at < sizes[i]; at++)
                g_assert_cmphex(coffer_bytes_get_data(bytes, NULL)[at], ==,
                                (guint8)(at * 31 + at / 256 + 1));
        }
    }
}

static void
test_read_refused(void)
{
    static const struct {
        const char *path, *words;
        CofferError code;
    } rows[] = {
        { "/dev/null", "nothing was given", COFFER_ERROR_INVALID_ARGUMENT },
        { "/dev/zero", "at most 65536 bytes", COFFER_ERROR_INVALID_ARGUMENT },
        { "/", "cannot read the value", COFFER_ERROR_INVALID_ARGUMENT },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(CofferFd) fd = witness_open(rows[i].path, O_RDONLY);
        g_autoptr(GError) error = NULL;

        g_assert_null(coffer_bytes_read_fd(fd, &error));
        failure_expect(&error, rows[i].code, rows[i].words);
    }
}

static void
test_write(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_file(&dir, "value", "", 0, 0);
    g_auto(CofferFd) fd = witness_open(path, O_RDWR);
    g_auto(CofferFd) full = witness_open("/dev/full", O_WRONLY);
    g_autoptr(CofferBytes) value = patterned(COFFER_BYTES_MAX);
    g_autoptr(CofferBytes) again = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(coffer_bytes_write_fd(value, fd, &error));
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    again = coffer_bytes_read_fd(fd, &error);
    g_assert_no_error(error);
    g_assert_true(coffer_bytes_equal(value, again));
    g_assert_false(coffer_bytes_write_fd(value, full, &error));
    failure_expect(&error, COFFER_ERROR_NO_SPACE, "cannot write the value");
}

/* The base64 of the longest value is longer than a value may be. */
static void
test_read_base64(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_file(&dir, "base64", "", 0, 0);
    g_auto(CofferFd) fd = witness_open(path, O_RDWR);
    g_autoptr(CofferBytes) value = patterned(COFFER_BYTES_MAX);
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) encoded = coffer_bytes_to_base64(value, &error);
    g_autoptr(CofferBytes) again = NULL;

    g_assert_true(coffer_bytes_write_fd(encoded, fd, &error));
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    again = coffer_bytes_read_base64_fd(fd, &error);
    g_assert_no_error(error);
    g_assert_true(coffer_bytes_equal(value, again));
    /* At its end there is nothing; with something odd behind it, no value. */
    g_assert_null(coffer_bytes_read_base64_fd(fd, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "nothing was given");
    g_assert_cmpint(write(fd, "!", 1), ==, 1);
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    g_assert_null(coffer_bytes_read_base64_fd(fd, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "base64");
}

/* --- memory --- */

static guint64 locked_kib(void);

/* A short value read into much room keeps no more than it needs. */
static void
test_truncate_gives_back(void)
{
    CofferBytes *values[20];
    guint64 before = locked_kib();

    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        guint8 *data = NULL;

        values[i] = coffer_bytes_alloc(COFFER_BYTES_ALLOC_MAX, &data, NULL);
        for (gsize k = 0; k < COFFER_BYTES_ALLOC_MAX; k++)
            data[k] = 'v';
        values[i] = coffer_bytes_truncate(values[i], 5 + i * 1000);
    }
    g_assert_cmpuint(locked_kib(), <, before + 20 * 24);
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        gsize size = 0;
        const guint8 *data = coffer_bytes_get_data(values[i], &size);

        g_assert_cmpuint(size, ==, 5 + i * 1000);
        for (gsize k = 0; k < size; k++)
            g_assert_cmpint(data[k], ==, 'v');
        coffer_bytes_unref(values[i]);
    }
    /* What was beyond the end of a value is wiped too. */
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        guint8 *data = NULL;

        values[i] = coffer_bytes_alloc(4096, &data, NULL);
        for (gsize k = 0; k < 4096; k++)
            g_assert_cmphex(data[k], ==, 0);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        coffer_bytes_unref(values[i]);
}

/* Whether the kernel says of the pages at @address "lo" (locked) and "dd" (not in a core dump). */
static gboolean
is_protected(gconstpointer address)
{
    g_autofree char *smaps = NULL;
    g_auto(GStrv) lines = NULL;
    gboolean inside = FALSE;

    g_assert_true(g_file_get_contents("/proc/self/smaps", &smaps, NULL, NULL));
    lines = g_strsplit(smaps, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        char *end = NULL;
        guint64 from = g_ascii_strtoull(*line, &end, 16);

        if (end != *line && *end == '-')
            inside = GPOINTER_TO_SIZE(address) >= from &&
                     GPOINTER_TO_SIZE(address) < g_ascii_strtoull(end + 1, NULL, 16);
        else if (inside && g_str_has_prefix(*line, "VmFlags:"))
            return strstr(*line, " lo") != NULL && strstr(*line, " dd") != NULL;
    }
    return FALSE;
}

static guint64
locked_kib(void)
{
    g_autofree char *status = NULL;
    const char *line = NULL;

    g_assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
    line = strstr(status, "\nVmLck:");
    g_assert_nonnull(line);
    return g_ascii_strtoull(line + strlen("\nVmLck:"), NULL, 10);
}

/* However many values there are, their pages are locked, and go back to the system when they are
 * released. */
static void
test_locked(void)
{
    static const gsize sizes[] = { 1, 64, 1000, 2048, 2049, 5000, COFFER_BYTES_MAX };
    g_autoptr(GPtrArray) values =
        g_ptr_array_new_with_free_func((GDestroyNotify)coffer_bytes_unref);
    guint64 before = locked_kib();

    for (int i = 0; i < 20; i++)
        for (gsize k = 0; k < G_N_ELEMENTS(sizes); k++)
            g_ptr_array_add(values, patterned(sizes[k]));
    g_assert_cmpuint(locked_kib(), >=, before + 20 * COFFER_BYTES_MAX / 1024);
    g_ptr_array_set_size(values, 0);
    g_assert_cmpuint(locked_kib(), <=, before + 256);
}

/* What a released value leaves behind: nothing, in pages that stay as in pages that go. */
static void
test_wiped(void)
{
    static const gsize sizes[] = { 40, 100, 2000, 5000, COFFER_BYTES_MAX };
    long page = sysconf(_SC_PAGESIZE);

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        CofferBytes *value = patterned(sizes[i]);
        CofferBytes *held = coffer_bytes_ref(value);
        const guint8 *data = coffer_bytes_get_data(value, NULL);
        guint8 *first_page = (guint8 *)data - GPOINTER_TO_SIZE(data) % (gsize)page;
        unsigned char resident = 0;

        coffer_bytes_unref(value);
        g_assert_cmphex(data[sizes[i] - 1], ==,
                        (guint8)((sizes[i] - 1) * 31 + (sizes[i] - 1) / 256 + 1));
        coffer_bytes_unref(held);
        if (mincore(first_page, 1, &resident) < 0)
            continue;
        /* A free block may hold a pointer to the next one. */
        for (gsize at = sizeof(gpointer); at < sizes[i]; at++)
            g_assert_cmphex(data[at], ==, 0);
    }
}

/* A fork has copies of our pages that are not locked (mlock(2)): it must not take them for new
 * values, whether they were free at the fork or were released after it. */
static void
test_fork(void)
{
    CofferBytes *before = patterned(100);
    int status = 0;
    pid_t pid = 0;

    coffer_bytes_unref(patterned(100));
    pid = fork();
    if (pid == 0) {
        if (!is_protected(coffer_bytes_get_data(patterned(100), NULL)))
            _exit(1);
        coffer_bytes_unref(before);
        _exit(is_protected(coffer_bytes_get_data(patterned(100), NULL)) ? 0 : 2);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(status, ==, 0);
    coffer_bytes_unref(before);
}

/* Under a limit there is an error, not an unlocked value; what is released can be used again. */
static void
limited(rlim_t limit)
{
    const struct rlimit limits = { limit, limit };
    CofferBytes *kept[64] = { NULL };
    gsize most = 0;

    g_assert_cmpint(setrlimit(RLIMIT_MEMLOCK, &limits), ==, 0);
    g_assert_cmpint(geteuid() != 0 || setresuid(NOBODY, NOBODY, NOBODY) == 0, ==, 1);
    for (int round = 0; round < 3; round++) {
        g_autoptr(GError) error = NULL;
        g_autofree guint8 *data = g_malloc0(10000);
        gsize n = 0;

        while (n < G_N_ELEMENTS(kept) && (kept[n] = coffer_bytes_new(data, 10000, &error)) != NULL)
            n++;
        failure_expect(&error, COFFER_ERROR_NO_SPACE, "locked memory");
        g_assert_cmpuint(n * 10000, <=, limit);
        g_assert_true(round == 0 || n == most);
        most = n;
        while (n > 0)
            coffer_bytes_unref(kept[--n]);
    }
    /* What is kept for values of that size does not stand in the way of another size. */
    if (most > 2) {
        g_autoptr(GError) error = NULL;
        g_autofree guint8 *data = g_malloc0(most * 10000);
        g_autoptr(CofferBytes) large = coffer_bytes_new(data, most * 10000, &error);

        g_assert_no_error(error);
    }
}

static void
test_limit(void)
{
    static const rlim_t limits[] = { 0, 64 * 1024 };

    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        int status = 0;
        pid_t pid = fork();

        if (pid == 0) {
            limited(limits[i]);
            _exit(0);
        }
        g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
        g_assert_cmpint(status, ==, 0);
    }
}

static gpointer
churn_thread(gpointer data)
{
    CofferBytes *shared = data;
    guint32 random = GPOINTER_TO_UINT(g_thread_self()) | 1;
    CofferBytes *mine[16] = { NULL };
    guint8 marks[16] = { 0 };

    for (int round = 0; round < 4000; round++) {
        guint slot = (random = random * 1664525 + 1013904223) >> 28;
        gsize size = 1 + (random >> 8) % (round % 50 == 0 ? 20000 : 3000);
        guint8 *fresh = NULL;

        coffer_bytes_unref(coffer_bytes_ref(shared));
        if (mine[slot] != NULL) {
            const guint8 *old = coffer_bytes_get_data(mine[slot], &size);

            for (gsize i = 0; i < size; i++)
                g_assert_cmphex(old[i], ==, marks[slot]);
            g_clear_pointer(&mine[slot], coffer_bytes_unref);
            continue;
        }
        mine[slot] = coffer_bytes_alloc(size, &fresh, NULL);
        marks[slot] = (guint8)(random >> 16);
        for (gsize i = 0; i < size; i++) {
            g_assert_cmphex(fresh[i], ==, 0);
            fresh[i] = marks[slot];
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(mine); i++)
        g_clear_pointer(&mine[i], coffer_bytes_unref);
    return NULL;
}

static void
test_threads(void)
{
    g_autoptr(CofferBytes) shared = from_text("shared");
    GThread *threads[4];

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("churn", churn_thread, shared);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    g_assert_cmpmem(coffer_bytes_get_data(shared, NULL), coffer_bytes_get_size(shared), "shared",
                    6);
}

static void
test_boxed(void)
{
    g_autoptr(CofferBytes) value = from_text("boxed");
    CofferBytes *copy = g_boxed_copy(COFFER_TYPE_BYTES, value);

    g_assert_true(copy == value);
    g_boxed_free(COFFER_TYPE_BYTES, copy);
    g_assert_cmpuint(coffer_bytes_get_size(value), ==, 5);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bytes/bounds", test_bounds);
    g_test_add_func("/bytes/alloc", test_alloc);
    g_test_add_func("/bytes/truncate", test_truncate);
    g_test_add_func("/bytes/truncate-gives-back", test_truncate_gives_back);
    g_test_add_func("/bytes/equal", test_equal);
    g_test_add_func("/bytes/is-text", test_is_text);
    g_test_add_func("/bytes/base64/accepted", test_base64);
    g_test_add_func("/bytes/base64/refused", test_base64_refused);
    g_test_add_func("/bytes/base64/blank", test_base64_blank);
    g_test_add_func("/bytes/base64/round-trip", test_base64_round_trip);
    g_test_add_func("/bytes/base64/largest", test_base64_largest);
    g_test_add_func("/bytes/read", test_read);
    g_test_add_func("/bytes/read-refused", test_read_refused);
    g_test_add_func("/bytes/write", test_write);
    g_test_add_func("/bytes/read-base64", test_read_base64);
    g_test_add_func("/bytes/locked", test_locked);
    g_test_add_func("/bytes/wiped", test_wiped);
    g_test_add_func("/bytes/fork", test_fork);
    g_test_add_func("/bytes/limit", test_limit);
    g_test_add_func("/bytes/threads", test_threads);
    g_test_add_func("/bytes/boxed", test_boxed);
    return g_test_run();
}
