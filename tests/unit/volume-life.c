/* volume-life.c: tests of volumes made, listed, resized and deleted through the public handles,
 * with qemu-io as witness; finding them is in
 * volume-found.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-fixture.h"

#define VALUE      "a throw-away value"
#define SECRET     "7d6f0e6a-53a2-4c7e-9c43-0000000000e1"
#define SECRET_XML "<secret><uuid>" SECRET "</uuid></secret>"
#define BY_UUID    "<secret type='passphrase' uuid='" SECRET "'/>"

static const char *const formats[] = { "raw", "qcow2" };

/* The value of the secret that a volume has, as text. */
static char *
value_of(CofferConnection *connection, CofferVolume *volume)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *uuid = coffer_volume_dup_secret_uuid(volume, &error);
    g_autoptr(CofferSecret) secret =
        coffer_connection_lookup_secret_by_uuid(connection, uuid, &error);
    g_autoptr(CofferBytes) value = coffer_secret_get_value(secret, &error);

    g_assert_no_error(error);
    return g_strndup((const char *)coffer_bytes_get_data(value, NULL),
                     coffer_bytes_get_size(value));
}

static void
expect_info(CofferVolume *volume, guint64 capacity)
{
    g_autoptr(GError) error = NULL;
    CofferVolumeInfo info;

    coffer_volume_get_info(volume, &info, &error);
    g_assert_no_error(error);
    g_assert_cmpint(info.type, ==, COFFER_VOLUME_TYPE_FILE);
    g_assert_cmpuint(info.capacity, ==, capacity);
}

static void
test_plain(void)
{
    g_auto(Engine) engine = engine_new();

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", formats[i], NULL);
        g_autofree char *format = coffer_volume_dup_format(volume, NULL);
        g_autofree char *uuid = coffer_volume_dup_secret_uuid(volume, NULL);
        g_autoptr(GError) error = NULL;
        struct stat status;

        g_assert_cmpstr(format, ==, formats[i]);
        g_assert_null(uuid);
        expect_info(volume, 8 * MIB);
        g_assert_cmpint(stat(coffer_volume_get_path(volume), &status), ==, 0);
        g_assert_cmpint(status.st_mode & 07777, ==, 0600);
        g_assert_true(
            engine_qemu_io(volume, formats[i], NULL, "-c 'write -P 7 0 1M' -c 'read -P 7 0 1M'"));
        g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
        g_assert_no_error(error);
        engine_expect_counts(&engine, "0 0 0 0");
        g_assert_false(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
        failure_expect(&error, COFFER_ERROR_NOT_FOUND, "volume 'disk'");
    }
}

/* A secret whose value is generated, for a chosen one costs seconds at each opening. */
static CofferSecret *
generated_secret(Engine *engine)
{
    CofferSecret *secret = engine_secret(engine, SECRET_XML, NULL);
    g_autoptr(GError) error = NULL;

    coffer_secret_generate_value(secret, NULL, &error);
    g_assert_no_error(error);
    return secret;
}

static void
test_encrypted(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferSecret) secret = generated_secret(&engine);

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", formats[i], BY_UUID);
        g_autofree char *format = coffer_volume_dup_format(volume, NULL);
        g_autofree char *uuid = coffer_volume_dup_secret_uuid(volume, NULL);
        g_autofree char *value = value_of(engine.connection, volume);
        g_auto(GStrv) uses = NULL;
        g_autofree char *gone = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_cmpstr(format, ==, formats[i]);
        g_assert_cmpstr(uuid, ==, SECRET);
        expect_info(volume, 8 * MIB);
        uses = coffer_secret_list_uses(secret, &error);
        g_assert_cmpuint(g_strv_length(uses), ==, 1);
        g_assert_cmpstr(uses[0], ==, coffer_volume_get_path(volume));
        g_assert_true(engine_qemu_io(volume, formats[i], value,
                                     "-c 'write -P 7 7M 1M' -c 'read -P 7 7M 1M'"));
        g_assert_false(engine_qemu_io(volume, formats[i], "another", "-c 'read 0 1M'"));
        g_assert_false(coffer_secret_undefine(secret, COFFER_SECRET_UNDEFINE_NONE, &error));
        failure_expect(&error, COFFER_ERROR_IN_USE, "/pool/disk'");
        /* A refresh and a restart keep the reference. */
        g_assert_true(coffer_pool_refresh(engine.pool, &error));
        engine_reopen(&engine);
        g_clear_object(&volume);
        volume = coffer_pool_lookup_volume(engine.pool, "disk", &error);
        g_clear_pointer(&uuid, g_free);
        uuid = coffer_volume_dup_secret_uuid(volume, &error);
        g_assert_cmpstr(uuid, ==, SECRET);
        g_assert_true(
            coffer_volume_delete(volume, COFFER_VOLUME_DELETE_KEEP_SECRET, &gone, &error));
        g_assert_null(gone);
        engine_expect_counts(&engine, "2 0 0 0");
    }
}

