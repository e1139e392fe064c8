/* domain-qemu.c: the real QEMU takes the arguments of every golden domain, made by the engine from
 * real files, and opens the encrypted ones; what the engine finds by itself is checked too. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "coffer/coffer.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET_A "1f60f5b2-3c4e-4a8e-9d0f-6f2b7c1d5e90"
#define SECRET_B "0e4d7a77-6d3e-4d5e-8f43-5f6f0a4c9e11"
#define SECRET_C "5a1d0c52-0f0b-4c43-a2c5-2c1a3c8f9d44" /* has a usage: C_USAGE */
#define C_USAGE  "for the third disk"

#define QEMU "qemu-system-x86_64"

static char *scratch; /* its folder images/ stands for /images of the golden files */
static CofferConnection *connection;

static char *
in_images(const char *name)
{
    return g_build_filename(scratch, "images", name, NULL);
}

static void
run(const char *const *argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *messages = NULL;
    int status = 0;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                 NULL, NULL, &messages, &status, &error);
    g_assert_no_error(error);
    if (status != 0)
        g_error("%s %s: %s", argv[0], argv[1], messages);
}

static void
define_secret(const char *uuid, const char *usage)
{
    g_autofree char *xml =
        g_strdup_printf("<secret ephemeral='no' private='no'><uuid>%s</uuid>%s%s%s</secret>", uuid,
                        usage != NULL ? "<usage type='volume'><volume>" : "",
                        usage != NULL ? usage : "", usage != NULL ? "</volume></usage>" : "");
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferSecret) secret =
        coffer_connection_define_secret(connection, xml, COFFER_DEFINE_NONE, &error);

    g_assert_no_error(error);
    coffer_secret_generate_value(secret, NULL, &error);
    g_assert_no_error(error);
}

static CofferPool *
make_pool(const char *name, const char *folder)
{
    g_autofree char *xml = g_strdup_printf(
        "<pool type='dir'><name>%s</name><target><path>%s</path></target></pool>", name, folder);
    g_autoptr(GError) error = NULL;
    CofferPool *pool =
        coffer_connection_create_pool(connection, xml, COFFER_DEFINE_NONE, COFFER_POOL_START_BUILD,
                                      COFFER_POOL_BUILD_NONE, &error);

    g_assert_no_error(error);
    return pool;
}

static void
make_volume(CofferPool *pool, const char *name, const char *format, const char *secret)
{
    g_autofree char *encryption =
        secret == NULL ? g_strdup("")
                       : g_strdup_printf("<encryption format='luks'><secret type='passphrase' "
                                         "uuid='%s'/></encryption>",
                                         secret);
    g_autofree char *xml = g_strdup_printf(
        "<volume><name>%s</name><capacity unit='MiB'>1</capacity><target><format type='%s'/>%s"
        "</target></volume>",
        name, format, encryption);
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferVolume) volume =
        coffer_pool_create_volume(pool, xml, COFFER_VOLUME_CREATE_NONE, &error);

    g_assert_no_error(error);
    g_assert_nonnull(volume);
}

/* Copies a file within images/, header and all: what nobody has recorded. */
static void
copy_image(const char *from, const char *to)
{
    g_autofree char *source = in_images(from);
    g_autofree char *target = in_images(to);
    const char *argv[] = { "cp", "--sparse=always", source, target, NULL };

    run(argv);
}

/* A qcow2 on top of @backing, which its header names as it is given here. */
static void
make_overlay(const char *name, const char *format, const char *backing)
{
    g_autofree char *path = in_images(name);
    const char *argv[] = { "qemu-img", "create", "-q",    "-u", "-f", "qcow2", "-F",
                           format,     "-b",     backing, path, "1M", NULL };

    run(argv);
}

/* Makes of the header extension that tells the format of the backing file one that nobody knows.
 * (QEMU: docs/interop/qcow2.txt, "Header extensions") */
