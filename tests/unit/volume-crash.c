/* volume-crash.c: tests that kill at every fault point of creating and deleting a volume, and of
 * secrets that go or move: the next to open the root finds the old state or the new, nothing else.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-fixture.h"

#include <keyutils.h>
#include <signal.h>

#define SECRET        "7d6f0e6a-53a2-4c7e-9c43-0000000000f2"
#define PERSISTENT    "<secret><uuid>" SECRET "</uuid></secret>"
#define EPHEMERAL     "<secret ephemeral='yes'><uuid>" SECRET "</uuid></secret>"
#define VALUE         "a throw-away value"
#define ANOTHER_VALUE "another throw-away value"

/* One operation: what comes before it, itself, and whether what is there is sound. */
typedef struct {
    void (*prepare)(Engine *engine);
    void (*act)(Engine *engine);
    char *(*describe)(Engine *engine);
} Scenario;

static void
nothing(Engine *engine)
{
}

static void
create_raw(Engine *engine)
{
    g_autoptr(CofferVolume) volume = engine_create(engine, "disk", "raw", "");
}

static void
delete_raw(Engine *engine)
{
    g_autoptr(CofferVolume) volume = coffer_pool_lookup_volume(engine->pool, "disk", NULL);

    g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, NULL));
}

/* As with a relative backing path, which needs a name meanwhile. */
static void
create_named(Engine *engine)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferVolume) volume = coffer_pool_create_volume(
        engine->pool,
        "<volume><name>disk</name><capacity>1048576</capacity><target><format type='qcow2'/>"
        "</target><backingStore><path>base</path><format type='raw'/></backingStore></volume>",
        COFFER_VOLUME_CREATE_NONE, &error);

    g_assert_no_error(error);
}

static void
create_base(Engine *engine)
{
    g_autoptr(CofferVolume) volume = engine_create(engine, "base", "raw", NULL);
}

static void
define_persistent(Engine *engine)
{
    g_autoptr(CofferSecret) secret = engine_secret(engine, PERSISTENT, NULL);
}

static void
define_ephemeral(Engine *engine)
{
    g_autoptr(CofferSecret) secret = engine_secret(engine, EPHEMERAL, NULL);
}

static void
set_persistent(Engine *engine)
{
    g_autoptr(CofferSecret) secret = engine_secret(engine, PERSISTENT, VALUE);
}

static void
set_ephemeral(Engine *engine)
{
    g_autoptr(CofferSecret) secret = engine_secret(engine, EPHEMERAL, VALUE);
}

static void
set_generated(Engine *engine)
{
    g_autoptr(CofferSecret) secret = engine_secret(engine, PERSISTENT, NULL);

    g_assert_true(coffer_secret_generate_value(secret, NULL, NULL));
}

static void
set_another(Engine *engine)
{
    g_autoptr(CofferSecret) secret = engine_secret(engine, PERSISTENT, ANOTHER_VALUE);
}

static void
undefine(Engine *engine)
{
    g_autoptr(CofferSecret) secret =
        coffer_connection_lookup_secret_by_uuid(engine->connection, SECRET, NULL);

    g_assert_true(coffer_secret_undefine(secret, COFFER_SECRET_UNDEFINE_NONE, NULL));
}

/* As the next writer does: what stands between linking and renaming goes with its lock. */
static void
sweep(Engine *engine)
{
    g_autoptr(CofferStore) store = root_store(&engine->root);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;

    g_assert_true(
        coffer_store_lock(store, COFFER_STORE_SECRETS, COFFER_LOCK_EXCLUSIVE, &lock, NULL));
}

static char *
describe_counts(Engine *engine)
{
    sweep(engine);
    g_assert_true(coffer_pool_refresh(engine->pool, NULL));
    return engine_counts(engine);
}

/* Definition and value; a generated value is only said to be one. A mark beside another value is
 * what must never be. */
