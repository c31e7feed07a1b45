#!/bin/sh
# Copies the built programs with their manual pages, completions, recipes and lists of languages.
#   BIN=folder of the programs   sh scripts/install.sh PREFIX
# With DESTDIR, into that folder in place of the root.
set -eu
root=${DESTDIR:-}$1
share="$root/share"
manual=.build/manual

mkdir -p "$root/bin" "$share/man/man1" "$share/mmbert/mpi" "$share/doc/mmbert" \
    "$share/bash-completion/completions" "$share/zsh/site-functions" \
    "$share/fish/vendor_completions.d"
swift build -c release --package-path .build/checkouts/swift-argument-parser \
    --scratch-path "$manual" --product generate-manual >&2
tool=$(swift build -c release --package-path .build/checkouts/swift-argument-parser \
    --scratch-path "$manual" --show-bin-path)/generate-manual

for program in mmbert mmbert-train; do
    install -m 755 "$BIN/$program" "$root/bin/"
    "$tool" "$BIN/$program" --multi-page --output-directory "$share/man/man1" \
        --date "$(date -r "$BIN/$program" +%Y-%m-%d)"
    for shell in bash zsh fish; do
        case $shell in
            bash) file="$share/bash-completion/completions/$program" ;;
            zsh) file="$share/zsh/site-functions/_$program" ;;
            fish) file="$share/fish/vendor_completions.d/$program.fish" ;;
        esac
        "$BIN/$program" --generate-completion-script "$shell" >"$file"
    done
done
# The adapter of MPI, where make mpi made one, and what makes it for another.
[ ! -f "$BIN/libmmbert-mpi.so" ] || install -m 755 "$BIN/libmmbert-mpi.so" "$root/bin/"
cp scripts/build-mpi.sh Sources/CMPI/adapter/adapter.c Sources/CMPI/include/cmpi.h \
    "$share/mmbert/mpi/"
# Commands that help does not list have no page either.
rm -f "$share"/man/man1/mmbert.train.1 "$share"/man/man1/mmbert.version.1
cp -R recipes data-manifests "$share/mmbert/"
cp README.md LICENSE "$share/doc/mmbert/"
echo "Installed in $root: $root/bin/mmbert --version says $("$BIN/mmbert" --version)"
