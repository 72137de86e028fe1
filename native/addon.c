/*
 * The border to JavaScript: every argument is checked for its type and size before a kernel touches memory, so no
 * call can read or write outside its buffers. `load(name)` gives an object with the kernels of one instruction set.
 */
#include <node_api.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernels.h"

#define MAX_ARGUMENTS 8

typedef struct {
  napi_env env;
  const kernels *set;
  size_t count;
  napi_value values[MAX_ARGUMENTS];
  bool failed;
} call;

static napi_value fail(call *c, const char *message) {
  if (!c->failed) napi_throw_range_error(c->env, NULL, message);
  c->failed = true;
  return NULL;
}

static call begin(napi_env env, napi_callback_info info) {
  call c = {.env = env, .count = MAX_ARGUMENTS};
  void *set = NULL;
  napi_get_cb_info(env, info, &c.count, c.values, NULL, &set);
  c.set = set;
  return c;
}

typedef struct {
  float *at;
  size_t length;
} floats;

static void *typed(call *c, size_t i, napi_typedarray_type wanted, size_t *length) {
  napi_typedarray_type type;
  void *data = NULL;
  *length = 0;
  if (c->failed) return NULL;
  if (i >= c->count || napi_get_typedarray_info(c->env, c->values[i], &type, length, &data, NULL, NULL) != napi_ok ||
      type != wanted) {
    char message[96];
    snprintf(message, sizeof message, "argument %zu: expected a %s", i,
             wanted == napi_float32_array ? "Float32Array" : "Int32Array");
    fail(c, message);
    *length = 0;
    return NULL;
  }
  return data;
}

static floats array(call *c, size_t i) {
  floats f;
  f.at = typed(c, i, napi_float32_array, &f.length);
  return f;
}

/* a Float32Array of at least `needed` numbers; an overflow of the product that gave it is SIZE_MAX */
static float *array_of(call *c, size_t i, size_t needed) {
  floats f = array(c, i);
  if (!c->failed && f.length < needed) {
    char message[128];
    snprintf(message, sizeof message, "argument %zu: expected at least %zu numbers, got %zu", i, needed, f.length);
    fail(c, message);
  }
  return f.at;
}

/* a copy of indices, each from `low` to below `limit`; another thread may change the array after the check. To be freed. */
static int32_t *indices(call *c, size_t i, size_t needed, int32_t low, size_t limit) {
  size_t length;
  const int32_t *ids = typed(c, i, napi_int32_array, &length);
  if (c->failed) return NULL;
  if (length < needed) {
    fail(c, "too few indices");
    return NULL;
  }
  int32_t *copy = malloc(needed * sizeof *copy + 1);
  if (!copy) {
    fail(c, "no memory for the indices");
    return NULL;
  }
  for (size_t m = 0; m < needed; m++) copy[m] = ids[m];
  for (size_t m = 0; m < needed; m++) {
    if (copy[m] < low || (copy[m] >= 0 && (size_t)copy[m] >= limit)) {
      fail(c, "an index lies outside its range");
      break;
    }
  }
  return copy;
}

/* a whole number from 0 to 2³¹ − 1, so that the product of two fits a size_t */
static size_t size(call *c, size_t i) {
  double value = -1;
  if (c->failed) return 0;
  if (i >= c->count || napi_get_value_double(c->env, c->values[i], &value) != napi_ok || !(value >= 0) ||
      value > 2147483647.0 || value != (double)(size_t)value) {
    fail(c, "expected a size: a whole number from 0 to 2147483647");
    return 0;
  }
  return (size_t)value;
}

static float number(call *c, size_t i) {
  double value = 0;
  if (!c->failed && (i >= c->count || napi_get_value_double(c->env, c->values[i], &value) != napi_ok))
    fail(c, "expected a number");
  return (float)value;
}

static size_t packed_size(const call *c, size_t N, size_t K) {
  size_t panel = c->set->panel;
  return (N + panel - 1) / panel * panel * K;
}

static napi_value result(call *c, double value) {
  napi_value out = NULL;
  if (!c->failed) napi_create_double(c->env, value, &out);
  return out;
}

#define FUNCTION(name) static napi_value js_##name(napi_env env, napi_callback_info info)
#define BEGIN call c = begin(env, info)
#define RUN \
  if (!c.failed) c.set->

