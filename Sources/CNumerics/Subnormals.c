#include "CNumerics.h"

unsigned long long startFlushingSubnormals(void) {
#if defined(__SSE__)
    unsigned control = __builtin_ia32_stmxcsr();
    // Flush to zero, and denormals are zeros.
    __builtin_ia32_ldmxcsr(control | 0x8040u);
    return control;
#elif defined(__aarch64__)
    unsigned long long control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | 1ull << 24));
    return control;
#else
    return 0;
#endif
}

void setFloatingPointControl(unsigned long long control) {
#if defined(__SSE__)
    __builtin_ia32_ldmxcsr((unsigned)control);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
#else
    (void)control;
#endif
}
