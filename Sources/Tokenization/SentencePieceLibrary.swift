import CSentencePiece
import Diagnostics
import Serialization
import Synchronization

/// A model in SentencePiece's own library. Safe to use from several threads.
final class SentencePieceLibrary: @unchecked Sendable {
    /// Loaded once and then only read; SentencePiece's const methods are safe across threads.
    private let processor: OpaquePointer
    /// The model without what it does to the space in front of a text, loaded when it is needed.
    private let insideProcessor = Mutex<UInt>(0)
    private let model: SentencePieceModel
    private let bytes: [UInt8]
    private let path: String

    /// - Parameters:
    ///   - bytes: the content of a `.model` file, which says the same as `model`.
    ///   - path: the file's name for messages.
    /// - Throws: `InputError` when SentencePiece does not load it.
    init(_ model: SentencePieceModel, bytes: [UInt8], path: String) throws {
        (self.model, self.path) = (model, path)
        self.bytes = model.changesFront ? bytes : []
        processor = try Self.load(bytes, path: path)
    }

    deinit {
        csp_free(processor)
        insideProcessor.withLock { csp_free(OpaquePointer(bitPattern: $0)) }
    }

    private static func load(_ bytes: [UInt8], path: String) throws -> OpaquePointer {
        var loaded: OpaquePointer?
        let problem = takeMessage(csp_load(bytes, bytes.count, &loaded))
        guard let loaded, problem == nil else {
            throw InputError(
                at: path, expected: "a SentencePiece model",
                found: problem ?? "nothing",
                remedy: "Copy the file again, or train one with `mmbert tokenizer train`.")
        }
        return loaded
    }

    /// The processor for text inside a text: a second normalizer message in the file, whose keys
    /// replace those of the first, says that no space is added and none removed.
    private var inside: OpaquePointer {
        guard model.changesFront else { return processor }
        let found = insideProcessor.withLock { loaded in
            if loaded == 0 {
                var normalizer = ProtocolBufferWriter()
                normalizer.append(3, integer: 0)
                normalizer.append(4, integer: 0)
                var message = ProtocolBufferWriter()
                message.append(3, message: normalizer)
                let changed = try? Self.load(bytes + message.bytes, path: path)
                loaded = UInt(bitPattern: changed)
            }
            return loaded
        }
        return OpaquePointer(bitPattern: found) ?? processor
    }

    /// Appends the ids of UTF-8 text.
    func encode(_ utf8: UnsafeBufferPointer<UInt8>, appendingTo ids: inout [Int32]) {
        encode(utf8, by: processor, appendingTo: &ids)
    }

    private func encode(
        _ utf8: UnsafeBufferPointer<UInt8>, by processor: OpaquePointer,
        appendingTo ids: inout [Int32]
    ) {
        var found: UnsafeMutablePointer<Int32>?
        var count = 0
        let problem = takeMessage(
            csp_encode(processor, utf8.baseAddress, utf8.count, &found, &count))
        precondition(problem == nil, "Tokenizer.encode: \(problem ?? "") in \(utf8.count) bytes")
        ids.append(contentsOf: UnsafeBufferPointer(start: found, count: count))
        csp_release(found)
    }

    /// Adds the pieces of a segment, with the ranges that the library tells if these are kept.
    ///
    /// - Parameter isInside: whether it stands inside a text. Of several spaces in front of it one
    ///   counts, where the model removes the others.
    func encode(_ segment: TextSegment, isInside: Bool, to sink: inout TokenSink) {
        let processor = isInside ? inside : processor
        var segment = segment
        if isInside, model.removesSpaces { segment = segment.withoutSpacesButOne }
        guard sink.keepsRanges else {
            return encode(segment.text, by: processor, appendingTo: &sink.ids)
        }
        var message: UnsafeMutablePointer<CChar>?
        var count = 0
        let problem = takeMessage(
            csp_encode_message(
                processor, segment.text.baseAddress, segment.text.count, &message, &count))
        precondition(
            problem == nil, "Tokenizer.encode: \(problem ?? "") in \(segment.text.count) bytes")
        defer { csp_release(message) }
        let bytes = Array(UnsafeRawBufferPointer(start: message, count: count))
        let (ids, ranges) = Self.pieces(bytes)
        sink.ids += ids
        for range in widened(ranges, of: ids) { sink.appendRange(segment.place(of: range)) }
    }

    /// Ids and ranges of a `SentencePieceText` message of SentencePiece's `sentencepiece.proto`.
    private static func pieces(_ bytes: [UInt8]) -> (ids: [Int32], ranges: [Range<Int>]) {
        var (ids, ranges): ([Int32], [Range<Int>]) = ([], [])
        var message = ProtocolBufferReader(bytes[...])
        while let (field, value) = message.next() {
            guard field == 2, case .bytes(let piece) = value else { continue }
            var (id, start, end) = (0, 0, 0)
            var reader = ProtocolBufferReader(piece)
            while let (field, value) = reader.next() {
                guard case .integer(let number) = value else { continue }
                switch field {
                case 2: id = Int(number)
                case 4: start = Int(number)
                case 5: end = Int(number)
                default: continue
                }
            }
            ids.append(Int32(id))
            ranges.append(start..<max(start, end))
        }
        return (ids, ranges)
    }

    /// Ranges in which pieces of one character have all of it. The library gives it to the last of
    /// them, and to the others nothing; and nothing to a space in front that stands alone.
    private func widened(_ ranges: [Range<Int>], of ids: [Int32]) -> [Range<Int>] {
        var ranges = ranges
        for place in ranges.indices.dropLast().reversed() where ranges[place].isEmpty {
            let isSpace =
                place == 0 && model.pieces[Int(ids[0])].utf8.elementsEqual([0xe2, 0x96, 0x81])
            if !isSpace, ranges[place + 1].lowerBound == ranges[place].lowerBound {
                ranges[place] = ranges[place + 1]
            }
        }
        return ranges
    }

    /// The UTF-8 of ids.
    func decode(_ ids: [Int32]) -> [UInt8] {
        var text: UnsafeMutablePointer<CChar>?
        var count = 0
        let problem = takeMessage(csp_decode(processor, ids, ids.count, &text, &count))
        precondition(problem == nil, "Tokenizer.decode: \(problem ?? "") in \(ids.count) ids")
        defer { csp_release(text) }
        return Array(UnsafeRawBufferPointer(start: text, count: count))
    }
}

extension TextSegment {
    /// The segment without the spaces in front, but the last of them.
    fileprivate var withoutSpacesButOne: TextSegment {
        let spaces = text.prefix { $0 == 0x20 }.count
        guard spaces > 1, !hasPrefix else { return self }
        return TextSegment(
            text: UnsafeBufferPointer(rebasing: text[(spaces - 1)...]), start: start + spaces - 1)
    }
}

/// A message handed out by the C functions as a string; releases it.
func takeMessage(_ message: UnsafeMutablePointer<CChar>?) -> String? {
    guard let message else { return nil }
    defer { csp_release(message) }
    return String(cString: message)
}
