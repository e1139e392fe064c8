/* pool-list.c: tests of the states of pools, and of which pools may stand beside each other. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool/pool-list.h"

#include "failure.h"
#include "root.h"

#include <string.h>
#include <sys/stat.h>

#define FIRST  "7d6f0e6a-53a2-4c7e-9c43-000000000101"
#define SECOND "7d6f0e6a-53a2-4c7e-9c43-000000000102"

/* The list goes before its store, the store before its root. */
#define PREPARE                                                                                    \
    g_auto(Root) root = root_new();                                                                \
    g_autoptr(CofferStore) store = root_store(&root);                                              \
    g_autoptr(CofferPoolList) list = coffer_pool_list_new(store);                                  \
    g_autoptr(GError) error = NULL

/* A pool whose folder is @folder below the root; @uuid may be NULL. */
static CofferPoolDef *
make_def(const Root *root, const char *name, const char *uuid, const char *folder)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = g_strdup_printf(
        "<pool type='dir'><name>%s</name>%s%s%s<target><path>%s/%s</path></target></pool>", name,
        uuid != NULL ? "<uuid>" : "", uuid != NULL ? uuid : "", uuid != NULL ? "</uuid>" : "",
        root->path, folder);
    CofferPoolDef *def = coffer_pool_def_parse(xml, FALSE, &error);

    g_assert_no_error(error);
    return def;
}

static CofferPoolKey
define(CofferPoolList *list, const Root *root, const char *name, const char *uuid,
       const char *folder)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferPoolDef) def = make_def(root, name, uuid, folder);

    coffer_pool_list_define(list, def, &error);
    g_assert_no_error(error);
    return (CofferPoolKey){ name, def->uuid };
}

static void
start(CofferPoolList *list, const CofferPoolKey *key)
{
    g_autoptr(GError) error = NULL;

    coffer_pool_list_start(list, key, TRUE, COFFER_POOL_BUILD_NONE, &error);
    g_assert_no_error(error);
}

/* Such as "vault running defined autostart", for each pool, joined with commas. */
static char *
describe(CofferPoolList *list)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) all = coffer_pool_list_all(list, &error);
    GString *text = g_string_new(NULL);

    g_assert_no_error(error);
    for (guint i = 0; i < all->len; i++) {
        const CofferPoolEntry *entry = g_ptr_array_index(all, i);

        g_string_append_printf(
            text, "%s%s %s %s%s", i > 0 ? ", " : "", coffer_pool_entry_def(entry)->name,
            entry->running != NULL ? "running" : "inactive",
            entry->defined != NULL ? "defined" : "transient", entry->autostart ? " autostart" : "");
    }
    return g_string_free(text, FALSE);
}

#define expect(list, expected)                                                                     \
    do {                                                                                           \
        g_autofree char *state_ = describe(list);                                                  \
        g_assert_cmpstr(state_, ==, (expected));                                                   \
    } while (0)

