import _FoundationICU

/// What decides whether a character may stand beside another in a learned piece: its script, or
/// that it is a space or a digit.
///
/// Scripts are those of Unicode 9, as SentencePiece's trainer has them, so that the same pieces are
/// learned; later characters are Common.
struct CharacterKind: Equatable {
    let rawValue: UInt8

    /// Stands with any script: punctuation among itself is one.
    static let common = Self(USCRIPT_COMMON)
    /// Takes the script of the character before it.
    static let inherited = Self(USCRIPT_INHERITED)
    /// U+2581, which stands for a space: only in front of other characters, or among its like.
    static let space = Self(rawValue: 0xfd)
    /// A decimal digit, ASCII or full-width: always a piece of its own.
    static let digit = Self(rawValue: 0xfe)
    /// What is in no piece: NUL and the mark that takes the place of user-defined symbols.
    static let boundary = Self(rawValue: 0xff)

    private init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    private init(_ script: UScriptCode) {
        self.init(rawValue: UInt8(clamping: script.rawValue))
    }

    /// The kind of a code point.
    init(of scalar: UInt32) {
        switch scalar {
        case spaceSymbol, 0x20: self = .space
        case 0x30...0x39, 0xff10...0xff19: self = .digit
        case 0, WordCounts.boundary: self = .boundary
        default: self.init(Self.script(of: scalar))
        }
    }

    private static let lastVersion = 9

    private static func script(of scalar: UInt32) -> UScriptCode {
        switch scalar {
        // The mark of long vowels.
        case 0x30fc: return USCRIPT_HAN
        // What Unicode has said otherwise since.
        case 0x953...0x954: return USCRIPT_DEVANAGARI
        case 0x589, 0x61c: return USCRIPT_COMMON
        default: break
        }
        guard let age = Unicode.Scalar(scalar)?.properties.age, age.major <= lastVersion else {
            return USCRIPT_COMMON
        }
        var status = U_ZERO_ERROR
        let script = swift_uscript_getScript(UChar32(scalar), &status)
        switch script {
        // Japanese mixes them within words.
        case USCRIPT_HIRAGANA, USCRIPT_KATAKANA: return USCRIPT_HAN
        // Private use.
        case USCRIPT_UNKNOWN: return USCRIPT_COMMON
        default: return script
        }
    }

    /// Whether some piece may hold a character of this kind followed by one of the other.
    @inline(__always)
    func mayPrecede(_ next: CharacterKind) -> Bool {
        if self == .boundary || next == .boundary || self == .digit || next == .digit {
            return false
        }
        if next == .space { return self == .space }
        return self == next || self == .space || self == .inherited || next == .inherited
    }
}
