#!/bin/sh
# Compares products of COneDNN with sums in double precision, under a version of oneDNN:
#   sh scripts/test-onednn.sh                the system's
#   sh scripts/test-onednn.sh 3              3.2.0 from PyPI (39 MB), and the headers of 3.13.2
#   sh scripts/test-onednn.sh INCLUDE LIB    another: folders of dnnl.h and of libdnnl.so
# Prints a line for each run: version, instruction sets, kernels, how many products.
set -eu
if [ $# -eq 2 ]; then
    include=$(cd "$1" && pwd)
    library=$(cd "$2" && pwd)
    # Without them compiler and linker would go on to the system's.
    for file in "$include/dnnl.h" "$library/libdnnl.so"; do
        [ -e "$file" ] || { echo "error: there is no $file" >&2; exit 2; }
    done
fi
cd "$(dirname "$0")/.."
module=Sources/COneDNN
compiler=$(command -v cc || command -v clang)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

compile() {
    "$compiler" -std=gnu11 -O2 -Wall -Wextra -Werror "-I$module/include" "$@"
}

# What every version must do alike: its widest kernels, those of AVX2, and single precision where
# the environment asks for less.
try() {
    compile "$@" Tests/Fixtures/Products/onednn-trial.c "$module/COneDNN.c" \
        -ldnnl -lgomp -lpthread -lm -o "$scratch/trial"
    "$scratch/trial"
    ONEDNN_MAX_CPU_ISA=AVX2 "$scratch/trial"
    ONEDNN_DEFAULT_FPMATH_MODE=BF16 "$scratch/trial"
}

# A package of PyPI, in a folder of its own.
fetch() {
    folder=.build/onednn/$1
    [ -d "$folder/complete" ] && return
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$@"
    mkdir "$folder/complete"
}

if [ $# -eq 2 ]; then
    try "-I$include" "-L$library" "-Wl,-rpath,$library"
elif [ "${1:-2}" = 3 ]; then
    # The last build with GNU OpenMP; later ones compute on devices of SYCL.
    fetch onednn-cpu-gomp==2023.2.0 onednn-devel-cpu-gomp==2023.2.0
    try "-I$folder/include" "-L$folder/lib" "-Wl,-rpath,$PWD/$folder/lib"
    fetch onednn-devel==2026.1.0
    if compile -fsyntax-only "-I$folder/include" "$module/COneDNN.c" 2>"$scratch/errors"; then
        echo "error: a oneDNN for SYCL was not refused" >&2
        exit 1
    fi
    grep -q 'error.*ONEDNN_CPU_RUNTIME=OMP' "$scratch/errors"
    # The same headers as a build with OpenMP would have them.
    cp -R "$folder/include" "$scratch"
    sed -i -E 's/^(#define DNNL_CPU_(THREADING_)?RUNTIME) .*/\1 DNNL_RUNTIME_OMP/' \
        "$scratch/include/oneapi/dnnl/dnnl_config.h"
    compile -fsyntax-only "-I$scratch/include" "$module/COneDNN.c"
    echo "oneDNN 3.13.2: COneDNN compiles with its headers"
else
    try
fi
