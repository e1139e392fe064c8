/* copy.c: the one loop that moves raw bytes between files, devices and pipes, and what it does
 * about holes. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "volume/copy.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes a step: large enough that the number of calls does not show. */
#define CHUNK (1024 * 1024)

typedef enum {
    END_STREAM, /* pipe, socket, terminal: no positions, no holes */
    END_FILE,
    END_DEVICE,
} EndKind;

/* A side of the transfer; @offset goes along, and means nothing to a stream. */
typedef struct {
    int fd;
    EndKind kind;
    guint64 offset;
    guint64 size; /* of a file or device, at the beginning */
} End;

typedef struct {
    End source;
    End target;
    guint64 left;   /* bytes that may still be copied */
    guint64 copied; /* holes included */
    guint8 *buffer; /* of CHUNK bytes */
} Copy;

static gboolean
open_end(End *end, int fd, guint64 offset, GError **error)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot copy");
    end->fd = fd;
    end->kind = S_ISREG(status.st_mode)   ? END_FILE
                : S_ISBLK(status.st_mode) ? END_DEVICE
                                          : END_STREAM;
    if (end->kind == END_STREAM)
        return TRUE;
    end->offset = offset;
    return coffer_fd_size(fd, &end->size, error);
}

/* --- bytes --- */

static gssize
read_chunk(const End *source, guint8 *buffer, gsize size)
{
    gssize got = 0;

    if (source->kind == END_STREAM)
        return coffer_fd_read(source->fd, buffer, size);
    do {
        got = pread(source->fd, buffer, size, (off_t)source->offset);
    } while (got < 0 && errno == EINTR);
    return got;
}

static gboolean
write_chunk(End *target, const guint8 *buffer, gsize size, GError **error)
{
    int fault = coffer_fault_point("copy", "write");

    if (fault != 0)
        return coffer_throw_errno(error, fault, "cannot write the content");
    if (target->kind == END_STREAM)
        return coffer_fd_write_all(target->fd, buffer, size, "content", error);
    while (size > 0) {
        ssize_t written = pwrite(target->fd, buffer, size, (off_t)target->offset);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return coffer_throw_errno(
                error, errno, "cannot write the content at %" G_GUINT64_FORMAT, target->offset);
        buffer += written;
        size -= (gsize)written;
        target->offset += (guint64)written;
    }
    return TRUE;
}

static void
advance_source(Copy *copy, guint64 size)
{
    copy->source.offset += size;
    copy->left -= size;
    copy->copied += size;
}

/* At most @size bytes; *@out_end where the source has no more. */
static gboolean
copy_bytes(Copy *copy, guint64 size, gboolean *out_end, GError **error)
{
    while (size > 0) {
        gssize got = read_chunk(&copy->source, copy->buffer, (gsize)MIN(size, CHUNK));

        if (got < 0)
            return coffer_throw_errno(error, errno, "cannot read the content");
        if (got == 0) {
            *out_end = TRUE;
            return TRUE;
        }
        if (!write_chunk(&copy->target, copy->buffer, (gsize)got, error))
            return FALSE;
        advance_source(copy, (guint64)got);
        size -= (guint64)got;
    }
    return TRUE;
}

/* --- holes --- */

static gboolean
write_zeros(Copy *copy, guint64 size, GError **error)
{
    g_autofree guint8 *zeros = g_malloc0(CHUNK);

    for (; size > 0; size -= MIN(size, CHUNK)) {
        if (!write_chunk(&copy->target, zeros, (gsize)MIN(size, CHUNK), error))
            return FALSE;
    }
    return TRUE;
}

/* Makes @size bytes that exist in the target zero, without storage where that works. */
static gboolean
punch(Copy *copy, guint64 size, GError **error)
{
    End *target = &copy->target;

    if (fallocate(target->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)target->offset,
                  (off_t)size) == 0) {
        target->offset += size;
        return TRUE;
    }
    if (errno != EOPNOTSUPP)
        return coffer_throw_errno(error, errno, "cannot make a hole of %" G_GUINT64_FORMAT " bytes",
                                  size);
    return write_zeros(copy, size, error);
}

