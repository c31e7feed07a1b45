import Diagnostics
import PackedBatches
import Tokenization

/// One input of the encoder: token ids, `<bos>` and `<eos>` included.
public struct TokenSequence: Sendable, Equatable {
    /// At least one id, each below the vocabulary size.
    public let ids: [Int32]
    /// The type of each token, for encoders with a table of them; none where all are 0.
    public let types: [Int32]
    /// Whether the input was longer than the model's context, and only its beginning is here.
    public let isCut: Bool
    /// How many ids in front take no part in the pooling of a vector: those of a prompt.
    public internal(set) var promptLength = 0

    init(ids: [Int32], types: [Int32] = [], isCut: Bool) {
        (self.ids, self.types, self.isCut) = (ids, types, isCut)
    }
}

extension PackedBatch {
    /// Sequences one after another.
    init(_ sequences: [TokenSequence]) {
        self.init(sequences.map { TaskSequence(ids: $0.ids, types: $0.types) })
    }
}

extension EncoderModel {
    /// The token sequence of a text: `<bos>`, the text's ids, `<eos>`. Of a longer text as many ids
    /// are kept as the model's context holds: the first, or the last where the tokenizer's files
    /// say so (`truncation_side`).
    ///
    /// - Throws: `InputError` if the folder has no tokenizer.
    public func tokens(of text: String) throws -> TokenSequence {
        try tokens(of: [text])[0]
    }

    /// The token sequences of texts, made on all threads.
    public func tokens(of texts: [String]) throws -> [TokenSequence] {
        try tokens(of: texts, atMost: maximumLength)
    }

    /// The token sequences of texts, of each at most so many tokens, special ones included.
    package func tokens(of texts: [String], atMost length: Int) throws -> [TokenSequence] {
        guard !texts.isEmpty else { return [] }
        let tokenizer = try requireTokenizer()
        let maximumLength = min(length, maximumLength)
        return parallel.map(texts) { Self.sequence($0, by: tokenizer, atMost: maximumLength) }
    }

    /// A token sequence of given ids, special ones included. If there are more than the
    /// model's context holds, the first are kept.
    ///
    /// - Parameters:
    ///   - ids: at least one id.
    ///   - types: the type of each, in a pair of texts; none where all are 0.
    ///   - location: what the error names, such as a file and line.
    /// - Throws: `InputError` if there is no id, or one is not in the vocabulary.
    public func sequence(
        of ids: [Int32], types: [Int32] = [], at location: String
    ) throws -> TokenSequence {
        guard !ids.isEmpty else {
            throw InputError(
                at: location, expected: "at least one token id", found: "none",
                remedy: "Leave the line out, or give the ids of its text.")
        }
        if let wrong = ids.first(where: { !(0..<Int32(configuration.vocabularySize) ~= $0) }) {
            throw InputError(
                at: location,
                expected: "token ids from 0 to \(configuration.vocabularySize - 1)",
                found: "\(wrong)", remedy: "Use the tokenizer of the model in \(folder).")
        }
        return TokenSequence(
            ids: Array(ids.prefix(maximumLength)), types: Array(types.prefix(maximumLength)),
            isCut: ids.count > maximumLength)
    }

    /// The tokenizer, or an error that says what to do without one.
    func requireTokenizer() throws -> Tokenizer {
        if let tokenizer { return tokenizer }
        if let tokenizerProblem { throw tokenizerProblem }
        throw InputError(
            at: folder, expected: "tokenizer.model or tokenizer.json, to read texts",
            found: "no tokenizer",
            remedy: "Put the model's tokenizer into the folder, or give token ids.")
    }

    private static func sequence(
        _ text: String, by tokenizer: Tokenizer, atMost maximumLength: Int
    ) -> TokenSequence {
        let ids = tokenizer.encode(text)
        let room = max(maximumLength, 2) - 2
        let isCut = ids.count > room
        let kept = tokenizer.cutsFront ? ids.suffix(room) : ids.prefix(room)
        return TokenSequence(
            ids: [tokenizer.special.begin] + kept + [tokenizer.special.end], isCut: isCut)
    }
}
