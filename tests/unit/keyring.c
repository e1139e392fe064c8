/* keyring.c: tests of values in the kernel's own keyring: whole, seen by other processes and
 * sessions, by nobody else, and refused cleanly where there is no room or no keyring. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret/keyring.h"

#include "base/bytes.h"
#include "failure.h"

#include <errno.h>
#include <keyutils.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define UUID "7d6f0e6a-53a2-4c7e-9c43-0000000000b1"

/* What tells this run of the tests from all others. */
static char *identity;

static gboolean
skipped(void)
{
    if (keyctl_search(KEY_SPEC_USER_KEYRING, "keyring", "coffer:none", 0) < 0 && errno != ENOKEY) {
        g_test_skip("needs a kernel keyring for this user");
        return TRUE;
    }
    return FALSE;
}

/* @size bytes, different at each place and for each @seed. */
static CofferBytes *
make_value(gsize size, guint seed)
{
    g_autoptr(GError) error = NULL;
    guint8 *data = NULL;
    CofferBytes *value = coffer_bytes_alloc(size, &data, &error);

    g_assert_no_error(error);
    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)(i * 7 + i / 251 + seed);
    return value;
}

static void
set(CofferKeyring *keyring, CofferBytes *value)
{
    g_autoptr(GError) error = NULL;
    gboolean process_only = TRUE;

    coffer_keyring_set(keyring, UUID, value, &process_only, &error);
    g_assert_no_error(error);
    g_assert_false(process_only);
}

static void
expect(CofferKeyring *keyring, const CofferBytes *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = coffer_keyring_get(keyring, UUID, &error);

    g_assert_no_error(error);
    g_assert_true(coffer_bytes_equal(value, expected));
}

static void
test_sizes(void)
{
    const gsize sizes[] = { 1, 32, 32767, 32768, 65534, 65535, COFFER_BYTES_MAX };
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(GError) error = NULL;

    if (skipped())
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(CofferBytes) value = make_value(sizes[i], 0);

        g_assert_false(coffer_keyring_has(keyring, UUID));
        g_assert_null(coffer_keyring_get(keyring, UUID, &error));
        failure_expect(&error, COFFER_ERROR_NO_VALUE, "secret-set-value");
        set(keyring, value);
        g_assert_true(coffer_keyring_has(keyring, UUID));
        expect(keyring, value);
        coffer_keyring_remove(keyring, UUID);
    }
    coffer_keyring_remove(keyring, UUID);
}

static void
test_replaced(void)
{
    const gsize sizes[] = { 10, COFFER_BYTES_MAX, 5, 40000, 32767 };
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);

    if (skipped())
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(CofferBytes) value = make_value(sizes[i], (guint)i);

        set(keyring, value);
        expect(keyring, value);
    }
    coffer_keyring_remove(keyring, UUID);
}

/* Another root's value of the same UUID is another value. */
static void
test_other_root(void)
{
    g_autofree char *other = g_strconcat(identity, "-other", NULL);
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferKeyring) second = coffer_keyring_new(other);
    g_autoptr(CofferBytes) value = make_value(10, 0);

    if (skipped())
        return;
    set(keyring, value);
    g_assert_false(coffer_keyring_has(second, UUID));
    coffer_keyring_remove(second, UUID);
    g_assert_true(coffer_keyring_has(keyring, UUID));
    coffer_keyring_remove(keyring, UUID);
}

/* Whoever reads while another value takes its place gets one of the two, whole: 1,000 times, of a
 * size that takes three keys. */
static void
test_replaced_while_read(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) even = make_value(COFFER_BYTES_MAX, 1);
    g_autoptr(CofferBytes) odd = make_value(COFFER_BYTES_MAX - 9, 2);
    int status = 0;
    pid_t writer = 0;

    if (skipped())
        return;
    set(keyring, even);
    writer = fork();
    if (writer == 0) {
        g_autoptr(CofferKeyring) own = coffer_keyring_new(identity);
        g_autoptr(CofferBytes) first = make_value(COFFER_BYTES_MAX, 1);
        g_autoptr(CofferBytes) second = make_value(COFFER_BYTES_MAX - 9, 2);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (guint i = 0;; i++) {
            gboolean process_only = FALSE;

            /* The kernel gives back the quota of old keys when it gets to it: a set may be refused.
             */
            coffer_keyring_set(own, UUID, i % 2 == 0 ? first : second, &process_only, NULL);
        }
    }
    for (guint i = 0; i < 1000; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferBytes) value = coffer_keyring_get(keyring, UUID, &error);

        g_assert_no_error(error);
        g_assert_true(coffer_bytes_equal(value, even) || coffer_bytes_equal(value, odd));
    }
    kill(writer, SIGKILL);
    g_assert_cmpint(waitpid(writer, &status, 0), ==, writer);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    coffer_keyring_remove(keyring, UUID);
}