static char *
describe_secret(Engine *engine)
{
    g_autoptr(CofferSecret) secret =
        coffer_connection_lookup_secret_by_uuid(engine->connection, SECRET, NULL);
    g_autoptr(CofferBytes) value = secret != NULL ? coffer_secret_get_value(secret, NULL) : NULL;
    g_autofree char *xml = secret != NULL ? coffer_secret_dup_xml(secret, NULL) : NULL;
    g_autofree char *counts = NULL;
    gsize size = value != NULL ? coffer_bytes_get_size(value) : 0;
    gboolean marked = xml != NULL && strstr(xml, "generated") != NULL;

    sweep(engine);
    counts = engine_counts(engine);
    g_assert_true(!marked || size == 64);
    return g_strdup_printf(
        "%s %s %.*s, %u in run", counts,
        secret == NULL ? "gone" : (coffer_secret_is_ephemeral(secret) ? "ephemeral" : "persistent"),
        size == 64 ? 0 : (int)size, value != NULL ? (char *)coffer_bytes_get_data(value, NULL) : "",
        root_count(&engine->root, "run/secrets"));
}

/* What the state is after @act, or without it. */
static char *
state_of(const Scenario *scenario, gboolean act)
{
    g_auto(Engine) engine = engine_new();

    scenario->prepare(&engine);
    if (act)
        scenario->act(&engine);
    engine_reopen(&engine);
    return scenario->describe(&engine);
}

/* The names of the points that @act passes. */
static char **
points_of(const Scenario *scenario)
{
    g_auto(Engine) engine = engine_new();
    g_autofree char *trace = root_path(&engine.root, "trace");
    g_autofree char *text = NULL;

    scenario->prepare(&engine);
    g_setenv("COFFER_FAULT_TRACE", trace, TRUE);
    scenario->act(&engine);
    g_unsetenv("COFFER_FAULT_TRACE");
    text = root_read(&engine.root, "trace");
    return g_strsplit(g_strchomp(text), "\n", -1);
}

static void
act_and_die(Engine *engine, const Scenario *scenario, const char *fault)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        engine_reopen(engine);
        g_setenv("COFFER_FAULT", fault, TRUE);
        scenario->act(engine);
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void
test_scenario(gconstpointer user_data)
{
    const Scenario *scenario = user_data;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    g_auto(GStrv) points = NULL;

    if (!COFFER_FAULT_POINTS) {
        g_test_skip("needs a build with -Dfault_points=true");
        return;
    }
    before = state_of(scenario, FALSE);
    after = state_of(scenario, TRUE);
    points = points_of(scenario);
    g_assert_cmpuint(g_strv_length(points), >, 0);
    for (char **point = points; *point != NULL; point++) {
        g_auto(Engine) engine = engine_new();
        g_autofree char *fault = g_strconcat(*point, "=kill", NULL);
        g_autofree char *now = NULL;

        if (g_strv_contains((const char *const *)point + 1, *point))
            continue; /* the first passing of a point is the one that kills */
        scenario->prepare(&engine);
        act_and_die(&engine, scenario, fault);
        engine_reopen(&engine);
        now = scenario->describe(&engine);
        if (!g_str_equal(now, before) && !g_str_equal(now, after))
            g_error("after %s: '%s' is neither '%s' nor '%s'", fault, now, before, after);
        /* And it can be done again, from where it is. */
        if (g_str_equal(now, before))
            scenario->act(&engine);
        g_clear_pointer(&now, g_free);
        now = scenario->describe(&engine);
        g_assert_cmpstr(now, ==, after);
    }
}

static const struct {
    const char *name;
    Scenario scenario;
} scenarios[] = {
    { "create", { nothing, create_raw, describe_counts } },
    { "create-named", { create_base, create_named, describe_counts } },
    { "delete", { create_raw, delete_raw, describe_counts } },
    { "define", { nothing, define_persistent, describe_secret } },
    { "set", { define_persistent, set_persistent, describe_secret } },
    { "set-another", { set_persistent, set_another, describe_secret } },
    { "set-over-generated", { set_generated, set_another, describe_secret } },
    { "generate", { define_persistent, set_generated, describe_secret } },
    { "undefine", { set_persistent, undefine, describe_secret } },
    { "undefine-ephemeral", { set_ephemeral, undefine, describe_secret } },
    { "to-ephemeral", { set_persistent, define_ephemeral, describe_secret } },
    { "to-persistent", { set_ephemeral, define_persistent, describe_secret } },
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(scenarios); i++) {
        g_autofree char *path = g_strconcat("/volume-crash/", scenarios[i].name, NULL);

        g_test_add_data_func(path, &scenarios[i].scenario, test_scenario);
    }
    return g_test_run();
}
