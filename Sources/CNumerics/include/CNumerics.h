/// Relaxed arithmetic: what Swift's own operators must not do, so that their results do not depend
/// on the optimiser. Sums may be reordered and products fused into them, which lets plain loops
/// over floats become vector code. The compiler decides once, at build time, in which order a loop
/// adds: a program gives the same bits every time it runs.
///
/// Swift imports these functions and inlines them, so that they cost what the same loop costs in C.
#pragma once

#define CNUMERICS_INLINE static inline __attribute__((always_inline, const))
#define CNUMERICS_RELAXED _Pragma("clang fp reassociate(on) contract(fast)")
#define CNUMERICS_FUSED _Pragma("clang fp reassociate(off) contract(fast)")

/// Bits of the widest vectors that the compiler was told the processor has.
CNUMERICS_INLINE int compiledVectorBits(void) {
#if defined(__AVX512F__)
    return 512;
#elif defined(__AVX2__)
    return 256;
#else
    return 128;
#endif
}

/// a + b, where a loop may add in any order.
CNUMERICS_INLINE float relaxedSum(float a, float b) {
    CNUMERICS_RELAXED
    return a + b;
}

/// a · b + c, fused, where a loop may add in any order.
CNUMERICS_INLINE float relaxedProductSum(float a, float b, float c) {
    CNUMERICS_RELAXED
    return a * b + c;
}

/// a · b + c with one rounding where the processor can.
CNUMERICS_INLINE float multiplyAdd(float a, float b, float c) {
    CNUMERICS_FUSED
    return a * b + c;
}

/// The larger of two numbers; b where either is NaN.
CNUMERICS_INLINE float larger(float a, float b) { return a > b ? a : b; }

/// The larger of two numbers, neither of which may be NaN, where a loop may compare in any order.
CNUMERICS_INLINE float relaxedLarger(float a, float b) {
#pragma clang fp reassociate(on)
    return __builtin_elementwise_max(a, b);
}

/// The square root. `Float.squareRoot()` becomes a function call in a vector loop, this does not.
CNUMERICS_INLINE float squareRoot(float x) { return __builtin_elementwise_sqrt(x); }

/// The number whose upper half `bits` are: bfloat16 to single precision, exactly.
CNUMERICS_INLINE float widenedBFloat16(unsigned short bits) {
    union { unsigned bits; float number; } value = {(unsigned)bits << 16};
    return value.number;
}

/// The upper half of the nearest number that has no lower half, ties to even: single precision to
/// bfloat16. Quiet NaNs, which is what arithmetic makes, stay NaN.
///
/// Integer arithmetic, because it is twice as fast as `vcvtneps2bf16` in a vector loop (Zen 5).
CNUMERICS_INLINE unsigned short nearestBFloat16(float x) {
    union { float number; unsigned bits; } value = {x};
    return (unsigned short)((value.bits + 0x7fff + ((value.bits >> 16) & 1)) >> 16);
}

/// e^x to 2 units in the last place. Exactly 0 below -87.3; the largest finite result, about
/// 2.2e38, above 88.3. NaN stays NaN.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r = 1 + r + r² p(r), where p of degree 4 has a minimax
/// relative error of 3e-9 in e^r; 2^n is written into the exponent bits.
CNUMERICS_INLINE float exponential(float x) {
    CNUMERICS_FUSED
    const float roundingShift = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer
    float bounded = x < -87.3f ? -87.3f : x;
    bounded = bounded > 88.3f ? 88.3f : bounded;
    union { float number; int bits; } shifted, scale;
    shifted.number = bounded * 1.44269504f + roundingShift;
    float n = shifted.number - roundingShift;
    float r = bounded - n * 0.693145752f;  // ln 2 in two parts
    r = r - n * 1.42860677e-6f;
    float p = 0.0013814467238262296f;
    p = p * r + 0.008368780836462975f;
    p = p * r + 0.04166839271783829f;
    p = p * r + 0.1666651964187622f;
    p = p * r + 0.4999999403953552f;
    scale.bits = (int)((unsigned)(shifted.bits + 127) << 23);
    float result = ((p * r) * r + (r + 1.0f)) * scale.number;
    return x < -87.3f ? 0.0f : result;
}

