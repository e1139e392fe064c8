/* probe.c: tests of what headers say: compared with qemu-img and cryptsetup on images of their
 * making, and with nothing at all on damaged ones. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume/probe.h"

#include "base/error.h"
#include "crypt/luks.h"
#include "witness.h"

#include <json-glib/json-glib.h>

static void
probe_path(const char *path, CofferProbe *probe, GError **error)
{
    g_auto(CofferFd) fd = witness_open(path, O_RDONLY);

    coffer_probe_fd(fd, probe, error);
}

/* --- compared with qemu-img info --- */

static JsonObject *
member(JsonObject *object, const char *name)
{
    return object != NULL && json_object_has_member(object, name)
               ? json_object_get_object_member(object, name)
               : NULL;
}

static const char *
text(JsonObject *object, const char *name)
{
    return object != NULL ? json_object_get_string_member_with_default(object, name, NULL) : NULL;
}

/* "aes-256" as we have it in two parts. */
static void
assert_cipher(const CofferProbe *probe, JsonObject *encrypt)
{
    g_autofree char *cipher = g_strdup_printf("%s-%u", probe->cipher_name, probe->cipher_size);
    JsonArray *slots = json_object_get_array_member(encrypt, "slots");

    g_assert_cmpstr(cipher, ==, text(encrypt, "cipher-alg"));
    g_assert_cmpstr(probe->cipher_mode, ==, text(encrypt, "cipher-mode"));
    g_assert_cmpstr(probe->cipher_hash, ==, text(encrypt, "hash-alg"));
    g_assert_cmpstr(probe->ivgen_name, ==, text(encrypt, "ivgen-alg"));
    g_assert_cmpstr(probe->ivgen_hash, ==, text(encrypt, "ivgen-hash-alg"));
    g_assert_cmpstr(probe->crypt_uuid, ==, text(encrypt, "uuid"));
    for (guint slot = 0; slot < json_array_get_length(slots); slot++)
        g_assert_cmpint(
            (probe->keyslots_active >> slot) & 1, ==,
            json_object_get_boolean_member(json_array_get_object_element(slots, slot), "active"));
}

static void
compare(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autofree char *info = witness_must("qemu-img info --output=json %s", path);
    g_auto(CofferProbe) probe = { 0 };
    JsonObject *image = NULL, *data = NULL, *encrypt = NULL;
    gboolean bare = FALSE;

    g_test_message("%s: %s", path, info);
    json_parser_load_from_data(parser, info, -1, &error);
    g_assert_no_error(error);
    probe_path(path, &probe, &error);
    g_assert_no_error(error);
    image = json_node_get_object(json_parser_get_root(parser));
    data = member(member(image, "format-specific"), "data");
    bare = g_str_equal(text(image, "format"), "luks");
    encrypt = bare ? data : member(data, "encrypt");

    g_assert_cmpstr(coffer_volume_format_to_string(probe.format), ==,
                    bare ? "raw" : text(image, "format"));
    g_assert_cmpuint(probe.capacity, ==,
                     (guint64)json_object_get_int_member(image, "virtual-size"));
    g_assert_cmpint(probe.crypt != COFFER_PROBE_CRYPT_NONE, ==,
                    bare || json_object_get_boolean_member_with_default(image, "encrypted", FALSE));
    if (encrypt != NULL && text(encrypt, "uuid") != NULL)
        assert_cipher(&probe, encrypt);
    g_assert_cmpstr(probe.backing_path, ==, text(image, "backing-filename"));
    if (text(image, "backing-filename-format") != NULL)
        g_assert_cmpstr(coffer_volume_format_to_string(probe.backing_format), ==,
                        text(image, "backing-filename-format"));
    if (probe.format != COFFER_VOLUME_FORMAT_QCOW2)
        return;
    g_assert_cmpuint(probe.cluster_size, ==,
                     (guint64)json_object_get_int_member(image, "cluster-size"));
    g_assert_cmpstr(probe.compat, ==, text(data, "compat"));
    g_assert_cmpint(probe.lazy_refcounts, ==,
                    json_object_get_boolean_member_with_default(data, "lazy-refcounts", FALSE));
    g_assert_cmpint(probe.extended_l2, ==,
                    json_object_get_boolean_member_with_default(data, "extended-l2", FALSE));
    g_assert_cmpstr(probe.data_file, ==, text(data, "data-file"));
}

