// Packing of whole steps with AVX-512BW, for processors that have it. Permutations alone.
#pragma once

#include "Pass.h"

#if defined(__x86_64__)
#include <immintrin.h>

/// The one place where the compiler may use AVX-512BW whatever the rest is compiled for.
#define VECTOR_CODE __attribute__((target("avx512f,avx512bw")))

/// 16 bytes of four rows in the four lanes of a vector: done while loading, which leaves the unit
/// that transposes alone. `distance`: numbers from a row to the next.
TILES_INLINE VECTOR_CODE __m512i fourRows(const uint16_t *from, long distance) {
    __m512i x = _mm512_castsi128_si512(_mm_loadu_si128((const void *)from));
    x = _mm512_mask_broadcast_i32x4(x, 0x00f0, _mm_loadu_si128((const void *)(from + distance)));
    from += 2 * distance;
    x = _mm512_mask_broadcast_i32x4(x, 0x0f00, _mm_loadu_si128((const void *)from));
    return _mm512_mask_broadcast_i32x4(x, 0xf000, _mm_loadu_si128((const void *)(from + distance)));
}

/// A tile of bᵀ: 16 columns, which are rows of 32 numbers here. 16 × 16 pairs are transposed, four
/// pairs of all columns at a time.
TILES_INLINE VECTOR_CODE void packColumns(const uint16_t *b, long stride, uint16_t *tile) {
    for (int group = 0; group < 4; group++) {
        const uint16_t *from = b + 8 * group;
        uint16_t *to = tile + 128 * group;
        const __m512i r0 = fourRows(from, 4 * stride), r1 = fourRows(from + stride, 4 * stride);
        const __m512i r2 = fourRows(from + 2 * stride, 4 * stride);
        const __m512i r3 = fourRows(from + 3 * stride, 4 * stride);
        const __m512i low01 = _mm512_unpacklo_epi32(r0, r1), low23 = _mm512_unpacklo_epi32(r2, r3);
        const __m512i high01 = _mm512_unpackhi_epi32(r0, r1);
        const __m512i high23 = _mm512_unpackhi_epi32(r2, r3);
        _mm512_store_si512(to, _mm512_unpacklo_epi64(low01, low23));
        _mm512_store_si512(to + 32, _mm512_unpackhi_epi64(low01, low23));
        _mm512_store_si512(to + 64, _mm512_unpacklo_epi64(high01, high23));
        _mm512_store_si512(to + 96, _mm512_unpackhi_epi64(high01, high23));
    }
}

/// Two tiles of b: 32 rows of 32 columns, rows interleaved in pairs.
TILES_INLINE VECTOR_CODE void packRows(const uint16_t *b, long stride, uint16_t *tiles) {
    // Unpacking takes the low half of each lane: that should be columns 0 to 15 in order.
    const __m512i spread = _mm512_set_epi64(7, 3, 6, 2, 5, 1, 4, 0);
    for (int pair = 0; pair < 16; pair++) {
        const uint16_t *from = b + 2 * pair * stride;
        const __m512i x = _mm512_permutexvar_epi64(spread, _mm512_loadu_si512(from));
        const __m512i y = _mm512_permutexvar_epi64(spread, _mm512_loadu_si512(from + stride));
        _mm512_store_si512(tiles + 32 * pair, _mm512_unpacklo_epi16(x, y));
        _mm512_store_si512(tiles + tileCount + 32 * pair, _mm512_unpackhi_epi16(x, y));
    }
}

/// A tile of aᵀ: 16 rows, which are columns here, of 32 inner numbers, which are rows. In vector i
/// of `rows`, lane l has numbers of row 8 l + i; each round of unpacking joins numbers of two
/// vectors of which one is 1, 2, 4 rows further down, so that eight neighbours meet in a lane.
TILES_INLINE VECTOR_CODE void packLeft(const uint16_t *a, long stride, uint16_t *tile) {
    for (int half = 0; half < 2; half++) {
        __m512i rows[8], pairs[8], fours[8];
        for (int i = 0; i < 8; i++) rows[i] = fourRows(a + 8 * half + i * stride, 8 * stride);
        for (int i = 0; i < 4; i++) {
            // Columns 0 to 3 and 4 to 7 of rows 2 i and 2 i + 1.
            pairs[i] = _mm512_unpacklo_epi16(rows[2 * i], rows[2 * i + 1]);
            pairs[4 + i] = _mm512_unpackhi_epi16(rows[2 * i], rows[2 * i + 1]);
        }
        for (int i = 0; i < 4; i++) {
            // Two columns of rows 4 (i % 2) … 4 (i % 2) + 3, from columns 4 (i / 2) on.
            const __m512i x = pairs[2 * i], y = pairs[2 * i + 1];
            fours[i] = _mm512_unpacklo_epi32(x, y);
            fours[4 + i] = _mm512_unpackhi_epi32(x, y);
        }
        uint16_t *to = tile + 8 * half * 32;
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 2; j++) {
                const __m512i x = fours[4 * j + 2 * i], y = fours[4 * j + 2 * i + 1];
                const int column = 4 * i + 2 * j;
                _mm512_store_si512(to + column * 32, _mm512_unpacklo_epi64(x, y));
                _mm512_store_si512(to + (column + 1) * 32, _mm512_unpackhi_epi64(x, y));
            }
    }
}

static VECTOR_CODE void packStepInVectors(const uint16_t *b, long stride, bool isTransposed,
                                          uint16_t *tiles) {
    if (!isTransposed) {
        packRows(b, stride, tiles);
        return;
    }
    packColumns(b, stride, tiles);
    packColumns(b + 16 * stride, stride, tiles + tileCount);
}

static VECTOR_CODE void packLeftStepInVectors(const uint16_t *a, long stride, uint16_t *tiles) {
    packLeft(a, stride, tiles);
    packLeft(a + 16, stride, tiles + tileCount);
}

static bool haveVectors(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}
#else
static bool haveVectors(void) { return false; }
static void packStepInVectors(const uint16_t *b, long stride, bool isTransposed, uint16_t *tiles) {
    (void)b, (void)stride, (void)isTransposed, (void)tiles;
}
static void packLeftStepInVectors(const uint16_t *a, long stride, uint16_t *tiles) {
    (void)a, (void)stride, (void)tiles;
}
#endif