static void
test_generated(void)
{
    g_auto(Engine) engine = engine_new();

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", formats[i], "");
        g_autofree char *uuid = coffer_volume_dup_secret_uuid(volume, NULL);
        g_autofree char *value = value_of(engine.connection, volume);
        g_autofree char *gone = NULL;
        g_autoptr(CofferSecret) secret = NULL;
        g_autoptr(GError) error = NULL;
        const char *usage = NULL;

        g_assert_cmpuint(strlen(value), ==, 64);
        g_assert_true(
            engine_qemu_io(volume, formats[i], value, "-c 'write -P 7 0 1M' -c 'read -P 7 0 1M'"));
        secret = coffer_connection_lookup_secret_by_uuid(engine.connection, uuid, &error);
        g_assert_cmpint(coffer_secret_get_usage(secret, &usage), ==, COFFER_SECRET_USAGE_VOLUME);
        g_assert_cmpstr(usage, ==, coffer_volume_get_path(volume));
        g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, &gone, &error));
        g_assert_cmpstr(gone, ==, uuid);
        engine_expect_counts(&engine, "0 0 0 0");
    }
}

/* A secret that a user chose the value of stays; so does its volume's data. */
static void
test_chosen(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferSecret) secret = engine_secret(&engine, SECRET_XML, VALUE);
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", BY_UUID);
    g_autofree char *gone = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(engine_qemu_io(volume, "raw", VALUE, "-c 'write -P 7 0 1M' -c 'read -P 7 0 1M'"));
    g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, &gone, &error));
    g_assert_null(gone);
    engine_expect_counts(&engine, "2 0 0 0");
}

/* A generated secret that another volume needs stays with it. */
static void
test_shared_secret(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) first = engine_create(&engine, "first", "raw", "");
    g_autofree char *uuid = coffer_volume_dup_secret_uuid(first, NULL);
    g_autofree char *reference = g_strdup_printf("<secret type='passphrase' uuid='%s'/>", uuid);
    g_autoptr(CofferVolume) second = engine_create(&engine, "second", "raw", reference);
    g_autofree char *gone = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(coffer_volume_delete(first, COFFER_VOLUME_DELETE_NONE, &gone, &error));
    g_assert_null(gone);
    g_assert_true(coffer_volume_delete(second, COFFER_VOLUME_DELETE_NONE, &gone, &error));
    g_assert_cmpstr(gone, ==, uuid);
}

