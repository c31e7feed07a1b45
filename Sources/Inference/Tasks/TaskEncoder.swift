import Diagnostics
import ModelFolders
import PackedBatches
import TensorCore
import Tokenization

/// Brings the inputs of a task into sequences for a model: the same in training and in use.
package struct TaskEncoder: Sendable {
    package let tokenizer: Tokenizer
    /// The most tokens of a sequence, special ones included.
    package let length: Int
    /// Tokens that two windows of a context share.
    package let stride: Int
    /// How words become pieces.
    package let words: WordPieces.Manner
    /// Whether long sentences are cut, in place of being tagged in parts.
    package let truncates: Bool

    /// An encoder for a model of so many positions.
    ///
    /// - Parameters:
    ///   - shape: what the model's texts are like.
    ///   - location: what the error names.
    /// - Throws: `InputError` for a length that the model has not, or that has no room for texts.
    package init(
        _ tokenizer: Tokenizer, shape: TaskFile, positions: Int, at location: String
    ) throws {
        let length = shape.length ?? positions
        guard length <= positions else {
            throw InputError(
                at: location, expected: "at most the \(positions) positions of the model",
                found: "\(length)", remedy: "Lower the length.")
        }
        let special = max(tokenizer.template.pair.count, tokenizer.template.single.count)
        guard length >= special + 2 else {
            throw InputError(
                at: location, expected: "at least \(special + 2) tokens, special ones included",
                found: "\(length)", remedy: "Raise the length.")
        }
        (self.tokenizer, self.length) = (tokenizer, length)
        stride = min(shape.stride ?? 128, (length - special) / 2)
        words = shape.words == "alone" ? .alone : .inText
        truncates = shape.truncate ?? false
    }

    /// An encoder of texts of at most `length` tokens.
    package init(_ tokenizer: Tokenizer, length: Int, positions: Int, at location: String) throws {
        var shape = TaskFile()
        shape.length = length
        try self.init(tokenizer, shape: shape, positions: positions, at: location)
    }

    /// Texts as sequences, and how many tokens were cut off each.
    package func sequences(
        of inputs: [TextInput], on parallel: Parallel
    ) -> [(sequence: TaskSequence, cut: Int)] {
        parallel.map(inputs) { input in
            let first = tokenizer.encode(input.text)
            let arranged =
                input.pair.map {
                    tokenizer.template.pair(first, tokenizer.encode($0), limit: length)
                } ?? tokenizer.template.single(first, limit: length)
            return (TaskSequence(arranged), arranged.cut)
        }
    }

    /// Sentences as sequences.
    package func sequences(
        of sentences: [WordInput], on parallel: Parallel
    ) -> [TaggedSequences] {
        parallel.map(sentences) { sentence in
            let pieces = WordPieces(
                sentence.words, spaces: sentence.spaces, tokenizer: tokenizer, manner: words)
            let parts =
                truncates
                ? [pieces.truncated(tokenizer.template, limit: length).part]
                : pieces.parts(tokenizer.template, limit: length)
            var encoded = TaggedSequences()
            for part in parts {
                let read = zip(part.words, part.firstRows).filter { $1 != nil }
                encoded.words.append(read.map(\.0))
                encoded.sequences.append(
                    TaskSequence(part.sequence, rows: read.map { Int32($1 ?? 0) }))
            }
            encoded.lostWords = sentence.words.count - encoded.words.reduce(0) { $0 + $1.count }
            return encoded
        }
    }

    /// Questions as windows of their contexts.
    package func windows(
        of questions: [QuestionInput], on parallel: Parallel
    ) -> [ContextWindows] {
        parallel.map(questions) { question in
            ContextWindows(
                question: question.question, context: question.context, tokenizer: tokenizer,
                limit: length, stride: stride)
        }
    }
}

extension ContextWindows {
    /// The windows as sequences for a head.
    package var sequences: [TaskSequence] {
        windows.map { TaskSequence($0.sequence) }
    }
}

extension TaskSequence {
    /// Texts with special tokens around them.
    init(_ sequence: ArrangedSequence, rows: [Int32] = []) {
        let hasTypes = sequence.types.contains { $0 != 0 }
        self.init(ids: sequence.ids, rows: rows, types: hasTypes ? sequence.types : [])
    }
}
