#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,prefer-vector-width=512")
#endif
#define LANES 16
/* as many as 32 registers allow: two accumulators each, two vectors of weights, and what is spread */
#define ROWS 14
#define NAME avx512
#include "kernels.inc"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
