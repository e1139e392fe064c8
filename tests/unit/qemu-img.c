/* qemu-img.c: tests the arguments by golden files, and what they do with the real qemu-img; its
 * failures are injected by a program of that name in front of it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume/qemu-img.h"

#include "base/error.h"
#include "crypt/luks.h"
#include "volume/probe.h"
#include "witness.h"

#include <sys/stat.h>

#define VALUE "throw-away value"

/* --- arguments --- */

/* tests/golden/qemu-img/NAME.xml and the arguments that it makes, one a line, in NAME.args; where
 * NAME ends in "-invalid", the message in NAME.err. A NAME with "prealloc" asks for preallocation,
 * one with "generated" has such a value. COFFER_REGENERATE=1 writes both anew. */
static void
test_golden(gconstpointer data)
{
    const char *stem = data;
    gboolean invalid = g_str_has_suffix(stem, "-invalid");
    g_autofree char *xml_path = g_strconcat(stem, ".xml", NULL);
    g_autofree char *expected_path = g_strconcat(stem, invalid ? ".err" : ".args", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL, *expected = NULL, *found = NULL, *lines = NULL;
    g_autoptr(CofferVolumeDef) def = NULL;
    g_auto(GStrv) arguments = NULL;
    CofferQemuImgCreate request = {
        .image = COFFER_FD_NONE,
        .prealloc_metadata = strstr(stem, "prealloc") != NULL,
        .generated = strstr(stem, "generated") != NULL,
        .path = strstr(stem, "relative") != NULL ? "/pool/.disk.qcow2.new" : NULL,
    };

    g_file_get_contents(xml_path, &xml, NULL, &error);
    g_assert_no_error(error);
    def = coffer_volume_def_parse(xml, COFFER_VOLUME_PARSE_NONE, &error);
    g_assert_no_error(error);
    request.def = def;
    arguments = coffer_qemu_img_create_args(&request, &error);
    g_assert_cmpint(arguments == NULL, ==, invalid);
    lines = invalid ? g_strdup(error->message) : g_strjoinv("\n", arguments);
    found = g_strconcat(lines, "\n", NULL);

    if (g_getenv("COFFER_REGENERATE") != NULL)
        g_assert_true(g_file_set_contents(expected_path, found, -1, NULL));
    g_clear_error(&error);
    g_file_get_contents(expected_path, &expected, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(found, ==, expected);
}

static void
add_golden(void)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("COFFER_SOURCE"), "tests", "golden", "qemu-img", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    const char *name = NULL;

    g_assert_no_error(error);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *stem = g_strndup(name, strcspn(name, "."));
        g_autofree char *test = g_strconcat("/qemu-img/golden/", stem, NULL);

        if (g_str_has_suffix(name, ".xml"))
            g_test_add_data_func_full(test, g_build_filename(folder, stem, NULL), test_golden,
                                      g_free);
    }
}

static void
test_resize_args(void)
{
    g_autoptr(CofferBytes) value = witness_value(VALUE);
    const struct {
        CofferQemuImgResize request;
        const char *line;
    } rows[] = {
        { { .format = COFFER_VOLUME_FORMAT_QCOW2, .path = "/pool/a,b", .capacity = 1048576 },
          "qemu-img resize -q -f qcow2 /pool/a,b 1048576" },
        { { .format = COFFER_VOLUME_FORMAT_RAW,
            .path = "/pool/a",
            .capacity = 512,
            .shrink = TRUE,
            .preallocate = TRUE },
          "qemu-img resize -q --shrink --preallocation=falloc -f raw /pool/a 512" },
        { { .format = COFFER_VOLUME_FORMAT_QCOW2,
            .path = "/pool/a,b",
            .capacity = 1048576,
            .value = value },
          "qemu-img resize -q --object secret,id=secret0,file=/dev/fd/10 --image-opts "
          "driver=qcow2,encrypt.key-secret=secret0,file.filename=/pool/a,,b 1048576" },
        { { .format = COFFER_VOLUME_FORMAT_RAW,
            .path = "/pool/a",
            .capacity = 1048576,
            .value = value },
          "qemu-img resize -q --object secret,id=secret0,file=/dev/fd/10 --image-opts "
          "driver=luks,key-secret=secret0,file.filename=/pool/a 1048576" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) arguments = coffer_qemu_img_resize_args(&rows[i].request);
        g_autofree char *line = g_strjoinv(" ", arguments);

        g_assert_cmpstr(line, ==, rows[i].line);
    }
}

