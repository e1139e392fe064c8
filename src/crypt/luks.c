/* luks.c: LUKS headers in memory, by libcryptsetup; files only give and take the finished bytes. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libcryptsetup gets a memfd, never the volume itself. So nothing half-made ever stands in the
 * file, checking a LUKS2 header cannot "repair" it, and there is no waiting for the locks that
 * libcryptsetup takes on LUKS2 files and devices (flock, /run/cryptsetup), which could only be
 * switched off for the whole process. */

#include "crypt/luks.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <libcryptsetup.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define SECTOR_SIZE 512

/* The least that libcryptsetup takes for PBKDF2, after RFC 8018, section 4.2. */
#define PBKDF2_ITERATIONS_MIN 1000

/* What cryptsetup spends on a keyslot by default (last lines of `cryptsetup --help`). */
#define PBKDF2_TIME_MS 2000

/* The largest area of keyslots: 128 MiB, in LUKS2 (cryptsetup-luksFormat(8),
 * --luks2-keyslots-size). */
#define KEYSLOTS_MAX (128 * 1024 * 1024)

/* Argon2 memory beyond which a keyslot is taken for a trap: libcryptsetup itself makes none that
 * needs more. */
#define ARGON2_KIB_MAX (4 * 1024 * 1024)

/* Iterations that a chosen value gets even where the benchmark finds a slower machine or a clock
 * that is too coarse to measure: OWASP Password Storage Cheat Sheet (2023), PBKDF2. cryptsetup's
 * benchmark on machines of ten years ago gives about as many. */
static const struct {
    const char *hash;
    guint32 iterations;
} pbkdf2_floors[] = {
    { "sha1", 1300000 },  { "ripemd160", 1300000 }, { "sha224", 600000 },
    { "sha256", 600000 }, { "sha384", 210000 },     { "sha512", 210000 },
};

/* One use of libcryptsetup: on a device that exists in memory only. */
typedef struct {
    struct crypt_device *device;
    CofferFd memory;
    char *complaint; /* what libcryptsetup said last, one line; NULL if nothing */
} Session;

static void
session_clear(Session *session)
{
    g_clear_pointer(&session->device, crypt_free);
    coffer_fd_close(coffer_fd_steal(&session->memory));
    g_clear_pointer(&session->complaint, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Session, session_clear)

#define SESSION_NONE                                                                               \
    {                                                                                              \
        .memory = COFFER_FD_NONE                                                                   \
    }

static void
keep_complaint(int level, const char *message, void *user_data)
{
    Session *session = user_data;

    if (level != CRYPT_LOG_ERROR)
        return;
    g_free(session->complaint);
    session->complaint = g_strndup(message, strcspn(message, "\n"));
}

static const char *
complaint(const Session *session, int negative_errno)
{
    return session->complaint != NULL ? session->complaint : g_strerror(-negative_errno);
}

/* An empty device of @size bytes; only what is written takes memory. */
static gboolean
session_open(Session *session, guint64 size, GError **error)
{
    char path[sizeof("/proc/self/fd/") + 10];
    int result = 0;

    session->memory = memfd_create("coffer-luks", MFD_CLOEXEC);
    if (session->memory < 0 || ftruncate(session->memory, (off_t)size) < 0)
        return coffer_throw_errno(error, errno, "cannot get memory for a LUKS header");

    g_snprintf(path, sizeof(path), "/proc/self/fd/%d", session->memory);
    result = crypt_init(&session->device, path);
    if (result < 0)
        return coffer_throw_errno(error, -result, "cannot start libcryptsetup (is /proc mounted?)");
    crypt_set_log_callback(session->device, keep_complaint, session);
    return TRUE;
}

/* The first load or format of a process sets up libcryptsetup's crypto backend, without a lock. */
static gpointer
start_backend(gpointer unused)
{
    g_auto(Session) session = SESSION_NONE;

    if (session_open(&session, SECTOR_SIZE, NULL))
        crypt_load(session.device, CRYPT_LUKS1, NULL);
    return NULL;
}

static void
start_backend_once(void)
{
    static GOnce once = G_ONCE_INIT;

    g_once(&once, start_backend, NULL);
}

/* Where the crypto library and the kernel's AF_ALG lack a cipher, libcryptsetup tries
 * device-mapper, whose set-up counts its users without a lock. AES is in every crypto library. */
static GMutexLocker *
lock_device_mapper(const char *cipher)
{
    static GMutex mutex;

    return g_strcmp0(cipher, "aes") == 0 ? NULL : g_mutex_locker_new(&mutex);
}

static gboolean
copy_area(int source, guint64 source_offset, int target, guint64 target_offset, guint64 size,
          GError **error)
{
    off_t position = (off_t)source_offset;

    if (lseek(target, (off_t)target_offset, SEEK_SET) < 0)
        return coffer_throw_errno(error, errno, "cannot copy the LUKS header");
    while (size > 0) {
        ssize_t copied = sendfile(target, source, &position, size);

        if (copied < 0 && errno == EINTR)
            continue;
        if (copied < 0)
            return coffer_throw_errno(error, errno, "cannot copy the LUKS header");
        if (copied == 0)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "the file ends within the LUKS header");
        size -= (guint64)copied;
    }
    return TRUE;
}

