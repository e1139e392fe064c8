/* fuzz.h: what the fuzzers share. A fuzzer is tests/fuzz/fuzz-NAME.c; its inputs are in
 * tests/fuzz/corpus/NAME (of NAME-xml also tests/golden/NAME), and replay-main.c runs it over them
 * as a unit test. With `CC=clang meson setup -Dfuzzers=true` it is a libFuzzer program instead. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* libFuzzer's entry point: aborts where the code under test does wrong, otherwise returns 0. */
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);