static void
silence(const char *name)
{
    static const guint8 tells[] = { 0xe2, 0x79, 0x2a, 0xca };
    g_autofree char *path = in_images(name);
    g_autoptr(GError) error = NULL;
    g_autofree char *data = NULL;
    char *found = NULL;
    gsize size = 0;

    g_file_get_contents(path, &data, &size, &error);
    g_assert_no_error(error);
    found = memmem(data, size, tells, sizeof(tells));
    g_assert_nonnull(found);
    found[0] = 0x12;
    g_file_set_contents(path, data, (gssize)size, &error);
    g_assert_no_error(error);
}

/* What QEMU takes for a Linux kernel as long as nothing runs it. (Linux:
 * Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header") */
static void
make_kernel(const char *name)
{
    g_autofree char *path = in_images(name);
    g_autofree char *data = g_malloc0(65536);
    g_autoptr(GError) error = NULL;

    data[0x1f1] = 1;                             /* sectors of setup code */
    memcpy(data + 0x202, "HdrS\x0c\x02", 6);     /* protocol 2.12 */
    data[0x211] = 1;                             /* loaded high */
    memcpy(data + 0x22c, "\xff\xff\xff\x37", 4); /* highest address of an initrd */
    g_file_set_contents(path, data, 65536, &error);
    g_assert_no_error(error);
}

static void
make_images(void)
{
    g_autofree char *images = g_build_filename(scratch, "images", NULL);
    g_autofree char *vault = in_images("vault");
    g_autoptr(CofferPool) pool = make_pool("images", images);
    g_autoptr(CofferPool) vault_pool = make_pool("vault", vault);
    static const char *const raw[] = {
        "a.img", "b.img", "c.img", "cd.iso", "floppy.img", "a, b.img"
    };

    for (gsize i = 0; i < G_N_ELEMENTS(raw); i++)
        make_volume(pool, raw[i], "raw", NULL);
    make_volume(pool, "a.qcow2", "qcow2", NULL);
    make_volume(pool, "top.qcow2", "qcow2", NULL);
    make_volume(pool, "luks.img", "raw", SECRET_A);
    make_volume(pool, "luks-b.img", "raw", SECRET_B);
    make_volume(pool, "luks-c.img", "raw", SECRET_C);
    make_volume(pool, "luks.qcow2", "qcow2", SECRET_A);
    make_volume(vault_pool, "cd.iso", "raw", NULL);
    copy_image("luks.qcow2", "vault/luks.qcow2");
    copy_image("luks.img", "unknown.luks");
    make_kernel("kernel, of ours");
    copy_image("cd.iso", "initrd");
}

/* @text with all @from replaced. */
static char *
replace(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) parts = g_strsplit(text, from, -1);

    return g_strjoinv(to, parts);
}

static char *
read_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

/* The values that @notes tell of, in pipes, under the numbers that they say. */
typedef struct {
    int sources[8];
    int targets[8];
    gsize count;
} Pipes;

static void
add_pipe(Pipes *pipes, const char *uuid, int target)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferSecret) secret =
        coffer_connection_lookup_secret_by_uuid(connection, uuid, &error);
    g_autoptr(CofferBytes) value = secret != NULL ? coffer_secret_get_value(secret, &error) : NULL;
    int ends[2];

    g_assert_no_error(error);
    g_assert_cmpuint(pipes->count, <, G_N_ELEMENTS(pipes->sources));
    g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
    g_assert_true(coffer_bytes_write_fd(value, ends[1], &error));
    close(ends[1]);
    pipes->sources[pipes->count] = ends[0];
    pipes->targets[pipes->count++] = target;
}

