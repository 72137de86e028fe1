/*
 * The border to JavaScript: every argument is checked for its type and size before a kernel touches memory, so no
 * call can read or write outside its buffers. `load(name)` gives an object with the kernels of one instruction set.
 */
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernels.h"

#define MAX_ARGUMENTS 12

typedef struct {
  napi_env env;
  const kernels *set;
  size_t count, next;
  napi_value values[MAX_ARGUMENTS];
  int32_t *copy;
  bool failed;
} call;

static void fail(call *c, const char *message) {
  if (!c->failed) napi_throw_range_error(c->env, NULL, message);
  c->failed = true;
}

static inline call begin(napi_env env, napi_callback_info info, size_t expected) {
  call c; /* its values are not filled with zeros, which would take longer than a short kernel */
  void *set = NULL;
  c.env = env;
  c.count = expected;
  c.next = 0;
  c.copy = NULL;
  c.failed = false;
  napi_get_cb_info(env, info, &c.count, c.values, NULL, &set);
  c.set = set;
  return c;
}

/* ---- reading: the next argument by its type ------------------------------------------------------------------- */

typedef struct {
  void *at;
  size_t length, argument;
} array;

static array next_array(call *c, napi_typedarray_type wanted) {
  napi_typedarray_type type;
  array a = {.argument = c->next++};
  if (c->failed) return a;
  if (a.argument >= c->count ||
      napi_get_typedarray_info(c->env, c->values[a.argument], &type, &a.length, &a.at, NULL, NULL) != napi_ok ||
      type != wanted) {
    char message[96];
    snprintf(message, sizeof message, "argument %zu: expected a %s", a.argument,
             wanted == napi_float32_array ? "Float32Array" : "Int32Array");
    fail(c, message);
    a.length = 0;
  }
  return a;
}

static double next_number(call *c) {
  double value = 0;
  const size_t i = c->next++;
  if (!c->failed && (i >= c->count || napi_get_value_double(c->env, c->values[i], &value) != napi_ok))
    fail(c, "expected a number");
  return value;
}

/* a whole number from 0 to 2³¹ − 1, so that the product of two and a 4 fits a size_t */
static size_t next_size(call *c) {
  const double value = next_number(c);
  if (!c->failed && value >= 0 && value <= INT32_MAX && value == (double)(size_t)value) return (size_t)value;
  fail(c, "expected a size: a whole number from 0 to 2147483647");
  return 0;
}

static const columns_t ALL = {SIZE_MAX, 0, SIZE_MAX};

static columns_t next_columns(call *c) {
  napi_valuetype type = napi_undefined;
  if (c->next < c->count) napi_typeof(c->env, c->values[c->next], &type);
  if (type == napi_undefined) {
    c->next += 3;
    return ALL;
  }
  const size_t of = next_size(c), from = next_size(c);
  return (columns_t){of, from, next_size(c)};
}

/* ---- checking, with all sizes known --------------------------------------------------------------------------- */

static void check_length(call *c, array a, size_t needed) {
  if (c->failed || a.length >= needed) return;
  char message[128];
  snprintf(message, sizeof message, "argument %zu: expected at least %zu numbers, got %zu", a.argument, needed,
           a.length);
  fail(c, message);
}

/* looks at a copy, since another thread may change the array after the check */
static void check_ids(call *c, array *ids, size_t needed, int32_t low, size_t limit) {
  check_length(c, *ids, needed);
  if (c->failed) return;
  c->copy = malloc(needed * sizeof *c->copy + 1);
  if (!c->copy) {
    fail(c, "no memory for the indices");
    return;
  }
  memcpy(c->copy, ids->at, needed * sizeof *c->copy);
  for (size_t m = 0; m < needed; m++)
    if (c->copy[m] < low || (c->copy[m] >= 0 && (size_t)c->copy[m] >= limit)) fail(c, "an index lies outside its range");
  ids->at = c->copy;
}

static void check_columns(call *c, columns_t *columns, size_t of) {
  if (c->failed) return;
  if (columns->of == ALL.of) *columns = (columns_t){of, 0, of};
  if (columns->of != of || columns->from > columns->to || columns->to > of) fail(c, "columns outside the matrix");
}

static void check_row_columns(call *c, columns_t *columns, size_t n) {
  const size_t of = columns->of;
  if (of != ALL.of && (of == 0 ? n > 0 : n % of > 0)) fail(c, "columns of rows that the array does not consist of");
  check_columns(c, columns, of == ALL.of ? n : of);
}

static void check_panels(call *c, columns_t *columns, size_t of) {
  check_columns(c, columns, of);
  const size_t panel = c->set->panel;
  if (columns->from % panel > 0 || (columns->to % panel > 0 && columns->to < of)) fail(c, "columns cut inside a panel");
}

static size_t panel_count(const call *c, size_t N) { return (N + c->set->panel - 1) / c->set->panel; }

/* of W (N,K) in G blocks; SIZE_MAX, which no array has, where that overflows */
static size_t packed_size(call *c, size_t N, size_t K, size_t G) {
  size_t size;
  if (G == 0 || N % G > 0) fail(c, "expected a number of gates that divides the rows");
  if (c->failed || __builtin_mul_overflow(G * panel_count(c, N / G) * c->set->panel, K, &size)) return SIZE_MAX;
  return size;
}

/* ---- the kernels: each argument is counted, read, checked and passed on as native/kernels.def says -------------- */

#define packedSize(N, K, G) packed_size(&c, N, K, G)
#define panelCount(N) panel_count(&c, N)

