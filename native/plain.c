/* What every compiler has: NEON on 64-bit Arm, SSE2 on x86-64. */
#define LANES 4
#define ROWS 6
#define NAME plain
#if defined(__aarch64__)
#define LABEL "neon"
#endif
#include "kernels.inc"
