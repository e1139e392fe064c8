/* store-locks.c: tests that the store's locks exclude threads and processes, and only where they
 * should. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/store.h"

#include "failure.h"
#include "root.h"

#include <fcntl.h>
#include <string.h>

static void
write_record(CofferStore *store, CofferStoreKind kind, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;

    coffer_store_write(store, kind, name, text, strlen(text), NULL, &error);
    g_assert_no_error(error);
}

typedef struct {
    const Root *root;
    CofferStore *store;
    guint rounds;
} Contender;

/* Adds one to a number on disk, which only a lock keeps right. */
static void
count_up(CofferStore *store, guint rounds)
{
    for (guint i = 0; i < rounds; i++) {
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        g_autofree char *text = NULL;
        g_autofree char *next = NULL;

        g_assert_true(
            coffer_store_lock(store, COFFER_STORE_POOLS, COFFER_LOCK_EXCLUSIVE, &lock, NULL));
        text = coffer_store_read(store, COFFER_STORE_POOLS, "number", NULL, NULL);
        next = g_strdup_printf("%d", text != NULL ? atoi(text) + 1 : 1);
        write_record(store, COFFER_STORE_POOLS, "number", next);
    }
}

static void
contend_as_child(gpointer user_data)
{
    const Contender *contender = user_data;
    g_autoptr(CofferStore) store = root_store(contender->root);

    count_up(store, contender->rounds);
}

static gpointer
contend_as_thread(gpointer user_data)
{
    const Contender *contender = user_data;

    count_up(contender->store, contender->rounds);
    return NULL;
}

static void
test_lock_processes(void)
{
    g_auto(Root) root = root_new();
    Contender contender = { &root, NULL, 25 };
    pid_t children[4];
    g_autofree char *number = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        children[i] = fork();
        if (children[i] == 0) {
            contend_as_child(&contender);
            _exit(0);
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        int status = -1;

        g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
        g_assert_cmpint(status, ==, 0);
    }
    number = root_read(&root, "config/storage/number");
    g_assert_cmpstr(number, ==, "100");
}

static void
test_lock_threads(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    Contender contender = { &root, store, 25 };
    GThread *threads[4];
    g_autofree char *number = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("contender", contend_as_thread, &contender);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    number = root_read(&root, "config/storage/number");
    g_assert_cmpstr(number, ==, "100");
}

/* Uses are guarded by the secrets' lock; pools are not. */
static void
test_lock_kinds(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autofree char *path = root_path(&root, "run/locks/secrets");
    g_auto(CofferLock) secrets = COFFER_LOCK_NONE;
    g_auto(CofferLock) pools = COFFER_LOCK_NONE;
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    struct flock range = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
    g_autoptr(GError) error = NULL;

    coffer_store_lock(store, COFFER_STORE_USES, COFFER_LOCK_EXCLUSIVE, &secrets, &error);
    g_assert_no_error(error);
    coffer_store_lock(store, COFFER_STORE_POOLS, COFFER_LOCK_EXCLUSIVE, &pools, &error);
    g_assert_no_error(error);
    coffer_fd_open(path, O_RDWR, 0, &fd, &error);
    g_assert_no_error(error);
    g_assert_cmpint(fcntl(fd, F_OFD_SETLK, &range), ==, -1);
}

static void
lock_in_child(gpointer user_data)
{
    const Root *root = user_data;
    g_autoptr(CofferStore) store = root_store(root);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autoptr(GError) error = NULL;

    g_assert_false(coffer_store_lock_volume(store, "/pool/a", FALSE, &lock, &error));
    failure_expect(&error, COFFER_ERROR_BUSY, "'/pool/a'");
    g_assert_true(coffer_store_lock_volume(store, "/pool/b", FALSE, &lock, &error));
}

static void
test_volume_locks(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_auto(CofferLock) second = COFFER_LOCK_NONE;
    g_autoptr(GError) error = NULL;

    g_assert_true(coffer_store_lock_volume(store, "/pool/a", TRUE, &lock, &error));
    g_assert_false(coffer_store_lock_volume(store, "/pool/a", FALSE, &second, &error));
    failure_expect(&error, COFFER_ERROR_BUSY, "try again");
    root_assert_child(lock_in_child, &root);
    coffer_store_drop_volume_lock(store, "/pool/a");
    coffer_lock_release(&lock);
    g_assert_true(coffer_store_lock_volume(store, "/pool/a", FALSE, &second, &error));
    coffer_store_drop_volume_lock(store, "/pool/a");
    coffer_store_drop_volume_lock(store, "/pool/b");
    g_assert_cmpuint(root_count(&root, "run/locks/volumes"), ==, 0);
}

/* Whoever waits for the lock of a volume that goes must not share it with who comes later. */
static gpointer
lock_and_count(gpointer user_data)
{
    const Contender *contender = user_data;

    for (guint i = 0; i < contender->rounds; i++) {
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        g_autofree char *text = NULL;
        g_autofree char *next = NULL;

        g_assert_true(coffer_store_lock_volume(contender->store, "/pool/a", TRUE, &lock, NULL));
        text = coffer_store_read(contender->store, COFFER_STORE_POOLS, "number", NULL, NULL);
        next = g_strdup_printf("%d", text != NULL ? atoi(text) + 1 : 1);
        write_record(contender->store, COFFER_STORE_POOLS, "number", next);
        coffer_store_drop_volume_lock(contender->store, "/pool/a");
    }
    return NULL;
}

static void
test_volume_lock_dropped(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    Contender contender = { &root, store, 100 };
    GThread *threads[4];
    g_autofree char *number = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("contender", lock_and_count, &contender);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    number = root_read(&root, "config/storage/number");
    g_assert_cmpstr(number, ==, "400");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store-locks/processes", test_lock_processes);
    g_test_add_func("/store-locks/threads", test_lock_threads);
    g_test_add_func("/store-locks/kinds", test_lock_kinds);
    g_test_add_func("/store-locks/volumes", test_volume_locks);
    g_test_add_func("/store-locks/volume-dropped", test_volume_lock_dropped);
    return g_test_run();
}
