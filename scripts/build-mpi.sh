#!/bin/sh
# Compiles the adapter through which mmbert uses an MPI, with that MPI's compiler wrapper:
#   BIN=folder of the programs   sh scripts/build-mpi.sh [MPICC]
# MPICC is mpicc without; others are mpicc.mpich, mpiicx, cc. An installation has this script with
# its two sources in share/mmbert/mpi, where BIN need not be set.
set -eu
mpicc=${1:-mpicc}
here=$(cd "$(dirname "$0")" && pwd)
if [ -f "$here/adapter.c" ]; then
    sources=$here headers=$here
    BIN=${BIN:-$here/../../../bin}
else
    sources="$here/../Sources/CMPI/adapter" headers="$here/../Sources/CMPI/include"
fi
adapter="$BIN/libmmbert-mpi.so"

command -v "$mpicc" >/dev/null || {
    echo "error: $mpicc: expected the compiler wrapper of an MPI, found no such program. Load the" \
        "MPI's module (module load openmpi) or install it (apt-get install libopenmpi-dev)," \
        "or name another: make mpi MPICC=mpiicx." >&2
    exit 2
}
mkdir -p "$BIN"
"$mpicc" -std=gnu11 -O2 -shared -fPIC "-I$headers" "$sources/adapter.c" -o "$adapter.new"
mv "$adapter.new" "$adapter"
echo "Made $adapter with $(command -v "$mpicc")"