static void
add_pipes(Pipes *pipes, char **notes)
{
    g_autoptr(GRegex) regex = g_regex_new(
        "^descriptor (\\d+) must give the value of the secret ([0-9a-f-]{36})$", 0, 0, NULL);

    for (; *notes != NULL; notes++) {
        g_autoptr(GMatchInfo) match = NULL;
        g_autofree char *number = NULL;
        g_autofree char *uuid = NULL;
        guint64 target = 0;

        if (!g_regex_match(regex, *notes, 0, &match))
            continue;
        number = g_match_info_fetch(match, 1);
        uuid = g_match_info_fetch(match, 2);
        g_assert_true(g_ascii_string_to_unsigned(number, 10, 3, 99, &target, NULL));
        add_pipe(pipes, uuid, (int)target);
    }
}

static char *
read_all(int fd)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char buffer[4096];
    ssize_t got = 0;

    while ((got = read(fd, buffer, sizeof(buffer))) > 0)
        g_string_append_len(text, buffer, got);
    close(fd);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Starts QEMU, lets it open everything, asks it for its block nodes, ends it. Returns: what it
 * said. */
static char *
start_qemu(char **argv, char **notes)
{
    static const char commands[] = "{\"execute\":\"qmp_capabilities\"}\n"
                                   "{\"execute\":\"query-named-block-nodes\"}\n"
                                   "{\"execute\":\"quit\"}\n";
    static const char *const more[] = { "-S", "-qmp", "stdio", NULL };
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *messages = NULL;
    Pipes pipes = { .count = 0 };
    int in = -1, out = -1, err = -1, status = 0;
    char *said = NULL;
    GPid pid = 0;

    for (gsize i = 0; argv[i] != NULL; i++) /* /dev/kvm may be there and not work */
        g_ptr_array_add(all, g_str_equal(argv[i], "kvm")    ? (char *)"tcg"
                             : g_str_equal(argv[i], "host") ? (char *)"max"
                                                            : argv[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(more); i++)
        g_ptr_array_add(all, (char *)more[i]);
    add_pipes(&pipes, notes);
    g_spawn_async_with_pipes_and_fds(NULL, (const char *const *)all->pdata, NULL,
                                     G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                     -1, -1, -1, pipes.sources, pipes.targets, pipes.count, &pid,
                                     &in, &out, &err, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < pipes.count; i++)
        close(pipes.sources[i]);
    g_assert_cmpint(write(in, commands, strlen(commands)), ==, strlen(commands));
    said = read_all(out);
    messages = read_all(err);
    close(in);
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpstr(messages, ==, "");
    g_assert_cmpint(status, ==, 0);
    return said;
}

/* As the golden file has it: one line for each option with its value, then the notes. */
static char *
to_text(char **argv, char **notes)
{
    g_autoptr(GString) text = g_string_new(argv[0]);

    for (gsize i = 1; argv[i] != NULL; i++)
        g_string_append_printf(text, "%s%s", *argv[i] == '-' ? "\n" : " ", argv[i]);
    g_string_append_c(text, '\n');
    for (gsize i = 0; notes[i] != NULL; i++)
        g_string_append_printf(text, "# %s\n", notes[i]);
    return replace(text->str, scratch, "");
}

static gboolean
missing_qemu(void)
{
    g_autofree char *path = g_find_program_in_path(QEMU);

    if (path == NULL)
        g_test_skip(QEMU " is not installed");
    return path == NULL;
}

static void
test_golden(gconstpointer path)
{
    g_autofree char *text = read_file(path);
    g_autofree char *xml = NULL;
    g_autofree char *stem = g_strndup(path, strlen(path) - strlen(".xml"));
    g_autofree char *args_path = g_strconcat(stem, ".args", NULL);
    g_autofree char *expected = read_file(args_path);
    g_autofree char *images = g_build_filename(scratch, "images/", NULL);
    g_autofree char *got = NULL;
    g_autofree char *said = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) notes = NULL;
    g_auto(GStrv) argv = NULL;

    if (missing_qemu())
        return;
    xml = replace(text, "/images/", images);
    argv =
        coffer_connection_domain_to_native(connection, xml, COFFER_DEFINE_VALIDATE, &notes, &error);
    g_assert_no_error(error);
    got = to_text(argv, notes);
    g_assert_cmpstr(got, ==, expected);
    said = start_qemu(argv, notes);
    g_assert_nonnull(strstr(said, "\"return\""));
}

