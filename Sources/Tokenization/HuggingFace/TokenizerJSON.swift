import Diagnostics
import Foundation

/// What a `tokenizer.json` of Hugging Face's tokenizers library says about a byte-pair tokenizer
/// with SentencePiece's spaces, such as those of Gemma and mmBERT.
struct TokenizerJSON {
    /// A token that is looked for in the text before anything is merged.
    struct AddedToken {
        var id = -1
        var content: [UInt8] = []
        /// Whether it is looked for after spaces have become U+2581.
        var isNormalized = true
        var takesSpaceBefore = false
        var takesSpaceBehind = false
        var isWholeWord = false
    }

    /// Where the file is, for messages.
    let path: String
    private(set) var addedTokens: [AddedToken] = []
    /// The vocabulary: a token's text and its id.
    private(set) var vocabulary: [(text: [UInt8], id: Int)] = []
    /// Pairs that are joined, the first before all others.
    private(set) var merges: [(left: [UInt8], right: [UInt8])] = []
    private(set) var hasByteFallback = false
    private(set) var unknownToken: [UInt8]?
    private var fusesUnknown = false
    /// What becomes of text between added tokens before pairs are joined.
    private(set) var preparation = TextPreparation()

    /// Reads the content of a file.
    ///
    /// - Throws: `InputError` naming the line that is no JSON, or the key that asks for another
    ///   kind of tokenizer.
    init(_ text: [UInt8], path: String) throws {
        self.path = path
        var reader = JSONReader(text, path: path)
        var steps: [String: [[String: Any]]] = [:]
        var hasModel = false
        try reader.object { reader, key in
            switch key {
            case "added_tokens": try reader.array { try readAddedToken(&$0) }
            case "normalizer", "pre_tokenizer": steps[key] = try Self.steps(reader.skip())
            case "model":
                hasModel = true
                try readModel(&reader)
            default: try reader.skip()
            }
        }
        guard hasModel else { throw unsupported("model", expected: "an object", found: "none") }
        // SentencePiece makes one unknown token of neighbouring unknown characters.
        guard hasByteFallback || fusesUnknown && unknownToken != nil else {
            throw unsupported(
                "model.fuse_unk", expected: "true, or byte_fallback", found: "neither")
        }
        try readPreparation(steps["normalizer"] ?? [], steps["pre_tokenizer"] ?? [])
        try prepareAddedTokens()
    }

    /// Pieces that are not looked for in text: written out, they are plain text.
    static let control = Set(["<pad>", "<eos>", "<bos>", "<unk>"].map { Array($0.utf8) })

    /// The error of a tokenizer that is read by the library that made it only.
    func unsupported(_ key: String, expected: String, found: String) -> InputError {
        InputError(
            at: "\(path): \(key)", expected: expected, found: found,
            remedy: "Byte-pair tokenizers with SentencePiece's spaces are read, such as those of "
                + "Gemma and mmBERT. Make token ids with the model's own tokenizer.")
    }

    // MARK: Parts

    private mutating func readAddedToken(_ reader: inout JSONReader) throws {
        var token = AddedToken()
        try reader.object { reader, key in
            switch key {
            case "id": token.id = try Self.id(&reader)
            case "content": token.content = try reader.string()
            case "normalized": token.isNormalized = try reader.boolean()
            case "lstrip": token.takesSpaceBefore = try reader.boolean()
            case "rstrip": token.takesSpaceBehind = try reader.boolean()
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
                guard type == "BPE" else {
                    throw unsupported("model.type", expected: "BPE", found: type)
                }
            case "vocab":
                try reader.table { vocabulary.append(($1, try Self.id(&$0))) }
            case "merges":
                try reader.array { merges.append(try Self.merge(&$0)) }
            case "byte_fallback": hasByteFallback = try reader.boolean()
            case "unk_token": unknownToken = try reader.optional { try $0.string() }
            case "fuse_unk": fusesUnknown = try reader.boolean()
            case "continuing_subword_prefix", "end_of_word_suffix":
                let affix = try reader.optional { try $0.string() } ?? []
                guard affix.isEmpty else {
                    throw unsupported(
                        "model.\(key)", expected: "none",
                        found: String(decoding: affix, as: UTF8.self))
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

    /// The steps of a normalizer or pre-tokenizer, with those of a sequence one by one.
    private static func steps(_ json: ArraySlice<UInt8>) -> [[String: Any]] {
        let value = try? JSONSerialization.jsonObject(
            with: Data(json), options: .fragmentsAllowed)
        func flatten(_ value: Any?) -> [[String: Any]] {
            if value is NSNull { return [] }
            // What is no step is one of no type, which is refused.
            guard let step = value as? [String: Any] else { return [[:]] }
            let inner = step["normalizers"] ?? step["pretokenizers"]
            return (inner as? [Any])?.flatMap(flatten) ?? [step]
        }
        return flatten(value)
    }

    private mutating func readPreparation(
        _ normalizers: [[String: Any]], _ preTokenizers: [[String: Any]]
    ) throws {
        func pattern(_ step: [String: Any]) -> String? {
            (step["pattern"] as? [String: Any])?["String"] as? String
        }
        func type(_ step: [String: Any]) -> String { step["type"] as? String ?? "no type" }
        var replacesSpaces = false
        for step in normalizers {
            guard type(step) == "Replace", pattern(step) == " ", step["content"] as? String == "▁"
            else {
                throw unsupported(
                    "normalizer", expected: "spaces replaced by U+2581 and nothing else",
                    found: type(step))
            }
            replacesSpaces = true
        }
        for step in preTokenizers {
            switch type(step) {
            // No space is left where this could split.
            case "Split" where pattern(step) == " " && replacesSpaces: continue
            case "Metaspace" where step["replacement"] as? String == "▁":
                replacesSpaces = true
                let scheme = step["prepend_scheme"] as? String
                let adds = step["add_prefix_space"] as? Bool ?? true
                preparation.prefix =
                    switch scheme ?? (adds ? "always" : "never") {
                    case "never": .none
                    case "first": .firstSegment
                    default: .everySegment
                    }
                preparation.splitsAtSpaces = step["split"] as? Bool ?? true
            default:
                throw unsupported(
                    "pre_tokenizer", expected: "Metaspace, a split at spaces, or none",
                    found: type(step))
            }
        }
        guard replacesSpaces else {
            throw unsupported(
                "normalizer", expected: "spaces replaced by U+2581", found: "spaces that stay")
        }
    }

    private mutating func prepareAddedTokens() throws {
        for token in addedTokens where !Self.control.contains(token.content) {
            let text = String(decoding: token.content, as: UTF8.self)
            guard !token.isWholeWord, !text.contains(" ") else {
                throw unsupported(
                    "added_tokens", expected: "tokens that are found anywhere, without a space",
                    found: "\"\(text)\"")
            }
            if token.takesSpaceBefore { preparation.takingSpaceBefore.insert(Int32(token.id)) }
            if token.takesSpaceBehind { preparation.takingSpaceBehind.insert(Int32(token.id)) }
            guard token.isNormalized, text.unicodeScalars.contains("\u{2581}") else {
                preparation.symbols.insert(scalars(of: token.content), id: Int32(token.id))
                continue
            }
            // Found among spaces, as pieces are joined; what is around it is not cut anew.
            guard preparation.prefix == .none, !preparation.splitsAtSpaces else {
                throw unsupported(
                    "added_tokens", expected: "no runs of U+2581 beside spaces put in front",
                    found: "\"\(text)\"")
            }
        }
    }
}
