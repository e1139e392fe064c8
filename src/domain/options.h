/* options.h: one argument of QEMU made of keys and values, in its comma form or as JSON; what the
 * keys mean is for the caller. (QEMU: util/keyval.c, qapi/block-core.json) */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

typedef struct _CofferOptions CofferOptions;

/* @key is what a first word without a key stands for ("driver", "qom-type"), @word that word. Both
 * are NULL where all have keys. One thread. */
CofferOptions *coffer_options_new(const char *key, const char *word);
void coffer_options_free(CofferOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CofferOptions, coffer_options_free)

/* Keys of one prefix ("encrypt.format", "encrypt.key-secret") are put one after the other. A NULL
 * value puts nothing. */
void coffer_options_put(CofferOptions *options, const char *key, const char *value);
void coffer_options_put_printf(CofferOptions *options, const char *key, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void coffer_options_put_number(CofferOptions *options, const char *key, guint64 value);
void coffer_options_put_switch(CofferOptions *options, const char *key, gboolean value);
/* The value null, which only JSON has: the argument becomes JSON. */
void coffer_options_put_null(CofferOptions *options, const char *key);

/* For objects whose parts QEMU takes as JSON only. */
void coffer_options_need_json(CofferOptions *options);

/* Returns: (transfer full): the argument; with a comma in a value doubled. */
char *coffer_options_to_string(const CofferOptions *options);
