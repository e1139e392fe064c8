/* cache.c: tests that records are parsed once, that every change shows, and that one damaged record
 * harms no other. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/cache.h"

#include "base/error.h"
#include "failure.h"
#include "root.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static guint parsed; /* how often parse() was called */

/* A record is any text that does not say "damaged". */
static gpointer
parse(const char *name, const char *text, GError **error)
{
    parsed++;
    if (g_str_equal(text, "damaged"))
        return coffer_throw_null(error, COFFER_ERROR_INVALID_XML, "it says so");
    return g_strdup(text);
}

static const CofferCacheTable table = {
    .kind = COFFER_STORE_SECRETS,
    .suffix = ".xml",
    .parse = parse,
    .free_data = g_free,
};

/* What most tests begin with. The cache goes before its store, the store before its root. */
#define PREPARE                                                                                    \
    g_auto(Root) root = root_new();                                                                \
    g_autoptr(CofferStore) store = root_store(&root);                                              \
    g_autoptr(CofferCache) cache = coffer_cache_new(store, &table);                                \
    g_autoptr(GError) error = NULL;                                                                \
    parsed = 0

static void
write_record(CofferCache *cache, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;

    coffer_cache_write(cache, name, text, NULL, &error);
    g_assert_no_error(error);
}

/* The text, or NULL where there is none. */
static char *
look_up(CofferCache *cache, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferRecord) record = coffer_cache_lookup(cache, name, &error);

    g_assert_no_error(error);
    g_assert_true(record == NULL || g_str_equal(record->name, name));
    return record != NULL ? g_strdup(record->data) : NULL;
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
    const CofferRecord *const *first = a;
    const CofferRecord *const *second = b;

    return strcmp((*first)->data, (*second)->data);
}

/* All texts, sorted and joined with commas. */
static char *
list(CofferCache *cache)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) records = coffer_cache_list(cache, NULL, NULL, &error);
    GString *joined = g_string_new(NULL);

    g_assert_no_error(error);
    g_ptr_array_sort(records, compare_texts);
    for (guint i = 0; i < records->len; i++)
        g_string_append_printf(joined, "%s%s", i > 0 ? "," : "",
                               (char *)((CofferRecord *)g_ptr_array_index(records, i))->data);
    return g_string_free(joined, FALSE);
}

#define assert_list(cache, expected)                                                               \
    do {                                                                                           \
        g_autofree char *listed_ = list(cache);                                                    \
        g_assert_cmpstr(listed_, ==, (expected));                                                  \
    } while (0)

#define assert_lookup(cache, name, expected)                                                       \
    do {                                                                                           \
        g_autofree char *found_ = look_up((cache), (name));                                        \
        g_assert_cmpstr(found_, ==, (expected));                                                   \
    } while (0)

