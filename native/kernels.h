/* The kernels of one instruction set. Axes as in src/kernels/kernels.ts: all matrices row-major, float32. */
#ifndef RNN_KERNELS_H
#define RNN_KERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* columns `from` up to `to` of rows that have `of` */
typedef struct {
  size_t of, from, to;
} columns_t;

/* MAP(f, s, A(x), B(y)) is fA(x) s() fB(y): one text for each argument of a kernel */
#define MAP_1(f, s, a) f##a
#define MAP_2(f, s, a, ...) f##a s() MAP_1(f, s, __VA_ARGS__)
#define MAP_3(f, s, a, ...) f##a s() MAP_2(f, s, __VA_ARGS__)
#define MAP_4(f, s, a, ...) f##a s() MAP_3(f, s, __VA_ARGS__)
#define MAP_5(f, s, a, ...) f##a s() MAP_4(f, s, __VA_ARGS__)
#define MAP_6(f, s, a, ...) f##a s() MAP_5(f, s, __VA_ARGS__)
#define MAP_7(f, s, a, ...) f##a s() MAP_6(f, s, __VA_ARGS__)
#define MAP_8(f, s, a, ...) f##a s() MAP_7(f, s, __VA_ARGS__)
#define MAP_9(f, s, a, ...) f##a s() MAP_8(f, s, __VA_ARGS__)
#define MAP_10(f, s, a, ...) f##a s() MAP_9(f, s, __VA_ARGS__)
#define PICK(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, map, ...) map
#define MAP(f, s, ...) \
  PICK(__VA_ARGS__, MAP_10, MAP_9, MAP_8, MAP_7, MAP_6, MAP_5, MAP_4, MAP_3, MAP_2, MAP_1, )(f, s, __VA_ARGS__)
#define COMMA() ,
#define NOTHING()

#define TYPE_WRITE(name, size) float *name
#define TYPE_READ(name, size) const float *name
#define TYPE_IDS(name, count, low, limit) const int32_t *name
#define TYPE_LENGTH(name, of) size_t name
#define TYPE_SIZE(name) size_t name
#define TYPE_NUMBER(name) float name
#define TYPE_COLUMNS(name, of) columns_t name
#define TYPE_ROW_COLUMNS TYPE_COLUMNS
#define TYPE_PANELS TYPE_COLUMNS

typedef struct {
  const char *name;
  /* columns of a packed panel: a packed (K,N) matrix takes ceil(N / panel)·panel·K floats */
  size_t panel;
#define KERNEL(result, name, ...) result (*name)(MAP(TYPE_, COMMA, __VA_ARGS__));
#include "kernels.def"
} kernels;

extern const kernels kernels_plain;
#if defined(__x86_64__)
extern const kernels kernels_avx2, kernels_avx512;
#endif
#endif
