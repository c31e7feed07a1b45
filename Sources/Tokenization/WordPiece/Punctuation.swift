/// What BERT's words are cut around: ASCII's signs, and Unicode's punctuation.
enum Punctuation {
    static func contains(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            return 0x21...0x2f ~= scalar || 0x3a...0x40 ~= scalar || 0x5b...0x60 ~= scalar
                || 0x7b...0x7e ~= scalar
        }
        switch Unicode.Scalar(scalar)?.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }
}