/// 2^x for x below 127, within 2e-7 of it relatively. Exactly 0 at -127 and below, exactly 1 at 0.
/// NaN becomes 0. Half as many operations as `exponential`, for the powers of a softmax.
///
/// x = n + r with |r| <= 1/2; 2^r = 1 + r p(r), where p of degree 4 has a minimax relative error of
/// 9e-8 in 2^r; n is added to the exponent bits. At -127 itself that takes all bits away.
CNUMERICS_INLINE float powerOfTwo(float x) {
    CNUMERICS_FUSED
    const float roundingShift = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer
    float bounded = x > -127.0f ? x : -127.0f;
    union { float number; unsigned bits; } shifted, result;
    shifted.number = bounded + roundingShift;
    float r = bounded - (shifted.number - roundingShift);
    float p = 0.001326472731307149f;
    p = p * r + 0.009671512991189957f;
    p = p * r + 0.05550733581185341f;
    p = p * r + 0.24022242426872253f;
    p = p * r + 0.6931470036506653f;
    result.number = p * r + 1.0f;
    result.bits += shifted.bits << 23;
    return result.number;
}

/// The upper tail of the standard normal distribution over its unnormalised density,
/// Q(a) = P(X > a) · e^(a²/2) for a >= 0: half the scaled complementary error function of a/√2.
///
/// A polynomial of degree 7 in t = 1 / (1 + 0.34 a), minimax on 0 <= a <= 10 with a relative error
/// of 1.4e-7; beyond 10 the density that multiplies it is below 2e-22.
CNUMERICS_INLINE float scaledNormalTail(float a) {
    CNUMERICS_FUSED
    float t = 1.0f / (1.0f + 0.34f * a);
    float q = 0.048947881907224655f;
    q = q * t - 0.21898424625396729f;
    q = q * t + 0.29841887950897217f;
    q = q * t - 0.06498442590236664f;
    q = q * t + 0.1762600839138031f;
    q = q * t + 0.12328041344881058f;
    q = q * t + 0.13713842630386353f;
    return q * t - 7.702152652200311e-05f;
}

/// Phi(x) = (1 + erf(x/√2)) / 2, the cumulative standard normal distribution, given
/// density = e^(-x²/2). The error is below 2e-7 absolute, and relative to the smaller tail below
/// 1e-6 where |x| <= 5.
CNUMERICS_INLINE float normalCumulative(float x, float density) {
    float tail = density * scaledNormalTail(__builtin_elementwise_abs(x));
    return x < 0.0f ? tail : 1.0f - tail;
}

/// Four words of Philox4x32-10.
typedef struct {
    unsigned first, second, third, fourth;
} PhiloxWords;

/// Ten rounds of Philox4x32 (Salmon et al., SC 2011) for a counter of four words and a key of two:
/// the vectorisable twin of `Randomness.philox4x32`.
CNUMERICS_INLINE PhiloxWords philox(unsigned c0, unsigned c1, unsigned c2, unsigned c3,
                                    unsigned k0, unsigned k1) {
#pragma clang loop unroll(full)
    for (int round = 0; round < 10; round++) {
        unsigned long long a = 0xd2511f53ull * c0;
        unsigned long long b = 0xcd9e8d57ull * c2;
        c0 = (unsigned)(b >> 32) ^ c1 ^ k0;
        c1 = (unsigned)b;
        c2 = (unsigned)(a >> 32) ^ c3 ^ k1;
        c3 = (unsigned)a;
        k0 += 0x9e3779b9u;
        k1 += 0xbb67ae85u;
    }
    return (PhiloxWords){c0, c1, c2, c3};
}

/// Makes this thread's processor take subnormal numbers for 0, as operands and as results.
/// Arithmetic with them takes a hundred times as long on many processors, and numbers below 1e-38
/// add nothing.
///
/// Returns what `setFloatingPointControl` puts back.
unsigned long long startFlushingSubnormals(void);

/// Puts this thread's floating-point control back.
void setFloatingPointControl(unsigned long long control);
