/* store.c: tests of records and their folders; locks are in store-locks.c, boots and jobs in
 * store-boot.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store.h"

#include "base/fault.h"
#include "failure.h"
#include "root.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    CofferStoreKind kind;
    const char *folder;
} folders[] = {
    { COFFER_STORE_SECRETS, "config/secrets" },
    { COFFER_STORE_SECRETS_RUNNING, "run/secrets" },
    { COFFER_STORE_USES, "state/uses" },
    { COFFER_STORE_POOLS, "config/storage" },
    { COFFER_STORE_POOLS_AUTOSTART, "config/storage/autostart" },
    { COFFER_STORE_POOLS_RUNNING, "run/storage" },
    { COFFER_STORE_JOBS, "state/jobs" },
    { COFFER_STORE_BOOT, "run" },
};

static void
write_record(CofferStore *store, CofferStoreKind kind, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;

    coffer_store_write(store, kind, name, text, strlen(text), NULL, &error);
    g_assert_no_error(error);
}

static mode_t
mode_of(const Root *root, const char *relative)
{
    g_autofree char *path = root_path(root, relative);
    struct stat status;

    g_assert_cmpint(lstat(path, &status), ==, 0);
    return status.st_mode & 07777;
}

static void
test_folders(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);

    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *folder = root_path(&root, folders[i].folder);
        g_autofree char *file = g_build_filename(folders[i].folder, "record", NULL);
        g_autofree char *text = NULL;
        g_autoptr(GError) error = NULL;
        gsize size = 0;

        write_record(store, folders[i].kind, "record", "text");
        g_assert_cmpstr(coffer_store_folder(store, folders[i].kind), ==, folder);
        g_assert_true(root_has(&root, file));
        g_assert_true(coffer_store_exists(store, folders[i].kind, "record"));
        text = coffer_store_read(store, folders[i].kind, "record", &size, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(text, ==, "text");
        g_assert_cmpuint(size, ==, 4);
        coffer_store_remove(store, folders[i].kind, "record", &error);
        g_assert_no_error(error);
        g_assert_false(root_has(&root, file));
        g_assert_false(coffer_store_remove(store, folders[i].kind, "record", &error));
        failure_expect(&error, COFFER_ERROR_NOT_FOUND, "record");
        g_assert_null(coffer_store_read(store, folders[i].kind, "record", NULL, &error));
        failure_expect(&error, COFFER_ERROR_NOT_FOUND, "record");
    }
}

static void
test_modes(void)
{
    const mode_t umasks[] = { 0, 022, 077, 0777 };

    for (gsize i = 0; i < G_N_ELEMENTS(umasks); i++) {
        g_auto(Root) root = root_new();
        mode_t before = umask(umasks[i]);
        g_autoptr(CofferStore) store = root_store(&root);
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        g_autoptr(GError) error = NULL;

        coffer_store_lock(store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, &error);
        g_assert_no_error(error);
        for (gsize kind = 0; kind < G_N_ELEMENTS(folders); kind++)
            write_record(store, folders[kind].kind, "record", "text");
        umask(before);
        for (gsize kind = 0; kind < G_N_ELEMENTS(folders); kind++) {
            g_autofree char *file = g_build_filename(folders[kind].folder, "record", NULL);

            g_assert_cmpint(mode_of(&root, folders[kind].folder), ==, 0700);
            g_assert_cmpint(mode_of(&root, file), ==, 0600);
        }
        g_assert_cmpint(mode_of(&root, "config"), ==, 0700);
        g_assert_cmpint(mode_of(&root, "run/locks"), ==, 0700);
        g_assert_cmpint(mode_of(&root, "run/locks/secrets"), ==, 0600);
    }
}

/* A folder that somebody made for us with the usual umask. */
static void
test_open_folder_is_closed(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = NULL;

    g_assert_cmpint(g_mkdir_with_parents(root.config, 0755), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *folder = root_path(&root, folders[i].folder);

        g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
        g_assert_cmpint(chmod(folder, 0755), ==, 0);
    }
    store = root_store(&root);
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        write_record(store, folders[i].kind, "record", "text");
        g_assert_cmpint(mode_of(&root, folders[i].folder), ==, 0700);
    }
}

