/// Text as Python's `str` and `re` treat it, which is what scoring scripts are written in; Swift's
/// own methods treat final sigmas, control characters and boundaries of words otherwise.
package typealias Scalars = [Unicode.Scalar]

extension Scalars {
    /// `str.lower()`: full mappings, and ς where a word ends.
    package var lowercasedByPython: Scalars {
        var result: Scalars = []
        result.reserveCapacity(count)
        for (place, scalar) in enumerated() {
            if scalar == "Σ" {
                result.append(isFinalSigma(at: place) ? "ς" : "σ")
            } else if scalar.isASCII {
                result.append(
                    "A"..."Z" ~= scalar ? Unicode.Scalar(UInt8(scalar.value | 0x20)) : scalar)
            } else {
                result += scalar.properties.lowercaseMapping.unicodeScalars
            }
        }
        return result
    }

    /// Whether a cased letter stands before and none behind, leaving out what case ignores
    /// (Final_Sigma of Unicode, table 3-17).
    private func isFinalSigma(at place: Int) -> Bool {
        func isCased(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isCased ?? false }
        let before = self[..<place].last { !$0.properties.isCaseIgnorable }
        let behind = self[(place + 1)...].first { !$0.properties.isCaseIgnorable }
        return isCased(before) && !isCased(behind)
    }

    /// `str.split()`: what white space leaves.
    var words: [Scalars] { split(whereSeparator: \.isPythonSpace).map(Scalars.init) }

    /// The text with a space for each of `words` that stands between boundaries (`\b`).
    func replacingWords(_ words: Set<Scalars>) -> Scalars {
        var result: Scalars = []
        var place = 0
        while place < count {
            let word = Scalars(self[place...].prefix { $0.isPythonWordCharacter })
            if word.isEmpty {
                result.append(self[place])
                place += 1
            } else {
                result += words.contains(word) ? [" "] : word
                place += word.count
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// `str.isspace()`.
    package var isPythonSpace: Bool {
        switch value {
        case 0x09...0x0d, 0x1c...0x20, 0x85, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f,
            0x205f, 0x3000:
            true
        default: false
        }
    }

    /// `\w`: a letter, a number, or the underscore.
    package var isPythonWordCharacter: Bool {
        if isASCII { return properties.isAlphabetic || "0"..."9" ~= self || self == "_" }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    /// Punctuation of Unicode: the categories that begin with P.
    package var isUnicodePunctuation: Bool {
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }

    /// One of the 32 of `string.punctuation`.
    package var isASCIIPunctuation: Bool {
        switch value {
        case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: true
        default: false
        }
    }
}
