/* volume-format.c: <volume> written as libvirt writes it, and the words in it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/xml-write.h"
#include "model/volume-def.h"
#include "model/volume-words.h"
#include "model/words.h"

const char *const coffer_volume_type_words[] = {
    [COFFER_VOLUME_TYPE_FILE] = "file",
    [COFFER_VOLUME_TYPE_BLOCK] = "block",
    [COFFER_VOLUME_TYPE_DIR] = "dir",
    [COFFER_VOLUME_TYPE_NETWORK] = "network",
    [COFFER_VOLUME_TYPE_NETDIR] = "netdir",
    [COFFER_VOLUME_TYPE_PLOOP] = "ploop",
    NULL,
};

const char *const coffer_volume_format_words[] = {
    [COFFER_VOLUME_FORMAT_UNKNOWN] = "unknown", [COFFER_VOLUME_FORMAT_RAW] = "raw",
    [COFFER_VOLUME_FORMAT_DIR] = "dir",         [COFFER_VOLUME_FORMAT_BOCHS] = "bochs",
    [COFFER_VOLUME_FORMAT_CLOOP] = "cloop",     [COFFER_VOLUME_FORMAT_DMG] = "dmg",
    [COFFER_VOLUME_FORMAT_ISO] = "iso",         [COFFER_VOLUME_FORMAT_VPC] = "vpc",
    [COFFER_VOLUME_FORMAT_VDI] = "vdi",         [COFFER_VOLUME_FORMAT_FAT] = "fat",
    [COFFER_VOLUME_FORMAT_VHD] = "vhd",         [COFFER_VOLUME_FORMAT_PLOOP] = "ploop",
    [COFFER_VOLUME_FORMAT_COW] = "cow",         [COFFER_VOLUME_FORMAT_QCOW] = "qcow",
    [COFFER_VOLUME_FORMAT_QCOW2] = "qcow2",     [COFFER_VOLUME_FORMAT_QED] = "qed",
    [COFFER_VOLUME_FORMAT_VMDK] = "vmdk",       NULL,
};

const char *const coffer_volume_partition_words[] = {
    "none", "linux", "fat16", "fat32", "linux-swap", "linux-lvm", "linux-raid", "extended", NULL,
};

const char *
coffer_volume_format_to_string(CofferVolumeFormat format)
{
    return coffer_volume_format_words[format];
}

gboolean
coffer_volume_format_from_string(const char *word, CofferVolumeFormat *out_format)
{
    int format = coffer_word_find(coffer_volume_format_words, word);

    if (format <= COFFER_VOLUME_FORMAT_UNKNOWN)
        return FALSE;
    *out_format = (CofferVolumeFormat)format;
    return TRUE;
}

static void
put_size(CofferXmlWriter *writer, const char *name, const char *unit, guint64 size)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, size);

    coffer_xml_open(writer, name);
    coffer_xml_put_attr(writer, "unit", unit);
    coffer_xml_close_with_text(writer, text);
}

static void
put_format(CofferXmlWriter *writer, const char *word)
{
    coffer_xml_open(writer, "format");
    coffer_xml_put_attr(writer, "type", word);
    coffer_xml_close(writer);
}

/* libvirt leaves out nanoseconds of zero. */
static void
put_time(CofferXmlWriter *writer, const char *name, CofferTimestamp time)
{
    if (time.nanoseconds != 0)
        coffer_xml_put_element_printf(writer, name, "%" G_GINT64_FORMAT ".%09ld", time.seconds,
                                      time.nanoseconds);
    else
        coffer_xml_put_element_printf(writer, name, "%" G_GINT64_FORMAT, time.seconds);
}

static void
format_timestamps(const CofferVolumeDef *def, CofferXmlWriter *writer)
{
    if (!def->has_timestamps)
        return;
    coffer_xml_open(writer, "timestamps");
    put_time(writer, "atime", def->atime);
    put_time(writer, "mtime", def->mtime);
    put_time(writer, "ctime", def->ctime);
    if (def->btime.seconds != 0 || def->btime.nanoseconds != 0)
        put_time(writer, "btime", def->btime);
    coffer_xml_close(writer);
}

static void
format_features(const CofferVolumeDef *def, CofferXmlWriter *writer)
{
    if (!def->has_features && !def->lazy_refcounts && !def->extended_l2)
        return;
    coffer_xml_open(writer, "features");
    if (def->lazy_refcounts) {
        coffer_xml_open(writer, "lazy_refcounts");
        coffer_xml_close(writer);
    }
    if (def->extended_l2) {
        coffer_xml_open(writer, "extended_l2");
        coffer_xml_close(writer);
    }
    coffer_xml_close(writer);
}

static void
format_target(const CofferVolumeDef *def, CofferXmlWriter *writer)
{
    coffer_xml_open(writer, "target");
    coffer_xml_end_start_tag(writer);
    coffer_xml_put_element(writer, "path", def->target_path);
    if (def->partition != NULL)
        put_format(writer, def->partition);
    else if (def->format != COFFER_VOLUME_FORMAT_UNKNOWN)
        put_format(writer, coffer_volume_format_words[def->format]);
    coffer_permissions_def_format(&def->permissions, writer);
    format_timestamps(def, writer);
    if (def->encryption != NULL)
        coffer_encryption_def_format(def->encryption, writer);
    coffer_xml_put_element(writer, "compat", def->compat);
    if (def->cluster_size != 0)
        put_size(writer, "clusterSize", "B", def->cluster_size);
    format_features(def, writer);
    coffer_xml_close(writer);
}

static void
format_backing(const CofferBackingDef *backing, CofferXmlWriter *writer)
{
    coffer_xml_open(writer, "backingStore");
    coffer_xml_put_element(writer, "path", backing->path);
    if (backing->format != COFFER_VOLUME_FORMAT_UNKNOWN)
        put_format(writer, coffer_volume_format_words[backing->format]);
    coffer_permissions_def_format(&backing->permissions, writer);
    coffer_xml_close(writer);
}

char *
coffer_volume_def_format(const CofferVolumeDef *def)
{
    g_autoptr(CofferXmlWriter) writer = coffer_xml_writer_new();

    coffer_xml_open(writer, "volume");
    coffer_xml_put_attr(writer, "type", coffer_volume_type_words[def->type]);
    coffer_xml_put_element(writer, "name", def->name);
    coffer_xml_put_element(writer, "key", def->key);
    put_size(writer, "capacity", "bytes", def->capacity);
    put_size(writer, "allocation", "bytes", def->allocation);
    if (def->physical != 0)
        put_size(writer, "physical", "bytes", def->physical);
    format_target(def, writer);
    if (def->backing != NULL)
        format_backing(def->backing, writer);
    coffer_xml_close(writer);
    return coffer_xml_writer_finish(writer);
}
