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

/// The nearest number that has no lower half, ties to even, in the upper half; the lower half is of
/// no meaning. Quiet NaNs, which is what arithmetic makes, stay NaN.
///
/// Integer arithmetic, because it is twice as fast as `vcvtneps2bf16` in a vector loop (Zen 5).
CNUMERICS_INLINE unsigned nearestUpperHalf(float x) {
    union { float number; unsigned bits; } value = {x};
    return value.bits + 0x7fff + ((value.bits >> 16) & 1);
}

/// Single precision to bfloat16: the upper half of the nearest number that has no lower half.
CNUMERICS_INLINE unsigned short nearestBFloat16(float x) {
    return (unsigned short)(nearestUpperHalf(x) >> 16);
}

/// The first of two bfloat16 numbers that lie in one word.
CNUMERICS_INLINE float firstBFloat16(unsigned pair) {
    union { unsigned bits; float number; } value = {pair << 16};
    return value.number;
}

/// The second of two bfloat16 numbers that lie in one word.
CNUMERICS_INLINE float secondBFloat16(unsigned pair) {
    union { unsigned bits; float number; } value = {pair & 0xffff0000u};
    return value.number;
}

/// The word of two numbers in bfloat16. With `firstBFloat16` and `secondBFloat16`, a vector loop
/// widens and rounds in fewer operations than number by number.
CNUMERICS_INLINE unsigned nearestBFloat16Pair(float first, float second) {
    return nearestUpperHalf(first) >> 16 | (nearestUpperHalf(second) & 0xffff0000u);
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

/// 2^x for -127 <= x < 127, within 2e-7 of it relatively from -126 on; below that a subnormal
/// number. Exactly 0 at -127, exactly 1 at 0.
///
/// x = n + r with |r| <= 1/2; 2^r = 1 + r p(r), where p of degree 4 has a minimax relative error of
/// 9e-8 in 2^r; n is added to the exponent bits. At -127 itself that takes all bits away. Pairs of
/// terms are summed side by side (Estrin's scheme), so that no operation waits for all before it.
CNUMERICS_INLINE float boundedPowerOfTwo(float x) {
    CNUMERICS_FUSED
    const float roundingShift = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer
    union { float number; unsigned bits; } shifted, result;
    shifted.number = x + roundingShift;
    float r = x - (shifted.number - roundingShift);
    float r2 = r * r;
    float p01 = r * 0.6931470036506653f + 1.0f;
    float p23 = r * 0.05550733581185341f + 0.24022242426872253f;
    float p45 = r * 0.001326472731307149f + 0.009671512991189957f;
    result.number = (p45 * r2 + p23) * r2 + p01;
    result.bits += shifted.bits << 23;
    return result.number;
}

/// The same for all x below 127: 0 below -127, and for NaN. Half as many operations as
/// `exponential`, for the powers of a softmax.
CNUMERICS_INLINE float powerOfTwo(float x) { return boundedPowerOfTwo(x > -127.0f ? x : -127.0f); }

/// What the Gaussian error linear unit is made of, at a = |x| up to 13.2: beyond, all is below
/// 2e-38.
typedef struct {
    /// a; NaN stays NaN.
    float magnitude;
    /// e^(-a²/2), the normal density without its factor 1 / √(2π); of no meaning for NaN.
    float density;
    /// P(X > a) of the standard normal distribution; NaN stays NaN.
    float tail;
} NormalTail;

/// The tail is half the scaled complementary error function of a/√2, times the density.
///
/// The former is a polynomial of degree 7 in t = 1 / (1 + 0.34 a), minimax on 0 <= a <= 10 with a
/// relative error of 1.4e-7, summed as in `powerOfTwo`; beyond 10 the density is below 2e-22. The
/// density's relative error is below 2e-7 + 6e-8 a², since a² is rounded before it becomes an
/// exponent. So the tail's is below 1.5e-6 up to a = 5, and 2.2e-7 absolute everywhere.
CNUMERICS_INLINE NormalTail normalTail(float x) {
    CNUMERICS_FUSED
    float magnitude = __builtin_elementwise_abs(x);
    float a = magnitude > 13.2f ? 13.2f : magnitude;
    float density = boundedPowerOfTwo(-0.721347520f * a * a);
    float t = 1.0f / (1.0f + 0.34f * a);
    float t2 = t * t;
    float q01 = 0.13713842630386353f * t - 7.702152652200311e-05f;
    float q23 = 0.1762600839138031f * t + 0.12328041344881058f;
    float q45 = 0.29841887950897217f * t - 0.06498442590236664f;
    float q67 = 0.048947881907224655f * t - 0.21898424625396729f;
    float scaled = (q67 * t2 + q45) * (t2 * t2) + (q23 * t2 + q01);
    return (NormalTail){a, density, density * scaled};
}

/// x Φ(x) with the cumulative normal distribution Φ = (1 + erf(x/√2)) / 2: the Gaussian error
/// linear unit, as max(x, 0) - |x| P(X > |x|). The error is below 2.4e-7 absolute and 1.5e-6
/// relative where |x| <= 5. NaN stays NaN.
CNUMERICS_INLINE float gaussianErrorLinearUnit(float x) {
    CNUMERICS_FUSED
    NormalTail normal = normalTail(x);
    float rectified = x < 0.0f ? 0.0f : x;
    return rectified - normal.magnitude * normal.tail;
}

/// Φ(x) + x φ(x), its slope, with the normal density φ. The error is below 2.3e-7 absolute. NaN
/// stays NaN.
CNUMERICS_INLINE float slopeOfGaussianErrorLinearUnit(float x) {
    CNUMERICS_FUSED
    NormalTail normal = normalTail(x);
    float slope = normal.tail - normal.magnitude * 0.398942280f * normal.density;
    return x < 0.0f ? slope : 1.0f - slope;
}

/// Asks for the line of memory at `address`, which is read soon. Past the end of memory it does
/// nothing.
static inline __attribute__((always_inline)) void fetchForReading(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

/// The same for memory that is written soon.
static inline __attribute__((always_inline)) void fetchForWriting(const void *address) {
    __builtin_prefetch(address, 1, 3);
}

/// For each of 512 elements whether dropout keeps it: bit k of word i is set where the 16 random
/// bits of element 16 k + i are not below `threshold`.
///
/// The random bits are those of Philox4x32-10 at the 64 positions from `position` on (Salmon et
/// al., SC 2011; `Randomness.CounterGenerator`): the lower half of word w of position i belongs to
/// element 64 w + i, the upper half to element 256 + 64 w + i. `key` is the generator's, low word
/// first.
void keptElements(unsigned bits[16], unsigned long long position, unsigned long long stream,
                  unsigned long long key, unsigned short threshold);

/// What dropout multiplies 512 elements by: `factor` where the element's bit of `keptElements` is
/// set, else 0.
void dropoutFactors(const unsigned bits[16], float factor, float factors[512]);

/// Makes this thread's processor take subnormal numbers for 0, as operands and as results.
/// Arithmetic with them takes a hundred times as long on many processors, and numbers below 1e-38
/// add nothing.
///
/// Returns what `setFloatingPointControl` puts back.
unsigned long long startFlushingSubnormals(void);

/// Puts this thread's floating-point control back.
void setFloatingPointControl(unsigned long long control);
