/// The pieces of a sentence's words, for models that tag words: the first piece of a word carries
/// its label.
///
/// Every word is encoded by itself, so that it has pieces of its own: "do" and "n't" give two, where
/// the text "don't" might give one.
public struct WordPieces: Sendable {
    /// How words are encoded.
    public enum Manner: Sendable {
        /// Each as it stands in the text, with the white space before it; the first one as texts
        /// begin. A word that gives no piece gets the unknown token.
        case inText
        /// Each as if it were the whole text, as transformers does it with `is_split_into_words`.
        /// A word may give no piece, and then has no label.
        case alone
    }

    /// The ids of all words.
    public private(set) var ids: [Int32] = []
    /// Where the pieces of each word are in `ids`.
    public private(set) var places: [Range<Int>] = []

    /// The pieces of words.
    ///
    /// - Parameters:
    ///   - spaces: for each word, whether a space stands before it; nil where one stands before
    ///     each. The first word's counts for nothing.
    ///   - manner: how words are encoded.
    public init(
        _ words: [String], spaces: [Bool]? = nil, tokenizer: Tokenizer, manner: Manner = .inText
    ) {
        precondition(
            spaces.map { $0.count == words.count } ?? true,
            "WordPieces: \(words.count) words, \(spaces?.count ?? 0) spaces")
        for (place, word) in words.enumerated() {
            guard manner == .inText, place > 0 else {
                append(tokenizer.encode(word), tokenizer, manner)
                continue
            }
            let space: [UInt8] = spaces?[place] ?? true ? [0x20] : []
            append(tokenizer.encodeInside((space + word.utf8)[...]), tokenizer, manner)
        }
    }

    /// The pieces of words of a text, with what stands between them if that is white space, and else
    /// as in the text without it.
    ///
    /// - Parameter words: the words' bytes in the text's UTF-8, in their order.
    public init(of text: String, words: [Range<Int>], tokenizer: Tokenizer) {
        let utf8 = Array(text.utf8)
        var end = 0
        for (place, word) in words.enumerated() {
            precondition(
                word.lowerBound >= end && word.upperBound <= utf8.count,
                "WordPieces: a word at \(word), behind \(end), of \(utf8.count) bytes")
            let start = utf8.withUnsafeBufferPointer {
                WhiteSpace.start(in: $0, from: end, to: word.lowerBound)
            }
            let spaced = utf8[start..<word.upperBound]
            if place == 0, start == 0 {
                append(
                    tokenizer.encode(String(decoding: spaced, as: UTF8.self)), tokenizer, .inText)
            } else {
                append(tokenizer.encodeInside(spaced), tokenizer, .inText)
            }
            end = word.upperBound
        }
    }

    private mutating func append(_ found: [Int32], _ tokenizer: Tokenizer, _ manner: Manner) {
        let start = ids.count
        ids += found
        if found.isEmpty, manner == .inText { ids.append(tokenizer.special.unknown) }
        places.append(start..<ids.count)
    }
}

extension WordPieces {
    /// Words of a sentence as one sequence.
    public struct Part: Sendable {
        /// The ids with special tokens around them.
        public let sequence: ArrangedSequence
        /// Which words it has.
        public let words: Range<Int>
        /// The row of each word's first piece; nil for a word without pieces.
        public let firstRows: [Int?]
    }

    /// The sentence as sequences of at most `limit` ids, cut between words, so that every word has
    /// its first piece in one of them. Pieces of a word that is longer than a sequence are cut off.
    public func parts(_ template: SequenceTemplate, limit: Int) -> [Part] {
        let room = max(1, template.room(of: template.single, limit))
        var parts: [Part] = []
        var first = 0
        while first < places.count {
            let start = places[first].lowerBound
            var next = first + 1
            while next < places.count, places[next].upperBound - start <= room { next += 1 }
            let some = ids[start..<places[next - 1].upperBound]
            parts.append(part(first..<next, template.single(some, limit: limit), from: start))
            first = next
        }
        return parts
    }

    /// The sentence as one sequence of at most `limit` ids, what is longer cut off.
    ///
    /// - Returns: the sequence, and how many words are lost: their first pieces were cut off.
    public func truncated(
        _ template: SequenceTemplate, limit: Int
    ) -> (part: Part, lostWords: Int) {
        let room = template.room(of: template.single, limit)
        let kept = places.prefix { $0.lowerBound < room }.count
        let part = part(0..<kept, template.single(ids, limit: limit), from: 0)
        return (part, places.count - kept)
    }

    /// - Parameter start: the place in `ids` of the sequence's first.
    private func part(
        _ words: Range<Int>, _ sequence: ArrangedSequence, from start: Int
    ) -> Part {
        let offset = sequence.first.lowerBound - start
        let firstRows = places[words].map { place in
            place.isEmpty ? nil : Optional(place.lowerBound + offset)
        }
        return Part(sequence: sequence, words: words, firstRows: firstRows)
    }
}
