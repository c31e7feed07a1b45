// A pass in C, with the floating-point control that tiles have, whatever the thread's is.
#include "EmulatedTiles.h"
#include "Strips.h"

/// Nearest even, subnormal operands and results zero, nothing traps. Returns what was set.
static uint64_t startRoundingLikeTiles(void) {
    uint64_t control = 0;
#if defined(__SSE__)
    control = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(0x9fc0);
#elif defined(__aarch64__)
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(1ull << 24) : "memory");
#endif
    return control;
}

static void endRoundingLikeTiles(uint64_t control) {
#if defined(__SSE__)
    __builtin_ia32_ldmxcsr((unsigned)control);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(control) : "memory");
#else
    (void)control;
#endif
}

/// Not inlined: no sum may be moved to where the control is another one.
static __attribute__((noinline)) void multiply(const Pass *pass) {
    Tiles tiles;
    memset(&tiles, 0, sizeof tiles);
    multiplyStrips(&tiles, pass);
}

void tiles_pass_emulated(const Pass *pass) {
    const uint64_t control = startRoundingLikeTiles();
    multiply(pass);
    endRoundingLikeTiles(control);
}
