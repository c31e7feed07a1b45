import CSentencePiece
import Diagnostics
import Foundation

/// How a vocabulary is learned: a byte-pair model of SentencePiece with the settings of Gemma's.
///
/// Ids are, in this order: `<pad>` 0, `<eos>` 1, `<bos>` 2, `<unk>` 3, `<mask>` 4, the whitespace
/// symbols, 256 byte pieces, merged pieces in the order they were learned, single characters.
public struct TokenizerTraining: Sendable, Equatable {
    /// The number of pieces, special ones and bytes included.
    public var vocabularySize: Int
    /// The share of characters in the text that get a piece; the others become bytes.
    public var characterCoverage: Double
    /// Threads the trainer may use where it can.
    public var threads: Int

    /// Settings with the defaults of `mmbert tokenizer train`.
    public init(vocabularySize: Int, characterCoverage: Double = 0.9995, threads: Int = 1) {
        self.vocabularySize = vocabularySize
        self.characterCoverage = characterCoverage
        self.threads = threads
    }

    /// Runs of newlines, tabs and spaces that are pieces whatever the text holds. The trainer
    /// itself sees single lines and never joins spaces across words, so it cannot learn them.
    public static let whitespaceSymbols: [String] =
        (1...8).map { String(repeating: "\n", count: $0) }
        + (1...4).map { String(repeating: "\t", count: $0) }
        + (2...16).map { String(repeating: "\u{2581}", count: $0) }

    /// Trains on lines of UTF-8 and returns the content of a `.model` file.
    ///
    /// Everything stays in memory. A line that is empty counts for nothing; one of more than
    /// `longestLine` bytes is left out by SentencePiece, so callers cut it.
    ///
    /// - Parameter nextLine: the next line without its newline, nil after the last.
    /// - Throws: `InputError` when the lines cannot give such a vocabulary; what `nextLine` throws.
    public func train(nextLine: () throws -> [UInt8]?) throws -> [UInt8] {
        try withoutActuallyEscaping(nextLine) { nextLine in
            let lines = LineSource(next: nextLine)
            let model = Result { try run(lines) }
            if let failure = lines.failure { throw failure }
            return try model.get()
        }
    }

    /// The longest line, in bytes, of which the trainer takes notice.
    public static let longestLine = 4192

    private func run(_ lines: LineSource) throws -> [UInt8] {
        let names = options.map(\.name)
        let values = options.map(\.value)
        var model: UnsafeMutableRawPointer?
        var count = 0
        let problem = withCStrings(names) { names in
            withCStrings(values) { values in
                takeMessage(
                    csp_train(
                        names, values, options.count, LineSource.callback,
                        Unmanaged.passUnretained(lines).toOpaque(), &model, &count))
            }
        }
        defer { csp_release(model) }
        guard problem == nil else {
            throw InputError(
                at: "tokenizer training",
                expected: "a vocabulary size that suits the text, not \(vocabularySize)",
                found: "the answer “\(Self.explanation(problem ?? ""))” of SentencePiece",
                remedy: "Ask for another vocabulary size, or give more text.")
        }
        return [UInt8](UnsafeRawBufferPointer(start: model, count: count))
    }

    /// SentencePiece puts its source line and the condition that failed before what people need.
    private static func explanation(_ problem: String) -> String {
        let parts = problem.components(separatedBy: "] ")
        return parts.count > 1 ? parts[parts.count - 1] : problem
    }

    private var options: [(name: String, value: String)] {
        let symbols = [SpecialTokens.pieces[4]] + Self.whitespaceSymbols
        return [
            ("model_type", "bpe"),
            ("vocab_size", String(vocabularySize)),
            ("character_coverage", String(characterCoverage)),
            ("byte_fallback", "true"),
            ("split_digits", "true"),
            ("split_by_unicode_script", "true"),
            ("split_by_number", "true"),
            ("split_by_whitespace", "true"),
            ("allow_whitespace_only_pieces", "true"),
            ("max_sentencepiece_length", "16"),
            ("normalization_rule_name", "identity"),
            ("remove_extra_whitespaces", "false"),
            ("add_dummy_prefix", "false"),
            ("pad_id", "0"), ("pad_piece", SpecialTokens.pieces[0]),
            ("eos_id", "1"), ("eos_piece", SpecialTokens.pieces[1]),
            ("bos_id", "2"), ("bos_piece", SpecialTokens.pieces[2]),
            ("unk_id", "3"), ("unk_piece", SpecialTokens.pieces[3]),
            ("user_defined_symbols", symbols.joined(separator: ",")),
            ("max_sentence_length", String(Self.longestLine)),
            ("num_threads", String(threads)),
            ("minloglevel", "2"),
        ]
    }
}

/// Hands lines to the C callback and keeps the error that ended them.
private final class LineSource {
    private let next: () throws -> [UInt8]?
    /// The line that the trainer is reading.
    private var line = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private(set) var failure: (any Error)?

    init(next: @escaping () throws -> [UInt8]?) {
        self.next = next
    }

    deinit {
        line.deallocate()
    }

    static let callback: csp_next_line = { context, line, count in
        guard let context, let line, let count else { return false }
        let source = Unmanaged<LineSource>.fromOpaque(context).takeUnretainedValue()
        return source.advance(line, count)
    }

    private func advance(
        _ start: UnsafeMutablePointer<UnsafeRawPointer?>, _ count: UnsafeMutablePointer<Int>
    ) -> Bool {
        do {
            guard let found = try next() else { return false }
            line.deallocate()
            line = .allocate(byteCount: found.count, alignment: 1)
            line.copyBytes(from: found)
        } catch {
            failure = error
            return false
        }
        count.pointee = line.count
        start.pointee = UnsafeRawPointer(line.baseAddress)
        return true
    }
}

/// The strings as an array of C strings for the duration of `body`.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let storage = strings.map { Array($0.utf8CString) }
    var pointers: [UnsafePointer<CChar>?] = []
    func descend(_ index: Int) -> Result {
        guard index < storage.count else { return body(pointers) }
        return storage[index].withUnsafeBufferPointer {
            pointers.append($0.baseAddress)
            return descend(index + 1)
        }
    }
    return descend(0)
}