/* A ring of ours from which somebody took a key. */
static void
test_torn(void)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, identity, -1);
    g_autofree char *name = g_strdup_printf("coffer:%.16s:%s", digest, UUID);
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) value = make_value(COFFER_BYTES_MAX, 0);
    const char *const keys[] = { "0", "1", "last-2" };

    if (skipped())
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autoptr(GError) error = NULL;
        long ring = 0, key = 0;

        set(keyring, value);
        ring = keyctl_search(KEY_SPEC_USER_KEYRING, "keyring", name, 0);
        g_assert_cmpint(ring, >, 0);
        key = keyctl_search((key_serial_t)ring, "user", keys[i], 0);
        g_assert_cmpint(key, >, 0);
        g_assert_cmpint(keyctl_unlink((key_serial_t)key, (key_serial_t)ring), ==, 0);
        g_assert_null(coffer_keyring_get(keyring, UUID, &error));
        failure_expect(&error, COFFER_ERROR_UNREADABLE_VALUE, "set it again");
    }
    coffer_keyring_remove(keyring, UUID);
}

static void
test_permissions(void)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, identity, -1);
    g_autofree char *name = g_strdup_printf("coffer:%.16s:%s", digest, UUID);
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) value = make_value(10, 0);
    key_serial_t ids[2] = { 0, 0 };

    if (skipped())
        return;
    set(keyring, value);
    ids[0] = (key_serial_t)keyctl_search(KEY_SPEC_USER_KEYRING, "keyring", name, 0);
    ids[1] = (key_serial_t)keyctl_search(ids[0], "user", "last-0", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
        char text[256];
        g_auto(GStrv) fields = NULL;
        guint64 permissions = 0;

        g_assert_cmpint(ids[i], >, 0);
        g_assert_cmpint(keyctl_describe(ids[i], text, sizeof(text)), >, 0);
        fields = g_strsplit(text, ";", -1);
        permissions = g_ascii_strtoull(fields[3], NULL, 16);
        g_assert_cmphex(permissions & (KEY_GRP_ALL | KEY_OTH_ALL), ==, 0);
        g_assert_cmphex(permissions & KEY_USR_READ, !=, 0);
    }
    coffer_keyring_remove(keyring, UUID);
}

static void
assert_child(void (*work)(void))
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        work();
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(status, ==, 0);
}

static void
expect_in_child(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) expected = make_value(40000, 3);

    expect(keyring, expected);
}

/* As a process of cron or ssh: its session keyring is a new one, into which nothing is linked. */
static void
expect_in_session(void)
{
    g_assert_cmpint(keyctl_join_session_keyring(NULL), >, 0);
    g_assert_cmpint(keyctl_search(KEY_SPEC_SESSION_KEYRING, "keyring", "_uid.0", 0), ==, -1);
    expect_in_child();
}

static void
set_in_session(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) value = make_value(COFFER_BYTES_MAX, 4);

    g_assert_cmpint(keyctl_join_session_keyring(NULL), >, 0);
    set(keyring, value);
}

static void
test_processes(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) value = make_value(40000, 3);
    g_autoptr(CofferBytes) theirs = make_value(COFFER_BYTES_MAX, 4);

    if (skipped())
        return;
    set(keyring, value);
    assert_child(expect_in_child);
    assert_child(expect_in_session);
    assert_child(set_in_session);
    expect(keyring, theirs);
    coffer_keyring_remove(keyring, UUID);
}

static gboolean
has_fault_points(void)
{
    if (!COFFER_FAULT_POINTS)
        g_test_skip("needs a build with -Dfault_points=true");
    return COFFER_FAULT_POINTS;
}

static void
test_quota(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) value = make_value(10, 0);
    g_autoptr(CofferBytes) other = make_value(10, 1);
    g_autoptr(GError) error = NULL;
    gboolean process_only = FALSE;

    if (skipped() || !has_fault_points())
        return;
    set(keyring, value);
    g_setenv("COFFER_FAULT", "keyring:add=EDQUOT", TRUE);
    g_assert_false(coffer_keyring_set(keyring, UUID, other, &process_only, &error));
    g_unsetenv("COFFER_FAULT");
    failure_expect(&error, COFFER_ERROR_NO_SPACE, "/proc/key-users");
    expect(keyring, value);
    coffer_keyring_remove(keyring, UUID);
}