/* --- Making a header --- */

static guint32
floor_iterations(const char *hash)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pbkdf2_floors); i++) {
        if (strcmp(hash, pbkdf2_floors[i].hash) == 0)
            return pbkdf2_floors[i].iterations;
    }
    g_return_val_if_reached(1300000); /* coffer_cipher_resolve() lets no other hash pass */
}

/* Iterations that make one try of a chosen value cost cryptsetup's default time. */
static guint32
measure_iterations(Session *session, const CofferCipher *cipher)
{
    struct crypt_pbkdf_type pbkdf = {
        .type = CRYPT_KDF_PBKDF2,
        .hash = cipher->hash,
        .time_ms = PBKDF2_TIME_MS,
    };
    guint32 least = floor_iterations(cipher->hash);
    int result = 0;

    /* Password and salt only feed the clock. */
    result = crypt_benchmark_pbkdf(session->device, &pbkdf, "benchmark", 9,
                                   "0123456789abcdef0123456789abcdef", 32,
                                   coffer_cipher_key_bits(cipher) / 8, NULL, NULL);
    return result < 0 ? least : MAX(least, pbkdf.iterations);
}

static int
set_iterations(Session *session, const CofferCipher *cipher, guint32 iterations)
{
    const struct crypt_pbkdf_type pbkdf = {
        .type = CRYPT_KDF_PBKDF2,
        .hash = cipher->hash,
        .iterations = iterations,
        .flags = CRYPT_PBKDF_NO_BENCHMARK,
    };

    return crypt_set_pbkdf_type(session->device, &pbkdf);
}

static int
make_header(Session *session, const CofferCipher *cipher)
{
    struct crypt_params_luks1 parameters = { .hash = cipher->hash };
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = lock_device_mapper(cipher->name);
    g_autofree char *mode = coffer_cipher_mode_spec(cipher);
    int result = 0;

    /* The digest that this cost protects is of the random volume key, which nobody can guess
     * anyway. */
    result = set_iterations(session, cipher, PBKDF2_ITERATIONS_MIN);
    if (result == 0)
        result = crypt_set_data_offset(session->device, COFFER_LUKS1_HEADER_SIZE / SECTOR_SIZE);
    if (result == 0)
        result = crypt_format(session->device, CRYPT_LUKS1, cipher->name, mode, NULL, NULL,
                              coffer_cipher_key_bits(cipher) / 8, &parameters);
    return result;
}

static int
add_keyslot(Session *session, const CofferCipher *cipher, const CofferLuksFormatRequest *request)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = lock_device_mapper(cipher->name);
    gsize size = 0;
    const char *data = (const char *)coffer_bytes_get_data(request->value, &size);
    guint32 iterations =
        request->generated ? PBKDF2_ITERATIONS_MIN : measure_iterations(session, cipher);
    int result = set_iterations(session, cipher, iterations);

    if (result == 0)
        result = crypt_keyslot_add_by_volume_key(session->device, 0, NULL, 0, data, size);
    if (result == 0)
        result = crypt_activate_by_passphrase(session->device, NULL, 0, data, size, 0);
    return result;
}

static gboolean
throw_format(const Session *session, const CofferCipher *cipher, int result, GError **error)
{
    if (result == -ENOMEM)
        return coffer_throw(error, COFFER_ERROR_NO_SPACE, "no memory for a LUKS header");
    if (result == -EPERM)
        return coffer_throw(error, COFFER_ERROR_VERIFICATION_FAILED,
                            "the new header does not open with its own value; is the memory of "
                            "this host sound?");
    return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                        "libcryptsetup cannot make '%s-%u-%s-%s' with '%s' on this host: %s",
                        cipher->name, cipher->bits, cipher->mode, cipher->ivgen, cipher->hash,
                        complaint(session, result));
}

