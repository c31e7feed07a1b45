import Diagnostics
import Formats
import Foundation

/// Text to token ids and back, as SentencePiece or Hugging Face's tokenizers library does it.
///
/// Safe to use from several threads at once. No `<bos>` or `<eos>` is added. User-defined symbols
/// are found in text wherever they stand, so the literal text `<mask>` gives the mask's id, as in
/// SentencePiece itself; the literal text `<bos>` is plain text. The tokenizers without a
/// `model` find every added token in text, as the tokenizers library does.
public final class Tokenizer: Sendable {
    /// What a SentencePiece model file says, or what a `tokenizer.json` made from a byte-pair model
    /// of that kind means; nil for other tokenizers.
    public let model: SentencePieceModel?
    /// The pieces in the order of their ids, as UTF-8: not a `String` each, whose equality would
    /// confuse composed with decomposed letters.
    public let pieces: [ArraySlice<UInt8>]
    /// The content of the file that it was made from, such as `tokenizer.model`.
    public let bytes: [UInt8]
    /// The files it was made from if these are Hugging Face's, to be copied as they are.
    let huggingFaceFiles: [(name: String, content: [UInt8])]
    /// The ids with a meaning of their own.
    public let special: SpecialTokens
    /// What stands around a text, or around two, in the sequences of the model.
    public let template: SequenceTemplate

    /// Whether a text that is too long loses its front, and not its end (`truncation_side`).
    public let cutsFront: Bool

    let codec: any TokenCodec

    /// Loads a `.model`, `.json` or `.txt` file, or what a folder has of these. Where there are
    /// several, `tokenizer.json` counts, as in transformers, with what the files beside it say. One
    /// that mmbert made from the model beside it says the same as that, which is loaded then.
    ///
    /// A `sentencepiece.bpe.model` has XLM-R's ids, and a `.txt` file is BERT's list of pieces.
    ///
    /// - Throws: `InputError` when there is no such file, it is not a SentencePiece model or a
    ///   `tokenizer.json` of a kind that is read, or one of the special pieces is missing.
    public convenience init(path: String) throws {
        let file = try TokenizerFolder.file(in: path)
        guard let bytes = try FileContents.readIfPresent(file) else {
            throw InputError(
                at: file, expected: "a SentencePiece model", found: "no such file",
                remedy: "Give a folder with tokenizer.model or tokenizer.json, or one of these "
                    + "files; `mmbert tokenizer train` makes them.")
        }
        let companions = try TokenizerFolder.companions(of: file)
        if file.hasSuffix(TokenizerFolder.fairseqName) {
            try self.init(fairseq: bytes, path: file, companions: companions)
            try checkCompanions(companions, of: file)
            return
        }
        if file.hasSuffix(".txt") {
            let json = try TokenizerJSON(vocabulary: bytes, path: file, companions: companions)
            try self.init(
                json, bytes: bytes,
                files: [(TokenizerFolder.vocabularyName, bytes)] + companions)
            return
        }
        guard file.hasSuffix(".json") else {
            try self.init(modelBytes: bytes, path: file)
            if file != path { try checkCompanions(companions, of: file) }
            return
        }
        let modelPath = Folder.join(Folder.parent(of: file), TokenizerFolder.modelName)
        guard let modelBytes = try FileContents.readIfPresent(modelPath) else {
            try self.init(json: bytes, path: file, companions: companions)
            return
        }
        if try HuggingFaceTokenizer.isMade(
            from: modelBytes, at: modelPath, json: bytes, companions: companions)
        {
            try self.init(modelBytes: modelBytes, path: modelPath, isHuggingFace: true)
        } else {
            try self.init(
                json: bytes, path: file, companions: companions, beside: modelBytes)
        }
    }

    /// A tokenizer from the content of a `.model` file; `path` names it in messages.
    public convenience init(modelBytes: [UInt8], path: String) throws {
        try self.init(modelBytes: modelBytes, path: path, isHuggingFace: false)
    }

    /// - Parameter isHuggingFace: whether the mask takes the space in front of it, as the files
    ///   that are made from the model say, and not the model.
    private init(modelBytes: [UInt8], path: String, isHuggingFace: Bool) throws {
        let model = try SentencePieceModel(bytes: modelBytes, path: path)
        self.model = model
        pieces = model.pieces.map(\.utf8)
        bytes = modelBytes
        huggingFaceFiles = []
        special = try SpecialTokens(model: model, path: path)
        template = SequenceTemplate(special)
        cutsFront = false
        codec = try SentencePieceCodec(
            model, bytes: modelBytes, special: special,
            preparation: isHuggingFace ? .maskTakesSpace(special) : nil, path: path)
    }

    /// XLM-R's tokenizer from the content of its `sentencepiece.bpe.model`.
    private init(
        fairseq bytes: [UInt8], path: String, companions: [(name: String, content: [UInt8])]
    ) throws {
        let settings = try TokenizerSettings(companions, beside: path)
        try settings.rejectUnsupported()
        let codec = try FairseqCodec(bytes, path: path, settings: settings)
        model = nil
        pieces = codec.pieces
        self.bytes = bytes
        huggingFaceFiles = [(TokenizerFolder.fairseqName, bytes)] + companions
        special = codec.special
        template = codec.template
        cutsFront = settings.cutsFront ?? false
        self.codec = codec
    }

