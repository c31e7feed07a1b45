#!/bin/sh
# Makes the pages of the library's documentation from the release build, by the toolchain's docc.
#   sh scripts/make-documentation.sh OUTPUT_FOLDER
set -eu
output=$1
build=$(swift build -c release --show-bin-path)
symbols=$(mktemp -d)
trap 'rm -rf "$symbols"' EXIT

flags="-I $build/Modules -Xcc -march=${MMBERT_MARCH:-native}"
# C modules: those that SwiftPM builds, and those of the system's libraries.
for map in "$build"/*.build/module.modulemap; do
    flags="$flags -Xcc -fmodule-map-file=$map"
done
for map in Sources/*/module.modulemap .build/checkouts/*/Sources/*/include/module.modulemap; do
    flags="$flags -I $(dirname "$map")"
done
# shellcheck disable=SC2086
swift symbolgraph-extract -module-name Inference -minimum-access-level public \
    -target "$(uname -m)-unknown-linux-gnu" $flags -output-dir "$symbols"
rm "$symbols"/Inference@*.symbols.json 2>/dev/null || true
docc convert Sources/Inference/Documentation.docc --additional-symbol-graph-dir "$symbols" \
    --output-path "$output" --fallback-display-name Inference \
    --fallback-bundle-identifier mmbert.Inference --transform-for-static-hosting \
    --hosting-base-path mmbert --warnings-as-errors
echo "$output: open it with  python3 -m http.server, or any web server, under /mmbert"
