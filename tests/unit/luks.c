/* luks.c: tests of LUKS headers: those we make, opened by cryptsetup and QEMU; those they make,
 * opened by us. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypt/luks.h"

#include "base/error.h"
#include "base/fault.h"
#include "witness.h"

#define VOLUME_SIZE (COFFER_LUKS1_HEADER_SIZE + MIB)

/* --- making --- */

static gboolean
format(const char *path, const CofferCipher *cipher, const CofferBytes *value, char **out_uuid,
       GError **error)
{
    const CofferLuksFormatRequest request = {
        .path = path,
        .cipher = cipher != NULL ? *cipher : (CofferCipher){ 0 },
        .value = value,
        .generated = TRUE,
    };

    return coffer_luks1_format(&request, out_uuid, error);
}

static char *
key_file(const WitnessDir *dir, const char *name, const CofferBytes *value)
{
    gsize size = 0;
    const guint8 *data = coffer_bytes_get_data(value, &size);

    return witness_file(dir, name, data, size, 0);
}

/* cryptsetup opens it, and QEMU reads back what it wrote. */
static void
assert_opens(const char *path, const char *key)
{
    g_autofree char *cryptsetup =
        witness_must("cryptsetup open --test-passphrase --key-file %s %s", key, path);
    g_autofree char *qemu =
        witness_must("qemu-io --object secret,id=s,file=%s -c 'write -P 7 0 64k' "
                     "-c 'read -P 7 0 64k' --image-opts "
                     "driver=luks,key-secret=s,file.filename=%s",
                     key, path);

    g_assert_nonnull(strstr(qemu, "read 65536/65536"));
    g_assert_null(strstr(qemu, "verification failed"));
}

static void
test_generated(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value("0123456789abcdef0123456789abcdef");
    g_autofree char *path = witness_file(&dir, "volume", "", 0, VOLUME_SIZE);
    g_autofree char *key = key_file(&dir, "key", value);
    g_autofree char *uuid = NULL, *seen = NULL, *dump = NULL;

    format(path, NULL, value, &uuid, &error);
    g_assert_no_error(error);
    assert_opens(path, key);
    seen = witness_must("cryptsetup luksUUID %s", path);
    g_assert_cmpstr(g_strchomp(seen), ==, uuid);
    dump = witness_must("cryptsetup luksDump %s | tr -s ' \\t' ' '", path);
    g_assert_nonnull(strstr(dump, "Cipher name: aes\n"));
    g_assert_nonnull(strstr(dump, "Cipher mode: xts-plain64\n"));
    g_assert_nonnull(strstr(dump, "MK bits: 512\n"));
    g_assert_nonnull(strstr(dump, "Payload offset: 4096\n"));
    g_assert_nonnull(strstr(dump, " Iterations: 1000\n"));
}

/* A chosen value costs at least the documented number of iterations per guess, however slow the
 * host. */
static void
test_chosen(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value("correct horse");
    g_autofree char *path = witness_file(&dir, "volume", "", 0, VOLUME_SIZE);
    g_autofree char *key = key_file(&dir, "key", value);
    const CofferLuksFormatRequest request = { .path = path, .value = value };
    g_autofree char *iterations = NULL;

    coffer_luks1_format(&request, NULL, &error);
    g_assert_no_error(error);
    assert_opens(path, key);
    iterations = witness_must("cryptsetup luksDump %s | sed -n 's/.*\tIterations:[ \t]*//p'", path);
    g_assert_cmpuint(g_ascii_strtoull(iterations, NULL, 10), >=, 600000);
}

static void
test_ciphers(void)
{
    static const struct {
        CofferCipher cipher;
        const char *mode;
        const char *bits;
    } rows[] = {
        { { .bits = 128 }, "xts-plain64", "256" },
        { { .bits = 256, .hash = "sha512" }, "xts-plain64", "512" },
        { { .bits = 128, .mode = "cbc", .hash = "sha1" }, "cbc-plain64", "128" },
        { { .mode = "cbc", .ivgen = "essiv" }, "cbc-essiv:sha256", "256" },
        { { .mode = "cbc", .ivgen = "plain", .hash = "ripemd160" }, "cbc-plain", "256" },
        { { .hash = "sha224" }, "xts-plain64", "512" },
        { { .hash = "sha384" }, "xts-plain64", "512" },
    };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(CofferBytes) value = witness_value("0123456789abcdef0123456789abcdef");
    g_autofree char *key = key_file(&dir, "key", value);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = witness_file(&dir, "volume", "", 0, VOLUME_SIZE);
        g_autofree char *dump = NULL;

        format(path, &rows[i].cipher, value, NULL, &error);
        g_assert_no_error(error);
        assert_opens(path, key);
        dump = witness_must("cryptsetup luksDump %s", path);
        g_assert_nonnull(strstr(dump, rows[i].mode));
        g_assert_nonnull(strstr(dump, rows[i].bits));
        g_assert_nonnull(rows[i].cipher.hash == NULL ? dump : strstr(dump, rows[i].cipher.hash));
    }
}

