/// What changes text before pieces are found in it: one step, as the tokenizers library does it.
enum TextNormalizer: Sendable {
    /// A normal form of Unicode.
    case form(UnicodeForm)
    /// SentencePiece's map.
    case characterMap(CharacterMap)
    /// White space is taken away in front and behind.
    case strip(front: Bool, behind: Bool)
    /// Two spaces and more become this.
    case spaceRuns(becoming: [UInt8])
    /// A text becomes another one wherever it stands.
    case replace([UInt8], by: [UInt8])
    /// Letters are made small, one by one.
    case lowercase
    /// Marks are taken away: all, or those without a width of their own.
    case removeMarks(nonspacingOnly: Bool)
    /// BERT's clean text: control characters are taken away, white space becomes spaces.
    case clean
    /// BERT's spaces around Chinese characters.
    case separateChinese

    /// A text after this step; nil where it stays as it is.
    ///
    /// - Parameter text: valid UTF-8.
    func mapped(_ text: UnsafeBufferPointer<UInt8>, keepsOrigins: Bool) -> MappedText? {
        switch self {
        case .form(let form): form.mapped(text, keepsOrigins: keepsOrigins)
        case .characterMap(let map): map.mapped(text, keepsOrigins: keepsOrigins)
        case .strip(let front, let behind):
            Self.stripped(text, front: front, behind: behind, keepsOrigins: keepsOrigins)
        case .spaceRuns(let content): Self.withRuns(of: text, by: content, keepsOrigins)
        case .replace(let old, let new): Self.replaced(old, of: text, by: new, keepsOrigins)
        case .lowercase, .removeMarks, .clean, .separateChinese:
            mappedByScalar(text, keepsOrigins: keepsOrigins)
        }
    }

    /// A text after all these steps.
    static func normalized(_ text: [UInt8], by steps: [TextNormalizer]) -> [UInt8] {
        text.withUnsafeBufferPointer {
            MappedText($0, by: steps, keepsOrigins: false)?.text ?? text
        }
    }

    private static func stripped(
        _ text: UnsafeBufferPointer<UInt8>, front: Bool, behind: Bool, keepsOrigins: Bool
    ) -> MappedText? {
        let start = front ? WhiteSpace.end(in: text, from: 0, to: text.count, isStrict: true) : 0
        let end =
            behind
            ? WhiteSpace.start(in: text, from: start, to: text.count, isStrict: true) : text.count
        if end - start == text.count { return nil }
        var mapped = MappedText(keepsOrigins: keepsOrigins)
        mapped.append(text, unchanged: start..<end)
        mapped.lacksFront = start > 0
        return mapped
    }

    private static func withRuns(
        of text: UnsafeBufferPointer<UInt8>, by content: [UInt8], _ keepsOrigins: Bool
    ) -> MappedText? {
        var mapped = MappedText(keepsOrigins: keepsOrigins)
        var (start, place, isChanged) = (0, 0, false)
        while place < text.count {
            var end = place
            while end < text.count, text[end] == 0x20 { end += 1 }
            if end - place > 1 {
                mapped.append(text, unchanged: start..<place)
                mapped.append(content, from: place..<end)
                (start, isChanged) = (end, true)
            }
            place = max(end, place + 1)
        }
        mapped.append(text, unchanged: start..<text.count)
        return isChanged ? mapped : nil
    }

    /// - Precondition: `old` is not empty.
    private static func replaced(
        _ old: [UInt8], of text: UnsafeBufferPointer<UInt8>, by new: [UInt8], _ keepsOrigins: Bool
    ) -> MappedText? {
        var mapped = MappedText(keepsOrigins: keepsOrigins)
        var (start, place, isChanged) = (0, 0, false)
        while place < text.count {
            guard text[place] == old[0], text[place...].starts(with: old) else {
                place += 1
                continue
            }
            mapped.append(text, unchanged: start..<place)
            place += old.count
            mapped.append(new, from: (place - old.count)..<place)
            (start, isChanged) = (place, true)
        }
        mapped.append(text, unchanged: start..<text.count)
        return isChanged ? mapped : nil
    }
}
