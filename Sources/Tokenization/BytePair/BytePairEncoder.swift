/// SentencePiece's byte-pair encoding with the same ids, several times faster.
///
/// The reference keeps one queue of candidate merges for a whole text. Here the text is first
/// split wherever two neighbouring characters are side by side in no piece: no merge can cross
/// such a place, so each part, mostly a word, is merged on its own, best score first and leftmost
/// on ties, by scanning a handful of pairs.
struct BytePairEncoder {
    /// Parts of more characters are left to the library, whose queue does not grow quadratically.
    static let longestPart = 128

    var characters = CharacterTable()
    var symbols = UserSymbolTrie()
    var merges: MergeTable
    var neighbours: NeighbourFilter
    /// The ids of `<0x00>` to `<0xFF>`.
    var bytes = [Int32](repeating: -1, count: 256)
    /// Symbols from here on are characters that occur in pieces but are none themselves.
    let pieceCount: Int32
    var charactersWithoutPiece: [UInt32] = []

    /// Tables for a model, or nil for one that needs more than this encoder knows: another kind
    /// of model, no byte fallback, text changed before encoding, or unused pieces.
    init?(_ model: SentencePieceModel) {
        guard model.isBytePairModel, model.keepsTextAsItIs, model.hasByteFallback,
            !model.pieces.contains(where: { $0.kind == .unused })
        else { return nil }
        pieceCount = Int32(model.pieces.count)
        let pieces = model.pieces.map { scalars(of: $0.utf8) }
        let normal = model.pieces.indices.filter { model.pieces[$0].kind == .normal }
        let pairCount = normal.reduce(0) { $0 + max(0, pieces[$1].count - 1) }
        merges = MergeTable(capacity: pairCount)
        neighbours = NeighbourFilter(capacity: pairCount)
        for (id, piece) in model.pieces.enumerated() {
            switch piece.kind {
            case .byte:
                guard let byte = byteValue(of: piece.utf8) else { return nil }
                bytes[byte] = Int32(id)
            case .userDefined: symbols.insert(pieces[id], id: Int32(id))
            case .normal where pieces[id].count == 1:
                characters[pieces[id][0]].symbol = Int32(id)
            case .normal, .unknown, .control, .unused: continue
            }
        }
        guard !bytes.contains(-1) else { return nil }
        for (scalar, node) in symbols.firstCharacters { characters[scalar].trieNode = node }
        for id in normal where pieces[id].count > 1 { insertNeighbours(pieces[id]) }
        insertMerges(model, normal: normal, pieces: pieces)
    }

    /// Records which characters stand side by side in a piece, and gives a symbol to those that
    /// are not pieces themselves.
    private mutating func insertNeighbours(_ piece: [UInt32]) {
        for scalar in piece where characters[scalar].symbol == CharacterTable.unknown {
            characters[scalar].symbol = pieceCount + Int32(charactersWithoutPiece.count)
            charactersWithoutPiece.append(scalar)
        }
        for (left, right) in zip(piece, piece.dropFirst()) {
            neighbours.insert(characters[left].symbol, characters[right].symbol)
        }
    }

    /// Records every way in which two symbols join to a piece.
    private mutating func insertMerges(
        _ model: SentencePieceModel, normal: [Int], pieces: [[UInt32]]
    ) {
        var index = PieceIndex(capacity: normal.count + charactersWithoutPiece.count)
        for id in normal { index.insert(model.pieces[id].utf8, symbol: Int32(id)) }
        for (offset, scalar) in charactersWithoutPiece.enumerated() {
            index.insert(utf8(of: scalar)[...], symbol: pieceCount + Int32(offset))
        }
        var rank: UInt32 = 0
        var lastScore: Float?
        let byScore = normal.sorted {
            (model.pieces[$1].score, $0) < (model.pieces[$0].score, $1)
        }
        for id in byScore where pieces[id].count > 1 {
            let piece = model.pieces[id]
            if let lastScore, piece.score < lastScore { rank += 1 }
            lastScore = piece.score
            index.forEachCut(of: piece.utf8) { _, left, right in
                merges.insert(
                    left: left, right: right,
                    merge: MergeTable.Merge(rank: rank, piece: Int32(id)))
            }
        }
    }
}
