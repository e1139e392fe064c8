/* random.c: tests that values Coffer makes up are text of the right size, and differ. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypt/random.h"

#include <string.h>

#define VALUES 200

static void
test_form(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CofferBytes) value = coffer_random_value(&error);
    const guint8 *data = NULL;
    gsize size = 0;

    g_assert_no_error(error);
    data = coffer_bytes_get_data(value, &size);
    g_assert_cmpuint(size, ==, 64);
    for (gsize i = 0; i < size; i++)
        g_assert_true(g_ascii_isdigit(data[i]) || (data[i] >= 'a' && data[i] <= 'f'));
}

/* Every digit at every place occurs among 200 values but with a chance of 64 * 16 * (15/16)^200 =
 * 0.25 %, so ask for most of them only; a place that is constant, or a repeated value, shows. */
static void
test_spread(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint digits[64] = { 0 };

    for (int i = 0; i < VALUES; i++) {
        g_autoptr(CofferBytes) value = coffer_random_value(NULL);
        const char *data = (const char *)coffer_bytes_get_data(value, NULL);

        g_assert_true(g_hash_table_add(seen, g_strndup(data, 64)));
        for (int place = 0; place < 64; place++)
            digits[place] |= 1U << g_ascii_xdigit_value(data[place]);
    }
    for (int place = 0; place < 64; place++)
        g_assert_cmpint(__builtin_popcount(digits[place]), >=, 12);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/random/form", test_form);
    g_test_add_func("/random/spread", test_spread);
    return g_test_run();
}
