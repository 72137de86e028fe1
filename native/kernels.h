/* The kernels of one instruction set. Axes as in src/kernels/kernels.ts: all matrices row-major, float32. */
#ifndef RNN_KERNELS_H
#define RNN_KERNELS_H
#include <stdint.h>
#include <stddef.h>

typedef struct {
  const char *name;
  /* columns of a packed panel: a packed (K,N) matrix takes ceil(N / panel)·panel·K floats */
  size_t panel;
  /* panels of B (K,N) = Wᵀ, W (N,K), and of B (K,N) = W */
  void (*pack_transposed)(float *packed, const float *w, size_t N, size_t K);
  void (*pack)(float *packed, const float *w, size_t K, size_t N);
  /* out (M,N) += a (M,K) · B (K,N), B packed */
  void (*add_product)(float *out, const float *a, const float *packed, size_t M, size_t N, size_t K);
  /* dW (N,K) += yᵀ · x, y (M,N), x (M,K); scratch holds outer_scratch floats */
  void (*add_outer_products)(float *dw, const float *y, const float *x, size_t M, size_t N, size_t K, float *scratch);
  void (*transpose)(float *out, const float *w, size_t N, size_t V);
  void (*broadcast_bias)(float *out, const float *bias, size_t M, size_t N);
  void (*add_column_sums)(float *sums, const float *y, size_t M, size_t N);
  /* out row m += row ids[m] of Wᵀ (V,N) */
  void (*gather_rows)(float *out, const float *wt, const int32_t *ids, size_t M, size_t N);
  /* dWᵀ (V,N): row ids[m] += row m of y */
  void (*scatter_rows)(float *dwt, const float *y, const int32_t *ids, size_t M, size_t N);
  /* w (N,V) += transpose of wt (V,N) */
  void (*add_transposed)(float *w, const float *wt, size_t N, size_t V);
  void (*exp)(float *x, size_t n);
  void (*sigmoid)(float *x, size_t n);
  void (*tanh)(float *x, size_t n);
  void (*tanh_gradient)(float *dz, const float *dh, const float *h, size_t n);
  void (*relu)(float *x, size_t n);
  void (*relu_gradient)(float *dz, const float *dh, const float *h, size_t n);
  /* x[i] = hash(first + i, key) / 2 < threshold ? 0 : x[i]·scale */
  void (*dropout)(float *x, uint32_t threshold, float scale, uint32_t key, uint32_t first, size_t n);
  /* the steps of the gated cells, as in kernels.ts */
  void (*lstm_gates)(float *gates, const float *c_previous, float *c, float *h, size_t B, size_t H);
  void (*lstm_gates_gradient)(float *dz, float *dc, const float *dh, const float *gates, const float *c_previous,
                              const float *c, size_t B, size_t H);
  void (*gru_gates)(float *gates, float *recurrent, const float *bhn, const float *h_previous, float *h, size_t B,
                    size_t H);
  void (*gru_gates_gradient)(float *dz, float *dr, float *dh, const float *gates, const float *recurrent,
                             const float *h_previous, size_t B, size_t H);
  double (*softmax_cross_entropy)(float *logits, const int32_t *targets, size_t M, size_t V, float scale);
  double (*sum_of_squares)(const float *x, size_t n);
  void (*scale)(float *x, float factor, size_t n);
  void (*clamp)(float *x, float limit, size_t n);
  void (*add)(float *out, const float *x, size_t n);
  void (*sgd)(float *w, const float *g, float *v, size_t n, float rate, float momentum, int nesterov);
  void (*adagrad)(float *w, const float *g, float *s, size_t n, float rate, float epsilon);
  void (*rmsprop)(float *w, const float *g, float *s, size_t n, float rate, float decay, float epsilon);
  void (*adam)(float *w, const float *g, float *m, float *s, size_t n, float step_size, float beta1, float beta2,
               float root_correction, float epsilon);
} kernels;

/* rows of x that one block of add_outer_products packs */
#define OUTER_BLOCK 256
#define MAX_PANEL 32

extern const kernels kernels_plain;
#if defined(__x86_64__)
extern const kernels kernels_avx2, kernels_avx512;
#endif
#endif
