#!/bin/sh
# Installs the system libraries that mmbert builds on, where they are missing.
set -eu

# Debian package : a header that shows that it is installed
libraries="libopenblas-dev:cblas.h libzstd-dev:zstd.h libxxhash-dev:xxhash.h zlib1g-dev:zlib.h
libsnappy-dev:snappy-c.h liblz4-dev:lz4.h libssl-dev:openssl/evp.h
libsentencepiece-dev:sentencepiece_processor.h libdnnl-dev:dnnl.h pkg-config:"

missing=""
for entry in $libraries; do
    package=${entry%%:*}
    header=${entry#*:}
    if [ -z "$header" ]; then
        command -v pkg-config >/dev/null || missing="$missing $package"
    elif ! printf '#include <%s>\n' "$header" | cc -E -x c++ - >/dev/null 2>&1 &&
        ! printf '#include <%s>\n' "$header" | clang -E -x c++ - >/dev/null 2>&1; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    cat >&2 <<TEXT
mmbert needs these libraries with their headers, named here as Debian names them:
   $missing
Install OpenBLAS, zstd, xxHash, zlib, Snappy, LZ4, OpenSSL, SentencePiece 0.1.97 or later, oneDNN and
pkg-config with your system's package manager, then run make again.
TEXT
    exit 2
fi

sudo=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "Run this as root, or install sudo:  apt-get install$missing" >&2
        exit 2
    }
    sudo="sudo"
fi
echo "Installing$missing"
$sudo apt-get update -qq
# shellcheck disable=SC2086 # the list is meant to be split
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
