/// What a character is to the patterns of tokenizers: a letter (Unicode's general categories L…), a
/// number (N…), white space (the property White_Space), or anything else.
package enum CharacterClass: UInt8 {
    case letter, number, space, other

    /// The class of a code point.
    @inline(__always)
    package init(of scalar: UInt32) {
        self = scalar < 0x80 ? Self.ascii[Int(scalar)] : Self(byPropertiesOf: scalar)
    }

    private static let ascii = (0..<0x80).map { Self(byPropertiesOf: $0) }

    /// The version of Unicode that the patterns of the tokenizers library know: to them, later
    /// characters are nothing in particular.
    private static let lastVersion = 16

    private init(byPropertiesOf scalar: UInt32) {
        guard let properties = Unicode.Scalar(scalar)?.properties else {
            self = .other
            return
        }
        let kind: Self =
            switch properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                .otherLetter:
                .letter
            case .decimalNumber, .letterNumber, .otherNumber: .number
            default: properties.isWhitespace ? .space : .other
            }
        // Nothing later is below U+0800, and asking for the version takes time.
        let isKnown = scalar < 0x800 || properties.age.map { $0.major <= Self.lastVersion } ?? false
        self = kind == .other || isKnown ? kind : .other
    }
}