static gboolean
open_target(const char *path, CofferFd *out_fd, GError **error)
{
    g_auto(CofferFd) fd = COFFER_FD_NONE;
    struct stat status;
    guint64 size = 0;

    if (!coffer_fd_open(path, O_RDWR, 0, &fd, error))
        return FALSE;
    if (fstat(fd, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot look at the file");
    if (S_ISBLK(status.st_mode)) {
        /* On a device, and only there, O_EXCL alone fails where it is mounted or otherwise in use
         * (open(2)). */
        coffer_fd_close(coffer_fd_steal(&fd));
        if (!coffer_fd_open(path, O_RDWR | O_EXCL, 0, &fd, error))
            return FALSE;
    }
    if (!coffer_fd_size(fd, &size, error))
        return FALSE;
    if (size < COFFER_LUKS1_HEADER_SIZE)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "it is too small; a LUKS header takes %d bytes",
                            COFFER_LUKS1_HEADER_SIZE);
    *out_fd = coffer_fd_steal(&fd);
    return TRUE;
}

static gboolean
write_header(int memory, int target, GError **error)
{
    int fault = coffer_fault_point("luks-format", "write");

    if (fault != 0)
        return coffer_throw_errno(error, fault, "cannot write the LUKS header");
    if (!copy_area(memory, 0, target, 0, COFFER_LUKS1_HEADER_SIZE, error))
        return FALSE;

    fault = coffer_fault_point("luks-format", "sync");
    if (fault != 0 || fsync(target) < 0)
        return coffer_throw_errno(error, fault != 0 ? fault : errno, "cannot sync the LUKS header");
    return TRUE;
}

gboolean
coffer_luks1_format(const CofferLuksFormatRequest *request, char **out_uuid, GError **error)
{
    COFFER_PREFIX(error, "cannot make LUKS volume '%s'", request->path);
    CofferCipher cipher = request->cipher;
    g_auto(CofferFd) target = COFFER_FD_NONE;
    g_auto(Session) session = SESSION_NONE;
    int result = 0;

    if (!coffer_cipher_resolve(&cipher, error) || !open_target(request->path, &target, error))
        return FALSE;

    start_backend_once();
    /* One sector of payload, as a header without any is refused. */
    if (!session_open(&session, COFFER_LUKS1_HEADER_SIZE + SECTOR_SIZE, error))
        return FALSE;
    result = make_header(&session, &cipher);
    if (result == 0)
        result = add_keyslot(&session, &cipher, request);
    if (result != 0)
        return throw_format(&session, &cipher, result, error);

    if (!write_header(session.memory, target, error))
        return FALSE;
    if (out_uuid != NULL)
        *out_uuid = g_strdup(crypt_get_uuid(session.device));
    return TRUE;
}

/* --- Checking a header --- */

/* The volume's header: where it stands, and how far it may reach. */
typedef struct {
    int fd;
    guint64 offset;
    guint64 length;
} Extent;

/* How many bytes hold the metadata, by the first bytes of the header: magic, version, and in LUKS2
 * the size of one of its two copies. (LUKS1 specification, figure 1; LUKS2 specification,
 * section 2.1) */
static gboolean
measure_metadata(const Extent *extent, guint64 *out_size, GError **error)
{
    static const guint8 magic[] = { 'L', 'U', 'K', 'S', 0xba, 0xbe };
    struct {
        guint8 magic[6];
        guint16 version;
        guint64 size;
    } start;
    ssize_t got = pread(extent->fd, &start, sizeof(start), (off_t)extent->offset);
    guint64 size = 0;

    if (got < 0)
        return coffer_throw_errno(error, errno, "cannot read the LUKS header");
    if (got != sizeof(start) || memcmp(start.magic, magic, sizeof(magic)) != 0)
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "there is no LUKS header");

    switch (GUINT16_FROM_BE(start.version)) {
    case 1:
        *out_size = 1024;
        return TRUE;
    case 2:
        size = GUINT64_FROM_BE(start.size);
        if (size < 16 * 1024 || size > 4 * 1024 * 1024)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "the LUKS header has an impossible size");
        *out_size = 2 * size;
        return TRUE;
    default:
        return coffer_throw(error, COFFER_ERROR_UNSUPPORTED, "the LUKS header has version %u",
                            GUINT16_FROM_BE(start.version));
    }
}

