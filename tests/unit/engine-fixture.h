/* engine-fixture.h: what tests of the public handles share: a root with a running pool; not for
 * src.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/coffer.h"

#include "failure.h"
#include "root.h"
#include "witness.h"

/* A connection to a root of its own and the pool "vault" in it. */
typedef struct {
    Root root;
    char *uri;
    char *target;
    CofferConnection *connection;
    CofferPool *pool;
} Engine;

static inline CofferConnection *
engine_connect(const Engine *engine)
{
    g_autoptr(GError) error = NULL;
    CofferConnection *connection = coffer_connection_open(engine->uri, &error);

    g_assert_no_error(error);
    return connection;
}

/* As the next process finds it. */
static inline void
engine_reopen(Engine *engine)
{
    g_autoptr(GError) error = NULL;

    g_clear_object(&engine->pool);
    g_clear_object(&engine->connection);
    engine->connection = engine_connect(engine);
    engine->pool = coffer_connection_lookup_pool_by_name(engine->connection, "vault", &error);
    g_assert_no_error(error);
}

static inline Engine
engine_new(void)
{
    Engine engine = { .root = root_new() };
    g_autofree char *xml = NULL;
    g_autoptr(GError) error = NULL;

    engine.uri = g_strconcat("coffer:///embed?root=", engine.root.path, NULL);
    engine.target = root_path(&engine.root, "pool");
    engine.connection = engine_connect(&engine);
    xml = g_strdup_printf(
        "<pool type='dir'><name>vault</name><target><path>%s</path></target></pool>",
        engine.target);
    engine.pool = coffer_connection_define_pool(engine.connection, xml, COFFER_DEFINE_NONE, &error);
    g_assert_no_error(error);
    coffer_pool_start(engine.pool, COFFER_POOL_START_BUILD, COFFER_POOL_BUILD_NONE, &error);
    g_assert_no_error(error);
    return engine;
}

static inline void
engine_clear(Engine *engine)
{
    g_clear_object(&engine->pool);
    g_clear_object(&engine->connection);
    g_clear_pointer(&engine->uri, g_free);
    g_clear_pointer(&engine->target, g_free);
    root_clear(&engine->root);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Engine, engine_clear)

static inline CofferSecret *
engine_secret(Engine *engine, const char *xml, const char *value)
{
    g_autoptr(GError) error = NULL;
    CofferSecret *secret =
        coffer_connection_define_secret(engine->connection, xml, COFFER_DEFINE_NONE, &error);

    g_assert_no_error(error);
    if (value != NULL) {
        g_autoptr(CofferBytes) bytes = witness_value(value);

        coffer_secret_set_value(secret, bytes, COFFER_SECRET_SET_NONE, NULL, &error);
        g_assert_no_error(error);
    }
    return secret;
}

/* <volume> of @format; @encryption is what stands in <encryption>, NULL for none. */
static inline char *
engine_volume_xml(const char *name, const char *format, guint64 capacity, const char *encryption)
{
    return g_strdup_printf(
        "<volume><name>%s</name><capacity>%" G_GUINT64_FORMAT
        "</capacity><allocation>0</allocation><target><format type='%s'/>"
        "%s%s%s</target></volume>",
        name, capacity, format, encryption != NULL ? "<encryption format='luks'>" : "",
        encryption != NULL ? encryption : "", encryption != NULL ? "</encryption>" : "");
}

static inline CofferVolume *
engine_try_create(Engine *engine, const char *name, const char *format, const char *encryption,
                  GError **error)
{
    g_autofree char *xml = engine_volume_xml(name, format, 8 * MIB, encryption);

    return coffer_pool_create_volume(engine->pool, xml, COFFER_VOLUME_CREATE_GENERATE_SECRET,
                                     error);
}

static inline CofferVolume *
engine_create(Engine *engine, const char *name, const char *format, const char *encryption)
{
    g_autoptr(GError) error = NULL;
    CofferVolume *volume = engine_try_create(engine, name, format, encryption, &error);

    g_assert_no_error(error);
    return volume;
}

/* How many records of each kind there are, and files in the pool, as "secrets uses jobs files". */
static inline char *
engine_counts(const Engine *engine)
{
    return g_strdup_printf("%u %u %u %u", root_count(&engine->root, "config/secrets"),
                           root_count(&engine->root, "state/uses"),
                           root_count(&engine->root, "state/jobs"),
                           root_count(&engine->root, "pool"));
}

#define engine_expect_counts(engine, expected)                                                     \
    do {                                                                                           \
        g_autofree char *counts_ = engine_counts(engine);                                          \
        g_assert_cmpstr(counts_, ==, (expected));                                                  \
    } while (0)

/* Runs qemu-io on the volume; @commands are such as "-c 'write 0 1M'". @value is the secret's, NULL
 * for none. Returns: whether it did what it was told. */
static inline gboolean
engine_qemu_io(CofferVolume *volume, const char *format, const char *value, const char *commands)
{
    const char *path = coffer_volume_get_path(volume);
    g_autofree char *node = NULL;
    g_autofree char *output = NULL;
    int status = 0;

    if (value == NULL)
        node = g_strdup_printf("driver=%s,file.filename=%s", format, path);
    else if (g_str_equal(format, "raw"))
        node = g_strdup_printf("driver=luks,key-secret=s,file.filename=%s", path);
    else
        node = g_strdup_printf("driver=%s,encrypt.key-secret=s,file.filename=%s", format, path);
    status = witness_run(
        &output, "printf %%s '%s' | qemu-io %s --image-opts '%s' %s", value != NULL ? value : "",
        value != NULL ? "--object secret,id=s,file=/dev/stdin" : "", node, commands);
    g_test_message("%s", output);
    return status == 0 && strstr(output, "failed") == NULL;
}
