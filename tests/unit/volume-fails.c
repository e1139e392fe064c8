/* volume-fails.c: tests that a volume that cannot be made leaves nothing, that one in use is not
 * touched, and that uploads cannot part a volume from its secret. Crashes are in volume-crash.c. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine-fixture.h"

#include <signal.h>
#include <sys/prctl.h>

#define SECRET     "7d6f0e6a-53a2-4c7e-9c43-0000000000f1"
#define SECRET_XML "<secret><uuid>" SECRET "</uuid></secret>"
#define BY_UUID    "<secret type='passphrase' uuid='" SECRET "'/>"

static CofferSecret *
generated_secret(Engine *engine)
{
    CofferSecret *secret = engine_secret(engine, SECRET_XML, NULL);
    g_autoptr(GError) error = NULL;

    coffer_secret_generate_value(secret, NULL, &error);
    g_assert_no_error(error);
    return secret;
}

static char *
text_of(CofferSecret *secret)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = coffer_secret_get_value(secret, &error);

    g_assert_no_error(error);
    return g_strndup((const char *)coffer_bytes_get_data(value, NULL),
                     coffer_bytes_get_size(value));
}

/* What is refused before anything is made. */
static void
test_refused(void)
{
    static const struct {
        const char *format;
        const char *encryption;
        CofferError code;
        const char *words;
    } rows[] = {
        { "raw", "<secret type='passphrase' uuid='7d6f0e6a-53a2-4c7e-9c43-0000000000ff'/>",
          COFFER_ERROR_NOT_FOUND, "0000000000ff" },
        { "raw", "<secret type='passphrase' usage='nowhere'/>", COFFER_ERROR_NOT_FOUND,
          "'nowhere'" },
        { "qcow2", BY_UUID, COFFER_ERROR_NO_VALUE, "no value" },
        { "raw", BY_UUID "<cipher name='rot' size='13' mode='cbc'/>", COFFER_ERROR_NO_VALUE,
          "no value" },
        { "vmdk", BY_UUID, COFFER_ERROR_UNSUPPORTED, "vmdk" },
        { "vmdk", NULL, COFFER_ERROR_UNSUPPORTED, "vmdk" },
    };
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferSecret) secret = engine_secret(&engine, SECRET_XML, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(
            engine_try_create(&engine, "disk", rows[i].format, rows[i].encryption, &error));
        failure_expect(&error, rows[i].code, rows[i].words);
        engine_expect_counts(&engine, "1 0 0 0");
    }
    g_assert_cmpuint(root_count(&engine.root, "run/locks/volumes"), ==, 0);
}

/* QEMU takes text without NUL only. */
static void
test_unsuitable_value(void)
{
    static const struct {
        const char *bytes;
        gsize size;
    } rows[] = { { "a\0b", 3 }, { "\xff\xfe", 2 } };
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferSecret) secret = engine_secret(&engine, SECRET_XML, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CofferBytes) value = coffer_bytes_new(rows[i].bytes, rows[i].size, &error);

        g_assert_true(coffer_secret_set_value(secret, value, COFFER_SECRET_SET_NONE, NULL, &error));
        g_assert_null(engine_try_create(&engine, "disk", "raw", BY_UUID, &error));
        failure_expect(&error, COFFER_ERROR_UNSUITABLE_VALUE, "UTF-8");
        engine_expect_counts(&engine, "2 0 0 0");
    }
}

