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
            if scalar < 0x300 { return nil }
            switch character.properties.generalCategory {
            case .nonspacingMark: return []
            case .spacingMark, .enclosingMark: return nonspacingOnly ? nil : []
            default: return nil
            }
        case .clean: return Self.cleaned(character)
        case .separateChinese:
            return Self.isChinese(scalar) ? [0x20] + String(character).utf8 + [0x20] : nil
        default: return nil
        }
    }

    private static func cleaned(_ character: Unicode.Scalar) -> [UInt8]? {
        switch character.value {
        case 0x20...0x7e: return nil
        case 0x09, 0x0a, 0x0d: return [0x20]
        case 0xfffd: return []
        default: break
        }
        switch character.properties.generalCategory {
        case .control, .format, .privateUse: return []
        default: return character.properties.isWhitespace ? [0x20] : nil
        }
    }

    /// Whether a character is one of those that BERT takes for words of their own.
    static func isChinese(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4e00...0x9fff, 0x3400...0x4dbf, 0x20000...0x2a6df, 0x2a700...0x2b73f,
            0x2b740...0x2b81f, 0x2b920...0x2ceaf, 0xf900...0xfaff, 0x2f800...0x2fa1f:
            true
        default: false
        }
    }
}