/* Behind the end of a file there is nothing to remove; finish() makes it long enough. */
static gboolean
copy_hole(Copy *copy, guint64 size, GError **error)
{
    End *target = &copy->target;
    guint64 there = 0;

    advance_source(copy, size);
    if (target->kind == END_STREAM)
        return write_zeros(copy, size, error);
    if (target->offset < target->size)
        there = MIN(size, target->size - target->offset);
    if (there < size && target->kind == END_DEVICE)
        return coffer_throw(error, COFFER_ERROR_NO_SPACE,
                            "the device ends at %" G_GUINT64_FORMAT ", before the content",
                            target->size);
    if (there > 0 && !punch(copy, there, error))
        return FALSE;
    target->offset += size - there;
    return TRUE;
}

/* How many bytes from the source's offset on are of one kind; to the end of the file and further is
 * a hole. */
static gboolean
find_run(const Copy *copy, guint64 *out_size, gboolean *out_hole, GError **error)
{
    const End *source = &copy->source;
    off_t here = (off_t)source->offset;
    off_t data = lseek(source->fd, here, SEEK_DATA);
    off_t end = (off_t)source->size;

    if (data < 0 && errno != ENXIO)
        return coffer_throw_errno(error, errno, "cannot find the holes of the source");
    *out_hole = data != here;
    if (data == here)
        end = lseek(source->fd, here, SEEK_HOLE);
    else if (data > here)
        end = data;
    if (end < here)
        end = here; /* cut short meanwhile */
    *out_size = MIN((guint64)(end - here), copy->left);
    return TRUE;
}

static gboolean
copy_sparse(Copy *copy, GError **error)
{
    off_t position = lseek(copy->source.fd, 0, SEEK_CUR);
    gboolean ended = FALSE;

    while (copy->left > 0 && copy->source.offset < copy->source.size && !ended) {
        guint64 size = 0;
        gboolean hole = FALSE;

        if (!find_run(copy, &size, &hole, error))
            return FALSE;
        if (size == 0)
            break;
        if (!(hole ? copy_hole(copy, size, error) : copy_bytes(copy, size, &ended, error)))
            return FALSE;
    }
    /* Looking for holes moves the position, which is the caller's. */
    lseek(copy->source.fd, position, SEEK_SET);
    return TRUE;
}

/* --- all --- */

static gboolean
finish(const Copy *copy, GError **error)
{
    const End *target = &copy->target;
    struct stat status;
    int fault = 0;

    if (target->kind == END_STREAM)
        return TRUE;
    if (fstat(target->fd, &status) < 0)
        return coffer_throw_errno(error, errno, "cannot finish the copy");
    if (target->kind == END_FILE && copy->copied > 0 && (guint64)status.st_size < target->offset &&
        ftruncate(target->fd, (off_t)target->offset) < 0)
        return coffer_throw_errno(error, errno, "cannot make the file long enough");
    fault = coffer_fault_point("copy", "sync");
    if (fault != 0 || fsync(target->fd) < 0)
        return coffer_throw_errno(error, fault != 0 ? fault : errno, "cannot sync the copy");
    return TRUE;
}

gboolean
coffer_copy(const CofferCopyRequest *request, guint64 *out_copied, GError **error)
{
    g_autofree guint8 *buffer = g_malloc(CHUNK);
    Copy copy = {
        .left = request->length != 0 ? request->length : G_MAXUINT64,
        .buffer = buffer,
    };
    gboolean ended = FALSE;

    if (!open_end(&copy.source, request->source, request->source_offset, error) ||
        !open_end(&copy.target, request->target, request->target_offset, error))
        return FALSE;
    if (copy.source.kind != END_STREAM && copy.source.offset > copy.source.size)
        return coffer_throw(error, COFFER_ERROR_INVALID_ARGUMENT,
                            "the offset %" G_GUINT64_FORMAT
                            " lies behind the end of the source at %" G_GUINT64_FORMAT,
                            copy.source.offset, copy.source.size);

    if (request->sparse && copy.source.kind == END_FILE
            ? !copy_sparse(&copy, error)
            : !copy_bytes(&copy, copy.left, &ended, error))
        return FALSE;
    if (!finish(&copy, error))
        return FALSE;
    if (out_copied != NULL)
        *out_copied = copy.copied;
    return TRUE;
}