static void
test_resize(void)
{
    static const struct {
        const char *format;
        const char *encryption;
    } rows[] = {
        { "raw", NULL },
        { "qcow2", NULL },
        { "raw", "" },
        { "qcow2", "" },
    };
    g_auto(Engine) engine = engine_new();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(CofferVolume) volume =
            engine_create(&engine, "disk", rows[i].format, rows[i].encryption);
        g_autofree char *value =
            rows[i].encryption != NULL ? value_of(engine.connection, volume) : NULL;
        g_autoptr(GError) error = NULL;

        g_assert_true(engine_qemu_io(volume, rows[i].format, value,
                                     "-c 'write -P 7 0 1M' -c 'write -P 8 7M 1M'"));
        g_assert_true(coffer_volume_resize(volume, 16 * MIB, COFFER_VOLUME_RESIZE_NONE, &error));
        g_assert_no_error(error);
        expect_info(volume, 16 * MIB);
        g_assert_true(engine_qemu_io(volume, rows[i].format, value,
                                     "-c 'read -P 7 0 1M' -c 'read -P 8 7M 1M' "
                                     "-c 'write -P 9 15M 1M' -c 'read -P 9 15M 1M'"));
        g_assert_true(coffer_volume_resize(volume, MIB, COFFER_VOLUME_RESIZE_DELTA, &error));
        expect_info(volume, 17 * MIB);
        g_assert_false(coffer_volume_resize(volume, MIB, COFFER_VOLUME_RESIZE_NONE, &error));
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "--shrink");
        g_assert_false(coffer_volume_resize(
            volume, 18 * MIB, COFFER_VOLUME_RESIZE_DELTA | COFFER_VOLUME_RESIZE_SHRINK, &error));
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "cannot lose more");
        g_assert_false(
            coffer_volume_resize(volume, G_MAXUINT64, COFFER_VOLUME_RESIZE_DELTA, &error));
        failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "too large");
        expect_info(volume, 17 * MIB);
        g_assert_true(coffer_volume_resize(
            volume, 16 * MIB, COFFER_VOLUME_RESIZE_DELTA | COFFER_VOLUME_RESIZE_SHRINK, &error));
        g_assert_no_error(error);
        expect_info(volume, MIB);
        g_assert_true(engine_qemu_io(volume, rows[i].format, value, "-c 'read -P 7 0 1M'"));
        g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
    }
}

static void
test_allocate(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", NULL);
    CofferVolumeInfo info;
    g_autoptr(GError) error = NULL;

    g_assert_true(coffer_volume_resize(volume, 12 * MIB, COFFER_VOLUME_RESIZE_ALLOCATE, &error));
    g_assert_true(coffer_volume_get_info(volume, &info, &error));
    g_assert_cmpuint(info.allocation, >=, 4 * MIB);
    g_assert_cmpuint(info.allocation, <, 8 * MIB);
}

static void
test_backing(void)
{
    static const char *const paths[] = { "base.qcow2", "%s/base.qcow2" };
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) base = engine_create(&engine, "base.qcow2", "qcow2", NULL);

    g_assert_true(engine_qemu_io(base, "qcow2", NULL, "-c 'write -P 7 0 1M'"));
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_auto(GStrv) parts = g_strsplit(paths[i], "%s", -1);
        g_autofree char *path = g_strjoinv(engine.target, parts);
        g_autofree char *xml = g_strdup_printf(
            "<volume><name>top</name><target><format type='qcow2'/></target><backingStore>"
            "<path>%s</path><format type='qcow2'/></backingStore></volume>",
            path);
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferVolume) volume =
            coffer_pool_create_volume(engine.pool, xml, COFFER_VOLUME_CREATE_NONE, &error);
        g_autofree char *dump = NULL;
        g_autofree char *full = g_build_filename(engine.target, "base.qcow2", NULL);
        g_autofree char *expected = g_strdup_printf("<path>%s</path>", full);

        g_assert_no_error(error);
        expect_info(volume, 8 * MIB);
        g_assert_true(engine_qemu_io(volume, "qcow2", NULL, "-c 'read -P 7 0 1M'"));
        dump = coffer_volume_dup_xml(volume, &error);
        g_assert_nonnull(strstr(strstr(dump, "<backingStore>"), expected));
        g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/volume-life/plain", test_plain);
    g_test_add_func("/volume-life/encrypted", test_encrypted);
    g_test_add_func("/volume-life/generated", test_generated);
    g_test_add_func("/volume-life/chosen", test_chosen);
    g_test_add_func("/volume-life/shared-secret", test_shared_secret);
    g_test_add_func("/volume-life/resize", test_resize);
    g_test_add_func("/volume-life/allocate", test_allocate);
    g_test_add_func("/volume-life/backing", test_backing);
    return g_test_run();
}
