#!/bin/sh
# Makes an archive of programs that run on a Debian 12, or another Linux with glibc 2.36 or later,
# without Swift: with every library but glibc, for one level of x86-64.
#   sh scripts/dist.sh x86-64-v3|x86-64-v4 [FOLDER]
set -eu
level=$1
output=${2:-.build/dist}
scratch=.build/$level
command -v patchelf >/dev/null || {
    echo "Install patchelf, which tells programs where their libraries are:  apt-get install patchelf" >&2
    exit 2
}

export MMBERT_MARCH="$level"
for program in mmbert mmbert-train; do
    swift build -c release --scratch-path "$scratch" --product "$program"
done
BIN=$(swift build -c release --scratch-path "$scratch" --show-bin-path)
export BIN
name="mmbert-$("$BIN/mmbert" --version | cut -d' ' -f2)-linux-$level"
folder="$output/$name"
rm -rf "$folder"
mkdir -p "$folder/lib/mmbert"
sh scripts/install.sh "$folder"

# All libraries, also those that libraries need, but for glibc's own.
ldd "$BIN/mmbert" "$BIN/mmbert-train" | awk '$2 == "=>" { print $3 }' | sort -u |
    grep -Ev '/(libc|libm|libdl|libpthread|librt|libresolv)\.so\.[0-9]+$' |
    while read -r library; do
        cp -L "$library" "$folder/lib/mmbert/"
        package=$(dpkg -S "$(realpath "$library")" 2>/dev/null | cut -d: -f1 || true)
        copyright="/usr/share/doc/$package/copyright"
        if [ -n "$package" ] && [ -f "$copyright" ]; then
            mkdir -p "$folder/share/doc/mmbert/licences"
            cp -L "$copyright" "$folder/share/doc/mmbert/licences/$package"
        fi
    done
strip --strip-unneeded "$folder"/bin/* "$folder"/lib/mmbert/*
# An old RPATH, unlike a RUNPATH, also holds for what the libraries need.
patchelf --force-rpath --set-rpath "\$ORIGIN/../lib/mmbert" "$folder"/bin/mmbert*

tar -C "$output" --owner=0 --group=0 --sort=name -czf "$output/$name.tar.gz" "$name"
(cd "$output" && sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256")