/* A domain with one disk at vda. */
static char *
domain_xml(const char *driver, const char *source)
{
    return g_strdup_printf(
        "<domain type='qemu'>\n<name>d</name>\n<memory>65536</memory>\n<os><type arch='x86_64' "
        "machine='q35'>hvm</type></os>\n<devices>\n<disk %s\n%s\n<target dev='vda'/>\n</disk>\n"
        "</devices>\n</domain>\n",
        driver, source);
}

#define FILE_QCOW2 "type='file'><driver name='qemu' type='qcow2'/>"
#define FILE_RAW   "type='file'><driver name='qemu' type='raw'/>"
#define FILE_PLAIN "type='file'>"
#define VOLUME     "type='volume'>"

/* What follows from a <disk>, with $I for the folder of images. */
typedef struct {
    const char *name;
    const char *driver;
    const char *source;
    const char *expected; /* is part of the arguments or, for a failure, of the message */
    CofferError code;     /* of a failure */
    gboolean refused;
    const char *note; /* is part of the notes; NULL: nothing is looked for */
} Case;

static const Case cases[] = {
    { "recorded-raw", FILE_RAW, "<source file='$I/luks.img'/>",
      "-blockdev driver=luks,node-name=vda-format,file=vda-file,key-secret=coffer-secret0",
      .note = "descriptor 10 must give the value of the secret " SECRET_A },
    { "recorded-qcow2", FILE_QCOW2, "<source file='$I/luks.qcow2'/>",
      "encrypt.format=luks,encrypt.key-secret=coffer-secret0" },
    { "chain", FILE_QCOW2, "<source file='$I/over.qcow2'/>",
      "driver=luks,node-name=vda-1-format,file=vda-1-file,key-secret=coffer-secret0",
      .note = "descriptor 10 must give the value of the secret " SECRET_B },
    { "chain-of-three", FILE_QCOW2, "<source file='$I/over-over.qcow2'/>",
      "driver=luks,node-name=vda-2-format,file=vda-2-file,key-secret=coffer-secret0" },
    { "chain-through-link", FILE_QCOW2, "<source file='$I/vault/deep.qcow2'/>",
      "node-name=vda-1-file,filename=$I/vault/../a.img" },
    { "chain-cut", FILE_QCOW2, "<source file='$I/over.qcow2'/><backingStore/>",
      "-blockdev {\"driver\":\"qcow2\",\"node-name\":\"vda-format\",\"file\":\"vda-file\","
      "\"backing\":null,\"read-only\":false}" },
    { "chain-without-format", FILE_QCOW2, "<source file='$I/silent.qcow2'/>",
      "does not say the format of its backing file", COFFER_ERROR_UNSUPPORTED, TRUE },
    { "chain-circle", FILE_QCOW2, "<source file='$I/circle.qcow2'/>", "form a circle",
      COFFER_ERROR_DAMAGED, TRUE },
    { "chain-missing", FILE_QCOW2, "<source file='$I/orphan.qcow2'/>", "/nowhere.img",
      COFFER_ERROR_NOT_FOUND, TRUE },
    { "chain-protocol", FILE_QCOW2, "<source file='$I/far.qcow2'/>",
      "has a backing file that is not a path", COFFER_ERROR_UNSUPPORTED, TRUE },
    { "chain-unknown-secret", FILE_QCOW2, "<source file='$I/over-unknown.qcow2'/>",
      "no secret is recorded for it", COFFER_ERROR_NOT_FOUND, TRUE },
    { "chain-told-secret", FILE_QCOW2,
      "<source file='$I/over-unknown.qcow2'/><backingStore type='file'><format type='raw'/>"
      "<source file='$I/unknown.luks'><encryption format='luks'><secret type='passphrase' "
      "uuid='" SECRET_A "'/></encryption></source></backingStore>",
      "driver=luks,node-name=vda-1-format" },
    { "by-usage", FILE_RAW,
      "<source file='$I/luks-c.img'><encryption format='luks'><secret type='passphrase' "
      "usage='" C_USAGE "'/></encryption></source>",
      "driver=luks,node-name=vda-format",
      .note = "descriptor 10 must give the value of the secret " SECRET_C },
    { "by-unknown-usage", FILE_RAW,
      "<source file='$I/luks-c.img'><encryption format='luks'><secret type='passphrase' "
      "usage='for nothing'/></encryption></source>",
      "for nothing", COFFER_ERROR_NOT_FOUND, TRUE },
    { "luks-seen-by-guest", FILE_RAW, "<source file='$I/unknown.luks'/>",
      "driver=raw,node-name=vda-format", .note = "has a LUKS header, which the guest will see" },
    { "luks-not-there", FILE_RAW,
      "<source file='$I/a.img'><encryption format='luks'><secret type='passphrase' uuid='" SECRET_A
      "'/></encryption></source>",
      "is not encrypted with LUKS", COFFER_ERROR_INVALID_XML, TRUE },
    { "encryption-without-secret", FILE_RAW,
      "<source file='$I/luks.img'><encryption format='luks'/></source>",
      "driver=luks,node-name=vda-format" },
    { "encryption-without-any-secret", FILE_RAW,
      "<source file='$I/unknown.luks'><encryption format='luks'/></source>",
      "no secret is recorded for it", COFFER_ERROR_NOT_FOUND, TRUE },
    { "not-qcow2", FILE_QCOW2, "<source file='$I/a.img'/>", "has no qcow2 header",
      COFFER_ERROR_INVALID_XML, TRUE },
    { "format-not-told", FILE_PLAIN, "<source file='$I/a.qcow2'/>",
      "driver=raw,node-name=vda-format", .note = "is used as raw, although its header says" },
    { "raw-with-header", FILE_RAW, "<source file='$I/over.qcow2'/>",
      "driver=raw,node-name=vda-format,file=vda-file,read-only=off" },
    { "volume-own-format", VOLUME, "<source pool='images' volume='luks.qcow2'/>",
      "driver=qcow2,node-name=vda-format,file=vda-file,encrypt.format=luks" },
    { "volume-with-backing", VOLUME, "<source pool='images' volume='over.qcow2'/>",
      "no <driver type=> says its format", COFFER_ERROR_INVALID_XML, TRUE },
    { "volume-missing", VOLUME, "<source pool='images' volume='none'/>", "no volume 'none'",
      COFFER_ERROR_NOT_FOUND, TRUE },
    { "pool-missing", VOLUME, "<source pool='none' volume='a.img'/>", "none",
      COFFER_ERROR_NOT_FOUND, TRUE },
    { "missing", FILE_RAW, "<source file='/nowhere.img'/>", "/nowhere.img", COFFER_ERROR_NOT_FOUND,
      TRUE },
    { "missing-optional", FILE_RAW, "<source file='/nowhere.img' startupPolicy='optional'/>",
      "-boot strict=on", .note = "is left out: it is optional" },
    { "relative", FILE_RAW, "<source file='a.img'/>", "is not an absolute path",
      COFFER_ERROR_INVALID_XML, TRUE },
    { "folder", FILE_RAW, "<source file='$I'/>", "is neither a regular file nor a block device",
      COFFER_ERROR_UNSUPPORTED, TRUE },
    { "fifo", FILE_RAW, "<source file='$I/fifo'/>", "is neither a regular file nor a block device",
      COFFER_ERROR_UNSUPPORTED, TRUE },
};