/* Options behind `qemu-img create`; %s is the folder, which has a base image and a key. */
static void
test_witness(void)
{
    static const char *const options[] = {
        "-f raw %1$s/image 10M",
        "-f raw %1$s/image 0",
        "-f qcow2 %1$s/image 10M",
        "-f qcow2 -o compat=0.10 %1$s/image 1G",
        "-f qcow2 -o lazy_refcounts=on %1$s/image 3T",
        "-f qcow2 -o cluster_size=512 %1$s/image 10M",
        "-f qcow2 -o cluster_size=2M %1$s/image 123456789",
        "-f qcow2 -o extended_l2=on,cluster_size=128k %1$s/image 10M",
        "-f qcow2 -o preallocation=metadata %1$s/image 10M",
        "-f qcow2 -o compression_type=zstd %1$s/image 10M",
        "-f qcow2 -o refcount_bits=1 %1$s/image 10M",
        "-f qcow2 -b base.qcow2 -F qcow2 %1$s/image",
        "-f qcow2 -o compat=0.10,cluster_size=512 -b %1$s/base.raw -F raw %1$s/image 20M",
        "-f qcow2 -o data_file=%1$s/data,data_file_raw=on %1$s/image 10M",
        "-f qcow2 -o encrypt.format=aes,encrypt.key-secret=s --object secret,id=s,file=%1$s/key "
        "%1$s/image 10M",
        "-f qcow2 -o encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10 --object "
        "secret,id=s,file=%1$s/key %1$s/image 10M",
        "-f qcow2 -o "
        "compat=0.10,cluster_size=4k,encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10,"
        "encrypt.cipher-alg=serpent-128,encrypt.cipher-mode=cbc,encrypt.ivgen-alg=essiv,encrypt."
        "ivgen-hash-alg=md5,encrypt.hash-alg=sha512 -b base.raw -F raw --object "
        "secret,id=s,file=%1$s/key %1$s/image 20M",
        "-f luks -o key-secret=s,iter-time=10 --object secret,id=s,file=%1$s/key %1$s/image 10M",
        "-f luks -o key-secret=s,iter-time=10,cipher-alg=twofish-256,cipher-mode=ecb --object "
        "secret,id=s,file=%1$s/key %1$s/image 10M",
        "-f qcow %1$s/image 10M",
        "-f qcow -b base.raw -F raw %1$s/image 20M",
        "-f vmdk %1$s/image 10M",
        "-f vdi %1$s/image 10M",
        "-f qed -b base.raw -F raw %1$s/image 20M",
        "-f qed %1$s/image 10M",
        "-f vpc -o force_size=on %1$s/image 10M",
    };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *key = witness_file(&dir, "key", "throw-away", 10, 0);
    g_autofree char *base = witness_must("cd %s && qemu-img create -q -f qcow2 base.qcow2 10M && "
                                         "qemu-img create -q -f raw base.raw 20M",
                                         dir.path);

    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        g_auto(GStrv) parts = g_strsplit(options[i], "%1$s", -1);
        g_autofree char *arguments = g_strjoinv(dir.path, parts);
        g_autofree char *output = NULL;

        g_unlink(image);
        output = witness_must("qemu-img create -q %s", arguments);
        compare(image);
    }
}

