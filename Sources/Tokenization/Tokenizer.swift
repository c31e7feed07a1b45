import CSentencePiece
import Diagnostics
import Foundation

/// Text to token ids and back, as SentencePiece does it.
///
/// Safe to use from several threads at once. No `<bos>` or `<eos>` is added. User-defined symbols
/// are found in text wherever they stand, so the literal text `<mask>` gives the mask's id, as in
/// SentencePiece itself; the literal text `<bos>` is plain text.
public final class Tokenizer: @unchecked Sendable {
    /// The pieces: what the model file says, or means.
    public let model: SentencePieceModel
    /// The content of the file that it was made from, `tokenizer.model` or `tokenizer.json`.
    public let bytes: [UInt8]
    /// The files it was made from if these are Hugging Face's, to be copied as they are.
    let huggingFaceFiles: [(name: String, content: [UInt8])]
    /// The ids with a meaning of their own.
    public let special: SpecialTokens

    /// Loaded once and then only read; SentencePiece's const methods are safe across threads.
    private let processor: OpaquePointer
    /// The faster way to the same ids, where the model allows it.
    private let fastEncoder: BytePairEncoder?
    /// How text is cut before pairs are joined, where a `tokenizer.json` says something of it.
    private let preparation: TextPreparation?

    /// Loads a `.model` or `.json` file, or what a folder has of `tokenizer.model` and
    /// `tokenizer.json`, the first of them first.
    ///
    /// - Throws: `InputError` when there is no such file, it is no SentencePiece model or no
    ///   `tokenizer.json` of a model like that, or one of the special pieces is missing.
    public convenience init(path: String) throws {
        let file = TokenizerFolder.file(in: path)
        guard let data = FileManager.default.contents(atPath: file) else {
            throw InputError(
                at: file, expected: "a SentencePiece model",
                found: "no file that can be read",
                remedy: "Give a folder with tokenizer.model or tokenizer.json, or one of these "
                    + "files; `mmbert tokenizer train` makes them.")
        }
        if file.hasSuffix(".json") {
            try self.init(
                json: [UInt8](data), path: file,
                companions: TokenizerFolder.companions(of: file))
        } else {
            try self.init(modelBytes: [UInt8](data), path: file)
        }
    }

    /// A tokenizer from the content of a `.model` file; `path` names it in messages.
    public convenience init(modelBytes: [UInt8], path: String) throws {
        try self.init(
            SentencePieceModel(bytes: modelBytes, path: path), bytes: modelBytes,
            modelBytes: modelBytes, path: path)
    }

    /// A tokenizer from the content of a `tokenizer.json`.
    ///
    /// - Parameter companions: the files beside it.
    private convenience init(
        json bytes: [UInt8], path: String, companions: [(name: String, content: [UInt8])]
    ) throws {
        let json = try TokenizerJSON(bytes, path: path)
        let model = try SentencePieceModel(json)
        try self.init(
            model, bytes: bytes, modelBytes: model.bytes(), path: path,
            preparation: json.preparation.isNeeded ? json.preparation : nil,
            huggingFaceFiles: [("tokenizer.json", bytes)] + companions)
    }

    /// - Parameter modelBytes: what SentencePiece loads.
    private init(
        _ model: SentencePieceModel, bytes: [UInt8], modelBytes: [UInt8], path: String,
        preparation: TextPreparation? = nil,
        huggingFaceFiles: [(name: String, content: [UInt8])] = []
    ) throws {
        self.model = model
        self.bytes = bytes
        self.huggingFaceFiles = huggingFaceFiles
        self.preparation = preparation
        special = try SpecialTokens(model: model, path: path)
        var loaded: OpaquePointer?
        let problem = takeMessage(csp_load(modelBytes, modelBytes.count, &loaded))
        guard let loaded, problem == nil else {
            throw InputError(
                at: path, expected: "a SentencePiece model",
                found: problem ?? "nothing",
                remedy: "Copy the file again, or train one with `mmbert tokenizer train`.")
        }
        processor = loaded
        fastEncoder = BytePairEncoder(model)
    }

    deinit {
        csp_free(processor)
    }

    /// The number of pieces; ids are `0..<vocabularySize`.
    public var vocabularySize: Int { model.pieces.count }

    /// The ids of a text.
    public func encode(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        var text = text
        text.withUTF8 { encode($0, appendingTo: &ids) }
        return ids
    }

    /// Appends the ids of UTF-8 text.
    public func encode(_ utf8: Span<UInt8>, appendingTo ids: inout [Int32]) {
        utf8.withUnsafeBufferPointer { encode($0, appendingTo: &ids) }
    }

    private func encode(_ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]) {
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

    private func encodeWithLibrary(
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

    /// The ids as the SentencePiece library itself gives them: what `encode` is checked against.
    package func encodeWithLibrary(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        var text = text
        text.withUTF8 { encodeWithLibrary($0, appendingTo: &ids) }
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
        var text: UnsafeMutablePointer<CChar>?
        var count = 0
        let problem = takeMessage(csp_decode(processor, ids, ids.count, &text, &count))
        precondition(problem == nil, "Tokenizer.decode: \(problem ?? "") in \(ids.count) ids")
        defer { csp_release(text) }
        var bytes = UnsafeRawBufferPointer(start: text, count: count)[...]
        if let preparation, preparation.prefix != .none, bytes.first == 0x20 {
            bytes = bytes.dropFirst()
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A message handed out by the C functions as a string; releases it.
func takeMessage(_ message: UnsafeMutablePointer<CChar>?) -> String? {
    guard let message else { return nil }
    defer { csp_release(message) }
    return String(cString: message)
}