static gboolean
has_note(char **notes, const char *part)
{
    for (; *notes != NULL; notes++) {
        if (strstr(*notes, part) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
test_case(gconstpointer data)
{
    const Case *this = data;
    g_autofree char *images = g_build_filename(scratch, "images", NULL);
    g_autofree char *source = replace(this->source, "$I", images);
    g_autofree char *expected = replace(this->expected, "$I", images);
    g_autofree char *xml = domain_xml(this->driver, source);
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) notes = NULL;
    g_auto(GStrv) argv =
        coffer_connection_domain_to_native(connection, xml, COFFER_DEFINE_NONE, &notes, &error);
    g_autofree char *joined = argv != NULL ? g_strjoinv(" ", argv) : NULL;
    g_autofree char *said = NULL;

    if (this->refused) {
        g_assert_error(error, COFFER_ERROR, (int)this->code);
        g_assert_nonnull(strstr(error->message, expected));
        g_assert_nonnull(strstr(error->message, "disk 'vda': "));
        return;
    }
    g_assert_no_error(error);
    if (strstr(joined, expected) == NULL)
        g_error("no '%s' in: %s", expected, joined);
    if (this->note != NULL)
        g_assert_true(has_note(notes, this->note));
    if (!missing_qemu())
        said = start_qemu(argv, notes);
}

static int
remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    return remove(path);
}

static void
set_up(void)
{
    g_autofree char *uri = NULL;
    g_autofree char *fifo = NULL;
    g_autoptr(GError) error = NULL;

    scratch = g_dir_make_tmp("coffer-test-XXXXXX", &error);
    g_assert_no_error(error);
    uri = g_strdup_printf("coffer:///embed?root=%s/root", scratch);
    connection = coffer_connection_open(uri, &error);
    g_assert_no_error(error);
    define_secret(SECRET_A, NULL);
    define_secret(SECRET_B, NULL);
    define_secret(SECRET_C, C_USAGE);
    make_images();
    make_overlay("over.qcow2", "raw", "luks-b.img");
    make_overlay("over-over.qcow2", "qcow2", "over.qcow2");
    make_overlay("over-unknown.qcow2", "raw", "unknown.luks");
    make_overlay("vault/deep.qcow2", "raw", "../a.img");
    make_overlay("silent.qcow2", "raw", "a.img");
    silence("silent.qcow2");
    make_overlay("circle.qcow2", "qcow2", "./circle.qcow2");
    make_overlay("orphan.qcow2", "raw", "/nowhere.img");
    make_overlay("far.qcow2", "raw", "nbd://example.org/a");
    fifo = in_images("fifo");
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
}

static void
add_golden_tests(void)
{
    g_autofree char *folder =
        g_build_filename(g_getenv("COFFER_SOURCE"), "tests", "golden", "domain", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    const char *name = NULL;

    g_assert_no_error(error);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *test = g_strconcat("/domain-qemu/golden/", name, NULL);

        /* "block" has devices of the host, "bios" and "firmware" files that are no firmware. */
        if (g_str_has_suffix(name, ".xml") && !g_str_has_prefix(name, "bad-") &&
            !g_str_equal(name, "block.xml") && !g_str_equal(name, "bios.xml") &&
            !g_str_equal(name, "firmware.xml"))
            g_test_add_data_func_full(test, g_build_filename(folder, name, NULL), test_golden,
                                      g_free);
    }
}

int
main(int argc, char **argv)
{
    g_autofree char *qemu_img = g_find_program_in_path("qemu-img");
    int status = 0;

    g_test_init(&argc, &argv, NULL);
    if (qemu_img == NULL) {
        g_print("1..0 # SKIP qemu-img is not installed\n");
        return 0;
    }
    set_up();
    add_golden_tests();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *test = g_strconcat("/domain-qemu/", cases[i].name, NULL);

        g_test_add_data_func(test, &cases[i], test_case);
    }
    status = g_test_run();
    g_object_unref(connection);
    nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    g_free(scratch);
    return status;
}