/* Where the LUKS header inside qcow2 is: there the value opens it, and only it. */
static void
test_inner_header(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *key = witness_file(&dir, "key", "throw-away", 10, 0);
    g_autoptr(CofferBytes) value = witness_value("throw-away");
    g_autoptr(CofferBytes) other = witness_value("another");
    g_autofree char *output =
        witness_must("qemu-img create -q -f qcow2 -o encrypt.format=luks,encrypt.key-secret=s,"
                     "encrypt.iter-time=10 --object secret,id=s,file=%s %s 10M",
                     key, image);
    g_auto(CofferProbe) probe = { 0 };
    g_auto(CofferFd) fd = witness_open(image, O_RDONLY);

    coffer_probe_fd(fd, &probe, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(probe.crypt_offset, >, 0);
    coffer_luks_verify(fd, probe.crypt_offset, probe.crypt_length, value, NULL, &error);
    g_assert_no_error(error);
    g_assert_false(
        coffer_luks_verify(fd, probe.crypt_offset, probe.crypt_length, other, NULL, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_VERIFICATION_FAILED);
}

/* --- LUKS of cryptsetup's making --- */

static void
test_cryptsetup(void)
{
    static const struct {
        const char *options;
        CofferProbeCrypt crypt;
        const char *mode, *ivgen, *hash;
        guint bits, slots;
        guint64 payload;
    } rows[] = {
        { "--type luks1", COFFER_PROBE_CRYPT_LUKS1, "xts", "plain64", NULL, 256, 1, 2 * MIB },
        { "--type luks1 -c aes-cbc-essiv:sha256 -s 128 -S 7", COFFER_PROBE_CRYPT_LUKS1, "cbc",
          "essiv", "sha256", 128, 1 << 7, MIB },
        { "--type luks1 --offset 8192", COFFER_PROBE_CRYPT_LUKS1, "xts", "plain64", NULL, 256, 1,
          4 * MIB },
        { "--type luks2 --pbkdf pbkdf2", COFFER_PROBE_CRYPT_LUKS2, "xts", "plain64", NULL, 256, 1,
          16 * MIB },
        { "--type luks2 --pbkdf pbkdf2 -S 9 --luks2-metadata-size 64k --luks2-keyslots-size 4m "
          "--offset 16384",
          COFFER_PROBE_CRYPT_LUKS2, "xts", "plain64", NULL, 256, 1 << 9, 8 * MIB },
    };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *key = witness_file(&dir, "key", "throw-away", 10, 0);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = witness_file(&dir, "volume", "", 0, 20 * MIB);
        g_autofree char *uuid =
            witness_must("cryptsetup luksFormat -q -s 512 --pbkdf-force-iterations 1000 %s "
                         "--key-file %s %s && cryptsetup luksUUID %s",
                         rows[i].options, key, path, path);
        g_auto(CofferProbe) probe = { 0 };

        probe_path(path, &probe, &error);
        g_assert_no_error(error);
        g_assert_cmpint(probe.format, ==, COFFER_VOLUME_FORMAT_RAW);
        g_assert_cmpint(probe.crypt, ==, rows[i].crypt);
        g_assert_cmpstr(probe.crypt_uuid, ==, g_strchomp(uuid));
        g_assert_cmpstr(probe.cipher_name, ==, "aes");
        g_assert_cmpstr(probe.cipher_mode, ==, rows[i].mode);
        g_assert_cmpstr(probe.ivgen_name, ==, rows[i].ivgen);
        g_assert_cmpstr(probe.ivgen_hash, ==, rows[i].hash);
        g_assert_cmpuint(probe.cipher_size, ==, rows[i].bits);
        g_assert_cmphex(probe.keyslots_active, ==, rows[i].slots);
        g_assert_cmpuint(probe.crypt_length, ==, rows[i].payload);
        g_assert_cmpuint(probe.capacity, ==, 20 * MIB - rows[i].payload);
    }
}

/* --- made by hand --- */

typedef struct {
    guint64 offset;
    const char *bytes;
    gsize size;
} Patch;

#define PATCH(offset_, bytes_)                                                                     \
    {                                                                                              \
        (offset_), (bytes_), sizeof(bytes_) - 1                                                    \
    }

static void
expect(const char *path, CofferError code)
{
    g_autoptr(GError) error = NULL;
    g_auto(CofferProbe) probe = { 0 };

    probe_path(path, &probe, &error);
    g_assert_error(error, COFFER_ERROR, (int)code);
    g_assert_null(strchr(error->message, '\n'));
    g_assert_null(probe.backing_path);
}

/* Each patch turns a sound image into one that must be refused. */
static void
test_damaged_qcow2(void)
{
    static const struct {
        Patch patch;
        CofferError code;
    } rows[] = {
        { PATCH(4, "\0\0\0\0"), COFFER_ERROR_UNSUPPORTED }, /* version */
        { PATCH(4, "\0\0\0\4"), COFFER_ERROR_UNSUPPORTED },
        { PATCH(8, "\xff\xff\xff\xff\xff\xff\xff\xff"), COFFER_ERROR_DAMAGED }, /* backing file */
        { PATCH(8, "\0\0\0\0\0\2\0\0"), COFFER_ERROR_DAMAGED },
        { PATCH(16, "\0\1\0\0"), COFFER_ERROR_DAMAGED },
        { PATCH(16, "\0\0\4\0"), COFFER_ERROR_DAMAGED },
        { PATCH(16, "\0\0\2\0"), COFFER_ERROR_DAMAGED },   /* NULs behind the name */
        { PATCH(20, "\0\0\0\x08"), COFFER_ERROR_DAMAGED }, /* cluster bits */
        { PATCH(20, "\0\0\0\x16"), COFFER_ERROR_DAMAGED },
        { PATCH(20, "\xff\xff\xff\xff"), COFFER_ERROR_DAMAGED },
        { PATCH(24, "\x80\0\0\0\0\0\0\0"), COFFER_ERROR_DAMAGED }, /* capacity */
        { PATCH(32, "\0\0\0\3"), COFFER_ERROR_UNSUPPORTED },       /* encryption method */
        { PATCH(32, "\0\0\0\2"), COFFER_ERROR_DAMAGED },           /* LUKS without a header */
        { PATCH(100, "\0\0\0\0"), COFFER_ERROR_DAMAGED },          /* length of the header */
        { PATCH(100, "\xff\xff\xff\xff"), COFFER_ERROR_DAMAGED },
        { PATCH(116, "\xff\xff\xff\xff"), COFFER_ERROR_DAMAGED }, /* length of an extension */
        { PATCH(112, "\1\2\3\4\xff\xff\xff\xff"), COFFER_ERROR_DAMAGED }, /* of an unknown one */
        { PATCH(120, "ra\0w"), COFFER_ERROR_DAMAGED },                    /* backing format */
    };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *backing = witness_must("qemu-img create -q -f raw %s/base.qcow2 1M", dir.path);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *output = witness_must(
            "cd %s && qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 -u image 1M", dir.path);

        g_test_message("bytes at %" G_GUINT64_FORMAT, rows[i].patch.offset);
        compare(image);
        witness_patch(image, rows[i].patch.offset, rows[i].patch.bytes, rows[i].patch.size);
        expect(image, rows[i].code);
    }
}