/* Whether serpent can be made depends on the kernel; cryptsetup says what is true here. */
static void
test_host_cipher(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value("0123456789abcdef0123456789abcdef");
    g_autofree char *key = key_file(&dir, "key", value);
    g_autofree char *theirs = witness_file(&dir, "theirs", "", 0, VOLUME_SIZE);
    g_autofree char *ours = witness_file(&dir, "ours", "", 0, VOLUME_SIZE);
    g_autofree char *before = witness_digest(ours), *after = NULL;
    const CofferCipher cipher = { .name = "serpent" };
    gboolean made = format(ours, &cipher, value, NULL, &error);

    if (witness_run(NULL,
                    "cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000 "
                    "--cipher serpent-xts-plain64 --key-file %s %s",
                    key, theirs) == 0) {
        g_assert_no_error(error);
        assert_opens(ours, key);
        return;
    }
    after = witness_digest(ours);
    g_assert_false(made);
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_UNSUPPORTED);
    g_assert_nonnull(strstr(error->message, "serpent"));
    g_assert_cmpstr(before, ==, after);
}

/* Any bytes, and as many as a value can have. */
static void
test_binary_value(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree guint8 *data = g_malloc(COFFER_BYTES_MAX);
    g_autoptr(CofferBytes) value = NULL;
    g_autofree char *path = witness_file(&dir, "volume", "", 0, VOLUME_SIZE);
    g_autofree char *key = NULL, *output = NULL;

    for (gsize i = 0; i < COFFER_BYTES_MAX; i++)
        data[i] = (guint8)(i * 7);
    value = coffer_bytes_new(data, COFFER_BYTES_MAX, &error);
    key = key_file(&dir, "key", value);
    format(path, NULL, value, NULL, &error);
    g_assert_no_error(error);
    output = witness_must("cryptsetup open --test-passphrase --key-file %s %s", key, path);
}

static void
test_refused(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(CofferBytes) value = witness_value("throw-away");
    g_autofree char *path = witness_file(&dir, "volume", "old content", 11, VOLUME_SIZE);
    g_autofree char *small = witness_file(&dir, "small", "", 0, COFFER_LUKS1_HEADER_SIZE - 1);
    g_autofree char *missing = witness_path(&dir, "missing");
    g_autofree char *before = witness_digest(path), *after = NULL;
    const CofferCipher unknown = { .name = "rot13" };
    const struct {
        const char *path;
        const CofferCipher *cipher;
        CofferError code;
    } rows[] = {
        { path, &unknown, COFFER_ERROR_INVALID_ARGUMENT },
        { small, NULL, COFFER_ERROR_INVALID_ARGUMENT },
        { missing, NULL, COFFER_ERROR_NOT_FOUND },
        { "/dev/null", NULL, COFFER_ERROR_INVALID_ARGUMENT },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(format(rows[i].path, rows[i].cipher, value, NULL, &error));
        g_assert_error(error, COFFER_ERROR, (int)rows[i].code);
    }
    after = witness_digest(path);
    g_assert_cmpstr(before, ==, after);
    g_assert_false(g_file_test(missing, G_FILE_TEST_EXISTS));
}

