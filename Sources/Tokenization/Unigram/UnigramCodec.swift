/// A unigram model: of all ways to write a text in pieces the likeliest (Kudo, "Subword
/// regularization", 2018), found by Viterbi's algorithm as the tokenizers library does it.
struct UnigramCodec: TokenCodec {
    private let preparation: TextPreparation
    private let trie: PieceTrie
    /// The logarithm of each piece's probability.
    private let scores: [Double]
    private let unknown: Int32
    private let unknownScore: Double
    /// The ids of `<0x00>` to `<0xFF>`, if text that is not a piece becomes these.
    private let bytes: [Int32]?
    /// The text of each piece, none for control tokens.
    private let texts: [[UInt8]]

    /// How much less likely an unknown character is than the least likely piece.
    private static let unknownPenalty = 10.0

    init(
        _ json: TokenizerJSON, _ preparation: TextPreparation, pieces: [ArraySlice<UInt8>],
        special: SpecialTokens
    ) throws {
        guard let unknown = json.unknownID, unknown < json.vocabulary.count else {
            throw json.unsupported(
                "model.unk_id", expected: "a token of the vocabulary",
                found: json.unknownID.map(String.init) ?? "none")
        }
        self.preparation = preparation
        trie = PieceTrie(json.vocabulary.filter { !$0.text.isEmpty })
        scores = json.scores
        self.unknown = Int32(unknown)
        unknownScore = (json.scores.min() ?? 0) - Self.unknownPenalty
        bytes = json.hasByteFallback ? try Self.bytes(json) : nil
        var texts = pieces.map(plainText)
        for (byte, id) in (bytes ?? []).enumerated() { texts[Int(id)] = [UInt8(byte)] }
        for token in json.addedTokens { texts[token.id] = token.content }
        for id in [special.padding, special.begin, special.end] { texts[Int(id)] = [] }
        self.texts = texts
    }

    /// The tokens of `<0x00>` to `<0xFF>`.
    private static func bytes(_ json: TokenizerJSON) throws -> [Int32] {
        var bytes = [Int32](repeating: -1, count: 256)
        for (text, id) in json.vocabulary {
            if let byte = byteValue(of: text[...]) { bytes[byte] = Int32(id) }
        }
        if let missing = bytes.firstIndex(of: -1) {
            throw json.unsupported(
                "model.vocab", expected: "a token for every byte", found: "none for byte \(missing)"
            )
        }
        return bytes
    }

    var addedTokens: AddedTokenScanner { preparation.addedTokens }

    func encode(_ utf8: UnsafeBufferPointer<UInt8>, isInside: Bool, to sink: inout TokenSink) {
        var text = String(decoding: utf8, as: UTF8.self)
        text.withUTF8 { text in
            preparation.forEachNormalizedPart(of: text, isInside: isInside, to: &sink) {
                segment, sink in
                var escaped: [UInt8] = []
                for byte in segment.text {
                    if byte == 0x20 { escaped += Self.space } else { escaped.append(byte) }
                }
                let first = sink.ids.count
                let lengths = escaped.withUnsafeBufferPointer {
                    encodeSegment($0, to: &sink.ids, keepsLengths: sink.keepsRanges)
                }
                sink.cover(segment, from: first, escapesSpaces: true) { place, _ in
                    lengths[place - first]
                }
            }
        }
    }

    private static let space = Array("\u{2581}".utf8)

    /// The best way to a place in a text: its last piece, and where that begins.
    private struct Path {
        var score = 0.0
        var start = -1
        var id: Int32 = -1
    }

    /// - Returns: how many bytes each piece covers, if these are asked for.
    private func encodeSegment(
        _ text: UnsafeBufferPointer<UInt8>, to ids: inout [Int32], keepsLengths: Bool
    ) -> [Int] {
        var paths = [Path](repeating: Path(), count: text.count + 1)
        var start = 0
        while start < text.count {
            let score = paths[start].score
            let next = start + max(1, decodeScalar(text, at: start).length)
            var isKnown = false
            func take(_ id: Int32, to end: Int, score: Double) {
                if paths[end].start < 0 || score > paths[end].score {
                    paths[end] = Path(score: score, start: start, id: id)
                }
            }
            trie.forEachPiece(in: text, from: start) { id, end in
                take(id, to: end, score: scores[Int(id)] + score)
                if end == next { isKnown = true }
            }
            if !isKnown { take(unknown, to: next, score: unknownScore + score) }
            start = next
        }
        return appendPieces(of: text, along: paths, to: &ids, keepsLengths: keepsLengths)
    }

    /// Follows the best way back. Neighbouring unknown characters are one unknown piece.
    private func appendPieces(
        of text: UnsafeBufferPointer<UInt8>, along paths: [Path], to ids: inout [Int32],
        keepsLengths: Bool
    ) -> [Int] {
        let first = ids.count
        var lengths: [Int] = []
        func add(_ length: Int) {
            if keepsLengths { lengths.append(length) }
        }
        var end = text.count
        while end > 0 {
            let path = paths[end]
            if path.id != unknown {
                ids.append(path.id)
                add(end - path.start)
            } else if let bytes {
                for byte in text[path.start..<end].reversed() {
                    ids.append(bytes[Int(byte)])
                    add(1)
                }
            } else if ids.count == first || ids[ids.count - 1] != unknown {
                ids.append(unknown)
                add(end - path.start)
            } else if keepsLengths {
                lengths[lengths.count - 1] += end - path.start
            }
            end = path.start
        }
        ids[first...].reverse()
        return lengths.reversed()
    }

    func decode(_ ids: [Int32]) -> [UInt8] {
        let text = ids.flatMap { texts[Int($0)] }
        // A space that encoding put in front.
        return preparation.prefix != .none && text.first == 0x20 ? Array(text.dropFirst()) : text
    }

    func meaning(of id: Int32) -> PieceMeaning {
        if let byte = bytes?.firstIndex(of: id) { return .byte(UInt8(byte)) }
        let text = texts[Int(id)]
        return id == unknown || text.isEmpty ? .none : .text(text)
    }
}