/* Copies the key material of each keyslot in use to the same place in memory. */
static gboolean
copy_keyslots(Session *session, const Extent *extent, GError **error)
{
    int slots = crypt_keyslot_max(crypt_get_type(session->device));
    guint64 total = 0;

    for (int slot = 0; slot < slots; slot++) {
        crypt_keyslot_info status = crypt_keyslot_status(session->device, slot);
        struct crypt_pbkdf_type pbkdf = { 0 };
        guint64 start = 0, size = 0;

        if (status != CRYPT_SLOT_ACTIVE && status != CRYPT_SLOT_ACTIVE_LAST)
            continue;
        if (crypt_keyslot_area(session->device, slot, &start, &size) < 0 ||
            start > extent->length || size > extent->length - start || size > KEYSLOTS_MAX - total)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "keyslot %d does not lie in the LUKS header", slot);
        if (crypt_keyslot_get_pbkdf(session->device, slot, &pbkdf) == 0 &&
            pbkdf.max_memory_kb > ARGON2_KIB_MAX)
            return coffer_throw(error, COFFER_ERROR_DAMAGED,
                                "keyslot %d asks for %u KiB of memory to be opened", slot,
                                pbkdf.max_memory_kb);
        total += size;
        if (!copy_area(extent->fd, extent->offset + start, session->memory, start, size, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
throw_open(const Session *session, int result, GError **error)
{
    if (result == -EPERM)
        return coffer_throw(error, COFFER_ERROR_VERIFICATION_FAILED,
                            "the value opens no keyslot of the LUKS header");
    if (result == -ENOENT)
        return coffer_throw(error, COFFER_ERROR_VERIFICATION_FAILED,
                            "the LUKS header has no keyslot in use, so nothing opens it any more");
    if (result == -ENOMEM)
        return coffer_throw(error, COFFER_ERROR_NO_SPACE, "no memory to open a LUKS keyslot");
    return coffer_throw(error, COFFER_ERROR_UNSUPPORTED,
                        "libcryptsetup cannot open '%s-%s' with this header on this host: %s",
                        crypt_get_cipher(session->device), crypt_get_cipher_mode(session->device),
                        complaint(session, result));
}

static gboolean
open_keyslot(Session *session, const CofferBytes *value, int *out_keyslot, GError **error)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
        lock_device_mapper(crypt_get_cipher(session->device));
    gsize size = 0;
    const char *data = (const char *)coffer_bytes_get_data(value, &size);
    int result = crypt_activate_by_passphrase(session->device, NULL, CRYPT_ANY_SLOT, data, size, 0);

    if (result < 0)
        return throw_open(session, result, error);
    if (out_keyslot != NULL)
        *out_keyslot = result;
    return TRUE;
}

static gboolean
find_extent(int fd, guint64 offset, guint64 length, Extent *out_extent, GError **error)
{
    guint64 end = 0;

    if (!coffer_fd_size(fd, &end, error))
        return FALSE;
    if (offset >= end)
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "the file ends before its LUKS header");
    *out_extent = (Extent){ fd, offset, end - offset };
    if (length != 0)
        out_extent->length = MIN(length, out_extent->length);
    return TRUE;
}

gboolean
coffer_luks_verify(int fd, guint64 offset, guint64 length, const CofferBytes *value,
                   int *out_keyslot, GError **error)
{
    g_auto(Session) session = SESSION_NONE;
    Extent extent;
    guint64 metadata = 0;
    int result = 0;

    if (!find_extent(fd, offset, length, &extent, error) ||
        !measure_metadata(&extent, &metadata, error))
        return FALSE;

    start_backend_once();
    if (!session_open(&session, extent.length, error) ||
        !copy_area(fd, offset, session.memory, 0, MIN(metadata, extent.length), error))
        return FALSE;
    result = crypt_load(session.device, CRYPT_LUKS, NULL);
    if (result < 0)
        return coffer_throw(error, COFFER_ERROR_DAMAGED, "the LUKS header is not sound: %s",
                            complaint(&session, result));
    if (crypt_get_data_offset(session.device) > extent.length / SECTOR_SIZE)
        return coffer_throw(error, COFFER_ERROR_DAMAGED,
                            "the LUKS header says that its data begin behind the end");
    return copy_keyslots(&session, &extent, error) &&
           open_keyslot(&session, value, out_keyslot, error);
}
