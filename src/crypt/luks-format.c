/* luks-format.c: makes LUKS1 headers in memory and writes them out when they are proven to open. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/fault.h"
#include "crypt/luks-session.h"
#include "crypt/luks.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The least that libcryptsetup takes for PBKDF2, after RFC 8018, section 4.2. */
#define PBKDF2_ITERATIONS_MIN 1000

/* What cryptsetup spends on a keyslot by default (last lines of `cryptsetup --help`). */
#define PBKDF2_TIME_MS 2000

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
measure_iterations(CofferLuksSession *session, const CofferCipher *cipher)
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
set_iterations(CofferLuksSession *session, const CofferCipher *cipher, guint32 iterations)
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
make_header(CofferLuksSession *session, const CofferCipher *cipher)
{
    struct crypt_params_luks1 parameters = { .hash = cipher->hash };
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = coffer_luks_lock_device_mapper(cipher->name);
    g_autofree char *mode = coffer_cipher_mode_spec(cipher);
    int result = 0;

    /* The digest that this cost protects is of the random volume key, which nobody can guess
     * anyway. */
    result = set_iterations(session, cipher, PBKDF2_ITERATIONS_MIN);
    if (result == 0)
        result = crypt_set_data_offset(session->device,
                                       COFFER_LUKS1_HEADER_SIZE / COFFER_LUKS_SECTOR_SIZE);
    if (result == 0)
        result = crypt_format(session->device, CRYPT_LUKS1, cipher->name, mode, NULL, NULL,
                              coffer_cipher_key_bits(cipher) / 8, &parameters);
    return result;
}

static int
add_keyslot(CofferLuksSession *session, const CofferCipher *cipher,
            const CofferLuksFormatRequest *request)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = coffer_luks_lock_device_mapper(cipher->name);
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
throw_format(const CofferLuksSession *session, const CofferCipher *cipher, int result,
             GError **error)
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
                        coffer_luks_session_complaint(session, result));
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
                            "the volume is too small; its LUKS header takes %d bytes",
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
    if (!coffer_luks_copy_area(memory, 0, target, 0, COFFER_LUKS1_HEADER_SIZE, error))
        return FALSE;

    fault = coffer_fault_point("luks-format", "sync");
    if (fault != 0 || fsync(target) < 0)
        return coffer_throw_errno(error, fault != 0 ? fault : errno, "cannot sync the LUKS header");
    return TRUE;
}

gboolean
coffer_luks1_format(const CofferLuksFormatRequest *request, char **out_uuid, GError **error)
{
    CofferCipher cipher = request->cipher;
    g_auto(CofferFd) target = COFFER_FD_NONE;
    g_auto(CofferLuksSession) session = COFFER_LUKS_SESSION_NONE;
    int result = 0;

    if (!coffer_cipher_resolve(&cipher, error) || !open_target(request->path, &target, error))
        return FALSE;

    /* One sector of payload, as a header without any is refused. */
    if (!coffer_luks_session_open(&session, COFFER_LUKS1_HEADER_SIZE + COFFER_LUKS_SECTOR_SIZE,
                                  error))
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
