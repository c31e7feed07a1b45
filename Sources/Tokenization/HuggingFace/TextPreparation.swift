/// What Hugging Face's tokenizers library does to the text between added tokens before pairs are
/// joined, beyond replacing spaces by U+2581.
struct TextPreparation {
    /// Where a space is put in front of text that has none there.
    enum Prefix {
        case none
        /// Where the text begins, unless it begins with an added token.
        case firstSegment
        /// There and behind every added token.
        case everySegment
    }

    /// Where a space is put in front.
    var prefix = Prefix.none
    /// Whether no pair is joined across the front of a space.
    var splitsAtSpaces = false
    /// Added tokens, looked for in the text as it is.
    var symbols = UserSymbolTrie()
    /// Added tokens that the spaces before them belong to.
    var takingSpaceBefore: Set<Int32> = []
    /// Added tokens that the spaces behind them belong to.
    var takingSpaceBehind: Set<Int32> = []

    /// Whether there is anything to do that joining pairs does not do by itself.
    var isNeeded: Bool {
        prefix != .none || splitsAtSpaces || !takingSpaceBefore.isEmpty
            || !takingSpaceBehind.isEmpty
    }

    /// Calls `symbol` with the id of each added token and `segment` with each piece of text that
    /// pairs are joined in, from front to back.
    func forEachPart(
        of text: UnsafeBufferPointer<UInt8>, symbol: (Int32) -> Void,
        segment: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var start = 0
        var index = 0
        func end(at end: Int) {
            if start < end { forEachSegment(of: text, in: start..<end, segment) }
        }
        while index < text.count {
            guard let found = symbols.longest(in: text, at: index, space: 0x20) else {
                index += max(1, decodeScalar(text, at: index).length)
                continue
            }
            var last = index
            if takingSpaceBefore.contains(found.id) {
                while last > start, isSpace(text[last - 1]) { last -= 1 }
            }
            end(at: last)
            symbol(found.id)
            index = found.end
            // A token among the spaces that belong to this one is found all the same.
            start = index
            if takingSpaceBehind.contains(found.id) {
                while start < text.count, isSpace(text[start]) { start += 1 }
            }
        }
        end(at: text.count)
    }

    /// Cuts what lies between added tokens.
    private func forEachSegment(
        of text: UnsafeBufferPointer<UInt8>, in range: Range<Int>,
        _ segment: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let text = UnsafeBufferPointer(rebasing: text[range])
        var cuts = splitsAtSpaces ? text.indices.filter { $0 > 0 && startsSpace(text, at: $0) } : []
        cuts.append(text.count)
        var start = 0
        let isPrefixed =
            prefix == .everySegment || prefix == .firstSegment && range.lowerBound == 0
        if isPrefixed, !startsSpace(text, at: 0) {
            let first = cuts.removeFirst()
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: first + 1) { copy in
                copy[0] = 0x20
                for index in 0..<first { copy[index + 1] = text[index] }
                segment(UnsafeBufferPointer(copy))
            }
            start = first
        }
        for end in cuts {
            segment(UnsafeBufferPointer(rebasing: text[start..<end]))
            start = end
        }
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09..<0x0e ~= byte }

    /// Whether a space or U+2581 begins here.
    private func startsSpace(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        text[index] == 0x20
            || text[index] == 0xe2 && text[index...].starts(with: [0xe2, 0x96, 0x81])
    }
}