static void
test_not_a_record(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autofree char *outside = root_path(&root, "outside");
    g_autofree char *folder = root_path(&root, "config/secrets");
    g_autofree char *link = root_path(&root, "config/secrets/link.xml");
    g_autofree char *fifo = root_path(&root, "config/secrets/fifo.xml");
    g_autofree char *large = root_path(&root, "config/secrets/large.xml");
    g_autofree char *text = NULL;
    g_autoptr(GHashTable) names = NULL;
    g_autoptr(GError) error = NULL;

    write_record(store, COFFER_STORE_SECRETS, "good.xml", "text");
    root_write(&root, "outside", "what a link must not show");
    g_assert_cmpint(symlink(outside, link), ==, 0);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    root_write(&root, "config/secrets/large.xml", "");
    g_assert_cmpint(truncate(large, 5 * 1024 * 1024), ==, 0);
    g_assert_null(coffer_store_read(store, COFFER_STORE_SECRETS, "link.xml", NULL, &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "not a regular file");
    g_assert_null(coffer_store_read(store, COFFER_STORE_SECRETS, "fifo.xml", NULL, &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "not a regular file");
    g_assert_null(coffer_store_read(store, COFFER_STORE_SECRETS, "large.xml", NULL, &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "more than");
    /* Writing replaces the link, not what it points to. */
    write_record(store, COFFER_STORE_SECRETS, "link.xml", "text");
    g_assert_false(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
    names = coffer_store_list(store, COFFER_STORE_SECRETS, ".xml", &error);
    g_assert_no_error(error);
    g_assert_true(g_hash_table_contains(names, "good"));
    g_assert_true(g_hash_table_contains(names, "link"));
    text = root_read(&root, "outside");
    g_assert_cmpstr(text, ==, "what a link must not show");
}

static void
test_list(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autofree char *folder = root_path(&root, "config/secrets/folder.xml");
    g_autoptr(GHashTable) names = NULL;
    g_autoptr(GError) error = NULL;

    write_record(store, COFFER_STORE_SECRETS, "a.xml", "text");
    write_record(store, COFFER_STORE_SECRETS, "b.xml", "text");
    write_record(store, COFFER_STORE_SECRETS, "a.base64", "text");
    write_record(store, COFFER_STORE_SECRETS, ".c.xml", "text");
    g_assert_cmpint(mkdir(folder, 0700), ==, 0);
    names = coffer_store_list(store, COFFER_STORE_SECRETS, ".xml", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_hash_table_size(names), ==, 2);
    g_assert_true(g_hash_table_contains(names, "a"));
    g_assert_true(g_hash_table_contains(names, "b"));
}

static void
test_stale(void)
{
    g_auto(Root) root = root_new();
    const char *const stale[] = { "config/secrets/.a.xml.new", "state/uses/.b.use.new",
                                  "run/secrets/.c.xml.new" };

    for (gsize i = 0; i < G_N_ELEMENTS(stale); i++) {
        g_autofree char *path = root_path(&root, stale[i]);
        g_autofree char *folder = g_path_get_dirname(path);

        g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
        root_write(&root, stale[i], "half");
    }
    {
        g_autoptr(CofferStore) store = root_store(&root);
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        g_autoptr(GError) error = NULL;

        coffer_store_lock(store, COFFER_STORE_SECRETS, COFFER_LOCK_SHARED, &lock, &error);
        g_assert_no_error(error);
        g_assert_true(root_has(&root, stale[0])); /* its writer may be alive */
        coffer_lock_release(&lock);
        coffer_store_lock(store, COFFER_STORE_USES, COFFER_LOCK_EXCLUSIVE, &lock, &error);
        g_assert_no_error(error);
        for (gsize i = 0; i < G_N_ELEMENTS(stale); i++)
            g_assert_false(root_has(&root, stale[i]));
    }
}

static void
change_record(gpointer user_data)
{
    g_autoptr(CofferStore) store = root_store(user_data);

    write_record(store, COFFER_STORE_SECRETS, "record", "from a child");
}

static guint64
writes_of(CofferStore *store, CofferStoreKind kind)
{
    CofferStoreRevision revision;
    g_autoptr(GError) error = NULL;

    coffer_store_revision(store, kind, &revision, &error);
    g_assert_no_error(error);
    return revision.writes;
}

static void
test_revision(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    CofferStoreRevision before, after;
    guint64 writes = 0;

    write_record(store, COFFER_STORE_SECRETS, "record", "text");
    writes = writes_of(store, COFFER_STORE_SECRETS);
    g_assert_cmpuint(writes_of(store, COFFER_STORE_SECRETS), ==, writes);
    root_assert_child(change_record, &root);
    g_assert_cmpuint(writes_of(store, COFFER_STORE_SECRETS), >, writes);
    /* What others write is no reason to read this kind again. */
    writes = writes_of(store, COFFER_STORE_SECRETS);
    write_record(store, COFFER_STORE_USES, "record", "text");
    write_record(store, COFFER_STORE_POOLS, "record", "text");
    g_assert_cmpuint(writes_of(store, COFFER_STORE_SECRETS), ==, writes);
    coffer_store_remove(store, COFFER_STORE_SECRETS, "record", NULL);
    g_assert_cmpuint(writes_of(store, COFFER_STORE_SECRETS), >, writes);
    /* By hand: the clock of file times ticks slowly, so a time is set that is surely another. */
    g_assert_true(coffer_store_revision(store, COFFER_STORE_SECRETS, &before, NULL));
    root_write(&root, "config/secrets/by-hand", "text");
    {
        const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
        g_autofree char *folder = root_path(&root, "config/secrets");

        g_assert_cmpint(utimensat(AT_FDCWD, folder, times, 0), ==, 0);
    }
    g_assert_true(coffer_store_revision(store, COFFER_STORE_SECRETS, &after, NULL));
    g_assert_cmpuint(after.writes, ==, before.writes);
    g_assert_true(memcmp(&after, &before, sizeof(after)) != 0);
}

static void
test_link(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autofree char *link = root_path(&root, "config/storage/autostart/vault.xml");
    const char *const targets[] = { "../other.xml", "../vault.xml", "../vault.xml" };
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++) {
        g_autofree char *target = NULL;

        coffer_store_link(store, COFFER_STORE_POOLS_AUTOSTART, "vault.xml", targets[i], &error);
        g_assert_no_error(error);
        target = g_file_read_link(link, NULL);
        g_assert_cmpstr(target, ==, targets[i]);
        g_assert_true(coffer_store_exists(store, COFFER_STORE_POOLS_AUTOSTART, "vault.xml"));
    }
    g_assert_cmpuint(root_count(&root, "config/storage/autostart"), ==, 1);
}

static void
test_identity(void)
{
    g_auto(Root) root = root_new();
    g_auto(Root) other = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autoptr(CofferStore) second = root_store(&other);
    g_autofree char *link = root_path(&other, "link");
    Root by_link = { .path = link,
                     .config = root_path(&other, "link/config"),
                     .state = root_path(&other, "link/state"),
                     .run = root_path(&other, "link/run") };
    g_autoptr(CofferStore) third = NULL;

    g_assert_cmpint(symlink(root.path, link), ==, 0);
    third = root_store(&by_link);
    g_assert_cmpstr(coffer_store_identity(store), ==, coffer_store_identity(third));
    g_assert_cmpstr(coffer_store_identity(store), !=, coffer_store_identity(second));
    g_free(by_link.config);
    g_free(by_link.state);
    g_free(by_link.run);
}

/* Each step of a write that can fail leaves the old record, and no other file. */
static void
test_write_fails(void)
{
    const char *const faults[] = { "store-test:write=ENOSPC", "store-test:sync=EIO",
                                   "store-test:linked=ENOSPC" };
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);

    if (!COFFER_FAULT_POINTS) {
        g_test_skip("needs a build with -Dfault_points=true");
        return;
    }
    write_record(store, COFFER_STORE_SECRETS, "record", "old");
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autofree char *text = NULL;
        g_autoptr(GError) error = NULL;

        g_setenv("COFFER_FAULT", faults[i], TRUE);
        g_assert_false(coffer_store_write(store, COFFER_STORE_SECRETS, "record", "new", 3,
                                          "store-test", &error));
        g_unsetenv("COFFER_FAULT");
        failure_expect(&error, i == 1 ? COFFER_ERROR_IO : COFFER_ERROR_NO_SPACE, "'record'");
        text = root_read(&root, "config/secrets/record");
        g_assert_cmpstr(text, ==, "old");
        g_assert_cmpuint(root_count(&root, "config/secrets"), ==, 1);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/folders", test_folders);
    g_test_add_func("/store/modes", test_modes);
    g_test_add_func("/store/open-folder-is-closed", test_open_folder_is_closed);
    g_test_add_func("/store/not-a-record", test_not_a_record);
    g_test_add_func("/store/list", test_list);
    g_test_add_func("/store/stale", test_stale);
    g_test_add_func("/store/revision", test_revision);
    g_test_add_func("/store/link", test_link);
    g_test_add_func("/store/identity", test_identity);
    g_test_add_func("/store/write-fails", test_write_fails);
    return g_test_run();
}
