/// What Hugging Face's tokenizers library does to text before pieces are found in it, beyond
/// replacing spaces by U+2581.
struct TextPreparation {
    /// Where a space is put in front of text that has none there.
    enum Prefix {
        case none
        /// Where the text begins, unless it begins with an added token.
        case firstSegment
        /// There and after every added token.
        case everySegment
    }

    /// Where a space is put in front.
    var prefix = Prefix.none
    /// Whether a space is put in front of spaces, too.
    var prefixesSpaces = false
    /// Whether no pair is joined across the front of a space.
    var splitsAtSpaces = false
    /// Added tokens, looked for in the text as it is.
    var addedTokens = AddedTokenScanner()
    /// What changes the text between them; not for byte pairs.
    var normalizers: [TextNormalizer] = []
    /// Added tokens, looked for in text that these have changed.
    var normalizedTokens = AddedTokenScanner()
    /// Whether text is cut at white space, which is left out, and each part is treated as one that
    /// follows an added token; not for byte pairs.
    var splitsAtWhiteSpace = false

    /// Whether there is anything to do that joining pairs does not do by itself.
    var isNeeded: Bool { prefix != .none || splitsAtSpaces || addedTokens.takesSpace }

    /// That of the files that are made from a model of `special`'s pieces.
    static func maskTakesSpace(_ special: SpecialTokens) -> TextPreparation {
        var preparation = TextPreparation()
        var mask = TokenizerJSON.AddedToken(content: Array(SpecialTokens.pieces[4].utf8))
        mask.id = Int(special.mask)
        mask.takesSpaceBefore = true
        preparation.addedTokens.insert(mask)
        return preparation
    }

    /// Calls `symbol` with each added token's id and place and `segment` with each piece of text
    /// that pairs are joined in, from front to back.
    func forEachPart(
        of text: UnsafeBufferPointer<UInt8>, symbol: (Int32, Range<Int>) -> Void,
        segment: (TextSegment) -> Void
    ) {
        addedTokens.forEachPart(of: text, token: symbol) { range in
            forEachSegment(
                of: text, in: range, prefix: prefix, isFirst: range.lowerBound == 0, segment)
        }
    }

    /// Cuts what lies between added tokens.
    ///
    /// - Parameter isFirst: whether the text begins here.
    func forEachSegment(
        of text: UnsafeBufferPointer<UInt8>, in range: Range<Int>, prefix: Prefix, isFirst: Bool,
        _ segment: (TextSegment) -> Void
    ) {
        let place = range.lowerBound
        let text = UnsafeBufferPointer(rebasing: text[range])
        var cuts = splitsAtSpaces ? text.indices.filter { $0 > 0 && startsSpace(text, at: $0) } : []
        cuts.append(text.count)
        var start = 0
        let isPrefixed = prefix == .everySegment || prefix == .firstSegment && isFirst
        if isPrefixed, prefixesSpaces || !startsSpace(text, at: 0) {
            let first = cuts.removeFirst()
            withSpace(before: UnsafeBufferPointer(rebasing: text[..<first])) {
                segment(TextSegment(text: $0, start: place, hasPrefix: true))
            }
            start = first
        }
        for end in cuts {
            let part = UnsafeBufferPointer(rebasing: text[start..<end])
            segment(TextSegment(text: part, start: place + start))
            start = end
        }
    }

    /// Whether a space or U+2581 begins here.
    private func startsSpace(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        text[index] == 0x20
            || text[index] == 0xe2 && text[index...].starts(with: [0xe2, 0x96, 0x81])
    }
}

/// Calls `body` with a text and a space in front of it.
func withSpace(
    before text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count + 1) { copy in
        copy[0] = 0x20
        for index in text.indices { copy[index + 1] = text[index] }
        body(UnsafeBufferPointer(copy))
    }
}
