#!/bin/sh
# Compares products by tiles with those of the emulation, bit for bit: by the processor's tile unit,
# or else by the same machine code, whose instructions of tiles a handler computes. Prints a line
# for the code as clang compiles it, and one for an older processor's with every access to memory
# watched. Needs a processor with AVX-512 and bf16, for the rest of that code.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A search for leaks may not be allowed, and nothing here outlives a product.
export ASAN_OPTIONS=detect_leaks=0

try() {
    "$@" -std=gnu11 -Wall -Wextra -Werror -ISources/CTiles/include -ITests/Fixtures/Tiles \
        Tests/Fixtures/Tiles/*.c Sources/CTiles/*.c -lpthread -lm -o "$scratch/trial"
    "$scratch/trial"
}

try "$(command -v clang || command -v cc)" -march=native -O2
try "$(command -v cc || command -v clang)" -march=x86-64-v3 -O1 -fsanitize=address,undefined \
    -fno-sanitize-recover=all
