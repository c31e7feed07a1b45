// The functions of CNumerics are inline. Compiled here is what must run before any of them: a
// program for a newer processor than this one says so, and does not die of its first instruction.
#include "CNumerics.h"
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__) && (defined(__AVX512BW__) || defined(__AVX2__))

#if defined(__AVX512BW__)
#define NEEDED "AVX-512"
#else
#define NEEDED "AVX2 and FMA"
#endif

/// Compiled for any x86-64, and called before `main`.
__attribute__((constructor, target("arch=x86-64"))) static void requireProcessor(void) {
    static const char message[] =
        "error: this program was compiled for processors with " NEEDED ", which this one lacks. "
        "Take the archive for an older level of x86-64, or build mmbert on this machine.\n";
    __builtin_cpu_init();
#if defined(__AVX512BW__)
    int isThere = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    int isThere = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    if (isThere) return;
    ssize_t written = write(STDERR_FILENO, message, strlen(message));
    (void)written;
    _exit(2);
}

#endif