#define COUNT_WRITE(name, size) 1
#define COUNT_READ COUNT_WRITE
#define COUNT_IDS(name, count, low, limit) 1
#define COUNT_LENGTH(name, of) 0
#define COUNT_SIZE(name) 1
#define COUNT_NUMBER(name) 1
#define COUNT_COLUMNS(name, of) 3
#define COUNT_ROW_COLUMNS COUNT_COLUMNS
#define COUNT_PANELS COUNT_COLUMNS
#define PLUS() +

#define NEXT_WRITE(name, size) array name = next_array(&c, napi_float32_array)
#define NEXT_READ NEXT_WRITE
#define NEXT_IDS(name, count, low, limit) array name = next_array(&c, napi_int32_array)
#define NEXT_LENGTH(name, of) const size_t name = of.length
#define NEXT_SIZE(name) const size_t name = next_size(&c)
#define NEXT_NUMBER(name) const float name = (float)next_number(&c)
#define NEXT_COLUMNS(name, of) columns_t name = next_columns(&c)
#define NEXT_ROW_COLUMNS NEXT_COLUMNS
#define NEXT_PANELS NEXT_COLUMNS

/* the sizes hold divisions by numbers that were checked before */
#define CHECK(check) (void)(c.failed || (check, 0))
#define CHECK_WRITE(name, size) CHECK(check_length(&c, name, size))
#define CHECK_READ CHECK_WRITE
#define CHECK_IDS(name, count, low, limit) CHECK(check_ids(&c, &name, count, low, limit))
#define CHECK_LENGTH(name, of) (void)name
#define CHECK_SIZE(name) (void)name
#define CHECK_NUMBER(name) (void)name
#define CHECK_COLUMNS(name, of) CHECK(check_columns(&c, &name, of))
#define CHECK_ROW_COLUMNS(name, n) CHECK(check_row_columns(&c, &name, n))
#define CHECK_PANELS(name, of) CHECK(check_panels(&c, &name, of))

#define PASS_WRITE(name, size) name.at
#define PASS_READ PASS_WRITE
#define PASS_IDS(name, count, low, limit) name.at
#define PASS_LENGTH(name, of) name
#define PASS_SIZE(name) name
#define PASS_NUMBER(name) name
#define PASS_COLUMNS(name, of) name
#define PASS_ROW_COLUMNS PASS_COLUMNS
#define PASS_PANELS PASS_COLUMNS

#define SEMICOLON() ;
#define RETURN_void(run) run
#define RETURN_double(run) napi_create_double(env, run, &value)

#define KERNEL(result, name, ...)                                                \
  static napi_value js_##name(napi_env env, napi_callback_info info) {           \
    _Static_assert((MAP(COUNT_, PLUS, __VA_ARGS__)) <= MAX_ARGUMENTS, #name);    \
    call c = begin(env, info, MAP(COUNT_, PLUS, __VA_ARGS__));                   \
    napi_value value = NULL;                                                     \
    MAP(NEXT_, SEMICOLON, __VA_ARGS__);                                          \
    MAP(CHECK_, SEMICOLON, __VA_ARGS__);                                         \
    if (!c.failed) RETURN_##result(c.set->name(MAP(PASS_, COMMA, __VA_ARGS__))); \
    free(c.copy);                                                                \
    return value;                                                                \
  }
#include "kernels.def"

static const struct {
  const char *name;
  napi_callback function;
} EXPORTS[] = {
#define KERNEL(result, name, ...) {#name, js_##name},
#include "kernels.def"
};

/* best first */
static const kernels *available(size_t i) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  if (avx512 && i-- == 0) return &kernels_avx512;
  if (avx2 && i-- == 0) return &kernels_avx2;
#endif
  return i == 0 ? &kernels_plain : NULL;
}

/* instructionSets() → names, best first */
static napi_value instruction_sets(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value list, name;
  napi_create_array(env, &list);
  for (uint32_t i = 0; available(i); i++) {
    napi_create_string_utf8(env, available(i)->name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, list, i, name);
  }
  return list;
}

/* load(name) → { panel, pack, … } */
static napi_value load(napi_env env, napi_callback_info info) {
  call c = begin(env, info, 1);
  char name[16] = "";
  if (c.count < 1 || napi_get_value_string_utf8(env, c.values[0], name, sizeof name, NULL) != napi_ok)
    fail(&c, "expected the name of an instruction set");
  const kernels *set = NULL;
  for (size_t i = 0; available(i); i++)
    if (strcmp(available(i)->name, name) == 0) set = available(i);
  if (!set) fail(&c, "this processor lacks that instruction set");
  if (c.failed) return NULL;
  napi_value object, value;
  napi_create_object(env, &object);
  napi_create_uint32(env, (uint32_t)set->panel, &value);
  napi_set_named_property(env, object, "panel", value);
  for (size_t i = 0; i < sizeof EXPORTS / sizeof *EXPORTS; i++) {
    napi_create_function(env, EXPORTS[i].name, NAPI_AUTO_LENGTH, EXPORTS[i].function, (void *)set, &value);
    napi_set_named_property(env, object, EXPORTS[i].name, value);
  }
  return object;
}

NAPI_MODULE_INIT() {
  napi_value value;
  napi_create_function(env, "instructionSets", NAPI_AUTO_LENGTH, instruction_sets, NULL, &value);
  napi_set_named_property(env, exports, "instructionSets", value);
  napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, NULL, &value);
  napi_set_named_property(env, exports, "load", value);
  return exports;
}
