#!/bin/sh
# Prints this project's own English, paragraph by paragraph: what its pages and the comments of its
# sources say. It is the one real language of the quickstart.
set -eu
cd "$(dirname "$0")/.."

{
    # Pages: no code, tables, headings or pictures; links as their text.
    for page in README.md CONTRIBUTING.md docs/*.md docs/*/*.md data-manifests/README.md; do
        awk '/^```/ { inside = !inside; print ""; next }
            inside || /^[|#<]/ { print ""; next }
            { sub(/^[-*] /, "\n"); sub(/^[0-9]+\. /, "\n"); print }
            END { print "" }' "$page"
    done
    # Comments: all of one declaration are a paragraph; lists of parameters are left out.
    find Sources Tests -name '*.swift' | LC_ALL=C sort | xargs awk '
        match($0, /^ *\/\/\/ ?/) {
            line = substr($0, RLENGTH + 1)
            if (line ~ /^- (Parameter|Throws|Returns|Precondition)/) skipped = 1
            if (!skipped) print line
            next
        }
        { skipped = 0; print "" }'
} | sed -E 's/!?\[([^]]*)\]\([^)]*\)/\1/g; s/\[([^]]*)\]/\1/g; s/[`*]//g' | awk '
    # Lines of a paragraph are joined; what has fewer than six words is no sentence.
    function flush() { if (split(text, words, " ") >= 6) print text "\n"; text = "" }
    NF { text = text (text == "" ? "" : " ") $0; next }
    { flush() }
    END { flush() }'
