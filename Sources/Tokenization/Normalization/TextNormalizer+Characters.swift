extension TextNormalizer {
    /// A text of which each character becomes what `replacement` says.
    func mappedByScalar(
        _ text: UnsafeBufferPointer<UInt8>, keepsOrigins: Bool
    ) -> MappedText? {
        var mapped = MappedText(keepsOrigins: keepsOrigins)
        var (start, place, isChanged) = (0, 0, false)
        while place < text.count {
            let (scalar, length) = decodeScalar(text, at: place)
            let end = place + max(1, length)
            if length > 0, let new = replacement(of: scalar) {
                mapped.append(text, unchanged: start..<place)
                mapped.append(new, from: place..<end)
                (start, isChanged) = (end, true)
            }
            place = end
        }
        mapped.append(text, unchanged: start..<text.count)
        return isChanged ? mapped : nil
    }

    /// What a character becomes; nil where it stays.
    private func replacement(of scalar: UInt32) -> [UInt8]? {
        guard let character = Unicode.Scalar(scalar) else { return nil }
        switch self {
        case .lowercase:
            if scalar < 0x80 { return 0x41...0x5a ~= scalar ? [UInt8(scalar) + 0x20] : nil }
            let small = Array(character.properties.lowercaseMapping.utf8)
            return small.elementsEqual(String(character).utf8) ? nil : small
        case .removeMarks(let nonspacingOnly):
            return nonspacingOnly
                ? BERTCharacters.isNonspacingMark(character) ? [] : nil
                : Self.isMark(character) ? [] : nil
        case .clean: return Self.cleaned(character)
        case .separateChinese:
            return BERTCharacters.isChinese(scalar) ? [0x20] + String(character).utf8 + [0x20] : nil
        default: return nil
        }
    }

    /// Whether a character is a mark, by the tables of the tokenizers library, which are those of
    /// Unicode 9.
    private static func isMark(_ character: Unicode.Scalar) -> Bool {
        guard character.value >= 0x300, character.isKnown(to: 9) else { return false }
        // Signs that were of another category in that version.
        switch character.value {
        case 0x1cf2, 0x1cf3: return true
        case 0x111c9: return false
        default: break
        }
        switch character.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }

    private static func cleaned(_ character: Unicode.Scalar) -> [UInt8]? {
        switch character.value {
        case 0x20...0x7e: nil
        case 0x09, 0x0a, 0x0d: [0x20]
        case 0xfffd: []
        case _ where BERTCharacters.isControl(character): []
        default: character.properties.isWhitespace ? [0x20] : nil
        }
    }
}
