/// Byte pairs of bytes, as in GPT-2 and ModernBERT: added tokens are found, the text between them
/// is normalised and cut into words, and in each word pairs of bytes are joined in the order of the
/// file's merges.
struct ByteLevelCodec: TokenCodec {
    /// What is done to text before pairs are joined.
    struct Preparation {
        /// Added tokens, looked for in the text as it is.
        var addedTokens = AddedTokenScanner()
        /// The forms that text between them is brought into, one after another.
        var forms: [UnicodeForm] = []
        /// Added tokens, looked for in normalised text.
        var normalizedTokens = AddedTokenScanner()
        /// Whether a space is put in front of what begins with none.
        var addsSpace = false
    }

    /// Words of more bytes are joined by a queue, whose time does not grow with their square.
    private static let longestWord = 128

    private var preparation: Preparation
    private let merges: MergeTable
    /// The piece of each byte, −1 for bytes that occur in no text.
    private let bytes: [Int32]
    /// The text of each piece, none for control tokens.
    private let texts: [[UInt8]]
    /// The bytes that each piece covers.
    private let lengths: [Int]

    init(
        _ json: TokenizerJSON, _ preparation: Preparation, pieces: [ArraySlice<UInt8>],
        special: SpecialTokens
    ) throws {
        self.preparation = preparation
        var index = PieceIndex(capacity: pieces.count)
        for (text, id) in json.vocabulary { index.insert(text[...], symbol: Int32(id)) }
        bytes = try Self.bytes(index, json)
        merges = try Self.merges(index, json)
        var texts = pieces.map { ByteAlphabet.bytes(of: $0) ?? Array($0) }
        lengths = texts.map(\.count)
        for token in json.addedTokens { texts[token.id] = token.content }
        for id in [special.padding, special.begin, special.end] { texts[Int(id)] = [] }
        self.texts = texts
    }

    private static func bytes(_ index: PieceIndex, _ json: TokenizerJSON) throws -> [Int32] {
        try zip(UInt8.min...UInt8.max, ByteAlphabet.characters).map { byte, character in
            let id = index.symbol(of: utf8(of: character)[...])
            guard id != nil || !ByteAlphabet.occurs(byte) else {
                throw json.unsupported(
                    "model.vocab", expected: "a piece for every byte",
                    found: "none for byte \(byte)")
            }
            return id ?? -1
        }
    }

    private static func merges(_ index: PieceIndex, _ json: TokenizerJSON) throws -> MergeTable {
        var merges = MergeTable(capacity: json.merges.count)
        for (rank, (left, right)) in json.merges.enumerated() {
            guard let first = index.symbol(of: left[...]),
                let second = index.symbol(of: right[...]),
                let joined = index.symbol(of: (left + right)[...])
            else {
                throw json.unsupported(
                    "model.merges", expected: "pairs of tokens that join to a token",
                    found: "\"\(String(decoding: left + [0x20] + right, as: UTF8.self))\"")
            }
            merges.insert(
                left: first, right: second,
                merge: MergeTable.Merge(rank: UInt32(rank), piece: joined))
        }
        return merges
    }

    var addedTokens: AddedTokenScanner { preparation.addedTokens }

    func encode(_ utf8: UnsafeBufferPointer<UInt8>, isInside: Bool, to sink: inout TokenSink) {
        if isInside, preparation.addsSpace {
            var codec = self
            codec.preparation.addsSpace = false
            return codec.encode(utf8, isInside: true, to: &sink)
        }
        var text = String(decoding: utf8, as: UTF8.self)
        text.withUTF8 { text in
            preparation.addedTokens.forEachPart(of: text) { id, range in
                sink.append(id, at: range)
            } between: { range in
                let part = UnsafeBufferPointer(rebasing: text[range])
                sink.base = range.lowerBound
                if sink.keepsRanges,
                    let mapped = MappedText(part, by: preparation.forms.map(TextNormalizer.form))
                {
                    sink.origins = mapped.origins
                    mapped.text.withUnsafeBufferPointer { encodeNormalized($0, to: &sink) }
                    sink.origins = nil
                } else {
                    normalize(part, by: preparation.forms[...]) { encodeNormalized($0, to: &sink) }
                }
                sink.base = 0
            }
        }
    }

    private func normalize(
        _ text: UnsafeBufferPointer<UInt8>, by forms: ArraySlice<UnicodeForm>,
        _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard let form = forms.first else { return body(text) }
        form.withNormalized(text) { normalize($0, by: forms.dropFirst(), body) }
    }

    private func encodeNormalized(_ text: UnsafeBufferPointer<UInt8>, to sink: inout TokenSink) {
        preparation.normalizedTokens.forEachPart(of: text) { id, range in
            sink.append(id, at: range)
        } between: { range in
            let segment = UnsafeBufferPointer(rebasing: text[range])
            if preparation.addsSpace, segment[0] != 0x20 {
                withSpace(before: segment) {
                    encode(
                        TextSegment(text: $0, start: range.lowerBound, hasPrefix: true), to: &sink)
                }
            } else {
                encode(TextSegment(text: segment, start: range.lowerBound), to: &sink)
            }
        }
    }

    private func encode(_ segment: TextSegment, to sink: inout TokenSink) {
        let first = sink.ids.count
        encodeWords(of: segment.text, to: &sink.ids)
        sink.cover(segment, from: first, escapesSpaces: false) { place, ids in
            lengths[Int(ids[place])]
        }
    }

    private func encodeWords(of text: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.longestWord) { symbols in
            withUnsafeTemporaryAllocation(
                of: MergeTable.Merge.self, capacity: Self.longestWord
            ) { candidates in
                WordSplitter(text).forEachWord { word in
                    guard word.count <= Self.longestWord else {
                        var long = text[word].map { bytes[Int($0)] }
                        merges.join(&long)
                        ids += long
                        return
                    }
                    for (place, byte) in text[word].enumerated() {
                        symbols[place] = bytes[Int(byte)]
                    }
                    let count = merges.join(symbols, count: word.count, candidates: candidates)
                    ids.append(contentsOf: symbols[..<count])
                }
            }
        }
    }

    func decode(_ ids: [Int32]) -> [UInt8] {
        ids.flatMap { texts[Int($0)] }
    }

    func meaning(of id: Int32) -> PieceMeaning {
        let text = texts[Int(id)]
        if text.count == 1, text[0] >= 0x80 { return .byte(text[0]) }
        return text.isEmpty ? .none : .text(text)
    }
}
