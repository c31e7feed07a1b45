extension YAMLTree {
    /// `text` as a YAML scalar: plain where every reader takes it as that string, in double quotes
    /// otherwise.
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    /// Words, codes, names of files and paths that do not begin like a number.
    private static func isPlain(_ text: String) -> Bool {
        let isSafe = text.unicodeScalars.enumerated().allSatisfy { place, scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "_", "/": true
            case "0"..."9", ".", "+", "-": place > 0
            default: false
            }
        }
        return isSafe && !reserved.contains(text.lowercased())
    }

    /// Words that some version of YAML reads as something other than a string.
    private static let reserved: Set<String> = [
        "", "null", "true", "false", "yes", "no", "on", "off", "y", "n",
    ]

    /// A character as it is written between double quotes.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case "\n": "\\n"
        case "\t": "\\t"
        case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
            "\\x" + hexadecimal(scalar, digits: 2)
        // Line and paragraph separators, the byte order mark, and what is not a character.
        case "\u{2028}", "\u{2029}", "\u{feff}", "\u{fffe}", "\u{ffff}":
            "\\u" + hexadecimal(scalar, digits: 4)
        default: String(scalar)
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