/* QEMU's longest path is taken, a longer one is not. */
static void
test_long_backing(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *output = witness_must("qemu-img create -q -f qcow2 %s 1M", image);
    g_autofree char *name = g_strnfill(1024, 'a');
    g_auto(CofferProbe) probe = { 0 };

    witness_patch(image, 4096, name, 1024);
    witness_patch(image, 8, "\0\0\0\0\0\0\x10\0\0\0\3\xff", 12);
    probe_path(image, &probe, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(strlen(probe.backing_path), ==, 1023);
    witness_patch(image, 16, "\0\0\4\0", 4);
    expect(image, COFFER_ERROR_DAMAGED);
}

/* Each extension may cost a read, so that there is an end to their number. */
static void
test_many_extensions(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *output = witness_must("qemu-img create -q -f qcow2 %s 1M", image);
    g_auto(CofferProbe) probe = { 0 };

    for (guint i = 0; i < 64; i++)
        witness_patch(image, 112 + 8 * i, "\1\2\3\4\0\0\0\0", 8);
    witness_patch(image, 112 + 8 * 64, "\0\0\0\0\0\0\0\0", 8);
    probe_path(image, &probe, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < 8000; i++)
        witness_patch(image, 112 + 8 * i, "\1\2\3\4\0\0\0\0", 8);
    expect(image, COFFER_ERROR_DAMAGED);
}

/* A name with a line break or of other bytes than UTF-8 would forge output, or break it. */
static void
test_names(void)
{
    static const char *const names[] = { "ba\nse.qcow2", "ba\xffse.qcow2", "ba\x1bse.qcow2" };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *output = witness_must(
        "cd %s && qemu-img create -q -f qcow2 -b basename123 -F raw -u image 1M", dir.path);
    g_autofree char *data = NULL;
    gsize size = 0;

    g_assert_true(g_file_get_contents(image, &data, &size, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *name = memmem(data, size, "basename123", 11);

        g_assert_nonnull(name);
        g_assert_cmpuint(strlen(names[i]), ==, 11);
        witness_patch(image, (guint64)(name - data), names[i], 11);
        expect(image, COFFER_ERROR_UNSUPPORTED);
    }
}

/* The crypto extension of qcow2 and the LUKS header that it leads to. */
static void
test_damaged_inner_header(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *key = witness_file(&dir, "key", "throw-away", 10, 0);
    g_autofree char *output =
        witness_must("qemu-img create -q -f qcow2 -o encrypt.format=luks,encrypt.key-secret=s,"
                     "encrypt.iter-time=10 --object secret,id=s,file=%s %s 10M",
                     key, image);
    g_autofree char *data = NULL;
    g_auto(CofferProbe) sound = { 0 };
    gsize size = 0;
    guint64 extension = 0;

    probe_path(image, &sound, NULL);
    g_assert_cmpint(sound.crypt, ==, COFFER_PROBE_CRYPT_LUKS1);
    g_assert_true(g_file_get_contents(image, &data, &size, NULL));
    extension = (guint64)((const char *)memmem(data, size, "\x05\x37\xbe\x77", 4) - data);

    const Patch patches[] = {
        PATCH(extension, "\1\2\3\4"),                         /* some other extension */
        PATCH(extension + 4, "\0\0\0\x08"),                   /* length of the extension */
        PATCH(extension + 8, "\xff\xff\xff\xff\xff\xff\0\0"), /* offset */
        PATCH(extension + 8, "\0\0\0\0\0\0\0\1"),
        PATCH(extension + 8, "\0\0\0\0\0\0\0\0"),
        PATCH(extension + 16, "\xff\xff\xff\xff\xff\xff\xff\xff"), /* length */
        PATCH(extension + 16, "\0\0\0\0\0\0\0\0"),
        PATCH(sound.crypt_offset, "XUKS"),
        PATCH(sound.crypt_offset + 8, "a\nes"),              /* cipher's name */
        PATCH(sound.crypt_offset + 104, "\xff\xff\xff\xff"), /* payload */
        PATCH(sound.crypt_offset + 108, "\0\0\0\0"),         /* bytes of the key */
        PATCH(sound.crypt_offset + 108, "\x7f\xff\xff\xff"),
        PATCH(sound.crypt_offset + 168, "\x01"), /* UUID */
    };

    for (gsize i = 0; i < G_N_ELEMENTS(patches); i++) {
        g_test_message("patch %" G_GSIZE_FORMAT, i);
        witness_patch(image, patches[i].offset, patches[i].bytes, patches[i].size);
        expect(image, COFFER_ERROR_DAMAGED);
        witness_patch(image, patches[i].offset, data + patches[i].offset, patches[i].size);
        compare(image);
    }
}

/* QEMU takes a LUKS header at the beginning of a cluster only; and one that stands apart from its
 * data is still as long as the extension says. */
static void
test_inner_header_place(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *key = witness_file(&dir, "key", "throw-away", 10, 0);
    g_autofree char *output =
        witness_must("qemu-img create -q -f qcow2 -o encrypt.format=luks,encrypt.key-secret=s,"
                     "encrypt.iter-time=10 --object secret,id=s,file=%s %s 10M",
                     key, image);
    g_autofree char *data = NULL;
    g_auto(CofferProbe) sound = { 0 }, apart = { 0 };
    gsize size = 0;
    guint64 extension = 0, moved = 0;

    probe_path(image, &sound, &error);
    g_assert_no_error(error);
    witness_patch(image, sound.crypt_offset + 104, "\0\0\0\0", 4);
    probe_path(image, &apart, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(apart.crypt_length, ==, sound.crypt_length);
    g_assert_cmpuint(apart.crypt_length, >, MIB);

    g_assert_true(g_file_get_contents(image, &data, &size, NULL));
    extension = (guint64)((const char *)memmem(data, size, "\x05\x37\xbe\x77", 4) - data);
    moved = GUINT64_TO_BE(sound.crypt_offset + 512);
    witness_patch(image, sound.crypt_offset + 512, data + sound.crypt_offset, 592);
    witness_patch(image, extension + 8, &moved, 8);
    expect(image, COFFER_ERROR_DAMAGED);
}

/* Images of every kind cut off at every length: raw for as long as there is no magic, then damaged
 * until the header is whole; never more than the file has. */
static void
test_truncated(void)
{
    static const char *const formats[] = { "qcow2", "qcow", "qed", "vmdk", "vdi", "vpc" };
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *image = witness_path(&dir, "image");

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *output = witness_must("qemu-img create -q -f %s %s 1M", formats[i], image);
        g_auto(CofferFd) fd = witness_open(image, O_RDWR);
        gboolean damaged = FALSE;

        g_assert_cmpint(ftruncate(fd, 1024), ==, 0);
        for (off_t size = 1023; size >= 0; size--) {
            g_autoptr(GError) error = NULL;
            g_auto(CofferProbe) probe = { 0 };

            g_assert_cmpint(ftruncate(fd, size), ==, 0);
            if (coffer_probe_fd(fd, &probe, &error))
                continue;
            damaged = TRUE;
            g_assert_error(error, COFFER_ERROR, COFFER_ERROR_DAMAGED);
        }
        g_assert_true(damaged);
    }
}

static void
test_long_names(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_file(&dir, "volume", "", 0, 4 * MIB);
    g_autofree char *key = witness_file(&dir, "key", "throw-away", 10, 0);
    g_autofree char *output = witness_must("cryptsetup luksFormat -q --type luks1 "
                                           "--pbkdf-force-iterations 1000 --key-file %s %s",
                                           key, path);
    g_auto(CofferProbe) probe = { 0 };
    g_autofree char *full = g_strnfill(40, 'x');

    /* every text field without a NUL at its end */
    witness_patch(path, 8, full, 32);
    witness_patch(path, 40, full, 32);
    witness_patch(path, 72, full, 32);
    witness_patch(path, 168, full, 40);
    probe_path(path, &probe, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(strlen(probe.cipher_name), ==, 32);
    g_assert_cmpuint(strlen(probe.cipher_mode), ==, 32);
    g_assert_cmpuint(strlen(probe.cipher_hash), ==, 32);
    g_assert_cmpstr(probe.crypt_uuid, ==, full);
}

static void
test_other_formats(void)
{
    static const struct {
        Patch magic, capacity, version;
        CofferVolumeFormat format;
        guint64 bytes;
    } rows[] = {
        { PATCH(0, "WithouFreSpacExt"), PATCH(36, "\0\x50\0\0\0\0\0\0"), PATCH(16, "\2\0\0\0"),
          COFFER_VOLUME_FORMAT_PLOOP, 10 * MIB },
        { PATCH(0, "OOOM"), PATCH(1036, "\0\0\0\0\0\x10\0\0"), PATCH(4, "\0\0\0\2"),
          COFFER_VOLUME_FORMAT_COW, MIB },
        { PATCH(32769, "CD001"), PATCH(0, ""), PATCH(0, ""), COFFER_VOLUME_FORMAT_ISO, 64 * KIB },
        { PATCH(0, "OOOM"), PATCH(0, ""), PATCH(4, "\0\0\0\7"), COFFER_VOLUME_FORMAT_RAW,
          64 * KIB },
        { PATCH(0, "LUKX"), PATCH(0, ""), PATCH(0, ""), COFFER_VOLUME_FORMAT_RAW, 64 * KIB },
        { PATCH(0, "QFI "), PATCH(0, ""), PATCH(0, ""), COFFER_VOLUME_FORMAT_RAW, 64 * KIB },
    };
    g_auto(WitnessDir) dir = witness_dir_new();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Patch patches[] = { rows[i].magic, rows[i].capacity, rows[i].version };
        g_autoptr(GError) error = NULL;
        g_autofree char *path = witness_file(&dir, "image", "", 0, 64 * KIB);
        g_auto(CofferProbe) probe = { 0 };

        for (gsize j = 0; j < G_N_ELEMENTS(patches); j++)
            witness_patch(path, patches[j].offset, patches[j].bytes, patches[j].size);
        probe_path(path, &probe, &error);
        g_assert_no_error(error);
        g_assert_cmpint(probe.format, ==, rows[i].format);
        g_assert_cmpuint(probe.capacity, ==, rows[i].bytes);
    }
}

/* Sectors times 512 beyond what a file can have. */
static void
test_overflow(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *image = witness_path(&dir, "image");
    g_autofree char *output = witness_must("qemu-img create -q -f vmdk %s 1M", image);

    witness_patch(image, 12, "\0\0\0\0\0\0\x80\0", 8);
    expect(image, COFFER_ERROR_DAMAGED);
    witness_patch(image, 12, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    expect(image, COFFER_ERROR_DAMAGED);
}

static void
test_not_a_file(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(CofferProbe) probe = { 0 };
    g_auto(CofferFd) fd = witness_open("/dev/null", O_RDONLY);

    g_assert_false(coffer_probe_fd(fd, &probe, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_INVALID_ARGUMENT);
}

static void
test_position(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autofree char *path = witness_file(&dir, "image", "LUKX", 4, 64 * KIB);
    g_auto(CofferProbe) probe = { 0 };
    g_auto(CofferFd) fd = witness_open(path, O_RDONLY);

    g_assert_cmpint(lseek(fd, 17, SEEK_SET), ==, 17);
    g_assert_true(coffer_probe_fd(fd, &probe, NULL));
    g_assert_cmpint(lseek(fd, 0, SEEK_CUR), ==, 17);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/probe/witness", test_witness);
    g_test_add_func("/probe/inner-header", test_inner_header);
    g_test_add_func("/probe/cryptsetup", test_cryptsetup);
    g_test_add_func("/probe/damaged-qcow2", test_damaged_qcow2);
    g_test_add_func("/probe/long-backing", test_long_backing);
    g_test_add_func("/probe/many-extensions", test_many_extensions);
    g_test_add_func("/probe/names", test_names);
    g_test_add_func("/probe/damaged-inner-header", test_damaged_inner_header);
    g_test_add_func("/probe/inner-header-place", test_inner_header_place);
    g_test_add_func("/probe/truncated", test_truncated);
    g_test_add_func("/probe/long-names", test_long_names);
    g_test_add_func("/probe/other-formats", test_other_formats);
    g_test_add_func("/probe/overflow", test_overflow);
    g_test_add_func("/probe/not-a-file", test_not_a_file);
    g_test_add_func("/probe/position", test_position);
    return g_test_run();
}