/* So long ago that the record is not fresh any more; another @seconds is another time. */
static void
set_time(const Root *root, const char *relative, time_t seconds)
{
    const struct timespec times[2] = { { seconds, 1 }, { seconds, 1 } };
    g_autofree char *path = root_path(root, relative);

    g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static void
put_by_hand(const Root *root, const char *name, const char *text, time_t seconds)
{
    g_autofree char *file = g_strconcat("config/secrets/", name, ".xml", NULL);

    root_write(root, file, text);
    set_time(root, file, seconds);
    set_time(root, "config/secrets", seconds);
}

static void
test_parsed_once(void)
{
    PREPARE;

    g_assert_cmpint(g_mkdir_with_parents(coffer_store_folder(store, table.kind), 0700), ==, 0);
    put_by_hand(&root, "a", "one", 1000);
    put_by_hand(&root, "b", "two", 1000);
    assert_lookup(cache, "a", "one");
    g_assert_cmpuint(parsed, ==, 1); /* the other was not read for it */
    assert_lookup(cache, "a", "one");
    g_assert_cmpuint(parsed, ==, 1);
    assert_list(cache, "one,two");
    g_assert_cmpuint(parsed, ==, 2);
    assert_list(cache, "one,two");
    assert_lookup(cache, "b", "two");
    assert_lookup(cache, "c", NULL);
    g_assert_cmpuint(parsed, ==, 2);
}

static void
test_changed_by_hand(void)
{
    PREPARE;

    g_assert_cmpint(g_mkdir_with_parents(coffer_store_folder(store, table.kind), 0700), ==, 0);
    put_by_hand(&root, "a", "one", 1000);
    assert_list(cache, "one");
    put_by_hand(&root, "a", "two", 2000);
    assert_list(cache, "two");
    put_by_hand(&root, "b", "three", 3000);
    assert_list(cache, "three,two");
    g_assert_cmpuint(parsed, ==, 3);
    /* Written in place, so that the folder does not change: seen by who asks for it. */
    root_write(&root, "config/secrets/a.xml", "four");
    set_time(&root, "config/secrets/a.xml", 4000);
    assert_lookup(cache, "a", "four");
    assert_list(cache, "four,three");
    {
        g_autofree char *path = root_path(&root, "config/secrets/a.xml");

        g_assert_cmpint(unlink(path), ==, 0);
        set_time(&root, "config/secrets", 5000);
    }
    assert_lookup(cache, "a", NULL);
    assert_list(cache, "three");
}

/* In the same tick of the clock, of the same size, and even in the same inode. */
static void
test_changed_at_once(void)
{
    PREPARE;

    write_record(cache, "a", "one");
    for (guint i = 0; i < 50; i++) {
        const char *text = i % 2 == 0 ? "two" : "one";

        root_write(&root, "config/secrets/a.xml", text);
        assert_lookup(cache, "a", text);
    }
}

static void
change_in_child(gpointer user_data)
{
    g_autoptr(CofferStore) store = root_store(user_data);
    g_autoptr(CofferCache) cache = coffer_cache_new(store, &table);

    write_record(cache, "b", "new");
    write_record(cache, "c", "three");
    g_assert_true(coffer_cache_remove(cache, "a", NULL));
}

static void
test_changed_by_process(void)
{
    PREPARE;

    write_record(cache, "a", "one");
    write_record(cache, "b", "two");
    assert_list(cache, "one,two");
    root_assert_child(change_in_child, &root);
    assert_lookup(cache, "a", NULL);
    assert_lookup(cache, "b", "new");
    assert_list(cache, "new,three");
}

static void
test_damaged(void)
{
    PREPARE;

    write_record(cache, "a", "one");
    put_by_hand(&root, "b", "damaged", 1000);
    g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*/config/secrets/b.xml*it says so*");
    assert_list(cache, "one");
    g_test_assert_expected_messages();
    assert_list(cache, "one"); /* said once */
    write_record(cache, "c", "three");
    assert_list(cache, "one,three");
    g_assert_null(coffer_cache_lookup(cache, "b", &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "/config/secrets/b.xml' cannot be used: it says");
    assert_lookup(cache, "a", "one");
    put_by_hand(&root, "b", "two", 2000);
    assert_list(cache, "one,three,two");
    put_by_hand(&root, "b", "damaged", 3000);
    g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*/config/secrets/b.xml*");
    assert_list(cache, "one,three");
    g_test_assert_expected_messages();
    /* Damaged in place, so that only a look-up can know: from then on the list knows too. */
    root_write(&root, "config/secrets/a.xml", "damaged");
    set_time(&root, "config/secrets/a.xml", 3000);
    g_assert_null(coffer_cache_lookup(cache, "a", &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "/config/secrets/a.xml'");
    g_assert_false(coffer_cache_check_whole(cache, &error));
    failure_expect(&error, COFFER_ERROR_DAMAGED, "not certain");
    g_test_expect_message("coffer", G_LOG_LEVEL_WARNING, "*/config/secrets/a.xml*");
    assert_list(cache, "three");
    g_test_assert_expected_messages();
    g_assert_true(coffer_cache_remove(cache, "b", &error));
    g_assert_false(root_has(&root, "config/secrets/b.xml"));
}

static void
list_again(const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
    assert_list(user_data, "one");
}

/* A program's handler of warnings may look at the list that they are about. */
static void
test_warning_handler(void)
{
    PREPARE;
    guint handler = 0;

    write_record(cache, "a", "one");
    put_by_hand(&root, "b", "damaged", 1000);
    handler =
        g_log_set_handler("coffer", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, list_again, cache);
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR);
    assert_list(cache, "one");
    g_log_set_always_fatal(
        (GLogLevelFlags)(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING));
    g_log_remove_handler("coffer", handler);
}

/* A record that cannot be read now is not left out as if it were not there. */
static void
test_unreadable_now(void)
{
    PREPARE;
    struct rlimit before;

    write_record(cache, "a", "one");
    put_by_hand(&root, "b", "two", 1000);
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 0, before.rlim_max }), ==, 0);
    g_assert_null(coffer_cache_list(cache, NULL, NULL, &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_NO_SPACE);
    g_clear_error(&error);
    g_assert_null(coffer_cache_lookup(cache, "b", &error));
    g_assert_error(error, COFFER_ERROR, COFFER_ERROR_NO_SPACE);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    assert_list(cache, "one,two");
    assert_lookup(cache, "b", "two");
}

static gboolean
has_letter(const CofferRecord *record, gconstpointer user_data)
{
    return strchr(record->data, *(const char *)user_data) != NULL;
}

