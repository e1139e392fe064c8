/* record.c: fields with names, and their form in JSON. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record.h"

#include <coffer/size.h>
#include <json-glib/json-glib.h>

typedef enum {
    FIELD_TEXT,
    FIELD_FLAG,
    FIELD_SIZE,
    FIELD_LIST,
    FIELD_FOR_PEOPLE,
} FieldKind;

typedef struct {
    const char *key; /* static */
    FieldKind kind;
    char *text;
    gboolean flag;
    guint64 size;
    char **list;
    char *shown; /* NULL where it follows from the above */
} Field;

struct _ShellRecord {
    GPtrArray *fields; /* of Field */
};

static void
field_free(gpointer pointer)
{
    Field *field = pointer;

    g_free(field->text);
    g_strfreev(field->list);
    g_free(field->shown);
    g_free(field);
}

ShellRecord *
shell_record_new(void)
{
    ShellRecord *record = g_new0(ShellRecord, 1);

    record->fields = g_ptr_array_new_with_free_func(field_free);
    return record;
}

void
shell_record_free(ShellRecord *record)
{
    g_ptr_array_unref(record->fields);
    g_free(record);
}

GPtrArray *
shell_records_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)shell_record_free);
}

static Field *
add(ShellRecord *record, const char *key, FieldKind kind)
{
    Field *field = g_new0(Field, 1);

    field->key = key;
    field->kind = kind;
    g_ptr_array_add(record->fields, field);
    return field;
}

static Field *
find(const ShellRecord *record, const char *key)
{
    for (guint i = 0; i < record->fields->len; i++) {
        Field *field = g_ptr_array_index(record->fields, i);

        if (g_str_equal(field->key, key))
            return field;
    }
    return NULL;
}

void
shell_record_add_text(ShellRecord *record, const char *key, const char *text)
{
    Field *field = add(record, key, FIELD_TEXT);

    field->text = g_strdup(text);
    field->shown = g_strdup(text);
}

void
shell_record_add_flag(ShellRecord *record, const char *key, gboolean flag)
{
    Field *field = add(record, key, FIELD_FLAG);

    field->flag = flag;
    field->shown = g_strdup(flag ? "yes" : "no");
}

void
shell_record_add_size(ShellRecord *record, const char *key, guint64 bytes)
{
    Field *field = add(record, key, FIELD_SIZE);

    field->size = bytes;
    field->shown = coffer_size_format(bytes);
}

void
shell_record_add_list(ShellRecord *record, const char *key, const char *const *texts)
{
    Field *field = add(record, key, FIELD_LIST);

    field->list = g_strdupv((char **)texts);
    field->shown = texts != NULL ? g_strjoinv(" ", (char **)texts) : NULL;
}

void
shell_record_set_shown(ShellRecord *record, const char *key, const char *text)
{
    Field *field = find(record, key);

    if (field == NULL)
        field = add(record, key, FIELD_FOR_PEOPLE);
    g_free(field->shown);
    field->shown = g_strdup(text);
}

const char *
shell_record_shown(const ShellRecord *record, const char *key)
{
    Field *field = find(record, key);

    return field != NULL && field->shown != NULL ? field->shown : "-";
}

/* JSON is UTF-8; a path need not be. */
static void
build_text(JsonBuilder *builder, const char *text)
{
    g_autofree char *valid = text != NULL ? g_utf8_make_valid(text, -1) : NULL;

    if (valid != NULL)
        json_builder_add_string_value(builder, valid);
    else
        json_builder_add_null_value(builder);
}

static void
build_list(JsonBuilder *builder, char **texts)
{
    if (texts == NULL) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_array(builder);
    for (; *texts != NULL; texts++)
        build_text(builder, *texts);
    json_builder_end_array(builder);
}

static void
build_field(JsonBuilder *builder, const Field *field)
{
    if (field->kind == FIELD_FOR_PEOPLE)
        return;
    json_builder_set_member_name(builder, field->key);
    switch (field->kind) {
    case FIELD_TEXT:
        build_text(builder, field->text);
        break;
    case FIELD_FLAG:
        json_builder_add_boolean_value(builder, field->flag);
        break;
    case FIELD_SIZE:
        /* The library's sizes fit 63 bits. */
        json_builder_add_int_value(builder, (gint64)field->size);
        break;
    case FIELD_LIST:
        build_list(builder, field->list);
        break;
    case FIELD_FOR_PEOPLE:
        break;
    }
}

static void
build_record(JsonBuilder *builder, const ShellRecord *record)
{
    json_builder_begin_object(builder);
    for (guint i = 0; i < record->fields->len; i++)
        build_field(builder, g_ptr_array_index(record->fields, i));
    json_builder_end_object(builder);
}

static char *
finish(JsonBuilder *builder)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

char *
shell_record_to_json(const ShellRecord *record)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    build_record(builder, record);
    return finish(builder);
}

char *
shell_records_to_json(GPtrArray *records)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_array(builder);
    for (guint i = 0; i < records->len; i++)
        build_record(builder, g_ptr_array_index(records, i));
    json_builder_end_array(builder);
    return finish(builder);
}
