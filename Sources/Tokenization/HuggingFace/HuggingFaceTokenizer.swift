import Diagnostics
import Formats
import Foundation
import Serialization

/// The files from which Hugging Face's `AutoTokenizer` makes the same tokenizer.
///
/// `tokenizer.json` describes SentencePiece's byte-pair encoding in the terms of the `tokenizers`
/// library: spaces become U+2581 and nothing else changes; user-defined symbols are cut out first;
/// then merges in the order of the pieces' scores; characters outside the vocabulary fall back to
/// bytes. Ids are those of the SentencePiece model. One difference remains: the literal text
/// `<bos>`, `<eos>`, `<pad>` or `<unk>` is a special token there and plain text here.
public struct HuggingFaceTokenizer: Sendable {
    /// `tokenizer.model`, `tokenizer.json`, `tokenizer_config.json` and
    /// `special_tokens_map.json` with their contents; without `tokenizer.model` where there is
    /// none.
    public let files: [(name: String, content: [UInt8])]

    /// Converts a tokenizer. One that was made from `tokenizer.json` keeps the files it has, but
    /// for a longer `model_max_length`.
    ///
    /// - Parameter maximumLength: `model_max_length`, in tokens; nil for what files say, or 8192.
    /// - Throws: `InputError` when the model is not a byte-pair model or changes text before
    ///   encoding it, which these files cannot express.
    public init(_ tokenizer: Tokenizer, maximumLength: Int? = nil) throws {
        guard tokenizer.huggingFaceFiles.isEmpty else {
            files = tokenizer.huggingFaceFiles.map { name, content in
                guard let maximumLength, name == TokenizerFolder.configurationName else {
                    return (name, content)
                }
                return (name, Self.shortened(content, to: maximumLength))
            }
            return
        }
        guard let model = tokenizer.model, model.isBytePairModel, model.keepsTextAsItIs else {
            throw InputError(
                at: TokenizerFolder.modelName,
                expected: "a byte-pair model that keeps text as it is",
                found: tokenizer.model?.isBytePairModel ?? false
                    ? "one that normalises text" : "another kind of model",
                remedy: "Use Gemma's tokenizer.model, or train one with `mmbert tokenizer train`.")
        }
        let companions = Self.companions(of: model, maximumLength: maximumLength ?? 8192)
        files =
            [
                (TokenizerFolder.modelName, tokenizer.bytes),
                (TokenizerFolder.jsonName, Self.tokenizerJSON(model, special: tokenizer.special)),
            ] + (try companions.map { ($0, try Self.json($1)) })
    }

    /// The text of a `tokenizer_config.json` whose `model_max_length`, if it has one, is at most
    /// `maximumLength`, and all else as it is.
    private static func shortened(_ content: [UInt8], to maximumLength: Int) -> [UInt8] {
        var places: [Range<Int>] = []
        var reader = JSONReader(content, loneSurrogates: .replaced)
        try? reader.object { reader, key in
            let value = try reader.skip()
            let length = Double(String(decoding: value, as: UTF8.self))
            if key == "model_max_length", let length, length > Double(maximumLength) {
                places.append(value.startIndex..<value.endIndex)
            }
        }
        return places.reversed().reduce(into: content) {
            $0.replaceSubrange($1, with: String(maximumLength).utf8)
        }
    }

    /// The files beside `tokenizer.json`, by their names.
    private static func companions(
        of model: SentencePieceModel, maximumLength: Int
    ) -> [(name: String, object: [String: Any])] {
        let special: [String: Any] = specialTokenMap
        let configuration = special.merging([
            "added_tokens_decoder": addedTokensDecoder(model),
            "clean_up_tokenization_spaces": false,
            "model_input_names": ["input_ids", "attention_mask"],
            "model_max_length": maximumLength,
            "padding_side": "right",
            "tokenizer_class": "PreTrainedTokenizerFast",
        ]) { _, new in new }
        return [
            (TokenizerFolder.configurationName, configuration),
            (TokenizerFolder.specialTokensName, special),
        ]
    }

    /// The front of every `tokenizer.json` that is made here.
    private static let front = Array(
        #"{"version": "1.0", "truncation": null, "padding": null, "#.utf8)

    /// Whether these files say no more and nothing else than the model in a `.model` file: they are
    /// what is made from it here, whatever `model_max_length` they have.
    ///
    /// - Throws: `InputError` where the file is not a SentencePiece model.
    static func isMade(
        from modelBytes: [UInt8], at path: String, json: [UInt8],
        companions: [(name: String, content: [UInt8])]
    ) throws -> Bool {
        let model = try SentencePieceModel(bytes: modelBytes, path: path)
        guard json.starts(with: front), model.isBytePairModel, model.keepsTextAsItIs,
            let special = try? SpecialTokens(model: model, path: path),
            tokenizerJSON(model, special: special) == json
        else { return false }
        func meaning(_ content: [UInt8]) -> NSDictionary? {
            let object = try? JSONSerialization.jsonObject(with: Data(content))
            var keys = object as? [String: Any]
            keys?["model_max_length"] = nil
            return keys as NSDictionary?
        }
        let own = Self.companions(of: model, maximumLength: 1)
        return try companions.allSatisfy { name, content in
            guard let object = own.first(where: { $0.name == name })?.object else { return false }
            return meaning(content) == meaning(try Self.json(object))
        }
    }

    /// Writes the files into a folder that exists.
    public func write(toFolder path: String) throws {
        for (name, content) in files {
            try AtomicFile.write(content, to: Folder.join(path, name), synchronized: false)
        }
    }

    /// Hugging Face's roles and the pieces that play them.
    private static let specialTokenMap = [
        "pad_token": "<pad>", "eos_token": "<eos>", "bos_token": "<bos>", "unk_token": "<unk>",
        "mask_token": "<mask>", "cls_token": "<bos>", "sep_token": "<eos>",
    ]

    private static func json(_ object: [String: Any]) throws -> [UInt8] {
        let options: JSONSerialization.WritingOptions = [
            .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
        ]
        return try [UInt8](JSONSerialization.data(withJSONObject: object, options: options)) + [10]
    }

    private static func addedTokensDecoder(_ model: SentencePieceModel) -> [String: Any] {
        var decoder: [String: Any] = [:]
        for token in AddedToken.all(of: model) {
            decoder[String(token.id)] =
                [
                    "content": token.text, "lstrip": token.takesSpaceBefore, "rstrip": false,
                    "single_word": false,
                    "normalized": token.isNormalized, "special": token.isSpecial,
                ] as [String: Any]
        }
        return decoder
    }
}

/// A piece that is matched in the text before any merging.
struct AddedToken {
    let id: Int
    let text: String
    let isSpecial: Bool
    /// Runs of U+2581 must be looked for after spaces have become U+2581.
    let isNormalized: Bool
    /// The mask stands for a word with the space in front of it: without this, that space would be
    /// a piece of its own, which text seldom has.
    var takesSpaceBefore: Bool { text == SpecialTokens.pieces[4] }

    static func all(of model: SentencePieceModel) -> [AddedToken] {
        model.pieces.enumerated().compactMap { id, piece in
            switch piece.kind {
            case .normal, .unused, .byte: return nil
            case .unknown, .control:
                return AddedToken(id: id, text: piece.text, isSpecial: true, isNormalized: false)
            case .userDefined:
                let text = piece.text
                return AddedToken(
                    id: id, text: text, isSpecial: text == SpecialTokens.pieces[4],
                    isNormalized: text.unicodeScalars.contains("\u{2581}"))
            }
        }
    }
}
