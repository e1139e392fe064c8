/* volume-found.c: tests of volumes that are looked up, and of the secrets of those that were moved,
 * copied, or made by others. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-fixture.h"

#define VALUE  "a throw-away value"
#define SECRET "7d6f0e6a-53a2-4c7e-9c43-0000000000e1"

static void
test_lookup(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", NULL);
    const char *const spellings[] = { "%s/disk", "%s//disk", "%s/./disk", "%s/x/../disk" };
    const char *const names[] = { "other", "../pool/disk", "", ".", "-x", "a\nb" };
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
        g_auto(GStrv) parts = g_strsplit(spellings[i], "%s", -1);
        g_autofree char *path = g_strjoinv(engine.target, parts);
        g_autoptr(CofferVolume) found =
            coffer_connection_lookup_volume_by_path(engine.connection, path, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(coffer_volume_get_name(found), ==, "disk");
        g_assert_cmpstr(coffer_volume_get_key(found), ==, coffer_volume_get_path(volume));
    }
    g_assert_null(coffer_connection_lookup_volume_by_path(engine.connection, "/none", &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "'/none'");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_null(coffer_pool_lookup_volume(engine.pool, names[i], &error));
        failure_expect(&error, i == 0 ? COFFER_ERROR_NOT_FOUND : COFFER_ERROR_INVALID_ARGUMENT, "");
    }
}

/* Moved with its pool, copied, or brought from libvirt: the header says which secret it is. */
static void
test_moved(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", "");
    g_autofree char *uuid = coffer_volume_dup_secret_uuid(volume, NULL);
    g_autofree char *moved = g_build_filename(engine.target, "moved", NULL);
    g_autoptr(CofferSecret) secret = NULL;
    g_auto(GStrv) uses = NULL;
    g_autofree char *found = NULL;
    g_autofree char *gone = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(rename(coffer_volume_get_path(volume), moved), ==, 0);
    g_clear_object(&volume);
    volume = coffer_pool_lookup_volume(engine.pool, "moved", &error);
    found = coffer_volume_dup_secret_uuid(volume, &error);
    g_assert_cmpstr(found, ==, uuid);
    g_assert_true(coffer_pool_refresh(engine.pool, &error));
    secret = coffer_connection_lookup_secret_by_uuid(engine.connection, uuid, &error);
    uses = coffer_secret_list_uses(secret, &error);
    g_assert_cmpuint(g_strv_length(uses), ==, 1);
    g_assert_cmpstr(uses[0], ==, moved);
    g_assert_false(coffer_secret_undefine(secret, COFFER_SECRET_UNDEFINE_NONE, &error));
    failure_expect(&error, COFFER_ERROR_IN_USE, "/moved'");
    g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, &gone, &error));
    g_assert_cmpstr(gone, ==, uuid);
    engine_expect_counts(&engine, "0 0 0 0");
}

static void
test_copied(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", "");
    g_autofree char *output =
        witness_must("cp %s %s/copy", coffer_volume_get_path(volume), engine.target);
    g_autofree char *gone = NULL;
    g_autoptr(CofferVolume) copy = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(coffer_pool_refresh(engine.pool, &error));
    engine_expect_counts(&engine, "2 2 0 2");
    g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, &gone, &error));
    g_assert_null(gone);
    copy = coffer_pool_lookup_volume(engine.pool, "copy", &error);
    g_assert_true(coffer_volume_delete(copy, COFFER_VOLUME_DELETE_NONE, &gone, &error));
    g_assert_nonnull(gone);
}

/* libvirt knows the secret of a volume by its usage only. */
static void
test_from_libvirt(void)
{
    g_auto(Engine) engine = engine_new();
    g_autofree char *xml =
        g_strdup_printf("<secret><uuid>" SECRET "</uuid><usage type='volume'><volume>%s/theirs"
                        "</volume></usage></secret>",
                        engine.target);
    g_autoptr(CofferSecret) secret = engine_secret(&engine, xml, VALUE);
    g_autofree char *output = witness_must(
        "printf %%s '" VALUE "' | qemu-img create -f luks --object secret,id=s,file=/dev/stdin "
        "-o key-secret=s,iter-time=10 %s/theirs 8M",
        engine.target);
    g_autoptr(CofferVolume) volume = NULL;
    g_autofree char *uuid = NULL;
    g_autoptr(GError) error = NULL;

    volume = coffer_pool_lookup_volume(engine.pool, "theirs", &error);
    uuid = coffer_volume_dup_secret_uuid(volume, &error);
    g_assert_cmpstr(uuid, ==, SECRET);
    g_assert_true(coffer_pool_refresh(engine.pool, &error));
    g_assert_false(coffer_secret_undefine(secret, COFFER_SECRET_UNDEFINE_NONE, &error));
    failure_expect(&error, COFFER_ERROR_IN_USE, "/theirs'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/volume-found/lookup", test_lookup);
    g_test_add_func("/volume-found/moved", test_moved);
    g_test_add_func("/volume-found/copied", test_copied);
    g_test_add_func("/volume-found/from-libvirt", test_from_libvirt);
    return g_test_run();
}