/* --- images --- */

static CofferVolumeDef *
new_def(guint64 capacity, gboolean encrypted)
{
    CofferVolumeDef *def = coffer_volume_def_new();

    def->name = g_strdup("image");
    def->format = COFFER_VOLUME_FORMAT_QCOW2;
    def->capacity = capacity;
    def->has_capacity = TRUE;
    if (encrypted)
        def->encryption = coffer_encryption_def_new(COFFER_ENCRYPTION_FORMAT_LUKS);
    return def;
}

/* An image without a name, as volumes are made, that gets the name @path when it is done. */
static gboolean
create(const WitnessDir *dir, CofferQemuImgCreate request, const char *path, GError **error)
{
    g_auto(CofferFd) fd = witness_open(dir->path, O_TMPFILE | O_RDWR);
    g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", fd);

    request.image = fd;
    if (!coffer_qemu_img_create(&request, error))
        return FALSE;
    g_unlink(path);
    g_assert_cmpint(linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW), ==, 0);
    return TRUE;
}

static void
probe_path(const char *path, CofferProbe *probe)
{
    g_autoptr(GError) error = NULL;
    g_auto(CofferFd) fd = witness_open(path, O_RDONLY);

    coffer_probe_fd(fd, probe, &error);
    g_assert_no_error(error);
}

/* qemu-io's way to open an image: @value_path is NULL where it is not encrypted. */
static char *
image_options(const char *path, CofferVolumeFormat format, const char *value_path)
{
    if (value_path == NULL)
        return g_strdup_printf("-f %s %s", coffer_volume_format_to_string(format), path);
    if (format == COFFER_VOLUME_FORMAT_RAW)
        return g_strdup_printf("--object secret,id=s,file=%s --image-opts "
                               "driver=luks,key-secret=s,file.filename=%s",
                               value_path, path);
    return g_strdup_printf("--object secret,id=s,file=%s --image-opts "
                           "driver=qcow2,encrypt.key-secret=s,file.filename=%s",
                           value_path, path);
}

static void
qemu_io(const char *command, const char *options)
{
    g_autofree char *output = witness_must("qemu-io -c '%s' %s", command, options);

    g_assert_null(strstr(output, "verification failed"));
    g_assert_nonnull(strstr(output, "65536/65536"));
}

static void
test_create(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_path(&dir, "image");
    g_autoptr(CofferVolumeDef) def = new_def(123456 * KIB, FALSE);
    g_auto(CofferProbe) probe = { 0 };
    g_autofree char *options = image_options(path, COFFER_VOLUME_FORMAT_QCOW2, NULL);
    struct stat status;

    def->lazy_refcounts = TRUE;
    def->cluster_size = 4096;
    create(&dir, (CofferQemuImgCreate){ .def = def }, path, &error);
    g_assert_no_error(error);
    probe_path(path, &probe);
    g_assert_cmpint(probe.format, ==, COFFER_VOLUME_FORMAT_QCOW2);
    g_assert_cmpuint(probe.capacity, ==, def->capacity);
    g_assert_cmpuint(probe.cluster_size, ==, 4096);
    g_assert_true(probe.lazy_refcounts);
    g_assert_cmpstr(probe.compat, ==, "1.1");
    qemu_io("write -P 9 1M 64k", options);
    qemu_io("read -P 9 1M 64k", options);
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_size, <, (goffset)MIB);
}

/* The largest number of PBKDF iterations in the header; the digest's is one of them. */
static guint64
iterations(const char *path)
{
    g_autofree char *text = witness_must(
        "qemu-img info --output=json %s | sed -n 's/.*\"iters\": \\([0-9]*\\),.*/\\1/p' | "
        "sort -n | tail -n 1",
        path);

    return g_ascii_strtoull(text, NULL, 10);
}