static void
test_match(void)
{
    PREPARE;
    g_autoptr(GPtrArray) found = NULL;

    write_record(cache, "a", "one");
    write_record(cache, "b", "two");
    found = coffer_cache_list(cache, has_letter, "w", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(found->len, ==, 1);
    g_assert_cmpstr(((CofferRecord *)g_ptr_array_index(found, 0))->name, ==, "b");
}

/* What does not parse is not written; what cannot be written leaves the old record. */
static void
test_write_refused(void)
{
    PREPARE;

    write_record(cache, "a", "one");
    g_assert_false(coffer_cache_write(cache, "a", "damaged", NULL, &error));
    failure_expect(&error, COFFER_ERROR_INVALID_XML, "it says so");
    assert_lookup(cache, "a", "one");
    g_assert_false(coffer_cache_write(cache, "no/folder", "two", NULL, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_false(coffer_cache_remove(cache, "b", &error));
    failure_expect(&error, COFFER_ERROR_NOT_FOUND, "b.xml");
    assert_list(cache, "one");
}

/* Writing and removing among many must not read the folder again each time. A record that is put in
 * with the folder's time turned back shows whether it was: who does not look does not see it. */
static void
test_many(void)
{
    enum { COUNT = 10000, CHANGES = 20 };
    PREPARE;
    g_autoptr(CofferBytes) value = coffer_bytes_new("throw-away", 10, &error);
    g_autoptr(GPtrArray) all = NULL;

    g_assert_cmpint(g_mkdir_with_parents(coffer_store_folder(store, table.kind), 0700), ==, 0);
    for (guint i = 0; i < COUNT; i++) {
        g_autofree char *name = g_strdup_printf("%u", i);

        put_by_hand(&root, name, name, 1000);
    }
    for (guint i = 0; i < 2; i++) {
        g_clear_pointer(&all, g_ptr_array_unref);
        all = coffer_cache_list(cache, NULL, NULL, &error);
        g_assert_cmpuint(all->len, ==, COUNT);
        g_assert_cmpuint(parsed, ==, COUNT);
    }
    put_by_hand(&root, "unseen", "unseen", 1000);
    for (guint i = 0; i < CHANGES; i++) {
        g_autofree char *name = g_strdup_printf("new-%u", i);

        write_record(cache, name, name);
        g_assert_true(coffer_cache_write_beside(cache, "a.base64", value, NULL, &error));
        g_clear_pointer(&all, g_ptr_array_unref);
        all = coffer_cache_list(cache, NULL, NULL, &error);
        g_assert_cmpuint(all->len, ==, COUNT + 1);
        g_assert_true(coffer_cache_remove(cache, name, &error));
        g_assert_true(coffer_cache_remove_beside(cache, "a.base64", &error));
    }
    g_assert_cmpuint(parsed, ==, COUNT + CHANGES);
    set_time(&root, "config/secrets", 2000);
    g_clear_pointer(&all, g_ptr_array_unref);
    all = coffer_cache_list(cache, NULL, NULL, &error);
    g_assert_cmpuint(all->len, ==, COUNT + 1);
}

typedef struct {
    CofferCache *cache;
    CofferStore *store;
    gint stop;
} Hammer;

static gpointer
read_until_stopped(gpointer user_data)
{
    Hammer *hammer = user_data;

    while (!g_atomic_int_get(&hammer->stop)) {
        g_autofree char *a = look_up(hammer->cache, "a");
        g_autofree char *all = list(hammer->cache);

        g_assert_true(a == NULL || g_str_has_prefix(a, "text"));
        g_assert_true(*all == '\0' || g_str_has_prefix(all, "text"));
    }
    return NULL;
}

static void
test_threads(void)
{
    PREPARE;
    Hammer hammer = { cache, store, 0 };
    GThread *threads[4];

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("reader", read_until_stopped, &hammer);
    for (guint i = 0; i < 100; i++) {
        g_auto(CofferLock) lock = COFFER_LOCK_NONE;
        g_autofree char *text = g_strdup_printf("text-%u", i);

        g_assert_true(coffer_store_lock(store, table.kind, COFFER_LOCK_EXCLUSIVE, &lock, &error));
        write_record(cache, "a", text);
        assert_lookup(cache, "a", text);
        write_record(cache, "b", text);
        if (i % 3 == 0)
            g_assert_true(coffer_cache_remove(cache, "a", &error));
    }
    g_atomic_int_set(&hammer.stop, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cache/parsed-once", test_parsed_once);
    g_test_add_func("/cache/changed-by-hand", test_changed_by_hand);
    g_test_add_func("/cache/changed-at-once", test_changed_at_once);
    g_test_add_func("/cache/changed-by-process", test_changed_by_process);
    g_test_add_func("/cache/damaged", test_damaged);
    g_test_add_func("/cache/warning-handler", test_warning_handler);
    g_test_add_func("/cache/unreadable-now", test_unreadable_now);
    g_test_add_func("/cache/match", test_match);
    g_test_add_func("/cache/write-refused", test_write_refused);
    g_test_add_func("/cache/many", test_many);
    g_test_add_func("/cache/threads", test_threads);
    return g_test_run();
}
