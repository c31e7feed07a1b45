import CSentencePiece
import Diagnostics

/// SentencePiece, with our own encoder where the model allows it.
final class SentencePieceCodec: TokenCodec, @unchecked Sendable {
    /// Loaded once and then only read; SentencePiece's const methods are safe across threads.
    private let processor: OpaquePointer
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
        var loaded: OpaquePointer?
        let problem = takeMessage(csp_load(bytes, bytes.count, &loaded))
        guard let loaded, problem == nil else {
            throw InputError(
                at: path, expected: "a SentencePiece model",
                found: problem ?? "nothing",
                remedy: "Copy the file again, or train one with `mmbert tokenizer train`.")
        }
        processor = loaded
        fastEncoder = BytePairEncoder(model)
        self.preparation = preparation
        silent = [special.padding, special.begin, special.end]
        pieces = model.pieces
    }

    deinit {
        csp_free(processor)
    }

    func encode(_ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]) {
        encode(utf8, by: preparation, appendingTo: &ids)
    }

    func encodeInside(_ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]) {
        var preparation = preparation
        preparation?.prefix = .none
        let first = ids.count
        encode(utf8, by: preparation, appendingTo: &ids)
        // Some models put the space there themselves.
        if utf8.first != 0x20, first < ids.count,
            pieces[Int(ids[first])].utf8.elementsEqual([0xe2, 0x96, 0x81])
        {
            ids.remove(at: first)
        }
    }

    private func encode(
        _ utf8: UnsafeBufferPointer<UInt8>, by preparation: TextPreparation?,
        appendingTo ids: inout [Int32]
    ) {
        guard let preparation else { return encodeAsItIs(utf8, appendingTo: &ids) }
        preparation.forEachPart(of: utf8) { id in
            ids.append(id)
        } segment: { text in
            encodeAsItIs(text, appendingTo: &ids)
        }
    }

    private func encodeAsItIs(
        _ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]
    ) {
        let countBefore = ids.count
        if let fastEncoder,
            fastEncoder.encode(
                utf8, appendingTo: &ids, encodeLongPart: encodeWithLibrary(_:appendingTo:))
        {
            return
        }
        ids.removeLast(ids.count - countBefore)
        encodeWithLibrary(utf8, appendingTo: &ids)
    }

    /// The ids as the library itself gives them.
    func encodeWithLibrary(
        _ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]
    ) {
        var found: UnsafeMutablePointer<Int32>?
        var count = 0
        let problem = takeMessage(
            csp_encode(processor, utf8.baseAddress, utf8.count, &found, &count))
        precondition(problem == nil, "Tokenizer.encode: \(problem ?? "") in \(utf8.count) bytes")
        ids.append(contentsOf: UnsafeBufferPointer(start: found, count: count))
        csp_release(found)
    }

    func decode(_ ids: [Int32]) -> [UInt8] {
        let ids = ids.filter { !silent.contains($0) }
        var text: UnsafeMutablePointer<CChar>?
        var count = 0
        let problem = takeMessage(csp_decode(processor, ids, ids.count, &text, &count))
        precondition(problem == nil, "Tokenizer.decode: \(problem ?? "") in \(ids.count) ids")
        defer { csp_release(text) }
        var bytes = UnsafeRawBufferPointer(start: text, count: count)[...]
        // A space that encoding put in front.
        if let preparation, preparation.prefix != .none, bytes.first == 0x20 {
            bytes = bytes.dropFirst()
        }
        return Array(bytes)
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

/// A message handed out by the C functions as a string; releases it.
func takeMessage(_ message: UnsafeMutablePointer<CChar>?) -> String? {
    guard let message else { return nil }
    defer { csp_release(message) }
    return String(cString: message)
}
