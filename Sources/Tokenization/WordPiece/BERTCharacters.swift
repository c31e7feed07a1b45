/// What characters are to BERT's tokenizer, by the tables of the tokenizers library, which are those
/// of Unicode 8.
enum BERTCharacters {
    /// The version of these tables.
    private static let version = 8

    /// Whether words are cut around a character: ASCII's signs, and Unicode's punctuation.
    static func isPunctuation(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            return 0x21...0x2f ~= scalar || 0x3a...0x40 ~= scalar || 0x5b...0x60 ~= scalar
                || 0x7b...0x7e ~= scalar
        }
        // Later these are no punctuation.
        if scalar == 0x166d || scalar == 0x111c9 { return true }
        guard let character = Unicode.Scalar(scalar) else { return false }
        switch character.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return character.isKnown(to: version)
        default: return false
        }
    }

    /// Whether a character is an accent that is stripped.
    static func isNonspacingMark(_ character: Unicode.Scalar) -> Bool {
        switch character.value {
        case ..<0x300: false
        // Signs that were of another category in that version.
        case 0x1885, 0x1886, 0xa9bd, 0x111c9: false
        case 0x1734, 0x1171e: true
        default:
            character.properties.generalCategory == .nonspacingMark
                && character.isKnown(to: version)
        }
    }

    /// Whether a character is left out of clean text.
    static func isControl(_ character: Unicode.Scalar) -> Bool {
        switch character.properties.generalCategory {
        case .control, .privateUse: true
        case .format: character.isKnown(to: version)
        default: false
        }
    }

    /// Whether a character is a word of its own.
    static func isChinese(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4e00...0x9fff, 0x3400...0x4dbf, 0x20000...0x2a6df, 0x2a700...0x2b73f,
            0x2b740...0x2b81f, 0x2b920...0x2ceaf, 0xf900...0xfaff, 0x2f800...0x2fa1f:
            true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Whether a version of Unicode has the character.
    func isKnown(to version: Int) -> Bool {
        properties.age.map { $0.major <= version } ?? false
    }
}
