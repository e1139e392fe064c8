/* secret-list.c: tests of the rules by which secrets are defined, and of their values; crashes are
 * in secret-crash.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret-fixture.h"

#include <sys/stat.h>

#define PLAIN(uuid)     "<secret><uuid>" uuid "</uuid></secret>"
#define EPHEMERAL(uuid) "<secret ephemeral='yes'><uuid>" uuid "</uuid></secret>"
#define PRIVATE(uuid)   "<secret private='yes'><uuid>" uuid "</uuid></secret>"
#define USAGE(uuid, type, element, id)                                                             \
    "<secret><uuid>" uuid "</uuid><usage type='" type "'><" element ">" id "</" element            \
    "></usage></secret>"

static void
test_define(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    g_autoptr(CofferSecretDef) nameless = secrets_parse("<secret/>");
    g_autoptr(GError) error = NULL;
    char uuid[COFFER_UUID_TEXT_SIZE];

    g_assert_null(secrets_lookup(&secrets, FIRST));
    secrets_define(&secrets, PLAIN(FIRST));
    g_assert_true(root_has(&root, "config/secrets/" FIRST ".xml"));
    secrets_expect_def(&secrets, FIRST, "persistent");
    g_assert_true(coffer_secret_list_define(secrets.list, nameless, &error));
    g_assert_true(nameless->has_uuid && coffer_uuid_is_valid(&nameless->uuid));
    coffer_uuid_format(&nameless->uuid, uuid);
    secrets_expect_def(&secrets, uuid, "persistent");
    g_assert_cmpuint(secrets_count(&secrets), ==, 2);
}

/* Rules of virSecretObjListAdd. */
static void
test_rules(void)
{
    static const struct {
        const char *before;
        const char *now;
        int code; /* -1: allowed */
        const char *words;
    } rows[] = {
        { USAGE(FIRST, "volume", "volume", "/a"), USAGE(FIRST, "volume", "volume", "/a"), -1, "" },
        { USAGE(FIRST, "volume", "volume", "/a"), USAGE(FIRST, "volume", "volume", "/b"),
          COFFER_ERROR_EXISTS, "for usage volume '/a'" },
        { USAGE(FIRST, "volume", "volume", "/a"), USAGE(FIRST, "ceph", "name", "/a"),
          COFFER_ERROR_EXISTS, "for usage volume '/a'" },
        { USAGE(FIRST, "volume", "volume", "/a"), PLAIN(FIRST), COFFER_ERROR_EXISTS,
          "for usage volume '/a'" },
        { PLAIN(FIRST), USAGE(FIRST, "volume", "volume", "/a"), COFFER_ERROR_EXISTS, "usage none" },
        { USAGE(FIRST, "volume", "volume", "/a"), USAGE(SECOND, "volume", "volume", "/a"),
          COFFER_ERROR_EXISTS, "belongs to secret '" FIRST "'" },
        { USAGE(FIRST, "ceph", "name", "a"), USAGE(SECOND, "ceph", "name", "a"),
          COFFER_ERROR_EXISTS, "usage ceph 'a'" },
        { USAGE(FIRST, "ceph", "name", "a"), USAGE(SECOND, "tls", "name", "a"), -1, "" },
        { PLAIN(FIRST), PLAIN(SECOND), -1, "" },
        { PRIVATE(FIRST), PRIVATE(FIRST), -1, "" },
        { PRIVATE(FIRST), PLAIN(FIRST), COFFER_ERROR_INVALID_ARGUMENT, "private" },
        { PLAIN(FIRST), PRIVATE(FIRST), -1, "" },
        { PLAIN(FIRST), "<secret><uuid>" FIRST "</uuid><description>x</description></secret>", -1,
          "" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Root) root = root_new();
        g_auto(Secrets) secrets = secrets_open(&root);
        g_autofree char *before = NULL;
        g_autofree char *after = NULL;
        g_autoptr(GError) error = NULL;

        secrets_define(&secrets, rows[i].before);
        before = root_read(&root, "config/secrets/" FIRST ".xml");
        g_assert_cmpint(secrets_try_define(&secrets, rows[i].now, &error), ==, rows[i].code == -1);
        if (rows[i].code == -1) {
            g_assert_no_error(error);
            continue;
        }
        failure_expect(&error, (CofferError)rows[i].code, rows[i].words);
        after = root_read(&root, "config/secrets/" FIRST ".xml");
        g_assert_cmpstr(after, ==, before);
        g_assert_cmpuint(root_count(&root, "config/secrets"), ==, 1);
    }
}

