/* uses.c: tests of the records that a volume needs a secret. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret/uses.h"

#include "failure.h"
#include "root.h"

#include <string.h>

#define SECRET  "7d6f0e6a-53a2-4c7e-9c43-0000000000c1"
#define ANOTHER "7d6f0e6a-53a2-4c7e-9c43-0000000000c2"
#define HEADER  "0a1b2c3d-53a2-4c7e-9c43-0000000000c3"

static CofferUuid
uuid_of(const char *text)
{
    CofferUuid uuid;

    g_assert_true(coffer_uuid_parse(text, &uuid));
    return uuid;
}

static void
record(CofferUses *uses, const char *volume, const char *secret, const char *header, int keyslot)
{
    CofferUuid uuid = uuid_of(secret);
    g_autoptr(CofferUse) use = coffer_use_new(volume, &uuid, "luks");
    g_autoptr(GError) error = NULL;

    use->header_uuid = g_strdup(header);
    use->keyslot = keyslot;
    coffer_uses_record(uses, use, NULL, &error);
    g_assert_no_error(error);
}

/* The volumes, joined with a bar. */
static char *
join(GPtrArray *uses)
{
    GString *joined = g_string_new(NULL);

    g_assert_nonnull(uses);
    for (guint i = 0; i < uses->len; i++)
        g_string_append_printf(joined, "%s%s", i > 0 ? "|" : "",
                               ((const CofferUse *)g_ptr_array_index(uses, i))->volume);
    return g_string_free(joined, FALSE);
}

static void
expect_uses(CofferUses *uses, const char *secret, const char *expected)
{
    CofferUuid uuid = uuid_of(secret);
    g_autoptr(GPtrArray) found = coffer_uses_of(uses, &uuid, NULL);
    g_autofree char *joined = join(found);

    g_assert_cmpstr(joined, ==, expected);
}

static void
test_round_trip(void)
{
    static const char *const volumes[] = {
        "/pool/disk",          "/pool/with blank",
        "/pool/line\nbreak",   "/pool/\xc3\xa4\xe2\x82\xac",
        "/pool/a;b=c[d]#e\\f",
    };
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    CofferUuid uuid = uuid_of(SECRET);

    {
        g_autoptr(CofferUses) uses = coffer_uses_new(store);

        for (gsize i = 0; i < G_N_ELEMENTS(volumes); i++)
            record(uses, volumes[i], SECRET, i % 2 == 0 ? HEADER : NULL, (int)i - 1);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(volumes); i++) {
        g_autoptr(CofferUses) uses = coffer_uses_new(store);
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferUse) use = coffer_uses_lookup(uses, volumes[i], &error);

        g_assert_no_error(error);
        g_assert_cmpstr(use->volume, ==, volumes[i]);
        g_assert_true(coffer_uuid_equal(&use->secret, &uuid));
        g_assert_cmpstr(use->format, ==, "luks");
        g_assert_cmpstr(use->header_uuid, ==, i % 2 == 0 ? HEADER : NULL);
        g_assert_cmpint(use->keyslot, ==, (int)i - 1);
        g_assert_cmpint(ABS(use->since - g_get_real_time() / G_USEC_PER_SEC), <, 600);
    }
}

static void
test_find(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autoptr(CofferUses) uses = coffer_uses_new(store);
    g_autoptr(GPtrArray) of_header = NULL;
    g_autofree char *joined = NULL;
    g_autoptr(GError) error = NULL;

    expect_uses(uses, SECRET, "");
    g_assert_null(coffer_uses_lookup(uses, "/pool/a", &error));
    g_assert_no_error(error);
    record(uses, "/pool/c", SECRET, HEADER, 0);
    record(uses, "/pool/a", SECRET, NULL, -1);
    record(uses, "/pool/b", ANOTHER, HEADER, 0);
    expect_uses(uses, SECRET, "/pool/a|/pool/c");
    expect_uses(uses, ANOTHER, "/pool/b");
    of_header = coffer_uses_of_header(uses, HEADER, &error);
    joined = join(of_header);
    g_assert_cmpstr(joined, ==, "/pool/b|/pool/c");
    /* One use a volume: the later one counts. */
    record(uses, "/pool/c", ANOTHER, NULL, -1);
    expect_uses(uses, SECRET, "/pool/a");
    expect_uses(uses, ANOTHER, "/pool/b|/pool/c");
    g_assert_true(coffer_uses_forget(uses, "/pool/c", &error));
    g_assert_true(coffer_uses_forget(uses, "/pool/c", &error));
    expect_uses(uses, ANOTHER, "/pool/b");
    g_assert_cmpuint(root_count(&root, "state/uses"), ==, 2);
}

static void
record_in_child(gpointer user_data)
{
    g_autoptr(CofferStore) store = root_store(user_data);
    g_autoptr(CofferUses) uses = coffer_uses_new(store);

    record(uses, "/pool/theirs", SECRET, NULL, -1);
}

static void
test_processes(void)
{
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autoptr(CofferUses) uses = coffer_uses_new(store);

    record(uses, "/pool/ours", SECRET, NULL, -1);
    expect_uses(uses, SECRET, "/pool/ours");
    root_assert_child(record_in_child, &root);
    expect_uses(uses, SECRET, "/pool/ours|/pool/theirs");
}

/* A record that says nothing, or speaks of another volume than its name says. */
static void
test_damaged(void)
{
    static const char *const texts[] = {
        "",
        "not a key file",
        "[use]\nvolume=/pool/a\n",
        "[use]\nvolume=/pool/a\nsecret=no\nformat=luks\n",
        "[use]\nvolume=/pool/\x1b[2J\nsecret=" SECRET "\nformat=luks\n",
    };
    g_auto(Root) root = root_new();
    g_autoptr(CofferStore) store = root_store(&root);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "/pool/a", -1);
    g_autofree char *file = g_strconcat("state/uses/", digest, ".use", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(CofferUses) uses = coffer_uses_new(store);
        g_autoptr(GError) error = NULL;

        record(uses, "/pool/b", SECRET, NULL, -1);
        root_write(&root, file, texts[i]);
        g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*left out*");
        expect_uses(uses, SECRET, "/pool/b");
        g_test_assert_expected_messages();
        g_assert_null(coffer_uses_lookup(uses, "/pool/a", &error));
        failure_expect(&error, COFFER_ERROR_DAMAGED, "/state/uses/");
        g_assert_true(coffer_uses_forget(uses, "/pool/a", &error));
        g_assert_false(root_has(&root, file));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uses/round-trip", test_round_trip);
    g_test_add_func("/uses/find", test_find);
    g_test_add_func("/uses/processes", test_processes);
    g_test_add_func("/uses/damaged", test_damaged);
    return g_test_run();
}