/* A user other than root really runs into the quota of 20,000 bytes; the old value stays. */
static void
fill_quota(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) small = make_value(100, 0);
    g_autoptr(CofferBytes) large = make_value(COFFER_BYTES_MAX, 1);
    g_autoptr(GError) error = NULL;
    gboolean process_only = FALSE;

    g_assert_cmpint(setresuid(64999, 64999, 64999), ==, 0);
    g_assert_cmpint(keyctl_join_session_keyring(NULL), >, 0);
    set(keyring, small);
    g_assert_false(coffer_keyring_set(keyring, UUID, large, &process_only, &error));
    failure_expect(&error, COFFER_ERROR_NO_SPACE, "quota");
    expect(keyring, small);
    coffer_keyring_remove(keyring, UUID);
}

static void
test_real_quota(void)
{
    g_autofree char *max = NULL;

    if (skipped())
        return;
    if (geteuid() != 0 ||
        !g_file_get_contents("/proc/sys/kernel/keys/maxbytes", &max, NULL, NULL) ||
        g_ascii_strtoull(max, NULL, 10) >= COFFER_BYTES_MAX) {
        g_test_skip("needs root, to become a user with the usual quota of keys");
        return;
    }
    assert_child(fill_quota);
}

static void
test_no_keyring(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferKeyring) other = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) value = make_value(COFFER_BYTES_MAX, 0);
    g_autoptr(GError) error = NULL;
    gboolean process_only = FALSE;

    if (!has_fault_points())
        return;
    g_setenv("COFFER_FAULT", "keyring:add=ENOSYS", TRUE);
    g_assert_true(coffer_keyring_set(keyring, UUID, value, &process_only, &error));
    g_unsetenv("COFFER_FAULT");
    g_assert_no_error(error);
    g_assert_true(process_only);
    g_assert_true(coffer_keyring_has(keyring, UUID));
    expect(keyring, value);
    g_assert_false(coffer_keyring_has(other, UUID));
    coffer_keyring_remove(keyring, UUID);
    g_assert_false(coffer_keyring_has(keyring, UUID));
}

/* Nothing that is being filled stays in the keyring of the process. */
static void
test_nothing_left(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    g_autoptr(CofferBytes) value = make_value(COFFER_BYTES_MAX, 0);
    key_serial_t keys[16];

    if (skipped())
        return;
    set(keyring, value);
    coffer_keyring_remove(keyring, UUID);
    g_assert_cmpint(keyctl_read(KEY_SPEC_PROCESS_KEYRING, (char *)keys, sizeof(keys)), ==, 0);
}

typedef struct {
    CofferKeyring *keyring;
    guint seed;
} Worker;

static gpointer
work(gpointer user_data)
{
    const Worker *worker = user_data;

    for (guint i = 0; i < 100; i++) {
        g_autoptr(CofferBytes) value = make_value(worker->seed, worker->seed);
        g_autoptr(CofferBytes) got = NULL;

        set(worker->keyring, value);
        got = coffer_keyring_get(worker->keyring, UUID, NULL);
        g_assert_nonnull(got);
        g_assert_cmpuint(coffer_bytes_get_data(got, NULL)[0], ==, coffer_bytes_get_size(got));
    }
    return NULL;
}

static void
test_threads(void)
{
    g_autoptr(CofferKeyring) keyring = coffer_keyring_new(identity);
    Worker workers[4];
    GThread *threads[4];

    if (skipped())
        return;
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
        workers[i] = (Worker){ keyring, i + 1 };
        threads[i] = g_thread_new("worker", work, &workers[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    coffer_keyring_remove(keyring, UUID);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    identity = g_strdup_printf("test-%d-%" G_GINT64_FORMAT, getpid(), g_get_real_time());
    g_test_add_func("/keyring/sizes", test_sizes);
    g_test_add_func("/keyring/replaced", test_replaced);
    g_test_add_func("/keyring/other-root", test_other_root);
    g_test_add_func("/keyring/replaced-while-read", test_replaced_while_read);
    g_test_add_func("/keyring/torn", test_torn);
    g_test_add_func("/keyring/permissions", test_permissions);
    g_test_add_func("/keyring/processes", test_processes);
    g_test_add_func("/keyring/quota", test_quota);
    g_test_add_func("/keyring/real-quota", test_real_quota);
    g_test_add_func("/keyring/no-keyring", test_no_keyring);
    g_test_add_func("/keyring/nothing-left", test_nothing_left);
    g_test_add_func("/keyring/threads", test_threads);
    return g_test_run();
}
