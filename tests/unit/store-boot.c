/* store-boot.c: tests of what a reboot takes away, and of the records of jobs, which it does not.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "failure.h"
#include "root.h"
#include "store/boot.h"
#include "store/jobs.h"

#include <string.h>
#include <sys/resource.h>

static void
write_record(CofferStore *store, CofferStoreKind kind, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;

    coffer_store_write(store, kind, name, text, strlen(text), NULL, &error);
    g_assert_no_error(error);
}

static gboolean
is_new_boot(CofferStore *store)
{
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(GError) error = NULL;
    gboolean new_boot = FALSE;

    coffer_boot_begin(store, &lock, &new_boot, &error);
    g_assert_no_error(error);
    if (new_boot)
        coffer_boot_end(store, &error);
    g_assert_no_error(error);
    return new_boot;
}

static void
test_boot(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);

    g_assert_true(is_new_boot(store));
    g_assert_false(is_new_boot(store));
    for (CofferStoreKind kind = 0; kind < COFFER_STORE_BOOT; kind++)
        write_record(store, kind, "record", "text");
    g_assert_false(is_new_boot(store));
    g_assert_true(root_has(&root, "run/storage/record"));
    root_write(&root, "run/boot-id", "00000000-0000-4000-8000-000000000000\n");
    g_assert_true(is_new_boot(store));
    g_assert_false(root_has(&root, "run/storage/record"));
    g_assert_false(root_has(&root, "run/secrets/record"));
    g_assert_true(root_has(&root, "config/storage/record"));
    g_assert_true(root_has(&root, "config/secrets/record"));
    g_assert_true(root_has(&root, "state/uses/record"));
    g_assert_true(root_has(&root, "state/jobs/record"));
    g_assert_false(is_new_boot(store));
}

/* Who dies after the wiping and before the end has not done what is done once after a boot. */
static void
test_boot_interrupted(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autoptr(GError) error = NULL;

    {
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        gboolean new_boot = FALSE;

        coffer_boot_begin(store, &lock, &new_boot, &error);
        g_assert_no_error(error);
        g_assert_true(new_boot);
        g_assert_cmpint(lock.fd, >=, 0);
    }
    g_assert_true(is_new_boot(store));
}

/* That the record cannot be read is no sign of a reboot: pools would be forgotten. */
static void
test_boot_unreadable(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    struct rlimit before;
    g_autoptr(GError) error = NULL;
    gboolean new_boot = FALSE;

    g_assert_true(is_new_boot(store));
    write_record(store, COFFER_STORE_POOLS_RUNNING, "record", "text");
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    g_assert_cmpint(prlimit(0, RLIMIT_NOFILE, &(struct rlimit){ 0, before.rlim_max }, NULL), ==, 0);
    g_assert_false(coffer_boot_begin(store, &lock, &new_boot, &error));
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    failure_expect(&error, COFFER_ERROR_IO, "cannot tell");
    g_assert_false(is_new_boot(store));
    g_assert_true(root_has(&root, "run/storage/record"));
}

static void
test_jobs(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autofree char *text = NULL;
    g_auto(GStrv) jobs = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(coffer_jobs_begin(store, "volume-1", "text", NULL, &error));
    g_assert_true(coffer_jobs_exists(store, "volume-1"));
    text = coffer_jobs_read(store, "volume-1", &error);
    g_assert_cmpstr(text, ==, "text");
    {
        g_autoptr(CofferStore) next = root_store(&root);

        root_write(&root, "state/jobs/.volume-2.new", "half");
        jobs = coffer_jobs_list(next, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(g_strv_length(jobs), ==, 1);
        g_assert_cmpstr(jobs[0], ==, "volume-1");
        g_assert_false(root_has(&root, "state/jobs/.volume-2.new"));
    }
    g_assert_true(coffer_jobs_end(store, "volume-1", &error));
    g_assert_false(coffer_jobs_exists(store, "volume-1"));
    g_assert_false(coffer_jobs_end(store, "volume-1", &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "volume-1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store-boot/boot", test_boot);
    g_test_add_func("/store-boot/interrupted", test_boot_interrupted);
    g_test_add_func("/store-boot/unreadable", test_boot_unreadable);
    g_test_add_func("/store-boot/jobs", test_jobs);
    return g_test_run();
}