static void
test_encrypted_generated(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_path(&dir, "image");
    g_autofree char *value_path = witness_file(&dir, "value", VALUE, strlen(VALUE), 0);
    g_autoptr(CofferVolumeDef) def = new_def(10 * MIB, TRUE);
    g_autoptr(CofferBytes) value = witness_value(VALUE);
    g_auto(CofferProbe) probe = { 0 };
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    g_autofree char *options = image_options(path, COFFER_VOLUME_FORMAT_QCOW2, value_path);

    create(&dir, (CofferQemuImgCreate){ .def = def, .generated = TRUE, .value = value }, path,
           &error);
    g_assert_no_error(error);
    probe_path(path, &probe);
    g_assert_cmpint(probe.crypt, ==, COFFER_PROBE_CRYPT_LUKS1);
    g_assert_cmpstr(probe.cipher_mode, ==, "xts");
    g_assert_cmpuint(probe.cipher_size, ==, 256);
    fd = witness_open(path, O_RDONLY);
    coffer_luks_verify(fd, probe.crypt_offset, probe.crypt_length, value, NULL, &error);
    g_assert_no_error(error);
    qemu_io("write -P 9 1M 64k", options);
    qemu_io("read -P 9 1M 64k", options);
    g_assert_cmpuint(iterations(path), <, 200000);
}

/* The cost of a guess is QEMU's default, two seconds; on any machine that is more than ten
 * milliseconds'. */
