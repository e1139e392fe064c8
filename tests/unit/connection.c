/* connection.c: tests of the URIs that open a root, and of what the first to open it does. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-fixture.h"

static void
test_refused(void)
{
    static const char *const uris[] = {
        "",
        "coffer",
        "coffer:",
        "coffer:///",
        "coffer:///nowhere",
        "coffer:///System",
        "qemu:///system",
        "file:///system",
        "coffer://host/system",
        "coffer://user@/system",
        "coffer:///system?root=/tmp/x",
        "coffer:///session?x=y",
        "coffer:///system#x",
        "coffer:///embed",
        "coffer:///embed?",
        "coffer:///embed?root=",
        "coffer:///embed?root=relative/path",
        "coffer:///embed?rot=/tmp/x",
        "coffer:///embed?root=/tmp/x&more=1",
        "coffer:///embed?root=/tmp/x%00y",
        "coffer:///embed?root=/tmp/x%0Ay",
        "coffer:///embed?root=/tmp/%FF",
        "coffer:///embed?root=/tmp/%zz",
        "coffer:///embed?root=/tmp/x#y",
        "coffer:///embed/x?root=/tmp/x",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(uris); i++) {
        g_autoptr(GError) error = NULL;

        if (coffer_connection_open(uris[i], &error) != NULL)
            g_error("'%s' was taken", uris[i]);
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "coffer:///embed?root=/absolute");
    }
}

/* Each names the folder that it says, decoded once. */
static void
test_embed(void)
{
    static const struct {
        const char *text;
        const char *folder;
    } rows[] = {
        { "plain", "plain" },     { "with%20blank", "with blank" },
        { "a%26b", "a&b" },       { "a%3Db", "a=b" },
        { "a%2525b", "a%25b" },   { "a+b", "a+b" },
        { "a%23b", "a#b" },       { "a%2Fb", "a/b" },
        { "x/../y", "y" },        { "trailing/", "trailing" },
        { "%C3%A4", "\xc3\xa4" }, { "deep/er/still", "deep/er/still" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Root) root = root_new();
        g_autofree char *uri =
            g_strconcat("coffer:///embed?root=", root.path, "/", rows[i].text, NULL);
        g_autofree char *folder = g_strconcat(rows[i].folder, "/run/boot-id", NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferConnection) connection = coffer_connection_open(uri, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(coffer_connection_get_uri(connection), ==, uri);
        g_assert_true(root_has(&root, folder));
    }
}

static void
test_cannot_open(void)
{
    g_auto(Root) root = root_new();
    g_autofree char *uri = g_strconcat("coffer:///embed?root=", root.path, "/file/x", NULL);
    g_autoptr(GError) error = NULL;

    root_write(&root, "file", "no folder");
    g_assert_null(coffer_connection_open(uri, &error));
    g_assert_nonnull(error);
    g_assert_cmpint(error->code, ==, COFFER_ERROR_INVALID_ARGUMENT);
}

/* After a boot autostart starts its pools, and what ran before does not run. */
static void
test_boot(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferPool) other = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;
    CofferPoolInfo info;

    xml = g_strdup_printf(
        "<pool type='dir'><name>other</name><target><path>%s/other</path></target></pool>",
        engine.root.path);
    other = coffer_connection_create_pool(engine.connection, xml, COFFER_DEFINE_NONE,
                                          COFFER_POOL_START_BUILD, COFFER_POOL_BUILD_NONE, &error);
    g_assert_no_error(error);
    g_clear_object(&other);
    engine_reopen(&engine);
    g_assert_true(coffer_pool_get_info(engine.pool, &info, &error));
    g_assert_cmpint(info.state, ==, COFFER_POOL_STATE_RUNNING);
    for (guint autostart = 0; autostart < 2; autostart++) {
        g_assert_true(coffer_pool_set_autostart(engine.pool, autostart, &error));
        root_write(&engine.root, "run/boot-id", "another boot");
        engine_reopen(&engine);
        g_assert_true(coffer_pool_get_info(engine.pool, &info, &error));
        g_assert_cmpint(info.state, ==,
                        autostart ? COFFER_POOL_STATE_RUNNING : COFFER_POOL_STATE_INACTIVE);
        g_assert_null(coffer_connection_lookup_pool_by_name(engine.connection, "other", &error));
        failure_expect(&error, COFFER_ERROR_NOT_FOUND, "'other'");
    }
}

/* A pool that cannot be started is said, and keeps nobody out. */
static void
test_boot_autostart_fails(void)
{
    g_auto(Engine) engine = engine_new();
    CofferPoolInfo info;
    g_autoptr(GError) error = NULL;

    g_assert_true(coffer_pool_set_autostart(engine.pool, TRUE, &error));
    g_assert_cmpint(rmdir(engine.target), ==, 0);
    root_write(&engine.root, "run/boot-id", "another boot");
    g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*autostart*'vault'*");
    engine_reopen(&engine);
    g_test_assert_expected_messages();
    g_assert_true(coffer_pool_get_info(engine.pool, &info, &error));
    g_assert_cmpint(info.state, ==, COFFER_POOL_STATE_INACTIVE);
    engine_reopen(&engine);
}

static void
test_unknown_job(void)
{
    g_auto(Engine) engine = engine_new();

    root_write(&engine.root, "state/jobs/of-the-future", "?");
    g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*of-the-future*unknown to this*");
    engine_reopen(&engine);
    g_test_assert_expected_messages();
    root_write(&engine.root, "state/jobs/of-the-future", "?");
    g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*of-the-future*");
    engine_reopen(&engine);
    g_test_assert_expected_messages();
    g_assert_true(root_has(&engine.root, "state/jobs/of-the-future"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection/refused", test_refused);
    g_test_add_func("/connection/embed", test_embed);
    g_test_add_func("/connection/cannot-open", test_cannot_open);
    g_test_add_func("/connection/boot", test_boot);
    g_test_add_func("/connection/boot-autostart-fails", test_boot_autostart_fails);
    g_test_add_func("/connection/unknown-job", test_unknown_job);
    return g_test_run();
}
