import Diagnostics
import Serialization

/// What a `tokenizer.json` of Hugging Face's tokenizers library says: about a byte-pair tokenizer,
/// one with SentencePiece's spaces, such as those of Gemma and mmBERT, or one of bytes, such as
/// ModernBERT's; about a unigram model with such spaces, such as XLM-R's; or about BERT's pieces of
/// words. Or what a `vocab.txt` says of the last.
struct TokenizerJSON {
    /// The kinds that are read, with what becomes of text before pieces are found in it.
    enum Kind {
        case bytePairs(TextPreparation)
        case byteLevel(ByteLevelCodec.Preparation)
        case unigram(TextPreparation)
        case wordPieces(TextPreparation)
    }

    /// How pieces are found in text.
    enum Model: String {
        /// Pairs are joined in the order of the file.
        case bytePairs = "BPE"
        /// The likeliest pieces are taken, by the logarithms of their probabilities.
        case unigram = "Unigram"
        /// Of a word the longest piece is taken, then of the rest.
        case wordPieces = "WordPiece"
    }

    /// A normalizer, pre-tokenizer or post-processor, by its keys.
    typealias Step = [String: Any]

    /// A token that is looked for in the text before anything is merged.
    struct AddedToken {
        var id = -1
        var content: [UInt8] = []
        /// Whether it is looked for after spaces have become U+2581.
        var isNormalized = true
        var takesSpaceBefore = false
        var takesSpaceAfter = false
        var isWholeWord = false
        /// Whether it only sees to it that there is such a token, looked for in whatever way.
        var isOnlyAdded = false
    }

    /// Where the file is, for messages.
    let path: String
    var addedTokens: [AddedToken] = []
    var model = Model.bytePairs
    /// The vocabulary: a token's text and its id.
    var vocabulary: [(text: [UInt8], id: Int)] = []
    /// Pairs that are joined, the first before all others.
    private(set) var merges: [(left: [UInt8], right: [UInt8])] = []
    /// The logarithm of each token's probability, in the vocabulary's order; unigram models only.
    private(set) var scores: [Double] = []
    /// The id of what is not in a unigram model's vocabulary.
    private(set) var unknownID: Int?
    private(set) var hasByteFallback = false
    var unknownToken: [UInt8]?
    /// What stands in front of pieces that continue a word; nil where nothing says so.
    var continuation: [UInt8]?
    /// Words of more characters are unknown.
    var longestWord = 100
    private(set) var fusesUnknown = false
    var kind = Kind.bytePairs(TextPreparation())
    /// Whether what cuts text is one step, and no sequence of one.
    private(set) var hasOnePreTokenizer = false
    /// What is put around a text's ids.
    var postProcessors: [Step] = []
    /// Whether long texts lose their front, where the files beside it say nothing.
    private(set) var cutsFront = false
    /// What the files beside it say.
    let settings: TokenizerSettings

    /// Reads the content of a file.
    ///
    /// - Parameter companions: the files beside it.
    /// - Throws: `InputError` naming the line that is not JSON, or the key that asks for another
    ///   kind of tokenizer.
    init(
        _ text: [UInt8], path: String, companions: [(name: String, content: [UInt8])]
    ) throws {
        try self.init(path: path, companions: companions)
        let normalizers: [Step]
        let preTokenizers: [Step]
        do {
            (normalizers, preTokenizers) = try read(text)
        } catch let error as JSONError {
            throw InputError(
                at: "\(path):\(error.line(in: text))", expected: "JSON, here \(error.expected)",
                found: error.found(in: text),
                remedy: "Copy the file again, or save the tokenizer again.")
        }
        try checkModel()
        try resolveAddedTokens(settings)
        if preTokenizers.contains(where: { $0.type == "ByteLevel" }) {
            kind = .byteLevel(try byteLevelPreparation(normalizers, preTokenizers))
        } else if model == .wordPieces {
            kind = .wordPieces(try wordPreparation(normalizers, preTokenizers))
        } else {
            let preparation = try sentencePiecePreparation(normalizers, preTokenizers)
            kind = model == .unigram ? .unigram(preparation) : .bytePairs(preparation)
        }
    }

    /// What is said where there is no file, but those beside it.
    init(path: String, companions: [(name: String, content: [UInt8])]) throws {
        self.path = path
        settings = try TokenizerSettings(companions, beside: path)
        try settings.rejectUnsupported()
    }

    private func checkModel() throws {
        guard scores.count == (model == .unigram ? vocabulary.count : 0) else {
            throw unsupported(
                "model.vocab", expected: "scores in a unigram model, and in no other",
                found: "\(scores.count) scores of \(vocabulary.count) tokens")
        }
        if let continuation, !continuation.isEmpty, model != .wordPieces {
            throw unsupported(
                "model.continuing_subword_prefix", expected: "none",
                found: String(decoding: continuation, as: UTF8.self))
        }
    }

    /// Pieces that are not looked for in text: written out, they are plain text.
    static let control = Set(["<pad>", "<eos>", "<bos>", "<unk>"].map { Array($0.utf8) })

    /// The error of a tokenizer that only the library that made it can read.
    func unsupported(_ key: String, expected: String, found: String) -> InputError {
        InputError(
            at: "\(path): \(key)", expected: expected, found: found,
            remedy:
                "mmbert reads byte pairs of bytes, as in ModernBERT, byte pairs or unigrams with "
                + "SentencePiece's spaces, as in mmBERT and XLM-R, and BERT's pieces of words. "
                + "Make token ids with the model's own tokenizer.")
    }

