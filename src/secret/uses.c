/* uses.c: uses as key files, one a volume, named by a digest of the volume's key. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret/uses.h"

#include "base/error.h"
#include "base/name.h"

#include <string.h>

#define GROUP "use"

struct _CofferUses {
    CofferCache *cache;
};

CofferUse *
coffer_use_new(const char *volume, const CofferUuid *secret, const char *format)
{
    CofferUse *use = g_new0(CofferUse, 1);

    use->volume = g_strdup(volume);
    use->secret = *secret;
    use->format = g_strdup(format);
    use->keyslot = -1;
    use->since = g_get_real_time() / G_USEC_PER_SEC;
    return use;
}

CofferUse *
coffer_use_copy(const CofferUse *use)
{
    CofferUse *copy = coffer_use_new(use->volume, &use->secret, use->format);

    copy->header_uuid = g_strdup(use->header_uuid);
    copy->keyslot = use->keyslot;
    copy->since = use->since;
    return copy;
}

void
coffer_use_free(CofferUse *use)
{
    if (use == NULL)
        return;
    g_free(use->volume);
    g_free(use->format);
    g_free(use->header_uuid);
    g_free(use);
}

static char *
record_name(const char *key)
{
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);
}

static gpointer
parse_use(const char *name, const char *text, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) failure = NULL;
    g_autofree char *volume = NULL;
    g_autofree char *secret = NULL;
    g_autofree char *format = NULL;
    g_autofree char *expected = NULL;
    CofferUuid uuid;
    CofferUse *use = NULL;

    if (g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, &failure)) {
        volume = g_key_file_get_string(file, GROUP, "volume", NULL);
        secret = g_key_file_get_string(file, GROUP, "secret", NULL);
        format = g_key_file_get_string(file, GROUP, "format", NULL);
    }
    if (volume == NULL || secret == NULL || format == NULL || !coffer_uuid_parse(secret, &uuid)) {
        g_autofree char *why =
            coffer_name_printable(failure != NULL ? failure->message : "an entry is missing");

        return coffer_throw_null(error, COFFER_ERROR_DAMAGED, "it is not the record of a use: %s",
                                 why);
    }
    expected = record_name(volume);
    if (!g_str_equal(expected, name)) {
        g_autofree char *printable = coffer_name_printable(volume);

        return coffer_throw_null(error, COFFER_ERROR_DAMAGED,
                                 "its name does not belong to the volume '%s'", printable);
    }
    use = coffer_use_new(volume, &uuid, format);
    use->header_uuid = g_key_file_get_string(file, GROUP, "header-uuid", NULL);
    use->since = g_key_file_get_int64(file, GROUP, "since", NULL);
    if (g_key_file_has_key(file, GROUP, "keyslot", NULL))
        use->keyslot = g_key_file_get_integer(file, GROUP, "keyslot", NULL);
    return use;
}

static const CofferCacheTable table = {
    .kind = COFFER_STORE_USES,
    .suffix = ".use",
    .parse = parse_use,
    .free_data = (GDestroyNotify)coffer_use_free,
};

CofferUses *
coffer_uses_new(CofferStore *store)
{
    CofferUses *uses = g_new0(CofferUses, 1);

    uses->cache = coffer_cache_new(store, &table);
    return uses;
}

void
coffer_uses_free(CofferUses *uses)
{
    if (uses == NULL)
        return;
    coffer_cache_free(uses->cache);
    g_free(uses);
}

CofferUse *
coffer_uses_lookup(CofferUses *uses, const char *key, GError **error)
{
    g_autofree char *name = record_name(key);
    g_autoptr(CofferRecord) record = coffer_cache_lookup(uses->cache, name, error);

    return record != NULL ? coffer_use_copy(record->data) : NULL;
}

static int
compare_uses(gconstpointer a, gconstpointer b)
{
    const CofferUse *const *first = a;
    const CofferUse *const *second = b;

    return strcmp((*first)->volume, (*second)->volume);
}

static gboolean
is_of_secret(const CofferRecord *record, gconstpointer user_data)
{
    return coffer_uuid_equal(&((const CofferUse *)record->data)->secret, user_data);
}

static gboolean
is_of_header(const CofferRecord *record, gconstpointer user_data)
{
    return g_strcmp0(((const CofferUse *)record->data)->header_uuid, user_data) == 0;
}

static GPtrArray *
select_uses(CofferUses *uses, CofferCacheMatch match, gconstpointer user_data, GError **error)
{
    g_autoptr(GPtrArray) records = coffer_cache_list(uses->cache, match, user_data, error);
    GPtrArray *found = NULL;

    if (records == NULL)
        return NULL;
    found = g_ptr_array_new_with_free_func((GDestroyNotify)coffer_use_free);
    for (guint i = 0; i < records->len; i++)
        g_ptr_array_add(found,
                        coffer_use_copy(((CofferRecord *)g_ptr_array_index(records, i))->data));
    g_ptr_array_sort(found, compare_uses);
    return found;
}

gboolean
coffer_uses_check_whole(CofferUses *uses, GError **error)
{
    return coffer_cache_check_whole(uses->cache, error);
}

GPtrArray *
coffer_uses_of(CofferUses *uses, const CofferUuid *secret, GError **error)
{
    return select_uses(uses, is_of_secret, secret, error);
}

GPtrArray *
coffer_uses_of_header(CofferUses *uses, const char *header_uuid, GError **error)
{
    return select_uses(uses, is_of_header, header_uuid, error);
}

static char *
format_use(const CofferUse *use)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    char secret[COFFER_UUID_TEXT_SIZE];

    coffer_uuid_format(&use->secret, secret);
    g_key_file_set_string(file, GROUP, "volume", use->volume);
    g_key_file_set_string(file, GROUP, "secret", secret);
    g_key_file_set_string(file, GROUP, "format", use->format);
    if (use->header_uuid != NULL)
        g_key_file_set_string(file, GROUP, "header-uuid", use->header_uuid);
    if (use->keyslot >= 0)
        g_key_file_set_integer(file, GROUP, "keyslot", use->keyslot);
    g_key_file_set_int64(file, GROUP, "since", use->since);
    return g_key_file_to_data(file, NULL, NULL);
}

gboolean
coffer_uses_record(CofferUses *uses, const CofferUse *use, const char *fault, GError **error)
{
    g_autofree char *name = record_name(use->volume);
    g_autofree char *text = format_use(use);

    return coffer_cache_write(uses->cache, name, text, fault, error);
}

gboolean
coffer_uses_forget(CofferUses *uses, const char *key, GError **error)
{
    g_autofree char *name = record_name(key);
    g_autoptr(GError) failure = NULL;

    if (coffer_cache_remove(uses->cache, name, &failure) ||
        g_error_matches(failure, COFFER_ERROR, COFFER_ERROR_NOT_FOUND))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}