/* pack(packed, w, K, N) and packTransposed(packed, w, N, K) */
FUNCTION(pack) {
  BEGIN;
  size_t K = size(&c, 2), N = size(&c, 3);
  float *packed = array_of(&c, 0, packed_size(&c, N, K));
  const float *w = array_of(&c, 1, N * K);
  RUN pack(packed, w, K, N);
  return NULL;
}

FUNCTION(packTransposed) {
  BEGIN;
  size_t N = size(&c, 2), K = size(&c, 3);
  float *packed = array_of(&c, 0, packed_size(&c, N, K));
  const float *w = array_of(&c, 1, N * K);
  RUN pack_transposed(packed, w, N, K);
  return NULL;
}

/* addProduct(out, a, packed, M, N, K) */
FUNCTION(addProduct) {
  BEGIN;
  size_t M = size(&c, 3), N = size(&c, 4), K = size(&c, 5);
  float *out = array_of(&c, 0, M * N);
  const float *a = array_of(&c, 1, M * K);
  const float *packed = array_of(&c, 2, packed_size(&c, N, K));
  RUN add_product(out, a, packed, M, N, K);
  return NULL;
}

/* addOuterProducts(dW, y, x, M, N, K) */
FUNCTION(addOuterProducts) {
  BEGIN;
  float scratch[OUTER_BLOCK * MAX_PANEL] __attribute__((aligned(64)));
  size_t M = size(&c, 3), N = size(&c, 4), K = size(&c, 5);
  float *dw = array_of(&c, 0, N * K);
  const float *y = array_of(&c, 1, M * N);
  const float *x = array_of(&c, 2, M * K);
  RUN add_outer_products(dw, y, x, M, N, K, scratch);
  return NULL;
}

/* transpose(out, w, N, V) and addTransposed(w, wt, N, V) */
FUNCTION(transpose) {
  BEGIN;
  size_t N = size(&c, 2), V = size(&c, 3);
  float *out = array_of(&c, 0, N * V);
  const float *w = array_of(&c, 1, N * V);
  RUN transpose(out, w, N, V);
  return NULL;
}

FUNCTION(addTransposed) {
  BEGIN;
  size_t N = size(&c, 2), V = size(&c, 3);
  float *w = array_of(&c, 0, N * V);
  const float *wt = array_of(&c, 1, N * V);
  RUN add_transposed(w, wt, N, V);
  return NULL;
}

/* broadcastBias(out, bias, M, N), addColumnSums(sums, y, M, N) */
FUNCTION(broadcastBias) {
  BEGIN;
  size_t M = size(&c, 2), N = size(&c, 3);
  float *out = array_of(&c, 0, M * N);
  const float *bias = array_of(&c, 1, N);
  RUN broadcast_bias(out, bias, M, N);
  return NULL;
}

FUNCTION(addColumnSums) {
  BEGIN;
  size_t M = size(&c, 2), N = size(&c, 3);
  float *sums = array_of(&c, 0, N);
  const float *y = array_of(&c, 1, M * N);
  RUN add_column_sums(sums, y, M, N);
  return NULL;
}

/* gatherRows(out, wt, ids, M, N, V), scatterRows(dwt, y, ids, M, N, V) */
FUNCTION(gatherRows) {
  BEGIN;
  size_t M = size(&c, 3), N = size(&c, 4), V = size(&c, 5);
  float *out = array_of(&c, 0, M * N);
  const float *wt = array_of(&c, 1, V * N);
  int32_t *ids = indices(&c, 2, M, 0, V);
  RUN gather_rows(out, wt, ids, M, N);
  free(ids);
  return NULL;
}

FUNCTION(scatterRows) {
  BEGIN;
  size_t M = size(&c, 3), N = size(&c, 4), V = size(&c, 5);
  float *dwt = array_of(&c, 0, V * N);
  const float *y = array_of(&c, 1, M * N);
  int32_t *ids = indices(&c, 2, M, 0, V);
  RUN scatter_rows(dwt, y, ids, M, N);
  free(ids);
  return NULL;
}

/* exp(x), sigmoid(x), tanh(x), in place */
#define IN_PLACE(name)        \
  FUNCTION(name) {            \
    BEGIN;                    \
    floats x = array(&c, 0);  \
    RUN name(x.at, x.length); \
    return NULL;              \
  }
