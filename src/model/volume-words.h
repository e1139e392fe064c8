/* volume-words.h: libvirt's words in <volume>; NULL-terminated, the index is the enum's value. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

extern const char *const coffer_volume_type_words[];   /* of CofferVolumeType */
extern const char *const coffer_volume_format_words[]; /* of CofferVolumeFormat */

/* Kinds of partitions, the formats of volumes in a disk pool (virStorageVolFormatDisk); the first
 * is the default. */
extern const char *const coffer_volume_partition_words[];
