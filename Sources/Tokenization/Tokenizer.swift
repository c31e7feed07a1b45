import CSentencePiece
import Diagnostics
import Foundation

/// Text to token ids and back, as SentencePiece does it.
///
/// Safe to use from several threads at once. No `<bos>` or `<eos>` is added. User-defined symbols
/// are found in text wherever they stand, so the literal text `<mask>` gives the mask's id, as in
/// SentencePiece itself; the literal text `<bos>` is plain text.
public final class Tokenizer: @unchecked Sendable {
    /// What the model file says.
    public let model: SentencePieceModel
    /// The model file's bytes, to be copied beside a trained encoder.
    public let modelBytes: [UInt8]
    /// The ids with a meaning of their own.
    public let special: SpecialTokens

    /// Loaded once and then only read; SentencePiece's const methods are safe across threads.
    private let processor: OpaquePointer
    /// The faster way to the same ids, where the model allows it.
    private let fastEncoder: BytePairEncoder?

    /// Loads a `.model` file, or `tokenizer.model` in a folder.
    ///
    /// - Throws: `InputError` when there is no such file, it is no SentencePiece model, or one of
    ///   the special pieces is missing.
    public convenience init(path: String) throws {
        var file = URL(filePath: path)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
        {
            file.append(path: "tokenizer.model")
        }
        let bytes: Data
        do {
            bytes = try Data(contentsOf: file)
        } catch {
            throw InputError(
                at: file.relativePath, expected: "a SentencePiece model",
                found: "no file that can be read",
                remedy: "Give a folder with tokenizer.model or a .model file; "
                    + "`mmbert tokenizer train` makes one.")
        }
        try self.init(modelBytes: [UInt8](bytes), path: file.relativePath)
    }

    /// A tokenizer from the content of a `.model` file; `path` names it in messages.
    public init(modelBytes: [UInt8], path: String) throws {
        self.modelBytes = modelBytes
        model = try SentencePieceModel(bytes: modelBytes, path: path)
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

    /// The text of ids; control tokens such as `<eos>` give no text.
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
        let bytes = UnsafeRawBufferPointer(start: text, count: count)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A message handed out by the C functions as a string; releases it.
func takeMessage(_ message: UnsafeMutablePointer<CChar>?) -> String? {
    guard let message else { return nil }
    defer { csp_release(message) }
    return String(cString: message)
}