/* A file without a name, as volumes are until they are finished. */
static void
test_nameless(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value("0123456789abcdef0123456789abcdef");
    g_auto(CofferFd) fd = witness_open(dir.path, O_TMPFILE | O_RDWR);
    g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *named = witness_path(&dir, "volume");
    g_autofree char *key = key_file(&dir, "key", value);

    g_assert_cmpint(ftruncate(fd, VOLUME_SIZE), ==, 0);
    format(self, NULL, value, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(linkat(AT_FDCWD, self, AT_FDCWD, named, AT_SYMLINK_FOLLOW), ==, 0);
    assert_opens(named, key);
}

static void
test_disk_full(void)
{
#if COFFER_FAULT_POINTS
    static const char *const faults[] = { "luks-format:write=ENOSPC", "luks-format:sync=ENOSPC" };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(CofferBytes) value = witness_value("throw-away");
    g_autofree char *path = witness_file(&dir, "volume", "", 0, VOLUME_SIZE);

    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;

        g_setenv("COFFER_FAULT", faults[i], TRUE);
        g_assert_false(format(path, NULL, value, NULL, &error));
        g_unsetenv("COFFER_FAULT");
        g_assert_error(error, COFFER_ERROR, COFFER_ERROR_NO_SPACE);
    }
#else
    g_test_skip("needs a build with -Dfault_points=true");
#endif
}

/* --- checking --- */

static gboolean
verify(const char *path, const CofferBytes *value, int *out_keyslot, GError **error)
{
    g_auto(CofferFd) fd = witness_open(path, O_RDONLY);

    return coffer_luks_verify(fd, 0, 0, value, out_keyslot, error);
}

/* Three keyslots of cryptsetup's making, the first removed again: each value is found where it is,
 * the file stays as it is. */
static void
check_keyslots(const char *type, const char *pbkdf)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_file(&dir, "volume", "", 0, 20 * MIB);
    g_autofree char *before = NULL, *after = NULL;
    static const char *const words[] = { "alpha", "beta", "gamma" };
    g_autofree char *output =
        witness_must("cd %s && printf alpha >a && printf beta >b && printf gamma >c && "
                     "cryptsetup luksFormat -q --type %s %s --key-file a volume && "
                     "cryptsetup luksAddKey -q %s --key-file a volume b && "
                     "cryptsetup luksAddKey -q %s --key-file a volume c && "
                     "cryptsetup luksKillSlot -q --key-file c volume 0",
                     dir.path, type, pbkdf, pbkdf, pbkdf);

    before = witness_digest(path);
    for (int slot = 0; slot < 3; slot++) {
        g_autoptr(CofferBytes) value = witness_value(words[slot]);
        g_autoptr(GError) error = NULL;
        int found = -1;
        gboolean opened = verify(path, value, &found, &error);

        g_assert_cmpint(opened, ==, slot != 0);
        g_assert_cmpint(found, ==, slot != 0 ? slot : -1);
        if (slot == 0)
            g_assert_error(error, COFFER_ERROR, COFFER_ERROR_VERIFICATION_FAILED);
        else
            g_assert_no_error(error);
    }
    after = witness_digest(path);
    g_assert_cmpstr(before, ==, after);
}

static void
test_keyslots_luks1(void)
{
    check_keyslots("luks1", "--pbkdf-force-iterations 1000");
}

static void
test_keyslots_luks2(void)
{
    check_keyslots("luks2", "--pbkdf pbkdf2 --pbkdf-force-iterations 1000");
    check_keyslots("luks2", "--pbkdf argon2id --pbkdf-force-iterations 4 --pbkdf-memory 64 "
                            "--pbkdf-parallel 1");
}

