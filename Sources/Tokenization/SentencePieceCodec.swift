import Diagnostics

/// SentencePiece, with our own encoder where the model allows it.
final class SentencePieceCodec: TokenCodec {
    private let library: SentencePieceLibrary
    /// The faster way to the same ids, where the model allows it.
    private let fastEncoder: BytePairEncoder?
    /// How text is cut before pairs are joined, where a `tokenizer.json` says something of it.
    private let preparation: TextPreparation?
    /// Ids that give no text.
    private let silent: Set<Int32>
    private let pieces: [SentencePieceModel.Piece]

    /// - Parameters:
    ///   - bytes: the content of a `.model` file, which says the same as `model`.
    ///   - path: the file's name for messages.
    /// - Throws: `InputError` when SentencePiece does not load it.
    init(
        _ model: SentencePieceModel, bytes: [UInt8], special: SpecialTokens,
        preparation: TextPreparation? = nil, path: String
    ) throws {
        library = try SentencePieceLibrary(model, bytes: bytes, path: path)
        fastEncoder = BytePairEncoder(model)
        self.preparation = preparation
        silent = [special.padding, special.begin, special.end]
        pieces = model.pieces
    }

    var addedTokens: AddedTokenScanner { preparation?.addedTokens ?? AddedTokenScanner() }

    func encode(_ utf8: UnsafeBufferPointer<UInt8>, isInside: Bool, to sink: inout TokenSink) {
        guard var preparation else {
            return encode(TextSegment(text: utf8, start: 0), isInside, to: &sink)
        }
        if isInside { preparation.prefix = .none }
        preparation.forEachPart(of: utf8) { id, range in
            sink.append(id, at: range)
        } segment: { segment in
            encode(segment, isInside, to: &sink)
        }
    }

    private func encode(_ segment: TextSegment, _ isInside: Bool, to sink: inout TokenSink) {
        let first = sink.ids.count
        if let fastEncoder,
            fastEncoder.encode(
                segment.text, appendingTo: &sink.ids,
                encodeLongPart: encodeWithLibrary(_:appendingTo:))
        {
            sink.cover(segment, from: first, escapesSpaces: true) { place, ids in
                // The pieces of bytes are named, not written.
                let piece = pieces[Int(ids[place])]
                return piece.kind == .byte ? 1 : piece.utf8.count
            }
            return
        }
        sink.ids.removeLast(sink.ids.count - first)
        library.encode(segment, isInside: isInside, to: &sink)
    }

    /// The ids as the library itself gives them.
    func encodeWithLibrary(
        _ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]
    ) {
        library.encode(utf8, appendingTo: &ids)
    }

    func decode(_ ids: [Int32]) -> [UInt8] {
        let bytes = library.decode(ids.filter { !silent.contains($0) })
        // A space that encoding put in front.
        guard let preparation, preparation.prefix != .none, bytes.first == 0x20 else {
            return bytes
        }
        return Array(bytes.dropFirst())
    }

    func meaning(of id: Int32) -> PieceMeaning {
        let piece = pieces[Int(id)]
        switch piece.kind {
        case .normal, .userDefined: return .text(plainText(of: piece.utf8))
        case .byte: return byteValue(of: piece.utf8).map { .byte(UInt8($0)) } ?? .none
        case .unknown, .control, .unused: return .none
        }
    }
}
