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
    /// Those of XLM-R.
    static let piecesOfUnigrams = ["<pad>", "</s>", "<s>", "<unk>", "<mask>"]
    /// Those of BERT.
    static let piecesOfWords = ["[PAD]", "[SEP]", "[CLS]", "[UNK]", "[MASK]"]

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
    /// files beside it. In byte pairs with all of Gemma's pieces these are what no file names, and
    /// XLM-R's in unigrams and BERT's in pieces of words.
    ///
    /// - Parameter isConversion: whether the file may have been converted from a SentencePiece
    ///   model of Gemma's kind: it need not put both tokens around a text, which is done all the
    ///   same.
    /// - Throws: `InputError` naming the piece or role that is missing, or tokens around a text
    ///   that are not one in front and one behind.
    init(_ json: TokenizerJSON, pieces: [ArraySlice<UInt8>], isConversion: Bool) throws {
        var usual: [String?] = [nil, nil, nil, nil, nil]
        let known: [String] =
            switch json.kind {
            case .bytePairs: Self.pieces
            case .unigram: Self.piecesOfUnigrams
            case .wordPieces: Self.piecesOfWords
            case .byteLevel: []
            }
        if !known.isEmpty, known.allSatisfy({ Self.id(of: $0, in: pieces) != nil }) {
            usual = known
        }
        var ends = try json.textEnds()
        if case .bytePairs = json.kind, isConversion, let end = usual[1], let begin = usual[2],
            ends.begin ?? begin == begin, ends.end ?? end == end
        {
            (ends.begin, ends.end) = (begin, end)
        }
        guard let begin = ends.begin, let end = ends.end else {
            throw json.otherEnds(found: ends.description)
        }
        func token(_ role: String, _ usual: String?) throws -> String {
            if let token = json.settings.roles[role] ?? usual { return token }
            throw InputError(
                at: json.settings.path(of: TokenizerFolder.specialTokensName),
                expected: "\(role), a token of the vocabulary", found: "none",
                remedy: "Put the model's special_tokens_map.json or tokenizer_config.json beside "
                    + "tokenizer.json.")
        }
        let names = [
            try token("pad_token", usual[0]), end, begin, try token("unk_token", usual[3]),
            try token("mask_token", usual[4]),
        ]
        try self.init(
            names, in: pieces, path: json.path,
            remedy: "Put the tokenizer's own special_tokens_map.json beside it.")
    }

    init(padding: Int32, end: Int32, begin: Int32, unknown: Int32, mask: Int32) {
        (self.padding, self.end, self.begin) = (padding, end, begin)
        (self.unknown, self.mask) = (unknown, mask)
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