IN_PLACE(exp)
IN_PLACE(sigmoid)
IN_PLACE(tanh)

IN_PLACE(relu)

/* tanhGradient(dz, dh, h), reluGradient(dz, dh, h): as many as dz has */
#define GRADIENT(name, kernel)                    \
  FUNCTION(name) {                                \
    BEGIN;                                        \
    floats dz = array(&c, 0);                     \
    const float *dh = array_of(&c, 1, dz.length); \
    const float *h = array_of(&c, 2, dz.length);  \
    RUN kernel(dz.at, dh, h, dz.length);          \
    return NULL;                                  \
  }
GRADIENT(tanhGradient, tanh_gradient)
GRADIENT(reluGradient, relu_gradient)

/* dropout(x, threshold, scale, key, first) */
FUNCTION(dropout) {
  BEGIN;
  floats x = array(&c, 0);
  size_t threshold = size(&c, 1), key = size(&c, 3), first = size(&c, 4);
  float scale = number(&c, 2);
  RUN dropout(x.at, threshold, scale, key, first, x.length);
  return NULL;
}

/* lstmGates(gates, cPrevious, c, h, B, H) */
FUNCTION(lstmGates) {
  BEGIN;
  size_t B = size(&c, 4), H = size(&c, 5);
  float *gates = array_of(&c, 0, B * H * 4);
  const float *c_previous = array_of(&c, 1, B * H);
  float *state = array_of(&c, 2, B * H), *h = array_of(&c, 3, B * H);
  RUN lstm_gates(gates, c_previous, state, h, B, H);
  return NULL;
}

/* lstmGatesGradient(dz, dc, dh, gates, cPrevious, c, B, H) */
FUNCTION(lstmGatesGradient) {
  BEGIN;
  size_t B = size(&c, 6), H = size(&c, 7);
  float *dz = array_of(&c, 0, B * H * 4), *dc = array_of(&c, 1, B * H);
  const float *dh = array_of(&c, 2, B * H), *gates = array_of(&c, 3, B * H * 4);
  const float *c_previous = array_of(&c, 4, B * H), *state = array_of(&c, 5, B * H);
  RUN lstm_gates_gradient(dz, dc, dh, gates, c_previous, state, B, H);
  return NULL;
}

/* gruGates(gates, recurrent, bhn, hPrevious, h, B, H) */
FUNCTION(gruGates) {
  BEGIN;
  size_t B = size(&c, 5), H = size(&c, 6);
  float *gates = array_of(&c, 0, B * H * 3), *recurrent = array_of(&c, 1, B * H * 3);
  const float *bhn = array_of(&c, 2, H), *h_previous = array_of(&c, 3, B * H);
  float *h = array_of(&c, 4, B * H);
  RUN gru_gates(gates, recurrent, bhn, h_previous, h, B, H);
  return NULL;
}

/* gruGatesGradient(dz, dr, dh, gates, recurrent, hPrevious, B, H) */
FUNCTION(gruGatesGradient) {
  BEGIN;
  size_t B = size(&c, 6), H = size(&c, 7);
  float *dz = array_of(&c, 0, B * H * 3), *dr = array_of(&c, 1, B * H * 3), *dh = array_of(&c, 2, B * H);
  const float *gates = array_of(&c, 3, B * H * 3), *recurrent = array_of(&c, 4, B * H * 3);
  const float *h_previous = array_of(&c, 5, B * H);
  RUN gru_gates_gradient(dz, dr, dh, gates, recurrent, h_previous, B, H);
  return NULL;
}

/* softmaxCrossEntropy(logits, targets, M, V, scale) → nats */
FUNCTION(softmaxCrossEntropy) {
  BEGIN;
  size_t M = size(&c, 2), V = size(&c, 3);
  float scale = number(&c, 4);
  float *logits = array_of(&c, 0, M * V);
  int32_t *targets = indices(&c, 1, M, -1, V);
  if (!c.failed && V == 0) fail(&c, "softmax of no logits");
  double nats = c.failed ? 0 : c.set->softmax_cross_entropy(logits, targets, M, V, scale);
  free(targets);
  return result(&c, nats);
}

