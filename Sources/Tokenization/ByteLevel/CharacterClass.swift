/// What a character is to the patterns of tokenizers: a letter (Unicode's general categories L…), a
/// number (N…), white space (the property White_Space), or anything else.
enum CharacterClass: UInt8 {
    case letter, number, space, other

    /// The class of a code point.
    @inline(__always)
    init(of scalar: UInt32) {
        self = scalar < 0x80 ? Self.ascii[Int(scalar)] : Self(byPropertiesOf: scalar)
    }

    private static let ascii = (0..<0x80).map { Self(byPropertiesOf: $0) }

    private init(byPropertiesOf scalar: UInt32) {
        guard let properties = Unicode.Scalar(scalar)?.properties else {
            self = .other
            return
        }
        self =
            switch properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                .otherLetter:
                .letter
            case .decimalNumber, .letterNumber, .otherNumber: .number
            default: properties.isWhitespace ? .space : .other
            }
    }
}