/* The second copy of a LUKS2 header opens it, and is not used to mend the first. */
static void
test_damaged_primary(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value("alpha");
    g_autofree char *path = witness_file(&dir, "volume", "", 0, 20 * MIB);
    g_autofree char *key = key_file(&dir, "key", value);
    g_autofree char *before = NULL, *after = NULL;
    g_autofree char *output = witness_must(
        "cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "
        "--key-file %s %s",
        key, path);

    witness_patch(path, 4096, "not JSON", 8);
    before = witness_digest(path);
    verify(path, value, NULL, &error);
    g_assert_no_error(error);
    after = witness_digest(path);
    g_assert_cmpstr(before, ==, after);

    witness_patch(path, 16384 + 4096, "not JSON", 8);
    g_assert_false(verify(path, value, NULL, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_DAMAGED);
}

/* A header that begins somewhere in the file, and may not reach beyond its bounds. */
static void
test_inside(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value("throw-away");
    g_autofree char *path = witness_file(&dir, "volume", "", 0, VOLUME_SIZE);
    g_autofree char *outer = witness_path(&dir, "outer");
    g_autofree char *output = NULL;
    g_auto(CofferFd) fd = COFFER_FD_NONE;

    format(path, NULL, value, NULL, &error);
    g_assert_no_error(error);
    output = witness_must("{ head -c 65536 /dev/zero; head -c 2097152 %s; } >%s", path, outer);
    fd = witness_open(outer, O_RDONLY);
    coffer_luks_verify(fd, 65536, COFFER_LUKS1_HEADER_SIZE, value, NULL, &error);
    g_assert_no_error(error);

    g_assert_false(coffer_luks_verify(fd, 65536, 65536, value, NULL, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_DAMAGED);
    g_clear_error(&error);
    g_assert_false(coffer_luks_verify(fd, 0, 0, value, NULL, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_DAMAGED);
    g_clear_error(&error);
    g_assert_false(coffer_luks_verify(fd, 100 * MIB, 0, value, NULL, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_DAMAGED);
}

/* A header that stands apart from its data says nothing of its own length: its keyslots still have
 * to lie within the bounds that the caller gives. */
static void
test_bounds(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value("throw-away");
    g_autofree char *key = key_file(&dir, "key", value);
    g_autofree char *data = witness_file(&dir, "data", "", 0, MIB);
    g_autofree char *path = witness_file(&dir, "header", "", 0, 20 * MIB);
    g_autofree char *output = witness_must("cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 "
                                           "--pbkdf-force-iterations 1000 --header %s --offset 0 "
                                           "--key-file %s %s",
                                           path, key, data);
    g_auto(CofferFd) fd = witness_open(path, O_RDONLY);

    coffer_luks_verify(fd, 0, 0, value, NULL, &error);
    g_assert_no_error(error);
    g_assert_false(coffer_luks_verify(fd, 0, 128 * KIB, value, NULL, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_DAMAGED);
}

/* Offsets in the header of LUKS1: version 6, payload offset 104 (sectors), first keyslot 208:
 * state, iterations, 32 bytes of salt, key material offset 248 (sectors), stripes 252. (LUKS1
 * specification, figures 1 and 3) */
static void
test_hostile(void)
{
    static const struct {
        guint64 offset;
        guint8 bytes[4];
        CofferError code;
    } rows[] = {
        { 0, "LUXS", COFFER_ERROR_DAMAGED },
        { 4, { 0xba, 0xbe, 0, 3 }, COFFER_ERROR_UNSUPPORTED },
        { 4, { 0xba, 0xbe, 0, 2 }, COFFER_ERROR_DAMAGED }, /* LUKS2 of no size */
        { 104, { 0xff, 0xff, 0xff, 0xff }, COFFER_ERROR_DAMAGED },
        { 108, { 0xff, 0xff, 0xff, 0xff }, COFFER_ERROR_DAMAGED }, /* bytes of the key */
        { 248, { 0xff, 0xff, 0xff, 0xff }, COFFER_ERROR_DAMAGED },
        { 248, { 0, 0, 0, 0 }, COFFER_ERROR_DAMAGED },
        { 252, { 0xff, 0xff, 0xff, 0xff }, COFFER_ERROR_DAMAGED },
        { 208, { 0x00, 0x00, 0xde, 0xad }, COFFER_ERROR_VERIFICATION_FAILED }, /* no keyslot left */
        { 216, { 1, 2, 3, 4 }, COFFER_ERROR_VERIFICATION_FAILED }, /* other salt, other key */
    };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(CofferBytes) value = witness_value("throw-away");

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = witness_file(&dir, "volume", "", 0, VOLUME_SIZE);
        g_autoptr(GError) error = NULL;

        g_assert_true(format(path, NULL, value, NULL, NULL));
        g_assert_true(verify(path, value, NULL, NULL));
        g_test_message("bytes at %" G_GUINT64_FORMAT, rows[i].offset);
        witness_patch(path, rows[i].offset, rows[i].bytes, 4);
        g_assert_false(verify(path, value, NULL, &error));
        g_assert_error(error, COFFER_ERROR, (int)rows[i].code);
    }
}

static void
test_truncated(void)
{
    static const guint64 sizes[] = { 1, 6, 15, 16, 591, 1024, 4096, 200000 };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(CofferBytes) value = witness_value("throw-away");
    g_autofree char *path = witness_file(&dir, "volume", "", 0, VOLUME_SIZE);

    g_assert_true(format(path, NULL, value, NULL, NULL));
    for (gsize i = G_N_ELEMENTS(sizes); i-- > 0;) {
        g_autoptr(GError) error = NULL;

        g_assert_cmpint(truncate(path, (off_t)sizes[i]), ==, 0);
        g_assert_false(verify(path, value, NULL, &error));
        g_assert_error(error, COFFER_ERROR, COFFER_ERROR_DAMAGED);
    }
}

/* --- both --- */

static void
test_inspect(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value("throw-away");
    g_autofree char *key = key_file(&dir, "key", value);
    g_autofree char *path = witness_file(&dir, "volume", "", 0, 20 * MIB);
    g_autofree char *uuid = NULL, *output = NULL;
    g_auto(CofferLuksInfo) luks1 = { 0 }, luks2 = { 0 };
    g_auto(CofferFd) fd = witness_open(path, O_RDONLY);

    format(path, NULL, value, &uuid, &error);
    g_assert_no_error(error);
    coffer_luks_inspect(fd, 0, 0, &luks1, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(luks1.uuid, ==, uuid);
    g_assert_cmpstr(luks1.cipher, ==, "aes");
    g_assert_cmpstr(luks1.mode_spec, ==, "xts-plain64");
    g_assert_cmpuint(luks1.key_bits, ==, 512);
    g_assert_cmpuint(luks1.data_offset, ==, COFFER_LUKS1_HEADER_SIZE);
    g_assert_cmphex(luks1.keyslots_active, ==, 1);

    output =
        witness_must("cryptsetup luksFormat -q --type luks2 --cipher aes-cbc-essiv:sha256 -s 128 "
                     "--pbkdf pbkdf2 --pbkdf-force-iterations 1000 -S 5 --uuid "
                     "00000000-1111-2222-3333-444444444444 --key-file %s %s",
                     key, path);
    coffer_luks_inspect(fd, 0, 0, &luks2, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(luks2.uuid, ==, "00000000-1111-2222-3333-444444444444");
    g_assert_cmpstr(luks2.cipher, ==, "aes");
    g_assert_cmpstr(luks2.mode_spec, ==, "cbc-essiv:sha256");
    g_assert_cmpuint(luks2.key_bits, ==, 128);
    g_assert_cmpuint(luks2.data_offset, ==, 16 * MIB);
    g_assert_cmphex(luks2.keyslots_active, ==, 1 << 5);
}

static gpointer
make_and_check(gpointer path)
{
    g_autoptr(CofferBytes) value = witness_value(path);
    g_autoptr(CofferBytes) other = witness_value("another");

    for (int i = 0; i < 5; i++) {
        g_assert_true(format(path, NULL, value, NULL, NULL));
        g_assert_true(verify(path, value, NULL, NULL));
        g_assert_false(verify(path, other, NULL, NULL));
    }
    return NULL;
}

static void
test_threads(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    GThread *threads[4];
    char *paths[G_N_ELEMENTS(threads)];

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_autofree char *name = g_strdup_printf("volume%" G_GSIZE_FORMAT, i);

        paths[i] = witness_file(&dir, name, "", 0, VOLUME_SIZE);
        threads[i] = g_thread_new(name, make_and_check, paths[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_thread_join(threads[i]);
        g_free(paths[i]);
    }
}

/* libcryptsetup prints where it has no other place for its messages; in a library it must not. */
static void
test_silent(void)
{
    if (g_test_subprocess()) {
        test_refused();
        test_host_cipher();
        test_hostile();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("");
    g_test_trap_assert_stdout_unmatched("*evice*");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/luks/generated", test_generated);
    g_test_add_func("/luks/chosen", test_chosen);
    g_test_add_func("/luks/ciphers", test_ciphers);
    g_test_add_func("/luks/host-cipher", test_host_cipher);
    g_test_add_func("/luks/binary-value", test_binary_value);
    g_test_add_func("/luks/refused", test_refused);
    g_test_add_func("/luks/nameless", test_nameless);
    g_test_add_func("/luks/disk-full", test_disk_full);
    g_test_add_func("/luks/keyslots-luks1", test_keyslots_luks1);
    g_test_add_func("/luks/keyslots-luks2", test_keyslots_luks2);
    g_test_add_func("/luks/damaged-primary", test_damaged_primary);
    g_test_add_func("/luks/inside", test_inside);
    g_test_add_func("/luks/bounds", test_bounds);
    g_test_add_func("/luks/hostile", test_hostile);
    g_test_add_func("/luks/truncated", test_truncated);
    g_test_add_func("/luks/inspect", test_inspect);
    g_test_add_func("/luks/threads", test_threads);
    g_test_add_func("/luks/silent", test_silent);
    return g_test_run();
}