    /// The pieces in the order of their ids, which must be 0, 1, 2, ….
    func pieces() throws -> [ArraySlice<UInt8>] {
        let entries = vocabulary + addedTokens.map { ($0.content, $0.id) }
        let count = entries.reduce(0) { max($0, $1.1 + 1) }
        guard count <= entries.count else {
            throw unsupported(
                "model.vocab", expected: "ids from 0 on without holes",
                found: "\(count - 1) as the largest of \(vocabulary.count) tokens")
        }
        var pieces = [ArraySlice<UInt8>?](repeating: nil, count: count)
        for (text, id) in entries {
            guard id >= 0, pieces[id].map({ $0 == text[...] }) ?? true else {
                throw unsupported(
                    "model.vocab", expected: "one token for each id",
                    found: "\"\(String(decoding: text, as: UTF8.self))\" with id \(id)")
            }
            pieces[id] = text[...]
        }
        return try pieces.enumerated().map { id, piece in
            guard let piece else {
                throw unsupported(
                    "model.vocab", expected: "ids from 0 on without holes", found: "no id \(id)")
            }
            return piece
        }
    }

    // MARK: Parts

    /// Reads the file's text; returns the steps before pieces are found.
    private mutating func read(
        _ text: [UInt8]
    ) throws -> (normalizers: [Step], preTokenizers: [Step]) {
        var reader = JSONReader(text)
        var normalizers: [Step] = []
        var preTokenizers: [Step] = []
        var hasModel = false
        try reader.object { reader, key in
            switch key {
            case "added_tokens": try reader.array { try readAddedToken(&$0) }
            case "normalizer": normalizers = try Self.steps(reader.skip())
            case "pre_tokenizer":
                let text = try reader.skip()
                preTokenizers = Self.steps(text)
                hasOnePreTokenizer = preTokenizers.count == 1 && !Self.isSequence(text)
            case "post_processor": postProcessors = try Self.steps(reader.skip())
            case "truncation":
                let step = try Self.steps(reader.skip()).first
                cutsFront = step?["direction"] as? String == "Left"
            case "model":
                hasModel = true
                try readModel(&reader)
            default: try reader.skip()
            }
        }
        guard hasModel else { throw unsupported("model", expected: "an object", found: "none") }
        return (normalizers, preTokenizers)
    }

    private mutating func readAddedToken(_ reader: inout JSONReader) throws {
        var token = AddedToken()
        try reader.object { reader, key in
            switch key {
            case "id": token.id = try Self.id(&reader)
            case "content": token.content = try reader.string()
            case "normalized": token.isNormalized = try reader.boolean()
            case "lstrip": token.takesSpaceBefore = try reader.boolean()
            case "rstrip": token.takesSpaceAfter = try reader.boolean()
            case "single_word": token.isWholeWord = try reader.boolean()
            default: try reader.skip()
            }
        }
        addedTokens.append(token)
    }

    private mutating func readModel(_ reader: inout JSONReader) throws {
        try reader.object { reader, key in
            switch key {
            case "type":
                let type = String(decoding: try reader.string(), as: UTF8.self)
                guard let known = Model(rawValue: type) else {
                    throw unsupported(
                        "model.type", expected: "BPE, Unigram or WordPiece", found: type)
                }
                model = known
            case "vocab" where reader.isAtArray():
                try reader.array { reader in
                    let (text, score) = try Self.scoredToken(&reader)
                    vocabulary.append((text, vocabulary.count))
                    scores.append(score)
                }
            case "vocab":
                try reader.table { vocabulary.append(($1, try Self.id(&$0))) }
            case "unk_id": unknownID = try reader.optional { try Self.id(&$0) }
            case "merges":
                try reader.array { merges.append(try Self.merge(&$0)) }
            case "byte_fallback": hasByteFallback = try reader.boolean()
            case "unk_token": unknownToken = try reader.optional { try $0.string() }
            case "fuse_unk": fusesUnknown = try reader.boolean()
            case "continuing_subword_prefix":
                continuation = try reader.optional { try $0.string() }
            case "max_input_chars_per_word": longestWord = try Self.id(&reader)
            case "end_of_word_suffix":
                let affix = try reader.optional { try $0.string() } ?? []
                guard affix.isEmpty else {
                    throw unsupported(
                        "model.\(key)", expected: "none",
                        found: String(decoding: affix, as: UTF8.self))
                }
            case "dropout":
                let rate = try reader.optional { try $0.number() } ?? 0
                guard rate == 0 else {
                    throw unsupported("model.\(key)", expected: "none", found: "\(rate)")
                }
            case "ignore_merges":
                guard try !reader.boolean() else {
                    throw unsupported("model.\(key)", expected: "false", found: "true")
                }
            default: try reader.skip()
            }
        }
    }

    private static func id(_ reader: inout JSONReader) throws -> Int {
        let id = try reader.integer()
        guard 0..<Int(Int32.max) ~= id else { throw reader.failure("an id before this") }
        return id
    }

    /// A token and the logarithm of its probability.
    private static func scoredToken(
        _ reader: inout JSONReader
    ) throws -> (text: [UInt8], score: Double) {
        var text: [UInt8]?
        var score: Double?
        try reader.array { reader in
            if text == nil { text = try reader.string() } else { score = try reader.number() }
        }
        guard let text, let score else {
            throw reader.failure("a token and its score before this")
        }
        return (text, score)
    }

    /// A pair of strings, or one string with a space between them as older files have it.
    private static func merge(
        _ reader: inout JSONReader
    ) throws -> (left: [UInt8], right: [UInt8]) {
        var halves: [[UInt8]] = []
        if reader.isAtString() {
            let parts = try reader.string().split(separator: 0x20, maxSplits: 1)
            halves = parts.map(Array.init)
        } else {
            try reader.array { halves.append(try $0.string()) }
        }
        guard halves.count == 2 else { throw reader.failure("a pair of tokens before this") }
        return (halves[0], halves[1])
    }
}
