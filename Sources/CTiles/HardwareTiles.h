// The operations of tiles by AMX, and those of results by AVX-512.
#pragma once

#include <immintrin.h>

#include "Pass.h"

/// Code that this engine runs: the one place where the compiler may use tiles, whatever processor
/// the rest is compiled for.
#define TILE_CODE \
    __attribute__((target( \
        "amx-tile,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))

/// The eight tiles are the processor's.
typedef const void Tiles;

// Written out, because intrinsics of some compilers do not say which memory they read, and stores
// that fill it may be dropped. The numbers of tiles are literals.
#define TILE_ASSEMBLY(tiles, ...) \
    do { \
        (void)(tiles); \
        __asm__ volatile(__VA_ARGS__); \
    } while (0)
#define TILE_ZERO(tiles, tile) TILE_ASSEMBLY(tiles, "tilezero %%tmm" #tile ::)
#define TILE_LOAD(tiles, tile, base, stride) \
    TILE_ASSEMBLY(tiles, "tileloadd (%0,%1,1), %%tmm" #tile ::"r"(base), "r"((long)(stride)) \
                  : "memory")
/// A load that leaves the first-level cache to others.
#define TILE_LOAD_STREAMING(tiles, tile, base, stride) \
    TILE_ASSEMBLY(tiles, "tileloaddt1 (%0,%1,1), %%tmm" #tile ::"r"(base), "r"((long)(stride)) \
                  : "memory")
#define TILE_STORE(tiles, tile, base, stride) \
    TILE_ASSEMBLY(tiles, "tilestored %%tmm" #tile ", (%0,%1,1)" ::"r"(base), "r"((long)(stride)) \
                  : "memory")
/// c += a b; the assembler's order is b, a, c.
#define TILE_DOT(tiles, c, a, b) \
    TILE_ASSEMBLY(tiles, "tdpbf16ps %%tmm" #b ", %%tmm" #a ", %%tmm" #c ::)

/// What LDTILECFG reads.
typedef struct {
    uint8_t palette, startRow, reserved[14];
    uint16_t bytesPerRow[16];
    uint8_t rows[16];
} TileConfiguration;

/// All eight tiles whole: what ends earlier is filled up with zeros.
TILES_INLINE TILE_CODE void configureTiles(void) {
    TileConfiguration whole = {.palette = 1};
    for (int tile = 0; tile < 8; tile++) {
        whole.bytesPerRow[tile] = 64;
        whole.rows[tile] = 16;
    }
    __asm__ volatile("ldtilecfg %0" ::"m"(whole));
}

TILES_INLINE TILE_CODE void releaseTiles(void) { __asm__ volatile("tilerelease" ::); }

/// The first `columns` of 32.
TILES_INLINE TILE_CODE uint32_t firstColumns(long columns) {
    return columns == blockSize ? ~0u : (1u << columns) - 1;
}

TILES_INLINE TILE_CODE __m512i rounded(const float *sums) {
    return (__m512i)_mm512_cvtne2ps_pbh(_mm512_load_ps(sums + 16), _mm512_load_ps(sums));
}

TILES_INLINE TILE_CODE void storeFloats(void *to, const float *sums, long columns) {
    const uint32_t mask = firstColumns(columns);
    _mm512_mask_storeu_ps(to, (__mmask16)mask, _mm512_load_ps(sums));
    _mm512_mask_storeu_ps((char *)to + 64, (__mmask16)(mask >> 16), _mm512_load_ps(sums + 16));
}

TILES_INLINE TILE_CODE void storeRounded(void *to, const float *sums, long columns) {
    _mm512_mask_storeu_epi16(to, firstColumns(columns), rounded(sums));
}

/// In assembler, because clang merges an intrinsic's store with an ordinary one of another case of
/// a switch, and what comes out is ordinary.
TILES_INLINE TILE_CODE void streamVector(void *to, __m512i x) {
    __asm__ volatile("vmovntdq %1, %0" : "=m"(*(__m512i *)to) : "v"(x));
}

TILES_INLINE TILE_CODE void streamLine(void *to, const void *from) {
    streamVector(to, _mm512_load_si512(from));
}

TILES_INLINE TILE_CODE void streamRounded(void *to, const float *sums) {
    streamVector(to, rounded(sums));
}

TILES_INLINE TILE_CODE void finishStreams(void) { _mm_sfence(); }
