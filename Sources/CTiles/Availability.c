// Whether tiles can be used, and products of them that measure how fast they are.
#include "Pass.h"

#if defined(TILES_HAVE_HARDWARE) && defined(__linux__)

#include <cpuid.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool processorHasTiles(void) {
    unsigned a, b, c, d;
    // OSXSAVE: XGETBV may be asked.
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 27)) return false;
    // AMX-BF16 and AMX-TILE; AVX512_BF16.
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || ~d & (1u << 22 | 1u << 24)) return false;
    if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & 1u << 5)) return false;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

/// Whether the system keeps registers of AVX-512 and tiles, and lets this process use tiles.
static bool systemAllowsTiles(void) {
    enum { requestPermission = 0x1023, tileData = 18 };
    // Of XCR0: SSE and AVX, masks and 512-bit registers, configuration and data of tiles.
    const unsigned needed = 0x6 | 0xe0 | 0x60000;
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return !(~low & needed) && syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
}

/// A number of any sign and mantissa whose exponent is in a range of eight from `exponent` on.
static uint16_t knownNumber(uint32_t *state, int exponent) {
    *state = *state * 1664525u + 1013904223u;
    const uint32_t bits = *state >> 8;
    return (uint16_t)((bits & 0x807f) | (exponent + (bits >> 8 & 7)) << 7);
}

enum { knownRows = 75, knownColumns = 104, knownInner = 550, knownStride = 128 };

typedef struct {
    _Alignas(64) uint16_t a[knownRows * knownInner], b[knownInner * knownColumns];
    _Alignas(64) uint16_t packed[(knownInner + 31) / 32 * 32 * 128];
    _Alignas(64) float results[2][knownRows * knownStride];
} Known;

/// Whether both engines give the same bits for one layout of operands and results.
static bool agree(Known *known, bool isTransposed, int flags) {
    TilesProduct product = {
        .a = known->a, .aStride = isTransposed ? knownRows : knownInner,
        .aIsTransposed = isTransposed, .packed = known->packed, .cStride = knownStride,
        .rows = knownRows, .columns = knownColumns, .inner = knownInner, .flags = flags,
    };
    void *scratch = aligned_alloc(64, (tiles_scratch_size(&product) + 63) / 64 * 64);
    if (!scratch) return false;
    for (int engine = TilesHardware; engine <= TilesEmulated; engine++) {
        product.c = known->results[engine];
        memset(product.c, 0, sizeof known->results[engine]);
        tiles_multiply(engine, &product, scratch);
        product.flags |= TilesAdding;
        tiles_multiply(engine, &product, scratch);
        product.flags = flags;
    }
    free(scratch);
    return !memcmp(known->results[0], known->results[1], sizeof known->results[0]);
}

/// Ordinary numbers, some of them subnormal, and such whose products are subnormal or very large,
/// with a tail in every dimension, two pieces of sums, pairs of panels and single ones.
static bool agreeOnKnownNumbers(void) {
    Known *known = aligned_alloc(64, (sizeof *known + 63) / 64 * 64);
    if (!known) return false;
    const int exponents[][2] = {{119, 119}, {1, 120}, {178, 178}};
    bool isSame = true;
    uint32_t state = 1;
    for (int kind = 0; kind < 3 && isSame; kind++) {
        for (int i = 0; i < knownRows * knownInner; i++)
            known->a[i] = knownNumber(&state, exponents[kind][0]);
        for (int i = 0; i < knownInner * knownColumns; i++)
            known->b[i] = knownNumber(&state, exponents[kind][1] - 119 * (i % 97 == 0 && !kind));
        tiles_pack(known->b, knownColumns, false, knownInner, knownColumns, 0,
                   tiles_panel_count(knownColumns), known->packed);
        for (int flags = 0; flags < 8 && isSame; flags += 2)
            isSame = agree(known, false, flags) && agree(known, true, flags);
    }
    free(known);
    return isSame;
}

static bool areThere;
static void ask(void) {
    areThere = processorHasTiles() && systemAllowsTiles() && agreeOnKnownNumbers();
}

bool tiles_are_there(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, ask);
    return areThere;
}

double tiles_spin(long count) {
    if (!tiles_are_there()) return 0;
    tiles_spin_hardware(count);
    return (double)count * 4 * 2 * 16 * 16 * 32;
}

#else

bool tiles_are_there(void) { return false; }

double tiles_spin(long count) {
    (void)count;
    return 0;
}

#endif
