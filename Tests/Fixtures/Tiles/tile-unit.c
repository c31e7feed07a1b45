// A tile unit for processors that have none: a handler of the signal for unknown instructions reads
// the instruction that the processor refused, computes it, and lets the program go on behind it. So
// machine code with tiles runs as it was compiled, thousands of times more slowly. It stops the
// program at what a real unit would refuse.
//
// Encodings: Intel's manual, volume 2, LDTILECFG, TILERELEASE, TILEZERO, TILELOADD, TILESTORED and
// TDPBF16PS.
#define _GNU_SOURCE
#include "tile-unit.h"

#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <xmmintrin.h>

enum { tileCount = 8, rowCount = 16, rowSize = 64, pairCount = 16 };

/// The registers of a thread.
static _Thread_local struct {
    bool isConfigured;
    uint8_t tiles[tileCount][rowCount][rowSize];
} unit;

static long executed;

long tile_unit_count(void) { return executed; }

/// General registers by their numbers in instructions.
static const int registers[] = {
    REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
    REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

static void refuse(const char *reason, const uint8_t *code) {
    fprintf(stderr, "tile unit: %s:", reason);
    for (int i = 0; i < 9; i++) fprintf(stderr, " %02x", code[i]);
    fprintf(stderr, "\n");
    abort();
}

/// An instruction with a three-byte VEX prefix of the second map.
typedef struct {
    int operation, prefix, second;
    /// Of ModR/M: whether the operand is a register, and the two numbers.
    bool isRegister;
    int first, third;
    /// The operand in memory, and what is added to it from row to row.
    char *address;
    long stride;
    long length;
} Instruction;

/// The address that ModR/M, SIB and displacement name; the index is kept apart, as a stride.
static void decodeAddress(Instruction *it, const uint8_t *code, const greg_t *values, int mode,
                          int extendedBase, int extendedIndex) {
    int base = it->third | extendedBase << 3;
    if (it->third == 5 && mode == 0) refuse("an address beside the instruction", code);
    if (it->third == 4) {
        const int sib = code[5], index = (sib >> 3 & 7) | extendedIndex << 3;
        base = (sib & 7) | extendedBase << 3;
        it->length = 6;
        if ((sib & 7) == 5 && mode == 0) refuse("an address without a base", code);
        if (index != 4) it->stride = (long)values[registers[index]] << (sib >> 6);
    }
    it->address = (char *)values[registers[base]];
    int32_t displacement = 0;
    if (mode == 1) displacement = (int8_t)code[it->length];
    if (mode == 2) memcpy(&displacement, code + it->length, sizeof displacement);
    it->address += displacement;
    it->length += mode == 1 ? 1 : mode == 2 ? 4 : 0;
}

static Instruction decode(const uint8_t *code, const greg_t *values) {
    const int map = code[1] & 31, mode = code[4] >> 6;
    if (code[0] != 0xc4 || map != 2 || code[2] >> 7 || (code[2] >> 2 & 1) || !(code[1] >> 7))
        refuse("not an instruction of tiles", code);
    Instruction it = {
        .operation = code[3], .prefix = code[2] & 3, .second = ~(code[2] >> 3) & 15,
        .isRegister = mode == 3, .first = code[4] >> 3 & 7, .third = code[4] & 7, .length = 5,
    };
    if (!it.isRegister)
        decodeAddress(&it, code, values, mode, !(code[1] >> 5 & 1), !(code[1] >> 6 & 1));
    return it;
}

/// The palette of eight whole tiles is the only one that is known here.
static void configure(const Instruction *it, const uint8_t *code) {
    uint8_t whole[64] = {1};
    for (int tile = 0; tile < tileCount; tile++) {
        whole[16 + 2 * tile] = rowSize;
        whole[48 + tile] = rowCount;
    }
    if (memcmp(it->address + it->stride, whole, sizeof whole)) refuse("another palette", code);
    memset(&unit, 0, sizeof unit);
    unit.isConfigured = true;
}

static float widened(uint16_t bits) {
    union { uint32_t bits; float number; } value = {(uint32_t)bits << 16};
    return value.number;
}

/// c += a b, as Intel's manual writes it, where subnormal numbers are zero.
static void multiply(int c, int a, int b) {
    const unsigned control = _mm_getcsr();
    _mm_setcsr(0x9fc0);  // nearest even; no subnormal operands, no subnormal results, no traps
    for (int m = 0; m < rowCount; m++) {
        float sums[pairCount], even[pairCount] = {0}, odd[pairCount] = {0};
        uint16_t row[2 * pairCount], column[2 * pairCount];
        memcpy(row, unit.tiles[a][m], sizeof row);
        for (int k = 0; k < rowCount; k++) {
            memcpy(column, unit.tiles[b][k], sizeof column);
            for (int n = 0; n < pairCount; n++) {
                even[n] = fmaf(widened(row[2 * k]), widened(column[2 * n]), even[n]);
                odd[n] = fmaf(widened(row[2 * k + 1]), widened(column[2 * n + 1]), odd[n]);
            }
        }
        memcpy(sums, unit.tiles[c][m], sizeof sums);
        for (int n = 0; n < pairCount; n++) {
            const float both = even[n] + odd[n];
            sums[n] += both;
        }
        memcpy(unit.tiles[c][m], sums, sizeof sums);
    }
    _mm_setcsr(control);
}

static void execute(const Instruction *it, const uint8_t *code) {
    enum { none, p66, pF3, pF2 };
    if (it->operation == 0x49 && it->prefix == none && !it->isRegister && it->first == 0) {
        configure(it, code);
        return;
    }
    if (!unit.isConfigured) refuse("not configured", code);
    if (it->operation == 0x49 && it->prefix == none && it->isRegister) {
        memset(&unit, 0, sizeof unit);
    } else if (it->operation == 0x49 && it->prefix == pF2 && it->isRegister) {
        memset(unit.tiles[it->first], 0, sizeof unit.tiles[it->first]);
    } else if (it->operation == 0x4b && !it->isRegister && it->prefix != none) {
        // TILELOADD (F2), TILELOADDT1 (66) and TILESTORED (F3).
        for (int row = 0; row < rowCount; row++) {
            char *address = it->address + row * it->stride;
            uint8_t *tile = unit.tiles[it->first][row];
            if (it->prefix == pF3) memcpy(address, tile, rowSize);
            else memcpy(tile, address, rowSize);
        }
    } else if (it->operation == 0x5c && it->prefix == pF3 && it->isRegister) {
        const int c = it->first, a = it->third, b = it->second;
        if (b >= tileCount || c == a || c == b || a == b) refuse("one tile twice", code);
        multiply(c, a, b);
    } else {
        refuse("not an instruction of tiles", code);
    }
}

static void handle(int number, siginfo_t *info, void *context) {
    (void)number, (void)info;
    greg_t *values = ((ucontext_t *)context)->uc_mcontext.gregs;
    const uint8_t *code = (const uint8_t *)values[REG_RIP];
    const Instruction it = decode(code, values);
    execute(&it, code);
    __atomic_add_fetch(&executed, 1, __ATOMIC_RELAXED);
    values[REG_RIP] += it.length;
}

void tile_unit_install(void) {
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = handle;
    sigaction(SIGILL, &action, NULL);
}
