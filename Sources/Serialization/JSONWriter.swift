/// JSON text in one line, value by value: objects with their members in the order in which they are
/// written, without spaces.
public struct JSONWriter {
    /// What is written so far, in UTF-8.
    public private(set) var text: [UInt8] = []
    /// Whether nothing stands before the next value at its level.
    private var isFirst = true

    /// Nothing yet.
    public init() {}

    /// Writes an object; `members` writes keys and values in turn.
    public mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        try list("{", "}", members)
    }

    /// Writes an array; `elements` writes its values.
    public mutating func array(_ elements: (inout JSONWriter) throws -> Void) rethrows {
        try list("[", "]", elements)
    }

    /// Writes the key of the member whose value comes next.
    public mutating func key(_ key: String) {
        string(key)
        text.append(UInt8(ascii: ":"))
        isFirst = true
    }

    /// Writes a string; control characters, quotation marks and backslashes are escaped.
    public mutating func string(_ string: String) {
        separate()
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0x0a: text += Array(#"\n"#.utf8)
            case 0x0d: text += Array(#"\r"#.utf8)
            case 0x09: text += Array(#"\t"#.utf8)
            case 0..<0x20: text += Array((byte < 0x10 ? #"\u000"# : #"\u00"#).utf8) + hex(byte)
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// Writes a whole number.
    public mutating func integer(_ number: Int) { word("\(number)") }

    /// Writes a number, with as many digits as tell it from all others; `null` for one that is not
    /// finite, which JSON has not.
    public mutating func number(_ number: Double) {
        word(number.isFinite ? "\(number)" : "null")
    }

    /// Writes `null`.
    public mutating func null() { word("null") }

    private mutating func word(_ word: String) {
        separate()
        text += Array(word.utf8)
    }

    private mutating func list(
        _ start: Unicode.Scalar, _ end: Unicode.Scalar,
        _ items: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        text.append(UInt8(ascii: start))
        isFirst = true
        try items(&self)
        text.append(UInt8(ascii: end))
        isFirst = false
    }

    /// Parts the next value from the one before it.
    private mutating func separate() {
        if !isFirst { text.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    private func hex(_ byte: UInt8) -> [UInt8] { Array(String(byte, radix: 16).utf8) }
}
