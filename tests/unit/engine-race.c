/* engine-race.c: tests of one connection in many threads, and of one root in many processes: of
 * those that want the same name one wins, nobody hangs, and nothing is lost. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-fixture.h"

#define THREADS   8
#define PROCESSES 20
#define ROUNDS    12

/* Starts @count children at once. Returns: how many of them succeeded; all must end by themselves.
 */
static guint
race(const Engine *engine, guint count, gboolean (*work)(Engine *engine, guint number))
{
    g_autofree pid_t *children = g_new0(pid_t, count);
    guint winners = 0;
    int gate[2];

    g_assert_cmpint(pipe(gate), ==, 0);
    for (guint i = 0; i < count; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            Engine own = { .uri = engine->uri };
            char byte = 0;

            close(gate[1]);
            g_assert_cmpint(read(gate[0], &byte, 1), ==, 0); /* until the parent opens it */
            own.connection = engine_connect(engine);
            own.pool = coffer_connection_lookup_pool_by_name(own.connection, "vault", NULL);
            _exit(work(&own, i) ? 0 : 1);
        }
    }
    close(gate[0]);
    close(gate[1]);
    for (guint i = 0; i < count; i++) {
        int status = -1;

        g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
        g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
        winners += WEXITSTATUS(status) == 0;
    }
    return winners;
}

static gboolean
create_same(Engine *engine, guint number)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferVolume) volume = engine_try_create(engine, "disk", "raw", "", &error);

    g_assert_true(volume != NULL || g_error_matches(error, COFFER_ERROR, COFFER_ERROR_EXISTS));
    return volume != NULL;
}

static void
test_same_volume(void)
{
    g_auto(Engine) engine = engine_new();

    g_assert_cmpuint(race(&engine, PROCESSES, create_same), ==, 1);
    engine_expect_counts(&engine, "2 1 0 1");
}

static gboolean
delete_same(Engine *engine, guint number)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferVolume) volume = coffer_pool_lookup_volume(engine->pool, "disk", &error);
    gboolean deleted =
        volume != NULL && coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error);

    g_assert_true(deleted || g_error_matches(error, COFFER_ERROR, COFFER_ERROR_NOT_FOUND));
    return deleted;
}

static void
test_same_deletion(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", "");

    g_assert_cmpuint(race(&engine, PROCESSES, delete_same), ==, 1);
    engine_expect_counts(&engine, "0 0 0 0");
}

static gboolean
define_same_usage(Engine *engine, guint number)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferSecret) secret = coffer_connection_define_secret(
        engine->connection, "<secret><usage type='ceph'><name>the one</name></usage></secret>",
        COFFER_DEFINE_NONE, &error);

    g_assert_true(secret != NULL || g_error_matches(error, COFFER_ERROR, COFFER_ERROR_EXISTS));
    return secret != NULL;
}

static void
test_same_usage(void)
{
    g_auto(Engine) engine = engine_new();

    g_assert_cmpuint(race(&engine, PROCESSES, define_same_usage), ==, 1);
    engine_expect_counts(&engine, "1 0 0 0");
}

static gboolean
generate_same(Engine *engine, guint number)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferSecret) secret = coffer_connection_lookup_secret_by_usage(
        engine->connection, COFFER_SECRET_USAGE_CEPH, "the one", &error);
    gboolean generated = coffer_secret_generate_value(secret, NULL, &error);

    g_assert_true(generated || g_error_matches(error, COFFER_ERROR, COFFER_ERROR_EXISTS));
    return generated;
}

static void
test_same_value(void)
{
    g_auto(Engine) engine = engine_new();

    g_assert_true(define_same_usage(&engine, 0));
    g_assert_cmpuint(race(&engine, PROCESSES, generate_same), ==, 1);
    engine_expect_counts(&engine, "2 0 0 0");
}

static gboolean
start_same(Engine *engine, guint number)
{
    g_autoptr(GError) error = NULL;
    gboolean started =
        coffer_pool_start(engine->pool, COFFER_POOL_START_NONE, COFFER_POOL_BUILD_NONE, &error);

    g_assert_true(started || g_error_matches(error, COFFER_ERROR, COFFER_ERROR_INVALID_STATE));
    return started;
}

static void
test_same_start(void)
{
    g_auto(Engine) engine = engine_new();

    g_assert_true(coffer_pool_destroy(engine.pool, NULL));
    g_assert_cmpuint(race(&engine, PROCESSES, start_same), ==, 1);
}

/* Each its own volume and secret, while all look at all of them. */
static gboolean
live_and_die(Engine *engine, guint number)
{
    for (guint round = 0; round < ROUNDS; round++) {
        g_autofree char *name = g_strdup_printf("disk-%u", number);
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferVolume) volume = engine_create(engine, name, "raw", "");
        g_autofree char *xml = coffer_volume_dup_xml(volume, &error);
        g_autofree char *uuid = coffer_volume_dup_secret_uuid(volume, &error);
        g_autoptr(GPtrArray) volumes = coffer_pool_list_volumes(engine->pool, &error);
        g_autoptr(GPtrArray) secrets = NULL;
        g_autoptr(CofferSecret) secret = NULL;
        g_autoptr(CofferBytes) value = NULL;
        g_autofree char *gone = NULL;

        g_assert_no_error(error);
        g_assert_nonnull(strstr(xml, uuid));
        g_assert_cmpuint(volumes->len, >=, 1);
        secrets =
            coffer_connection_list_secrets(engine->connection, COFFER_SECRET_LIST_ALL, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(secrets->len, >=, 1);
        secret = coffer_connection_lookup_secret_by_uuid(engine->connection, uuid, &error);
        value = coffer_secret_get_value(secret, &error);
        g_assert_no_error(error);
        g_assert_true(coffer_pool_refresh(engine->pool, &error));
        coffer_volume_resize(volume, 16 * MIB, COFFER_VOLUME_RESIZE_NONE, &error);
        g_assert_no_error(error);
        coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, &gone, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(gone, ==, uuid);
    }
    return TRUE;
}

static void
test_processes(void)
{
    g_auto(Engine) engine = engine_new();

    g_assert_cmpuint(race(&engine, 6, live_and_die), ==, 6);
    engine_expect_counts(&engine, "0 0 0 0");
    g_assert_cmpuint(root_count(&engine.root, "run/locks/volumes"), ==, 0);
}

typedef struct {
    Engine *engine;
    guint number;
} Worker;

static gpointer
work(gpointer user_data)
{
    const Worker *worker = user_data;

    live_and_die(worker->engine, worker->number);
    return NULL;
}

static void
test_threads(void)
{
    g_auto(Engine) engine = engine_new();
    Worker workers[THREADS];
    GThread *threads[THREADS];

    for (guint i = 0; i < THREADS; i++) {
        workers[i] = (Worker){ &engine, i };
        threads[i] = g_thread_new("worker", work, &workers[i]);
    }
    for (guint i = 0; i < THREADS; i++)
        g_thread_join(threads[i]);
    engine_expect_counts(&engine, "0 0 0 0");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine-race/same-volume", test_same_volume);
    g_test_add_func("/engine-race/same-deletion", test_same_deletion);
    g_test_add_func("/engine-race/same-usage", test_same_usage);
    g_test_add_func("/engine-race/same-value", test_same_value);
    g_test_add_func("/engine-race/same-start", test_same_start);
    g_test_add_func("/engine-race/processes", test_processes);
    g_test_add_func("/engine-race/threads", test_threads);
    return g_test_run();
}