static void
test_states(void)
{
    PREPARE;
    CofferPoolKey key = define(list, &root, "vault", NULL, "pool");

    expect(list, "vault inactive defined");
    g_assert_false(coffer_pool_list_start(list, &key, FALSE, COFFER_POOL_BUILD_NONE, &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "pool-build");
    g_assert_false(coffer_pool_list_destroy(list, &key, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_STATE, "pool-start");
    g_assert_true(coffer_pool_list_build(list, &key, COFFER_POOL_BUILD_NONE, &error));
    g_assert_true(coffer_pool_list_start(list, &key, FALSE, COFFER_POOL_BUILD_NONE, &error));
    expect(list, "vault running defined");
    g_assert_false(coffer_pool_list_start(list, &key, FALSE, COFFER_POOL_BUILD_NONE, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_STATE, "pool-destroy");
    g_assert_false(coffer_pool_list_build(list, &key, COFFER_POOL_BUILD_NONE, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_STATE, "pool-destroy");
    g_assert_false(coffer_pool_list_delete(list, &key, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_STATE, "pool-destroy");
    g_assert_false(coffer_pool_list_undefine(list, &key, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_STATE, "pool-destroy");
    expect(list, "vault running defined");
    g_assert_true(coffer_pool_list_destroy(list, &key, &error));
    root_write(&root, "pool/file", "text");
    g_assert_false(coffer_pool_list_delete(list, &key, &error));
    failure_expect(&error, COFFER_ERROR_IN_USE, "not empty");
    {
        g_autofree char *file = root_path(&root, "pool/file");

        g_assert_cmpint(unlink(file), ==, 0);
    }
    g_assert_true(coffer_pool_list_delete(list, &key, &error));
    g_assert_false(root_has(&root, "pool"));
    g_assert_true(coffer_pool_list_undefine(list, &key, &error));
    expect(list, "");
    g_assert_false(coffer_pool_list_undefine(list, &key, &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "'vault'");
}

static void
test_transient(void)
{
    PREPARE;
    g_autoptr(CofferPoolDef) def = make_def(&root, "vault", FIRST, "pool");
    CofferPoolKey key = { "vault", def->uuid };

    g_assert_true(coffer_pool_list_create(list, def, TRUE, COFFER_POOL_BUILD_NONE, &error));
    expect(list, "vault running transient");
    g_assert_false(coffer_pool_list_create(list, def, FALSE, COFFER_POOL_BUILD_NONE, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_STATE, "running already");
    g_assert_false(coffer_pool_list_set_autostart(list, &key, TRUE, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_STATE, "transient");
    /* Defined while it runs, it is persistent. */
    g_assert_true(coffer_pool_list_define(list, def, &error));
    expect(list, "vault running defined");
    g_assert_true(coffer_pool_list_destroy(list, &key, &error));
    g_assert_true(coffer_pool_list_undefine(list, &key, &error));
    g_assert_true(coffer_pool_list_create(list, def, FALSE, COFFER_POOL_BUILD_NONE, &error));
    g_assert_true(coffer_pool_list_destroy(list, &key, &error));
    expect(list, "");
}

static void
test_unique(void)
{
    static const struct {
        const char *name;
        const char *uuid;
        const char *folder;
        const char *words; /* NULL: allowed */
    } rows[] = {
        { "vault", FIRST, "pool", NULL },
        { "vault", FIRST, "elsewhere", NULL },
        { "vault", NULL, "pool", "give that UUID" },
        { "vault", SECOND, "elsewhere", "give that UUID" },
        { "other", FIRST, "elsewhere", "belongs to pool 'vault'" },
        { "other", SECOND, "pool", "is that of pool 'vault'" },
        { "other", SECOND, "link", "is that of pool 'vault'" },
        { "other", SECOND, "link-to-parent/pool", "is that of pool 'vault'" },
        { "other", NULL, "elsewhere", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PREPARE;
        g_autoptr(CofferPoolDef) def = make_def(&root, rows[i].name, rows[i].uuid, rows[i].folder);
        g_autofree char *pool = root_path(&root, "pool");
        g_autofree char *link = root_path(&root, "link");
        g_autofree char *parent = root_path(&root, "link-to-parent");

        g_assert_cmpint(mkdir(pool, 0700), ==, 0);
        g_assert_cmpint(symlink(pool, link), ==, 0);
        g_assert_cmpint(symlink(root.path, parent), ==, 0);
        define(list, &root, "vault", FIRST, "pool");
        g_assert_cmpint(coffer_pool_list_define(list, def, &error), ==, rows[i].words == NULL);
        if (rows[i].words != NULL) {
            failure_expect(&error, COFFER_ERROR_EXISTS, rows[i].words);
            expect(list, "vault inactive defined");
        }
    }
}

/* A pool of its name is not the pool. */
static void
test_key(void)
{
    PREPARE;
    CofferPoolKey first = define(list, &root, "vault", FIRST, "pool");
    CofferPoolKey second;

    g_assert_true(coffer_pool_list_undefine(list, &first, &error));
    second = define(list, &root, "vault", SECOND, "pool");
    g_assert_false(coffer_pool_list_undefine(list, &first, &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "another has its name");
    g_assert_false(coffer_pool_list_start(list, &first, TRUE, COFFER_POOL_BUILD_NONE, &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, FIRST);
    g_assert_false(root_has(&root, "pool"));
    start(list, &second);
}

static void
test_lookup(void)
{
    PREPARE;
    g_autoptr(CofferPoolEntry) by_name = NULL;
    g_autoptr(CofferPoolEntry) by_uuid = NULL;
    CofferUuid second;
    CofferPoolKey key = define(list, &root, "vault", FIRST, "pool");

    by_name = coffer_pool_list_lookup_name(list, "vault", &error);
    by_uuid = coffer_pool_list_lookup_uuid(list, &key.uuid, &error);
    g_assert_cmpstr(by_name->defined->name, ==, "vault");
    g_assert_cmpstr(by_uuid->defined->name, ==, "vault");
    g_assert_null(coffer_pool_list_lookup_name(list, "other", &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "'other'");
    g_assert_true(coffer_uuid_parse(SECOND, &second));
    g_assert_null(coffer_pool_list_lookup_uuid(list, &second, &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, SECOND);
}

static void
test_autostart(void)
{
    PREPARE;
    CofferPoolKey key = define(list, &root, "vault", FIRST, "pool");
    g_autofree char *link = root_path(&root, "config/storage/autostart/vault.xml");
    g_autofree char *text = NULL;

    for (guint i = 0; i < 2; i++) {
        g_assert_true(coffer_pool_list_set_autostart(list, &key, TRUE, &error));
        expect(list, "vault inactive defined autostart");
    }
    /* It leads to the definition. */
    g_assert_true(g_file_get_contents(link, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, "<name>vault</name>"));
    for (guint i = 0; i < 2; i++) {
        g_assert_true(coffer_pool_list_set_autostart(list, &key, FALSE, &error));
        expect(list, "vault inactive defined");
    }
    g_assert_true(coffer_pool_list_set_autostart(list, &key, TRUE, &error));
    g_assert_true(coffer_pool_list_undefine(list, &key, &error));
    g_assert_cmpuint(root_count(&root, "config/storage/autostart"), ==, 0);
    define(list, &root, "vault", FIRST, "pool");
    expect(list, "vault inactive defined");
}

/* What is defined anew counts from the next start. */
static void
test_redefine_running(void)
{
    PREPARE;
    CofferPoolKey key = define(list, &root, "vault", FIRST, "pool");
    g_autofree char *old = root_path(&root, "pool");
    g_autofree char *new = root_path(&root, "elsewhere");

    start(list, &key);
    define(list, &root, "vault", FIRST, "elsewhere");
    {
        g_autoptr(CofferPoolEntry) entry = coffer_pool_list_lookup(list, &key, &error);

        g_assert_cmpstr(coffer_pool_entry_def(entry)->target_path, ==, old);
        g_assert_cmpstr(((const CofferPoolDef *)entry->defined->data)->target_path, ==, new);
    }
    g_assert_true(coffer_pool_list_destroy(list, &key, &error));
    start(list, &key);
    {
        g_autoptr(CofferPoolEntry) entry = coffer_pool_list_lookup(list, &key, &error);

        g_assert_cmpstr(coffer_pool_entry_def(entry)->target_path, ==, new);
    }
}

static void
test_unsupported(void)
{
    PREPARE;
    g_autoptr(CofferPoolDef) def =
        coffer_pool_def_parse("<pool type='logical'><name>vg</name><source><name>vg</name></source>"
                              "<target><path>/dev/vg</path></target></pool>",
                              FALSE, &error);
    CofferPoolKey key = define(list, &root, "vault", FIRST, "pool");

    g_assert_false(coffer_pool_list_define(list, def, &error));
    failure_expect(&error, COFFER_ERROR_UNSUPPORTED, "'logical'");
    g_assert_false(coffer_pool_list_build(list, &key, COFFER_POOL_BUILD_OVERWRITE, &error));
    failure_expect(&error, COFFER_ERROR_UNSUPPORTED, "leave the flag out");
}

static void
test_build_mode(void)
{
    PREPARE;
    g_autoptr(CofferPoolDef) def = make_def(&root, "vault", FIRST, "deep/pool");
    CofferPoolKey key = { "vault", def->uuid };
    g_autofree char *folder = root_path(&root, "deep/pool");
    struct stat status;

    def->permissions.mode = 0750;
    g_assert_true(coffer_pool_list_define(list, def, &error));
    for (guint i = 0; i < 2; i++) {
        g_assert_true(coffer_pool_list_build(list, &key, COFFER_POOL_BUILD_NONE, &error));
        g_assert_cmpint(stat(folder, &status), ==, 0);
        g_assert_cmpint(status.st_mode & 07777, ==, 0750);
        g_assert_cmpint(chmod(folder, 0777), ==, 0);
    }
}

/* A pool that cannot be recorded as running does not run. */
static void
test_start_fails(void)
{
    PREPARE;
    CofferPoolKey key = define(list, &root, "vault", FIRST, "pool");

    if (!COFFER_FAULT_POINTS) {
        g_test_skip("needs a build with -Dfault_points=true");
        return;
    }
    g_setenv("COFFER_FAULT", "pool-start:write=ENOSPC", TRUE);
    g_assert_false(coffer_pool_list_start(list, &key, TRUE, COFFER_POOL_BUILD_NONE, &error));
    g_unsetenv("COFFER_FAULT");
    failure_expect(&error, COFFER_ERROR_NO_SPACE, "pool 'vault'");
    expect(list, "vault inactive defined");
    start(list, &key);
}

static void
test_damaged(void)
{
    PREPARE;
    g_autoptr(CofferPoolDef) def = make_def(&root, "vault", FIRST, "pool");
    g_autofree char *text = NULL;

    define(list, &root, "other", SECOND, "other");
    root_write(&root, "config/storage/vault.xml", "<pool type='dir'><name>other</name></pool>");
    g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*/config/storage/vault.xml*");
    expect(list, "other inactive defined");
    g_test_assert_expected_messages();
    g_assert_null(coffer_pool_list_lookup_name(list, "vault", &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "vault.xml");
    /* It is not lost to a new one either. */
    g_assert_false(coffer_pool_list_define(list, def, &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "vault.xml");
    text = root_read(&root, "config/storage/vault.xml");
    g_assert_nonnull(strstr(text, "<name>other</name>"));
    expect(list, "other inactive defined");
}

static void
destroy_in_child(gpointer user_data)
{
    g_autoptr(CofferStore) store = root_store(user_data);
    g_autoptr(CofferPoolList) list = coffer_pool_list_new(store);
    g_autoptr(CofferPoolEntry) entry = coffer_pool_list_lookup_name(list, "vault", NULL);
    CofferPoolKey key = { "vault", coffer_pool_entry_def(entry)->uuid };

    g_assert_true(coffer_pool_list_destroy(list, &key, NULL));
    define(list, user_data, "theirs", NULL, "theirs");
}

static void
test_processes(void)
{
    PREPARE;
    CofferPoolKey key = define(list, &root, "vault", FIRST, "pool");

    start(list, &key);
    expect(list, "vault running defined");
    root_assert_child(destroy_in_child, &root);
    expect(list, "theirs inactive defined, vault inactive defined");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool-list/states", test_states);
    g_test_add_func("/pool-list/transient", test_transient);
    g_test_add_func("/pool-list/unique", test_unique);
    g_test_add_func("/pool-list/key", test_key);
    g_test_add_func("/pool-list/lookup", test_lookup);
    g_test_add_func("/pool-list/autostart", test_autostart);
    g_test_add_func("/pool-list/redefine-running", test_redefine_running);
    g_test_add_func("/pool-list/unsupported", test_unsupported);
    g_test_add_func("/pool-list/build-mode", test_build_mode);
    g_test_add_func("/pool-list/start-fails", test_start_fails);
    g_test_add_func("/pool-list/damaged", test_damaged);
    g_test_add_func("/pool-list/processes", test_processes);
    return g_test_run();
}
