/* options.c: keys and values kept in order, and the two ways to write them. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain/options.h"

#include <string.h>

typedef enum { VALUE_TEXT, VALUE_NUMBER, VALUE_SWITCH, VALUE_NULL } ValueKind;

typedef struct {
    char *key;
    ValueKind kind;
    char *text; /* NULL for VALUE_NULL */
} Option;

struct _CofferOptions {
    GPtrArray *options; /* of Option */
    gboolean first_is_word;
    gboolean json;
};

static void
option_free(gpointer data)
{
    Option *option = data;

    g_free(option->key);
    g_free(option->text);
    g_free(option);
}

static void
put(CofferOptions *options, const char *key, ValueKind kind, char *text)
{
    Option *option = g_new0(Option, 1);

    option->key = g_strdup(key);
    option->kind = kind;
    option->text = text;
    g_ptr_array_add(options->options, option);
}

CofferOptions *
coffer_options_new(const char *key, const char *word)
{
    CofferOptions *options = g_new0(CofferOptions, 1);

    options->options = g_ptr_array_new_with_free_func(option_free);
    options->first_is_word = word != NULL;
    coffer_options_put(options, key, word);
    return options;
}

void
coffer_options_free(CofferOptions *options)
{
    if (options == NULL)
        return;
    g_ptr_array_unref(options->options);
    g_free(options);
}

void
coffer_options_put(CofferOptions *options, const char *key, const char *value)
{
    if (value != NULL)
        put(options, key, VALUE_TEXT, g_strdup(value));
}

void
coffer_options_put_printf(CofferOptions *options, const char *key, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put(options, key, VALUE_TEXT, g_strdup_vprintf(format, args));
    va_end(args);
}

void
coffer_options_put_number(CofferOptions *options, const char *key, guint64 value)
{
    put(options, key, VALUE_NUMBER, g_strdup_printf("%" G_GUINT64_FORMAT, value));
}

void
coffer_options_put_switch(CofferOptions *options, const char *key, gboolean value)
{
    put(options, key, VALUE_SWITCH, g_strdup(value ? "on" : "off"));
}

void
coffer_options_put_null(CofferOptions *options, const char *key)
{
    put(options, key, VALUE_NULL, NULL);
    options->json = TRUE;
}

void
coffer_options_need_json(CofferOptions *options)
{
    options->json = TRUE;
}

/* A comma in a value is doubled. */
static char *
to_keyval(const CofferOptions *options)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < options->options->len; i++) {
        const Option *option = options->options->pdata[i];

        if (i > 0)
            g_string_append_c(text, ',');
        if (i > 0 || !options->first_is_word)
            g_string_append_printf(text, "%s=", option->key);
        for (const char *c = option->text; *c != '\0'; c++)
            g_string_append(text, *c == ',' ? ",," : (char[]){ *c, '\0' });
    }
    return g_string_free(text, FALSE);
}

static void
append_json_string(GString *json, const char *text)
{
    g_string_append_c(json, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_printf(json, "\\%c", *text);
        else if ((guchar)*text < 0x20)
            g_string_append_printf(json, "\\u%04x", (guint)(guchar)*text);
        else
            g_string_append_c(json, *text);
    }
    g_string_append_c(json, '"');
}

static void
append_json_value(GString *json, const Option *option)
{
    switch (option->kind) {
    case VALUE_TEXT:
        append_json_string(json, option->text);
        return;
    case VALUE_NUMBER:
        g_string_append(json, option->text);
        return;
    case VALUE_SWITCH:
        g_string_append(json, g_str_equal(option->text, "on") ? "true" : "false");
        return;
    case VALUE_NULL:
        g_string_append(json, "null");
        return;
    }
    g_return_if_reached();
}

/* How many bytes of @key are the prefix of an object within, its dot included. */
static gsize
prefix_of(const char *key)
{
    const char *dot = strchr(key, '.');

    return dot != NULL ? (gsize)(dot - key) + 1 : 0;
}

/* "a.b" and "a.c" become an object a; there is one level of these. */
static char *
to_json(const CofferOptions *options)
{
    GString *json = g_string_new("{");
    g_autofree char *inside = g_strdup("");

    for (guint i = 0; i < options->options->len; i++) {
        const Option *option = options->options->pdata[i];
        g_autofree char *prefix = g_strndup(option->key, prefix_of(option->key));
        gboolean same = g_str_equal(prefix, inside);

        if (!same && *inside != '\0')
            g_string_append_c(json, '}');
        if (i > 0)
            g_string_append_c(json, ',');
        if (!same && *prefix != '\0')
            g_string_append_printf(json, "\"%.*s\":{", (int)strlen(prefix) - 1, prefix);
        append_json_string(json, option->key + strlen(prefix));
        g_string_append_c(json, ':');
        append_json_value(json, option);
        g_free(inside);
        inside = g_steal_pointer(&prefix);
    }
    g_string_append(json, *inside != '\0' ? "}}" : "}");
    return g_string_free(json, FALSE);
}

char *
coffer_options_to_string(const CofferOptions *options)
{
    return options->json ? to_json(options) : to_keyval(options);
}