    /// A tokenizer of pieces of words.
    private init(
        _ json: TokenizerJSON, bytes: [UInt8], files: [(name: String, content: [UInt8])]
    ) throws {
        (model, pieces, special, codec) = try Self.parts(json, isConversion: false)
        template = json.template(special)
        cutsFront = json.settings.cutsFront ?? json.cutsFront
        self.bytes = bytes
        huggingFaceFiles = files
    }

    /// A tokenizer from the content of a `tokenizer.json`.
    ///
    /// - Parameters:
    ///   - companions: the files that say something of it.
    ///   - modelBytes: the content of a `tokenizer.model` beside it, which is only handed on.
    private init(
        json bytes: [UInt8], path: String, companions: [(name: String, content: [UInt8])],
        beside modelBytes: [UInt8]? = nil
    ) throws {
        do {
            let json = try TokenizerJSON(bytes, path: path, companions: companions)
            (model, pieces, special, codec) = try Self.parts(
                json, isConversion: modelBytes == nil)
            template = json.template(special)
            cutsFront = json.settings.cutsFront ?? json.cutsFront
        } catch let error as InputError where modelBytes != nil {
            throw Self.unreadable(error, beside: TokenizerFolder.modelName)
        }
        self.bytes = bytes
        let handedOn = modelBytes.map { [(TokenizerFolder.modelName, $0)] } ?? []
        huggingFaceFiles = handedOn + [(TokenizerFolder.jsonName, bytes)] + companions
    }

    private static func parts(
        _ json: TokenizerJSON, isConversion: Bool
    ) throws -> (SentencePieceModel?, [ArraySlice<UInt8>], SpecialTokens, any TokenCodec) {
        if case .bytePairs(let preparation) = json.kind {
            let model = try SentencePieceModel(json)
            let pieces = model.pieces.map(\.utf8)
            let special = try SpecialTokens(json, pieces: pieces, isConversion: isConversion)
            let codec = try SentencePieceCodec(
                model, bytes: model.bytes(), special: special,
                preparation: preparation.isNeeded ? preparation : nil, path: json.path)
            return (model, pieces, special, codec)
        }
        let pieces = try json.pieces()
        let special = try SpecialTokens(json, pieces: pieces, isConversion: isConversion)
        let codec: any TokenCodec =
            switch json.kind {
            case .byteLevel(let preparation):
                try ByteLevelCodec(json, preparation, pieces: pieces, special: special)
            case .unigram(let preparation), .bytePairs(let preparation):
                try UnigramCodec(json, preparation, pieces: pieces, special: special)
            case .wordPieces(let preparation):
                try WordPieceCodec(json, preparation, pieces: pieces, special: special)
            }
        return (nil, pieces, special, codec)
    }

    /// The error of a `tokenizer.json` that is not read, of which the model beside it says nothing.
    private static func unreadable(_ error: InputError, beside model: String) -> InputError {
        InputError(
            at: error.location, expected: error.expected, found: error.found,
            remedy: "transformers goes by this file, which says more or other than \(model) beside "
                + "it. \(error.remedy) Or name \(model) itself where its ids are meant.")
    }

    /// Throws an `InputError` unless the model in `file` has every token that the files beside it
    /// add.
    private func checkCompanions(
        _ companions: [(name: String, content: [UInt8])], of file: String
    ) throws {
        let settings = try TokenizerSettings(companions, beside: file)
        let known = Set(pieces)
        guard let token = settings.addedTokens.first(where: { !known.contains($0.content[...]) })
        else { return }
        let text = String(decoding: token.content, as: UTF8.self)
        throw InputError(
            at: settings.path(of: settings.tokensName),
            expected: "tokens of \(file)", found: "\"\(text)\", which it lacks",
            remedy: "Load the tokenizer in transformers and save it with save_pretrained, so that "
                + "a \(TokenizerFolder.jsonName) says how the token is found.")
    }

    /// The number of pieces; ids are `0..<vocabularySize`.
    public var vocabularySize: Int { pieces.count }

    /// A piece's text, with its sign for a space: ▁ in SentencePiece, Ġ in byte-level tokenizers.
    ///
    /// - Precondition: the id is in `0..<vocabularySize`.
    public func piece(_ id: Int32) -> String {
        String(decoding: pieces[Int(id)], as: UTF8.self)
    }

    /// The ids of a text.
    public func encode(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        var text = text
        text.withUTF8 { codec.encode($0, appendingTo: &ids) }
        return ids
    }

    /// Appends the ids of UTF-8 text.
    public func encode(_ utf8: Span<UInt8>, appendingTo ids: inout [Int32]) {
        utf8.withUnsafeBufferPointer { codec.encode($0, appendingTo: &ids) }
    }

    /// The ids as the SentencePiece library itself gives them: what `encode` is checked against.
    package func encodeWithLibrary(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        var text = text
        text.withUTF8 { (codec as? SentencePieceCodec)?.encodeWithLibrary($0, appendingTo: &ids) }
        return ids
    }

    /// The text of ids; control tokens such as `<eos>` give no text, nor does a space that
    /// encoding puts in front.
    ///
    /// - Precondition: every id is in `0..<vocabularySize`.
    public func decode(_ ids: some Collection<Int32>) -> String {
        let ids = Array(ids)
        for id in ids {
            precondition(
                id >= 0 && id < vocabularySize,
                "Tokenizer.decode: id \(id) outside a vocabulary of \(vocabularySize)")
        }
        return String(decoding: codec.decode(ids), as: UTF8.self)
    }
}
