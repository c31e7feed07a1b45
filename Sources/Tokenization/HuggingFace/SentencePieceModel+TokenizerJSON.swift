extension SentencePieceModel {
    /// The SentencePiece model that gives the ids of a `tokenizer.json`.
    ///
    /// SentencePiece joins the pair whose result has the best score, wherever the pair is; the
    /// file lists pairs in their order. The two agree if all pairs with one result stand together
    /// in the list and no pair that SentencePiece would join is missing, as is so in files that
    /// were converted from a SentencePiece model. Anything else is refused.
    ///
    /// - Throws: `InputError` naming what SentencePiece cannot do.
    init(_ json: TokenizerJSON) throws {
        var pieces = try json.pieces().map { Piece(utf8: $0) }
        Self.setKinds(&pieces, json)
        var index = PieceIndex(capacity: pieces.count)
        for (id, piece) in pieces.enumerated() { index.insert(piece.utf8, symbol: Int32(id)) }
        try Self.setScores(&pieces, index, json)
        if json.hasByteFallback { Self.nameBytes(&pieces, index) }
        self.init(bytePairs: pieces, hasByteFallback: json.hasByteFallback)
    }

    private static func setKinds(_ pieces: inout [Piece], _ json: TokenizerJSON) {
        for token in json.addedTokens {
            pieces[token.id].kind =
                TokenizerJSON.control.contains(token.content) ? .control : .userDefined
        }
        let unknown = json.unknownToken ?? Array("<unk>".utf8)
        for id in pieces.indices {
            if pieces[id].utf8.elementsEqual(unknown) {
                pieces[id].kind = .unknown
            } else if json.hasByteFallback, pieces[id].kind == .normal,
                byteValue(of: pieces[id].utf8) != nil
            {
                pieces[id].kind = .byte
            }
        }
    }

    /// transformers writes the tab itself for Gemma's byte `<0x09>`; SentencePiece wants all bytes.
    private static func nameBytes(_ pieces: inout [Piece], _ index: PieceIndex) {
        for byte in UInt8(0)..<0x80 {
            let digits = String(byte, radix: 16, uppercase: true)
            let name = Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8)[...]
            if index.symbol(of: name) == nil, let id = index.symbol(of: [byte]) {
                pieces[Int(id)] = Piece(utf8: name, kind: .byte)
            }
        }
    }

    /// Scores of the pieces that pairs join to: −1 for the first in the list, −2 for the next, ….
    private static func setScores(
        _ pieces: inout [Piece], _ index: PieceIndex, _ json: TokenizerJSON
    ) throws {
        func isNormal(_ text: ArraySlice<UInt8>) -> Bool {
            index.symbol(of: text).map { pieces[Int($0)].kind == .normal } ?? false
        }
        var pairs = [Int](repeating: 0, count: pieces.count)
        var last = -1
        var score: Float = 0
        for (left, right) in json.merges {
            let joined = (left + right)[...]
            guard let id = index.symbol(of: joined).map(Int.init) else {
                throw json.unsupported(
                    "model.merges", expected: "pairs that join to a token",
                    found: "\"\(String(decoding: joined, as: UTF8.self))\"")
            }
            // Pairs of these count only where they all come before the rest; see `checkRuns`.
            if pieces[id].kind == .userDefined { pairs[id] = last < 0 ? pairs[id] + 1 : 0 }
            guard pieces[id].kind == .normal, isNormal(left[...]), isNormal(right[...]) else {
                continue
            }
            if id != last {
                guard pairs[id] == 0 else {
                    throw json.unsupported(
                        "model.merges", expected: "all pairs with one result side by side",
                        found: "those of \"\(pieces[id].text)\" apart")
                }
                score -= 1
                pieces[id].score = score
                last = id
            }
            pairs[id] += 1
        }
        for id in pieces.indices where pieces[id].kind == .normal {
            try checkCompleteness(of: pieces[id], pairs: pairs[id], pieces, index, json)
            // Single characters are never joined to.
            if pairs[id] == 0 { pieces[id].score = score - 1 }
        }
        try checkRuns(pairs, json)
    }

    private static func checkCompleteness(
        of piece: Piece, pairs: Int, _ pieces: [Piece], _ index: PieceIndex, _ json: TokenizerJSON
    ) throws {
        var possible = 0
        index.forEachCut(of: piece.utf8) { _, left, right in
            let isNormal = [left, right].allSatisfy { pieces[Int($0)].kind == .normal }
            possible += isNormal ? 1 : 0
        }
        guard pairs == possible else {
            throw json.unsupported(
                "model.merges", expected: "all \(possible) pairs that join to \"\(piece.text)\"",
                found: "\(pairs)")
        }
    }

    /// Runs of U+2581 that are looked for before spaces become it are found in no text. They result
    /// from joining, and this is the same as cutting them out if it comes before all else.
    private static func checkRuns(_ pairs: [Int], _ json: TokenizerJSON) throws {
        let space = Array("\u{2581}".utf8)
        for token in json.addedTokens where !token.isNormalized && pairs[token.id] == 0 {
            guard !token.content.starts(with: space) else {
                throw json.unsupported(
                    "model.merges", expected: "runs of U+2581 joined before all else",
                    found: "none that join to token \(token.id)")
            }
        }
    }
}