static void
test_encrypted_chosen(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_path(&dir, "image");
    g_autoptr(CofferVolumeDef) def = new_def(10 * MIB, TRUE);
    g_autoptr(CofferBytes) value = witness_value(VALUE);

    create(&dir, (CofferQemuImgCreate){ .def = def, .value = value }, path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(iterations(path), >, 200000);
}

static guint64
allocated(const char *path)
{
    struct stat status;

    g_assert_cmpint(stat(path, &status), ==, 0);
    return (guint64)status.st_blocks * 512;
}

static void
test_preallocation(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_path(&dir, "image");
    g_autoptr(CofferVolumeDef) def = new_def(64 * MIB, FALSE);

    def->has_allocation = TRUE;
    create(&dir, (CofferQemuImgCreate){ .def = def, .prealloc_metadata = TRUE }, path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(allocated(path), <, 8 * MIB);
    def->allocation = def->capacity;
    create(&dir, (CofferQemuImgCreate){ .def = def, .prealloc_metadata = TRUE }, path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(allocated(path), >=, 64 * MIB);
}

static void
test_backing(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_path(&dir, "image");
    g_autofree char *base = witness_file(&dir, "base, raw", "", 0, 7 * MIB);
    g_autofree char *options = image_options(path, COFFER_VOLUME_FORMAT_QCOW2, NULL);
    g_autoptr(CofferVolumeDef) def = new_def(0, FALSE);
    g_autofree char *pattern = g_strnfill(64 * KIB, 'x');
    g_auto(CofferProbe) absolute = { 0 }, relative = { 0 };
    g_auto(CofferFd) named = COFFER_FD_NONE;

    witness_patch(base, MIB, pattern, 64 * KIB);
    def->has_capacity = FALSE;
    def->backing = coffer_backing_def_new();
    def->backing->path = g_strdup(base);
    create(&dir, (CofferQemuImgCreate){ .def = def }, path, &error);
    g_assert_no_error(error);
    probe_path(path, &absolute);
    g_assert_cmpuint(absolute.capacity, ==, 7 * MIB);
    g_assert_cmpstr(absolute.backing_path, ==, base);
    g_assert_cmpint(absolute.backing_format, ==, COFFER_VOLUME_FORMAT_RAW);
    qemu_io("read -P 120 1M 64k", options);

    g_free(def->backing->path);
    def->backing->path = g_strdup("base, raw");
    named = witness_open(path, O_RDWR);
    coffer_qemu_img_create(&(const CofferQemuImgCreate){ .def = def, .image = named, .path = path },
                           &error);
    g_assert_no_error(error);
    probe_path(path, &relative);
    g_assert_cmpstr(relative.backing_path, ==, "base, raw");
    qemu_io("read -P 120 1M 64k", options);

    g_free(def->backing->path);
    def->backing->path = g_strdup("/nowhere/base");
    g_assert_false(create(&dir, (CofferQemuImgCreate){ .def = def }, path, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "'/nowhere/base'"));
    g_assert_null(strstr(error->message, "/dev/fd/"));
}

/* --- failures, by a program in front of the real one --- */

/* Puts a qemu-img into PATH that counts its calls in the file "calls", then does what @script says;
 * $N is the count. */
static char *
fake_qemu_img(const WitnessDir *dir, const char *script)
{
    g_autofree char *real = g_find_program_in_path("qemu-img");
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n"
                                            "echo >>'%1$s/calls'\n"
                                            "N=$(wc -l <'%1$s/calls')\n"
                                            "real=%2$s\n"
                                            "%3$s\n",
                                            dir->path, real, script);
    g_autofree char *path = witness_file(dir, "qemu-img", text, strlen(text), 0);
    char *old = g_strdup(g_getenv("PATH"));
    g_autofree char *new = g_strconcat(dir->path, ":", old, NULL);

    g_assert_nonnull(real);
    g_assert_cmpint(g_chmod(path, 0700), ==, 0);
    g_setenv("PATH", new, TRUE);
    return old;
}

static gsize
count_calls(const WitnessDir *dir)
{
    g_autofree char *path = witness_path(dir, "calls");
    g_autofree char *calls = NULL;
    gsize count = 0;

    g_assert_true(g_file_get_contents(path, &calls, &count, NULL));
    g_assert_cmpint(g_unlink(path), ==, 0);
    return count;
}

/* What qemu-img leaves in the file, and says, when the clock fails. */
#define CLOCK_FAILS                                                                                \
    "printf rubbish >/dev/fd/11; "                                                                 \
    "echo 'qemu-img: /dev/fd/11: Unable to get accurate CPU usage' >&2; "                          \
    "echo 'Error when deleting file /dev/fd/11: Operation not permitted' >&2; exit 1"

static void
test_clock(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_path(&dir, "image");
    g_autoptr(CofferVolumeDef) def = new_def(10 * MIB, FALSE);
    g_auto(CofferProbe) probe = { 0 };
    g_autofree char *check = NULL;
    g_autofree char *old = fake_qemu_img(&dir, "[ -s /dev/fd/11 ] && exit 9\n"
                                               "[ $N -gt 3 ] && exec $real \"$@\"\n" CLOCK_FAILS);

    create(&dir, (CofferQemuImgCreate){ .def = def }, path, &error);
    g_setenv("PATH", old, TRUE);
    g_assert_no_error(error);
    g_assert_cmpuint(count_calls(&dir), ==, 4);
    probe_path(path, &probe);
    g_assert_cmpint(probe.format, ==, COFFER_VOLUME_FORMAT_QCOW2);
    check = witness_must("qemu-img check %s", path);
}

static void
test_failures(void)
{
    static const struct {
        const char *script;
        guint calls;
        CofferError code;
        const char *word;
    } rows[] = {
        { CLOCK_FAILS, 20, COFFER_ERROR_TOOL_FAILED, "accurate CPU usage" },
        { "echo 'qemu-img: /dev/fd/11: Something new' >&2; exit 1", 1, COFFER_ERROR_TOOL_FAILED,
          "Something new" },
        { "echo 'qemu-img: /dev/fd/11: No space left on device' >&2; exit 1", 1,
          COFFER_ERROR_NO_SPACE, "No space left" },
        { "echo 'qemu-img: /dev/fd/11: Permission denied' >&2; exit 1", 1, COFFER_ERROR_DENIED,
          "Permission denied" },
        { "exit 3", 1, COFFER_ERROR_TOOL_FAILED, "status 3" },
        { "kill -9 $$", 1, COFFER_ERROR_TOOL_FAILED, "signal 9" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(WitnessDir) dir = witness_dir_new();
        g_autoptr(GError) error = NULL;
        g_autofree char *path = witness_path(&dir, "image");
        g_autoptr(CofferVolumeDef) def = new_def(10 * MIB, FALSE);
        g_autofree char *old = fake_qemu_img(&dir, rows[i].script);
        gboolean made = create(&dir, (CofferQemuImgCreate){ .def = def }, path, &error);

        g_setenv("PATH", old, TRUE);
        g_assert_false(made);
        g_assert_error(error, COFFER_ERROR, (int)rows[i].code);
        g_assert_nonnull(strstr(error->message, rows[i].word));
        g_assert_null(strchr(error->message, '\n'));
        g_assert_cmpuint(count_calls(&dir), ==, rows[i].calls);
    }
}

static void
test_missing(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_path(&dir, "image");
    g_autofree char *old = g_strdup(g_getenv("PATH"));
    g_autoptr(CofferVolumeDef) def = new_def(10 * MIB, FALSE);
    gboolean made = FALSE;

    g_setenv("PATH", dir.path, TRUE);
    made = create(&dir, (CofferQemuImgCreate){ .def = def }, path, &error);
    g_setenv("PATH", old, TRUE);
    g_assert_false(made);
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_TOOL_MISSING);
    g_assert_nonnull(strstr(error->message, "qemu-img"));
}

/* The value comes by pipe: it stands neither in arguments nor in the environment of the child. */
static void
test_value_hidden(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = witness_path(&dir, "image");
    g_autoptr(CofferVolumeDef) def = new_def(10 * MIB, TRUE);
    g_autoptr(CofferBytes) value = witness_value(VALUE);
    g_autofree char *old = fake_qemu_img(
        &dir, "{ tr '\\0' '\\n' </proc/$$/cmdline; env; } | grep -c 'throw-away' >&2; "
              "cat /dev/fd/10 | cksum >&2; exit 1");
    g_autofree char *sum = witness_must("printf '%s' | cksum", VALUE);
    g_autofree char *said = NULL;

    g_assert_false(create(&dir, (CofferQemuImgCreate){ .def = def, .value = value }, path, &error));
    g_setenv("PATH", old, TRUE);
    said = g_strdup_printf(": 0; %s", g_strchomp(sum));
    g_assert_true(g_str_has_suffix(error->message, said));
}

/* --- resizing --- */

static char *
make_image(const WitnessDir *dir, CofferVolumeFormat format, CofferBytes *value)
{
    char *path = witness_path(dir, "image,1");
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferVolumeDef) def = new_def(10 * MIB, value != NULL);

    g_unlink(path);
    if (format == COFFER_VOLUME_FORMAT_QCOW2) {
        create(dir, (CofferQemuImgCreate){ .def = def, .generated = TRUE, .value = value }, path,
               &error);
    } else {
        guint64 header = value != NULL ? COFFER_LUKS1_HEADER_SIZE : 0;
        g_autofree char *file = witness_file(dir, "image,1", "", 0, 10 * MIB + header);
        const CofferLuksFormatRequest luks = { .path = file, .value = value, .generated = TRUE };

        if (value != NULL)
            coffer_luks1_format(&luks, NULL, &error);
    }
    g_assert_no_error(error);
    return path;
}

static void
check_resize(CofferVolumeFormat format, gboolean encrypted)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *value_path = witness_file(&dir, "value", VALUE, strlen(VALUE), 0);
    g_autoptr(CofferBytes) value = encrypted ? witness_value(VALUE) : NULL;
    g_autofree char *path = make_image(&dir, format, value);
    g_autofree char *link = witness_path(&dir, "link"); /* a name without a comma, for qemu-io */
    g_autofree char *options = image_options(link, format, encrypted ? value_path : NULL);
    CofferQemuImgResize request = {
        .format = format,
        .path = path,
        .capacity = 24 * MIB,
        .value = value,
    };
    g_auto(CofferProbe) grown = { 0 }, same = { 0 }, shrunk = { 0 };
    guint64 before = 0;

    g_assert_cmpint(symlink(path, link), ==, 0);
    qemu_io("write -P 77 4M 64k", options);
    coffer_qemu_img_resize(&request, &error);
    g_assert_no_error(error);
    probe_path(path, &grown);
    g_assert_cmpuint(grown.capacity, ==, 24 * MIB);
    qemu_io("read -P 77 4M 64k", options);
    qemu_io("write -P 78 23M 64k", options);

    request.capacity = 8 * MIB;
    g_assert_false(coffer_qemu_img_resize(&request, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_TOOL_FAILED);
    g_assert_nonnull(strstr(error->message, "shrink"));
    g_clear_error(&error);
    probe_path(path, &same);
    g_assert_cmpuint(same.capacity, ==, 24 * MIB);
    qemu_io("read -P 78 23M 64k", options);

    request.shrink = TRUE;
    coffer_qemu_img_resize(&request, &error);
    g_assert_no_error(error);
    probe_path(path, &shrunk);
    g_assert_cmpuint(shrunk.capacity, ==, 8 * MIB);
    qemu_io("read -P 77 4M 64k", options);

    before = allocated(path);
    request.capacity = 20 * MIB;
    request.shrink = FALSE;
    request.preallocate = TRUE;
    coffer_qemu_img_resize(&request, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(allocated(path), >=, before + 12 * MIB);
    qemu_io("read -P 77 4M 64k", options);
}

static void
test_resize_qcow2(void)
{
    check_resize(COFFER_VOLUME_FORMAT_QCOW2, FALSE);
}

static void
test_resize_qcow2_luks(void)
{
    check_resize(COFFER_VOLUME_FORMAT_QCOW2, TRUE);
}

static void
test_resize_raw(void)
{
    check_resize(COFFER_VOLUME_FORMAT_RAW, FALSE);
}

static void
test_resize_raw_luks(void)
{
    check_resize(COFFER_VOLUME_FORMAT_RAW, TRUE);
}

static void
test_resize_wrong_value(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = witness_value(VALUE);
    g_autoptr(CofferBytes) other = witness_value("another");
    g_autofree char *path = make_image(&dir, COFFER_VOLUME_FORMAT_RAW, value);
    g_autofree char *before = witness_digest(path), *after = NULL;
    const CofferQemuImgResize request = {
        .format = COFFER_VOLUME_FORMAT_RAW,
        .path = path,
        .capacity = 24 * MIB,
        .value = other,
    };

    g_assert_false(coffer_qemu_img_resize(&request, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_TOOL_FAILED);
    g_assert_nonnull(strstr(error->message, "Invalid password"));
    after = witness_digest(path);
    g_assert_cmpstr(before, ==, after);
}

/* A QEMU that has the image open: qemu-io, waiting at its prompt. */
static void
test_resize_busy(void)
{
    g_auto(WitnessDir) dir = witness_dir_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = make_image(&dir, COFFER_VOLUME_FORMAT_QCOW2, NULL);
    const char *argv[] = { "timeout", "100", "qemu-io", "-f", "qcow2", path, NULL };
    const CofferQemuImgResize request = {
        .format = COFFER_VOLUME_FORMAT_QCOW2,
        .path = path,
        .capacity = 24 * MIB,
    };
    g_auto(CofferFd) input = COFFER_FD_NONE;
    g_auto(CofferFd) output = COFFER_FD_NONE;
    GPid pid = 0;
    char byte = 0;
    int status = 0;

    g_spawn_async_with_pipes(NULL, (char **)argv, NULL,
                             G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                             &input, &output, NULL, &error);
    g_assert_no_error(error);
    while (byte != '>')
        g_assert_cmpint(read(output, &byte, 1), ==, 1);
    g_assert_false(coffer_qemu_img_resize(&request, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_BUSY);
    g_assert_nonnull(strstr(error->message, "stop the machine"));
    g_clear_error(&error);

    coffer_fd_close(coffer_fd_steal(&input));
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    coffer_qemu_img_resize(&request, &error);
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_golden();
    g_test_add_func("/qemu-img/resize-args", test_resize_args);
    g_test_add_func("/qemu-img/create", test_create);
    g_test_add_func("/qemu-img/encrypted-generated", test_encrypted_generated);
    g_test_add_func("/qemu-img/encrypted-chosen", test_encrypted_chosen);
    g_test_add_func("/qemu-img/preallocation", test_preallocation);
    g_test_add_func("/qemu-img/backing", test_backing);
    g_test_add_func("/qemu-img/clock", test_clock);
    g_test_add_func("/qemu-img/failures", test_failures);
    g_test_add_func("/qemu-img/missing", test_missing);
    g_test_add_func("/qemu-img/value-hidden", test_value_hidden);
    g_test_add_func("/qemu-img/resize-qcow2", test_resize_qcow2);
    g_test_add_func("/qemu-img/resize-qcow2-luks", test_resize_qcow2_luks);
    g_test_add_func("/qemu-img/resize-raw", test_resize_raw);
    g_test_add_func("/qemu-img/resize-raw-luks", test_resize_raw_luks);
    g_test_add_func("/qemu-img/resize-wrong-value", test_resize_wrong_value);
    g_test_add_func("/qemu-img/resize-busy", test_resize_busy);
    return g_test_run();
}
