import Diagnostics

/// The ids with a meaning of their own, found in the vocabulary by their pieces: those named here
/// in SentencePiece's vocabularies, `[PAD]` and others in byte-level ones.
public struct SpecialTokens: Sendable, Equatable {
    /// `<pad>`, 0 in Gemma's vocabulary.
    public let padding: Int32
    /// `<eos>`, 1 in Gemma's vocabulary; ends a document and serves as separator.
    public let end: Int32
    /// `<bos>`, 2 in Gemma's vocabulary; begins a document and serves as class token.
    public let begin: Int32
    /// `<unk>`, 3 in Gemma's vocabulary.
    public let unknown: Int32
    /// `<mask>`, 4 in Gemma's vocabulary.
    public let mask: Int32

    /// The pieces in the order of Gemma's ids: padding, end, begin, unknown, mask.
    static let pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]

    /// All of them, in the order of Gemma's ids.
    public var all: [Int32] { [padding, end, begin, unknown, mask] }

    /// Looks them up in a model.
    ///
    /// - Parameter path: the model's name for messages.
    /// - Throws: `InputError` naming the piece that is missing.
    init(model: SentencePieceModel, path: String) throws {
        try self.init(
            Self.pieces, in: model.pieces.map(\.utf8), path: path,
            remedy: "Use Gemma's tokenizer.model, train one with `mmbert tokenizer train`, or give "
                + "token ids.")
    }

    /// Looks up those that a `tokenizer.json` puts around a text, and those that play a role by the
    /// files beside it. Byte pairs with all of Gemma's pieces have these, as SentencePiece has
    /// them.
    ///
    /// - Throws: `InputError` naming the piece or role that is missing.
    init(
        _ json: TokenizerJSON, companions: [(name: String, content: [UInt8])],
        pieces: [ArraySlice<UInt8>]
    ) throws {
        let hasGemmas = Self.pieces.allSatisfy { Self.id(of: $0, in: pieces) != nil }
        let names: [String]
        switch json.kind {
        case .bytePairs where hasGemmas: names = Self.pieces
        case .bytePairs, .byteLevel, .unigram:
            let roles = try SpecialTokenRoles(companions, beside: json.path)
            let ends = try json.textEnds()
            names = [roles.padding, ends.end, ends.begin, roles.unknown, roles.mask]
        }
        try self.init(
            names, in: pieces, path: json.path,
            remedy: "Put the tokenizer's own special_tokens_map.json beside it.")
    }

    private static func id(of name: String, in pieces: [ArraySlice<UInt8>]) -> Int32? {
        pieces.firstIndex { $0.elementsEqual(name.utf8) }.map(Int32.init)
    }

    /// - Parameter names: padding, end, begin, unknown, mask.
    private init(
        _ names: [String], in pieces: [ArraySlice<UInt8>], path: String, remedy: String
    ) throws {
        let ids = try names.map { name in
            guard let id = Self.id(of: name, in: pieces) else {
                throw InputError(
                    at: path, expected: "a vocabulary with \(names.joined(separator: " "))",
                    found: "no piece \(name)", remedy: remedy)
            }
            return id
        }
        (padding, end, begin, unknown, mask) = (ids[0], ids[1], ids[2], ids[3], ids[4])
    }
}