FUNCTION(sumOfSquares) {
  BEGIN;
  floats x = array(&c, 0);
  return c.failed ? NULL : result(&c, c.set->sum_of_squares(x.at, x.length));
}

FUNCTION(scale) {
  BEGIN;
  floats x = array(&c, 0);
  float factor = number(&c, 1);
  RUN scale(x.at, factor, x.length);
  return NULL;
}

FUNCTION(clamp) {
  BEGIN;
  floats x = array(&c, 0);
  float limit = number(&c, 1);
  RUN clamp(x.at, limit, x.length);
  return NULL;
}

/* add(out, x): out += x, as many as out has */
FUNCTION(add) {
  BEGIN;
  floats out = array(&c, 0);
  const float *x = array_of(&c, 1, out.length);
  RUN add(out.at, x, out.length);
  return NULL;
}

/* sgd(w, g, v, rate, momentum, nesterov); adagrad(w, g, s, rate, epsilon); rmsprop(w, g, s, rate, decay, epsilon) */
FUNCTION(sgd) {
  BEGIN;
  floats w = array(&c, 0);
  const float *g = array_of(&c, 1, w.length);
  float *v = array_of(&c, 2, w.length);
  float rate = number(&c, 3), momentum = number(&c, 4), nesterov = number(&c, 5);
  RUN sgd(w.at, g, v, w.length, rate, momentum, nesterov != 0);
  return NULL;
}

FUNCTION(adagrad) {
  BEGIN;
  floats w = array(&c, 0);
  const float *g = array_of(&c, 1, w.length);
  float *s = array_of(&c, 2, w.length);
  float rate = number(&c, 3), epsilon = number(&c, 4);
  RUN adagrad(w.at, g, s, w.length, rate, epsilon);
  return NULL;
}

FUNCTION(rmsprop) {
  BEGIN;
  floats w = array(&c, 0);
  const float *g = array_of(&c, 1, w.length);
  float *s = array_of(&c, 2, w.length);
  float rate = number(&c, 3), decay = number(&c, 4), epsilon = number(&c, 5);
  RUN rmsprop(w.at, g, s, w.length, rate, decay, epsilon);
  return NULL;
}

/* adam(w, g, m, s, settings): settings are step size, beta1, beta2, root of the correction, epsilon */
FUNCTION(adam) {
  BEGIN;
  floats w = array(&c, 0);
  const float *g = array_of(&c, 1, w.length);
  float *m = array_of(&c, 2, w.length);
  float *s = array_of(&c, 3, w.length);
  const float *settings = array_of(&c, 4, 5);
  RUN adam(w.at, g, m, s, w.length, settings[0], settings[1], settings[2], settings[3], settings[4]);
  return NULL;
}

typedef struct {
  const char *name;
  napi_callback function;
} export;

static const export EXPORTS[] = {
#define EXPORT(name) {#name, js_##name}
    EXPORT(pack),          EXPORT(packTransposed), EXPORT(addProduct),   EXPORT(addOuterProducts),
    EXPORT(transpose),     EXPORT(addTransposed),  EXPORT(broadcastBias), EXPORT(addColumnSums),
    EXPORT(gatherRows),    EXPORT(scatterRows),    EXPORT(tanh),         EXPORT(tanhGradient),
    EXPORT(softmaxCrossEntropy), EXPORT(sumOfSquares), EXPORT(scale),    EXPORT(clamp),
    EXPORT(add),           EXPORT(sgd),            EXPORT(adagrad),      EXPORT(rmsprop),
    EXPORT(lstmGates),     EXPORT(lstmGatesGradient), EXPORT(gruGates),  EXPORT(gruGatesGradient),
    EXPORT(adam),          EXPORT(exp),            EXPORT(sigmoid),      EXPORT(relu),
    EXPORT(reluGradient),  EXPORT(dropout),
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
  call c = begin(env, info);
  char name[16] = "";
  if (c.count < 1 || napi_get_value_string_utf8(env, c.values[0], name, sizeof name, NULL) != napi_ok)
    return fail(&c, "expected the name of an instruction set");
  const kernels *set = NULL;
  for (size_t i = 0; available(i); i++)
    if (strcmp(available(i)->name, name) == 0) set = available(i);
  if (!set) return fail(&c, "this processor lacks that instruction set");
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
