/* Prebuilt kernels ask for the log that glibc has had from its beginning, not the one of 2.29, so that they load on
   every Linux since 2014. Its values are the same. */
#include <features.h>
#ifdef __GLIBC__
#if defined(__x86_64__)
__asm__(".symver log,log@GLIBC_2.2.5");
#elif defined(__aarch64__)
__asm__(".symver log,log@GLIBC_2.17");
#endif
#endif
