#!/bin/sh
# Prints which of our modules each module imports, as Package.swift declares it:
#   sh scripts/module-imports.sh            a line for each module: its name, its imports, sorted
#   sh scripts/module-imports.sh Inference  all that is behind one module, however far
set -eu
cd "$(dirname "$0")/.."

# `module("Layers", ["Autograd", yams])` becomes `Layers: Autograd`: what stands in quotation marks
# is ours. C modules are declared without imports.
direct() {
    tr '\n' ' ' < Package.swift \
        | grep -oE '[^a-zA-Z](module|unsafeModule|program)\( *"[^"]+"(, *\[[^]]*\])?' \
        | while read -r declaration; do
            names=$(printf '%s' "$declaration" | grep -oE '"[^"]+"' | tr -d '"')
            module=$(printf '%s\n' "$names" | head -n 1)
            printf '%s:' "$module"
            printf '%s\n' "$names" | tail -n +2 | LC_ALL=C sort | while read -r import; do
                [ -z "$import" ] || printf ' %s' "$import"
            done
            printf '\n'
        done
}

if [ $# -eq 0 ]; then
    direct
else
    direct | awk -v module="$1" '
        { name = $1; sub(":", "", name); $1 = ""; imports[name] = $0 }
        function visit(name,   names, count, i) {
            count = split(imports[name], names, " ")
            for (i = 1; i <= count; i++) {
                if (names[i] in seen) continue
                seen[names[i]] = 1
                visit(names[i])
            }
        }
        END { visit(module); for (name in seen) print name }' | LC_ALL=C sort
fi