static void
test_exists(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", "");
    g_autofree char *before = witness_digest(coffer_volume_get_path(volume));
    g_autofree char *after = NULL;
    g_autofree char *link = g_build_filename(engine.target, "dangling", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(engine_try_create(&engine, "disk", "raw", "", &error));
    failure_expect(&error, COFFER_ERROR_EXISTS, "volume 'disk'");
    after = witness_digest(coffer_volume_get_path(volume));
    g_assert_cmpstr(after, ==, before);
    engine_expect_counts(&engine, "2 1 0 1");
    /* A link that leads nowhere is no volume, and its place is taken all the same. */
    g_assert_cmpint(symlink("/nonexistent/target", link), ==, 0);
    g_assert_null(engine_try_create(&engine, "dangling", "raw", "", &error));
    failure_expect(&error, COFFER_ERROR_EXISTS, "volume 'dangling'");
    engine_expect_counts(&engine, "2 1 0 2");
    g_assert_null(engine_try_create(&engine, ".x.coffer-new", "raw", "", &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "while they are made");
    engine_expect_counts(&engine, "2 1 0 2");
}

/* Every step that writes can fail, and then nothing is left. */
static void
test_faults(void)
{
    static const char *const points[] = {
        "volume-job:write",          "volume-job:sync",     "secret-define:write",
        "secret-set-value:write",    "volume-use:write",    "volume:draft-open",
        "volume:draft-made",         "volume:draft-synced", "volume-use-settled:write",
        "volume-use-settled:linked", "volume:publish",      "volume:publish-sync",
    };
    g_auto(Engine) engine = engine_new();

    if (!COFFER_FAULT_POINTS) {
        g_test_skip("needs a build with -Dfault_points=true");
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(points); i++) {
        g_autofree char *fault = g_strconcat(points[i], "=ENOSPC", NULL);
        g_autoptr(CofferVolume) volume = NULL;
        g_autoptr(GError) error = NULL;

        g_setenv("COFFER_FAULT", fault, TRUE);
        g_assert_null(engine_try_create(&engine, "disk", "raw", "", &error));
        g_unsetenv("COFFER_FAULT");
        g_test_message("%s: %s", fault, error->message);
        failure_expect(&error, COFFER_ERROR_NO_SPACE, "volume 'disk'");
        engine_expect_counts(&engine, "0 0 0 0");
        volume = engine_create(&engine, "disk", "raw", "");
        g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
    }
}

static void
test_delete_faults(void)
{
    static const struct {
        const char *fault;
        const char *after;
    } rows[] = {
        { "volume-job:write=EIO", "2 1 0 1" },
        { "volume:remove=EIO", "2 1 0 1" },
        { "volume:remove-sync=EIO", "0 0 0 0" }, /* it is gone, and so is the rest */
    };

    if (!COFFER_FAULT_POINTS) {
        g_test_skip("needs a build with -Dfault_points=true");
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Engine) engine = engine_new();
        g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", "");
        g_autoptr(GError) error = NULL;

        g_setenv("COFFER_FAULT", rows[i].fault, TRUE);
        g_assert_false(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
        g_unsetenv("COFFER_FAULT");
        failure_expect(&error, COFFER_ERROR_IO, "'disk'");
        engine_expect_counts(&engine, rows[i].after);
    }
}

/* Deleting is what makes room on a full disk. */
static void
test_delete_when_full(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", "");
    g_autoptr(GError) error = NULL;

    if (!COFFER_FAULT_POINTS) {
        g_test_skip("needs a build with -Dfault_points=true");
        return;
    }
    g_setenv("COFFER_FAULT", "volume-job:write=ENOSPC", TRUE);
    coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error);
    g_unsetenv("COFFER_FAULT");
    g_assert_no_error(error);
    engine_expect_counts(&engine, "0 0 0 0");
}

/* A QEMU that holds the volume until it is killed; its commands come by a pipe that stays open. */
static pid_t
hold_in_qemu(CofferVolume *volume, int *out_input)
{
    int input[2], output[2];
    char buffer[64] = "";
    pid_t pid = 0;

    g_assert_cmpint(pipe(input), ==, 0);
    g_assert_cmpint(pipe(output), ==, 0);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(input[0], 0);
        dup2(output[1], 1);
        close(input[1]);
        execlp("qemu-io", "qemu-io", "-f", "raw", coffer_volume_get_path(volume), NULL);
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    /* It has the file open once it answers. */
    g_assert_cmpint(write(input[1], "length\n", 7), ==, 7);
    while (strstr(buffer, "MiB") == NULL) {
        ssize_t got = read(output[0], buffer, sizeof(buffer) - 1);

        g_assert_cmpint(got, >, 0);
        buffer[got] = '\0';
    }
    close(output[0]);
    *out_input = input[1];
    return pid;
}

static void
test_busy(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", NULL);
    g_auto(CofferFd) content = open("/dev/null", O_RDONLY);
    int input = -1, status = 0;
    pid_t qemu = hold_in_qemu(volume, &input);
    g_autoptr(GError) error = NULL;

    g_assert_false(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
    failure_expect(&error, COFFER_ERROR_BUSY, "running QEMU");
    g_assert_false(coffer_volume_resize(volume, 16 * MIB, COFFER_VOLUME_RESIZE_NONE, &error));
    failure_expect(&error, COFFER_ERROR_BUSY, "running QEMU");
    g_assert_false(coffer_volume_upload(volume, content, 0, 0, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_BUSY, "running QEMU");
    engine_expect_counts(&engine, "0 0 0 1");
    kill(qemu, SIGKILL);
    g_assert_cmpint(waitpid(qemu, &status, 0), ==, qemu);
    close(input);
    g_assert_true(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
}

static void
test_transfer(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferVolume) source = engine_create(&engine, "source", "raw", NULL);
    g_autoptr(CofferVolume) target = engine_create(&engine, "target", "raw", NULL);
    g_autofree char *file = root_path(&engine.root, "file");
    g_auto(CofferFd) fd = open(file, O_RDWR | O_CREAT, 0600);
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(engine_qemu_io(source, "raw", NULL, "-c 'write -P 7 1M 3M'"));
    g_assert_true(coffer_volume_download(source, fd, 0, 0, TRUE, &error));
    g_assert_no_error(error);
    before = witness_digest(coffer_volume_get_path(source));
    after = witness_digest(file);
    g_assert_cmpstr(after, ==, before);
    g_assert_true(coffer_volume_upload(target, fd, 0, 0, TRUE, &error));
    g_assert_no_error(error);
    g_clear_pointer(&after, g_free);
    after = witness_digest(coffer_volume_get_path(target));
    g_assert_cmpstr(after, ==, before);
}

/* Uploads that would part an encrypted volume from its secret. */
static void
test_upload_refused(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferSecret) secret = generated_secret(&engine);
    g_autofree char *value = text_of(secret);
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", BY_UUID);
    g_autoptr(CofferVolume) same = engine_create(&engine, "same", "raw", BY_UUID);
    g_autoptr(CofferVolume) other = engine_create(&engine, "other", "raw", "");
    g_autoptr(CofferVolume) plain = engine_create(&engine, "plain", "raw", NULL);
    g_auto(CofferFd) same_fd = witness_open(coffer_volume_get_path(same), O_RDONLY);
    g_auto(CofferFd) other_fd = witness_open(coffer_volume_get_path(other), O_RDONLY);
    g_auto(CofferFd) plain_fd = witness_open(coffer_volume_get_path(plain), O_RDONLY);
    g_autofree char *before = witness_digest(coffer_volume_get_path(volume));
    g_autofree char *after = NULL;
    g_autoptr(GError) error = NULL;
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_false(coffer_volume_upload(volume, other_fd, 0, 0, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_VERIFICATION_FAILED, "not opened by the volume's secret");
    g_assert_false(coffer_volume_upload(volume, plain_fd, 0, 0, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_VERIFICATION_FAILED, "not encrypted");
    g_assert_false(coffer_volume_upload(volume, same_fd, 512, 0, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "within the header");
    g_assert_false(coffer_volume_upload(volume, same_fd, 0, 512, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "within the header");
    g_assert_false(coffer_volume_upload(volume, ends[0], 0, 0, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "from a file");
    g_assert_cmpint(lseek(same_fd, 512, SEEK_SET), ==, 512);
    g_assert_false(coffer_volume_upload(volume, same_fd, 0, 0, FALSE, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_ARGUMENT, "from the beginning");
    after = witness_digest(coffer_volume_get_path(volume));
    g_assert_cmpstr(after, ==, before);
    close(ends[0]);
    close(ends[1]);
    /* What its secret opens is taken, and its header is the one that counts from then on. */
    g_assert_cmpint(lseek(same_fd, 0, SEEK_SET), ==, 0);
    g_assert_true(engine_qemu_io(same, "raw", value, "-c 'write -P 7 0 1M'"));
    g_assert_true(coffer_volume_upload(volume, same_fd, 0, 0, FALSE, &error));
    g_assert_no_error(error);
    g_assert_true(engine_qemu_io(volume, "raw", value, "-c 'read -P 7 0 1M'"));
    g_assert_true(coffer_pool_refresh(engine.pool, &error));
    g_assert_no_error(error);
}

/* A value that no longer opens a volume is set by force only. */
static void
test_set_value(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferSecret) secret = generated_secret(&engine);
    g_autoptr(CofferBytes) old = coffer_secret_get_value(secret, NULL);
    g_autoptr(CofferBytes) other = witness_value("another throw-away value");
    g_autoptr(CofferVolume) volume = engine_create(&engine, "disk", "raw", BY_UUID);
    g_autoptr(CofferBytes) now = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_false(coffer_secret_set_value(secret, other, COFFER_SECRET_SET_NONE, NULL, &error));
    failure_expect(&error, COFFER_ERROR_IN_USE, "/pool/disk'");
    g_assert_true(coffer_secret_set_value(secret, old, COFFER_SECRET_SET_NONE, NULL, &error));
    g_assert_true(coffer_secret_set_value(secret, other, COFFER_SECRET_SET_FORCE, NULL, &error));
    now = coffer_secret_get_value(secret, &error);
    g_assert_true(coffer_bytes_equal(now, other));
    /* And back: the volume is still what it was made with. */
    g_assert_true(coffer_secret_set_value(secret, old, COFFER_SECRET_SET_NONE, NULL, &error));
    g_assert_no_error(error);
}

/* In a folder that others can write to, their links lead nowhere. */
static void
test_foreign_link(void)
{
    g_auto(Engine) engine = engine_new();
    g_autofree char *link = g_build_filename(engine.target, "link", NULL);
    g_autofree char *ours = g_build_filename(engine.target, "ours", NULL);
    g_autofree char *precious = root_path(&engine.root, "precious");
    g_autoptr(CofferVolume) volume = NULL;
    g_autoptr(GPtrArray) volumes = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (geteuid() != 0) {
        g_test_skip("needs root, to make a link of another user");
        return;
    }
    root_write(&engine.root, "precious", "what nobody may overwrite");
    g_assert_cmpint(symlink(precious, link), ==, 0);
    g_assert_cmpint(symlink(precious, ours), ==, 0);
    volume = coffer_pool_lookup_volume(engine.pool, "link", &error);
    g_assert_no_error(error);
    g_assert_cmpint(lchown(link, 65534, 65534), ==, 0);
    volumes = coffer_pool_list_volumes(engine.pool, &error);
    g_assert_cmpuint(volumes->len, ==, 1);
    g_assert_cmpstr(coffer_volume_get_name(g_ptr_array_index(volumes, 0)), ==, "ours");
    g_assert_true(coffer_pool_refresh(engine.pool, &error));
    g_assert_false(coffer_volume_resize(volume, 0, COFFER_VOLUME_RESIZE_SHRINK, &error));
    failure_expect(&error, COFFER_ERROR_DENIED, "another user made");
    text = root_read(&engine.root, "precious");
    g_assert_cmpstr(text, ==, "what nobody may overwrite");
    g_assert_false(coffer_volume_delete(volume, COFFER_VOLUME_DELETE_NONE, NULL, &error));
    failure_expect(&error, COFFER_ERROR_DENIED, "another user made");
}

/* Users' own files are not taken for leftovers; ours are, unless somebody works on them. */
static void
test_sweep(void)
{
    g_auto(Engine) engine = engine_new();
    g_autoptr(CofferStore) store = root_store(&engine.root);
    g_auto(CofferLock) lock = COFFER_LOCK_NONE;
    g_autofree char *key = g_build_filename(engine.target, "busy", NULL);
    g_autoptr(GError) error = NULL;

    root_write(&engine.root, "pool/.notes.new", "a user's");
    root_write(&engine.root, "pool/.dead.coffer-new", "half");
    root_write(&engine.root, "pool/.busy.coffer-new", "half");
    g_assert_true(coffer_store_lock_volume(store, key, FALSE, &lock, &error));
    g_assert_true(coffer_pool_refresh(engine.pool, &error));
    g_assert_true(root_has(&engine.root, "pool/.notes.new"));
    g_assert_false(root_has(&engine.root, "pool/.dead.coffer-new"));
    g_assert_true(root_has(&engine.root, "pool/.busy.coffer-new"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/volume-fails/refused", test_refused);
    g_test_add_func("/volume-fails/unsuitable-value", test_unsuitable_value);
    g_test_add_func("/volume-fails/exists", test_exists);
    g_test_add_func("/volume-fails/faults", test_faults);
    g_test_add_func("/volume-fails/delete-faults", test_delete_faults);
    g_test_add_func("/volume-fails/delete-when-full", test_delete_when_full);
    g_test_add_func("/volume-fails/busy", test_busy);
    g_test_add_func("/volume-fails/transfer", test_transfer);
    g_test_add_func("/volume-fails/upload-refused", test_upload_refused);
    g_test_add_func("/volume-fails/set-value", test_set_value);
    g_test_add_func("/volume-fails/foreign-link", test_foreign_link);
    g_test_add_func("/volume-fails/sweep", test_sweep);
    return g_test_run();
}