static void
test_usage(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    g_autoptr(CofferRecord) found = NULL;
    g_autoptr(GError) error = NULL;

    secrets_define(&secrets, USAGE(FIRST, "volume", "volume", "/a"));
    secrets_define(&secrets, PLAIN(SECOND));
    found = coffer_secret_list_lookup_usage(secrets.list, COFFER_SECRET_USAGE_VOLUME, "/a", &error);
    g_assert_cmpstr(found->name, ==, FIRST);
    g_assert_null(
        coffer_secret_list_lookup_usage(secrets.list, COFFER_SECRET_USAGE_CEPH, "/a", &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "usage ceph '/a'");
    /* Secrets without a usage are not found by having none. */
    g_assert_null(
        coffer_secret_list_lookup_usage(secrets.list, COFFER_SECRET_USAGE_NONE, NULL, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "usage");
    g_assert_null(
        coffer_secret_list_lookup_usage(secrets.list, (CofferSecretUsageType)77, "a", &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "usage");
}

static void
test_value(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    CofferUuid uuid = secrets_uuid(FIRST);
    g_autofree char *file = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_false(secrets_try_set(&secrets, FIRST, "throw-away", FALSE, &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, FIRST);
    secrets_define(&secrets, PLAIN(FIRST));
    g_assert_false(coffer_secret_list_has_value(secrets.list, &uuid));
    g_assert_null(coffer_secret_list_get_value(secrets.list, &uuid, TRUE, &error));
    failure_expect(&error, COFFER_ERROR_NO_VALUE, "secret '" FIRST "'");
    secrets_set(&secrets, FIRST, "throw-away", FALSE);
    g_assert_true(coffer_secret_list_has_value(secrets.list, &uuid));
    secrets_expect(&secrets, FIRST, "throw-away");
    file = root_read(&root, "config/secrets/" FIRST ".base64");
    g_assert_cmpstr(file, ==, "dGhyb3ctYXdheQ==");
    secrets_set(&secrets, FIRST, "another", FALSE);
    secrets_expect(&secrets, FIRST, "another");
    /* A new definition leaves the value as it is. */
    secrets_define(&secrets, PRIVATE(FIRST));
    secrets_expect(&secrets, FIRST, "another");
    g_assert_null(coffer_secret_list_get_value(secrets.list, &uuid, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_DENIED, "private");
}

static void
test_unreadable_value(void)
{
    static const char *const files[] = { "", "not*base64", "AA=A", "A" };
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    CofferUuid uuid = secrets_uuid(FIRST);

    secrets_define(&secrets, PLAIN(FIRST));
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *after = NULL;

        root_write(&root, "config/secrets/" FIRST ".base64", files[i]);
        g_assert_null(coffer_secret_list_get_value(secrets.list, &uuid, TRUE, &error));
        failure_expect(&error, COFFER_ERROR_UNREADABLE_VALUE, FIRST ".base64");
        /* Nothing overwrites it unasked, not even generating one. */
        g_assert_true(coffer_secret_list_has_value(secrets.list, &uuid));
        g_assert_false(secrets_try_set(&secrets, FIRST, "new", TRUE, &error));
        failure_expect(&error, COFFER_ERROR_EXISTS, "has a value");
        g_assert_false(secrets_try_define(&secrets, EPHEMERAL(FIRST), &error));
        failure_expect(&error, COFFER_ERROR_UNREADABLE_VALUE, FIRST);
        after = root_read(&root, "config/secrets/" FIRST ".base64");
        g_assert_cmpstr(after, ==, files[i]);
    }
}

/* Moving over is a copy: these are what libvirt 9 writes. */
static void
test_from_libvirt(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    g_autofree char *folder = root_path(&root, "config/secrets");
    g_autoptr(CofferRecord) found = NULL;

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    root_write(&root, "config/secrets/" FIRST ".xml",
               "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE\n"
               "OVERWRITTEN AND LOST. Changes to this xml configuration should be made using:\n"
               "  virsh secret-edit " FIRST "\nor other application using the libvirt API.\n-->\n\n"
               "<secret ephemeral='no' private='no'>\n  <uuid>" FIRST "</uuid>\n"
               "  <description>a disk</description>\n  <usage type='volume'>\n"
               "    <volume>/pool/disk</volume>\n  </usage>\n</secret>\n");
    root_write(&root, "config/secrets/" FIRST ".base64", "dGhyb3ctYXdheQ==");
    secrets_expect_def(&secrets, FIRST, "persistent");
    secrets_expect(&secrets, FIRST, "throw-away");
    found = coffer_secret_list_lookup_usage(secrets.list, COFFER_SECRET_USAGE_VOLUME, "/pool/disk",
                                            NULL);
    g_assert_nonnull(found);
}

static void
test_damaged(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    CofferUuid uuid = secrets_uuid(FIRST);
    g_autofree char *after = NULL;
    g_autoptr(GError) error = NULL;

    secrets_define(&secrets, PLAIN(FIRST));
    secrets_set(&secrets, FIRST, "throw-away", FALSE);
    secrets_define(&secrets, PLAIN(SECOND));
    root_write(&root, "config/secrets/" FIRST ".xml", "<secret><uuid>" SECOND "</uuid></secret>");
    /* The name of a file does not decide alone, and a definition is not lost to a new one. */
    g_assert_null(coffer_secret_list_lookup(secrets.list, &uuid, &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, FIRST ".xml");
    g_assert_false(secrets_try_define(&secrets, PLAIN(FIRST), &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, FIRST ".xml");
    after = root_read(&root, "config/secrets/" FIRST ".xml");
    g_assert_nonnull(strstr(after, SECOND));
    secrets_close(&secrets);
    secrets = secrets_open(&root);
    g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*" FIRST ".xml*");
    g_assert_cmpuint(secrets_count(&secrets), ==, 1);
    g_test_assert_expected_messages();
}

static void
test_generated(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    g_autoptr(GError) error = NULL;

    /* The mark comes with the value and is nothing that XML can claim. */
    secrets_define(&secrets, "<secret><uuid>" FIRST "</uuid></secret>");
    secrets_expect_def(&secrets, FIRST, "persistent");
    secrets_set(&secrets, FIRST, "random", TRUE);
    secrets_expect_def(&secrets, FIRST, "persistent generated");
    g_assert_false(secrets_try_set(&secrets, FIRST, "other", TRUE, &error));
    failure_expect(&error, COFFER_ERROR_EXISTS, "has a value");
    secrets_define(&secrets, PRIVATE(FIRST));
    secrets_expect_def(&secrets, FIRST, "persistent private generated");
    secrets_set(&secrets, FIRST, "chosen", FALSE);
    secrets_expect_def(&secrets, FIRST, "persistent private");
    secrets_expect(&secrets, FIRST, "chosen");
}

/* Taken from a definition that was dumped, it does not stick either. */
static void
test_generated_not_claimed(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    g_autoptr(CofferSecretDef) def = secrets_parse(PLAIN(FIRST));

    def->generated = TRUE;
    g_assert_true(coffer_secret_list_define(secrets.list, def, NULL));
    secrets_expect_def(&secrets, FIRST, "persistent");
}

static void
test_ephemeral(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    g_auto(Secrets) other = secrets_open(&root);
    CofferUuid uuid = secrets_uuid(FIRST);
    g_autoptr(GError) error = NULL;

    if (secrets_no_keyring())
        return;
    secrets_define(&secrets, EPHEMERAL(FIRST));
    secrets_set(&secrets, FIRST, "throw-away", FALSE);
    secrets_expect(&other, FIRST, "throw-away");
    secrets_expect_def(&other, FIRST, "ephemeral");
    g_assert_true(root_has(&root, "run/secrets/" FIRST ".xml"));
    g_assert_cmpuint(root_count(&root, "config/secrets"), ==, 0);
    g_assert_true(coffer_secret_list_undefine(other.list, &uuid, FALSE, &error));
    secrets_expect(&secrets, FIRST, NULL);
    g_assert_false(root_has(&root, "run/secrets/" FIRST ".xml"));
    secrets_define(&secrets, EPHEMERAL(FIRST));
    secrets_expect(&secrets, FIRST, NULL);
}

static void
test_move(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    CofferUuid uuid = secrets_uuid(FIRST);

    if (secrets_no_keyring())
        return;
    for (guint with_value = 0; with_value < 2; with_value++) {
        const char *value = with_value ? "throw-away" : NULL;
        const char *mark = with_value ? "ephemeral generated" : "ephemeral";

        secrets_define(&secrets, PLAIN(FIRST));
        if (with_value)
            secrets_set(&secrets, FIRST, value, TRUE);
        secrets_define(&secrets, EPHEMERAL(FIRST));
        secrets_expect_def(&secrets, FIRST, mark);
        secrets_expect(&secrets, FIRST, value);
        g_assert_cmpuint(root_count(&root, "config/secrets"), ==, 0);
        g_assert_cmpuint(secrets_count(&secrets), ==, 1);
        secrets_define(&secrets, PLAIN(FIRST));
        secrets_expect_def(&secrets, FIRST, with_value ? "persistent generated" : "persistent");
        secrets_expect(&secrets, FIRST, value);
        g_assert_cmpuint(root_count(&root, "run/secrets"), ==, 0);
        g_assert_cmpuint(root_count(&root, "state/jobs"), ==, 0);
        g_assert_true(coffer_secret_list_undefine(secrets.list, &uuid, FALSE, NULL));
    }
}

static void
test_move_without_keyring(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    g_autoptr(GError) error = NULL;

    if (secrets_no_fault_points())
        return;
    secrets_define(&secrets, PLAIN(FIRST));
    secrets_set(&secrets, FIRST, "throw-away", FALSE);
    g_setenv("COFFER_FAULT", "keyring:add=ENOSYS", TRUE);
    g_assert_false(secrets_try_define(&secrets, EPHEMERAL(FIRST), &error));
    g_unsetenv("COFFER_FAULT");
    failure_expect(&error, COFFER_ERROR_UNSUPPORTED, "no kernel keyring");
    secrets_expect_def(&secrets, FIRST, "persistent");
    secrets_expect(&secrets, FIRST, "throw-away");
    g_assert_cmpuint(root_count(&root, "state/jobs"), ==, 0);
}

static void
test_undefine(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    CofferUuid uuid = secrets_uuid(FIRST);
    g_autoptr(CofferUse) use = coffer_use_new("/pool/disk", &uuid, "luks");
    g_autoptr(GError) error = NULL;

    g_assert_false(coffer_secret_list_undefine(secrets.list, &uuid, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, FIRST);
    secrets_define(&secrets, PLAIN(FIRST));
    secrets_set(&secrets, FIRST, "throw-away", FALSE);
    g_assert_true(coffer_uses_record(secrets.uses, use, NULL, &error));
    g_assert_false(coffer_secret_list_undefine(secrets.list, &uuid, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_IN_USE, "'/pool/disk'");
    secrets_expect(&secrets, FIRST, "throw-away");
    g_assert_true(coffer_secret_list_undefine(secrets.list, &uuid, TRUE, &error));
    secrets_expect(&secrets, FIRST, NULL);
    g_assert_cmpuint(root_count(&root, "config/secrets"), ==, 0);
    g_assert_cmpuint(root_count(&root, "state/jobs"), ==, 0);
}

static void
test_undefine_unused(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    CofferUuid first = secrets_uuid(FIRST);
    CofferUuid second = secrets_uuid(SECOND);
    g_autoptr(CofferUse) use = coffer_use_new("/pool/disk", &first, "luks");
    g_autoptr(GError) error = NULL;
    gboolean gone = TRUE;

    g_assert_true(coffer_secret_list_undefine_unused(secrets.list, &first, TRUE, &gone, &error));
    g_assert_false(gone);
    secrets_define(&secrets, "<secret><uuid>" FIRST "</uuid><usage type='volume'>"
                             "<volume>/pool/disk</volume></usage></secret>");
    secrets_set(&secrets, FIRST, "random", TRUE);
    secrets_define(&secrets, PLAIN(SECOND));
    secrets_set(&secrets, SECOND, "chosen", FALSE);
    g_assert_true(coffer_uses_record(secrets.uses, use, NULL, &error));
    g_assert_true(coffer_secret_list_undefine_unused(secrets.list, &first, TRUE, &gone, &error));
    g_assert_false(gone); /* in use */
    g_assert_true(coffer_secret_list_undefine_unused(secrets.list, &second, TRUE, &gone, &error));
    g_assert_false(gone); /* chosen */
    g_assert_true(coffer_uses_forget(secrets.uses, "/pool/disk", &error));
    g_assert_true(coffer_secret_list_undefine_unused(secrets.list, &first, TRUE, &gone, &error));
    g_assert_true(gone);
    g_assert_true(coffer_secret_list_undefine_unused(secrets.list, &second, FALSE, &gone, &error));
    g_assert_true(gone);
    g_assert_cmpuint(secrets_count(&secrets), ==, 0);
}

/* A value that was proven for uses that are not these is not set. */
static void
test_proven(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    CofferUuid uuid = secrets_uuid(FIRST);
    g_autoptr(CofferUse) use = coffer_use_new("/pool/disk", &uuid, "luks");
    g_autoptr(GPtrArray) none = NULL;
    g_autoptr(GPtrArray) without_header = NULL;
    g_autoptr(GPtrArray) with_header = NULL;
    g_autoptr(CofferBytes) value = coffer_bytes_new("new", 3, NULL);
    CofferSecretSetRequest request = { .uuid = &uuid, .value = value };
    g_autoptr(GError) error = NULL;
    gboolean process_only = FALSE;

    secrets_define(&secrets, PLAIN(FIRST));
    secrets_set(&secrets, FIRST, "old", FALSE);
    none = coffer_uses_of(secrets.uses, &uuid, &error);
    g_assert_true(coffer_uses_record(secrets.uses, use, NULL, &error));
    without_header = coffer_uses_of(secrets.uses, &uuid, &error);
    use->header_uuid = g_strdup(SECOND);
    g_assert_true(coffer_uses_record(secrets.uses, use, NULL, &error));
    with_header = coffer_uses_of(secrets.uses, &uuid, &error);
    request.proven = none;
    g_assert_false(coffer_secret_list_set_value(secrets.list, &request, &process_only, &error));
    failure_expect(&error, COFFER_ERROR_BUSY, "try again");
    request.proven = without_header;
    g_assert_false(coffer_secret_list_set_value(secrets.list, &request, &process_only, &error));
    failure_expect(&error, COFFER_ERROR_BUSY, "try again");
    secrets_expect(&secrets, FIRST, "old");
    request.proven = with_header;
    g_assert_true(coffer_secret_list_set_value(secrets.list, &request, &process_only, &error));
    secrets_expect(&secrets, FIRST, "new");
}

static void
set_in_child(gpointer user_data)
{
    g_auto(Secrets) secrets = secrets_open(user_data);

    secrets_set(&secrets, FIRST, "theirs", FALSE);
    secrets_define(&secrets, USAGE(SECOND, "ceph", "name", "theirs"));
}

static void
test_processes(void)
{
    g_auto(Root) root = root_new();
    g_auto(Secrets) secrets = secrets_open(&root);
    g_autoptr(GError) error = NULL;

    secrets_define(&secrets, PLAIN(FIRST));
    secrets_set(&secrets, FIRST, "ours", TRUE);
    g_assert_cmpuint(secrets_count(&secrets), ==, 1);
    root_assert_child(set_in_child, &root);
    secrets_expect(&secrets, FIRST, "theirs");
    secrets_expect_def(&secrets, FIRST, "persistent");
    g_assert_cmpuint(secrets_count(&secrets), ==, 2);
    g_assert_false(secrets_try_define(
        &secrets, "<secret><usage type='ceph'><name>theirs</name></usage></secret>", &error));
    failure_expect(&error, COFFER_ERROR_EXISTS, SECOND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/secret-list/define", test_define);
    g_test_add_func("/secret-list/rules", test_rules);
    g_test_add_func("/secret-list/usage", test_usage);
    g_test_add_func("/secret-list/value", test_value);
    g_test_add_func("/secret-list/unreadable-value", test_unreadable_value);
    g_test_add_func("/secret-list/from-libvirt", test_from_libvirt);
    g_test_add_func("/secret-list/damaged", test_damaged);
    g_test_add_func("/secret-list/generated", test_generated);
    g_test_add_func("/secret-list/generated-not-claimed", test_generated_not_claimed);
    g_test_add_func("/secret-list/ephemeral", test_ephemeral);
    g_test_add_func("/secret-list/move", test_move);
    g_test_add_func("/secret-list/move-without-keyring", test_move_without_keyring);
    g_test_add_func("/secret-list/undefine", test_undefine);
    g_test_add_func("/secret-list/undefine-unused", test_undefine_unused);
    g_test_add_func("/secret-list/proven", test_proven);
    g_test_add_func("/secret-list/processes", test_processes);
    return g_test_run();
}
