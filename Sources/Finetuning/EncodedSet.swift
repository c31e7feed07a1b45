import Encoders
import Inference
import LabelledText
import PackedBatches
import Recipes
import TensorCore
import Tokenization
import Training

/// A labelled file as sequences: what a model reads of it, what it is to say, and what its logits
/// mean.
package struct EncodedSet: Sendable {
    package let source: TaskSet
    /// The sequences of all examples, one after another.
    package private(set) var sequences: [TaskSequence] = []
    /// What is learned from: an example of texts, choices and parts of sentences, a window of
    /// questions. Only where all have labels.
    package private(set) var examples: [TaskExample] = []
    /// Examples of which tokens were cut off.
    package private(set) var cutExamples = 0
    /// Tokens that were cut off.
    package private(set) var cutTokens = 0
    /// Words that are not tagged: cut off, or without a piece.
    package private(set) var lostWords = 0
    /// Questions of which no window has an answer whole.
    package private(set) var unansweredQuestions = 0

    private var sentences: [TaggedSequences] = []
    private var questions: [ContextWindows] = []
    private var choiceCounts: [Int] = []
    private let task: TaskHead

    /// Encodes a set.
    ///
    /// - Parameter learns: whether examples to learn from are made.
    package init(
        _ source: TaskSet, task: TaskHead, encoder: TaskEncoder, learns: Bool, on parallel: Parallel
    ) {
        (self.source, self.task) = (source, task)
        switch source.examples {
        case .texts(let texts): encode(texts, encoder, learns, parallel)
        case .sentences(let sentences): encode(sentences, encoder, learns, parallel)
        case .questions(let questions): encode(questions, encoder, learns, parallel)
        case .choices(let choices): encode(choices, encoder, learns, parallel)
        case .contrasts(let texts): encode(texts, encoder, learns, parallel)
        }
    }

    private mutating func encode(
        _ texts: [LabelledExample<ClassifiedText>], _ encoder: TaskEncoder, _ learns: Bool,
        _ parallel: Parallel
    ) {
        let encoded = encoder.sequences(
            of: texts.map { TextInput($0.content.text, $0.content.pair) }, on: parallel)
        sequences = encoded.map(\.sequence)
        count(encoded.map(\.cut))
        guard learns else { return }
        examples = zip(texts, sequences).compactMap { text, sequence in
            switch text.content.label {
            case .name(let name):
                let place = task.labels.firstIndex(of: name) ?? 0
                return TaskExample([sequence], .label(Int32(place)))
            case .names(let names):
                return TaskExample(
                    [sequence], .numbers(task.labels.map { names.contains($0) ? 1 : 0 }))
            case .score(let score): return TaskExample([sequence], .numbers([Float(score)]))
            case nil: return nil
            }
        }
    }

    private mutating func encode(
        _ examples: [LabelledExample<TaggedWords>], _ encoder: TaskEncoder, _ learns: Bool,
        _ parallel: Parallel
    ) {
        sentences = encoder.sequences(
            of: examples.map { WordInput($0.content.words, spaces: $0.content.spaces) },
            on: parallel)
        sequences = sentences.flatMap(\.sequences)
        lostWords = sentences.reduce(0) { $0 + $1.lostWords }
        cutExamples = sentences.count { $0.lostWords > 0 }
        guard learns else { return }
        let places = Dictionary(uniqueKeysWithValues: zip(task.labels, task.labels.indices))
        for (example, parts) in zip(examples, sentences) {
            guard let tags = example.content.tags else { continue }
            for (sequence, words) in zip(parts.sequences, parts.words) where !words.isEmpty {
                let labels = words.map { Int32(places[tags[$0]] ?? 0) }
                self.examples.append(TaskExample([sequence], .tags(labels)))
            }
        }
    }

    private mutating func encode(
        _ examples: [LabelledExample<AnsweredQuestion>], _ encoder: TaskEncoder, _ learns: Bool,
        _ parallel: Parallel
    ) {
        questions = encoder.windows(
            of: examples.map {
                QuestionInput(question: $0.content.question, context: $0.content.context)
            }, on: parallel)
        sequences = questions.flatMap(\.sequences)
        count(questions.map(\.questionCut))
        guard learns else { return }
        for (example, windows) in zip(examples, questions) {
            let answer = example.content.answers.lazy.compactMap(\.range).first
            let bytes = answer.map {
                CodePointOffsets(example.content.context).bytes(ofCodePoints: $0)
            }
            // An answer without a place says nothing of where it is.
            if answer == nil, !example.content.isImpossible { continue }
            var isFound = bytes == nil
            for (window, sequence) in zip(windows.windows, windows.sequences) {
                let rows = bytes.flatMap { windows.rows(covering: $0, in: window) }
                isFound = isFound || rows != nil
                let target: TaskTarget =
                    rows.map { .span(first: Int32($0.lowerBound), last: Int32($0.upperBound - 1)) }
                    ?? .span(first: 0, last: 0)
                self.examples.append(TaskExample([sequence], target))
            }
            if !isFound { unansweredQuestions += 1 }
        }
    }

    private mutating func encode(
        _ examples: [LabelledExample<ChosenAnswer>], _ encoder: TaskEncoder, _ learns: Bool,
        _ parallel: Parallel
    ) {
        let encoded = encoder.sequences(of: examples.flatMap { $0.content.inputs }, on: parallel)
        sequences = encoded.map(\.sequence)
        choiceCounts = examples.map(\.content.choices.count)
        count(encoded.map(\.cut))
        guard learns else { return }
        var rest = sequences[...]
        for example in examples {
            let own = Array(rest.prefix(example.content.choices.count))
            rest = rest.dropFirst(own.count)
            guard let choice = example.content.choice else { continue }
            self.examples.append(TaskExample(own, .choice(Int32(choice))))
        }
    }

    private mutating func encode(
        _ examples: [LabelledExample<ContrastedTexts>], _ encoder: TaskEncoder, _ learns: Bool,
        _ parallel: Parallel
    ) {
        let encoded = encoder.sequences(
            of: examples.flatMap { $0.content.texts.map { TextInput($0) } }, on: parallel)
        sequences = encoded.map(\.sequence)
        count(encoded.map(\.cut))
        guard learns else { return }
        var rest = sequences[...]
        for example in examples {
            let own = Array(rest.prefix(example.content.texts.count))
            rest = rest.dropFirst(own.count)
            let target = example.content.score.map { TaskTarget.numbers([Float($0)]) }
            self.examples.append(TaskExample(own, target ?? .nearness))
        }
    }

    private mutating func count(_ cuts: [Int]) {
        cutExamples = cuts.count { $0 > 0 }
        cutTokens = cuts.reduce(0, +)
    }
}

extension EncodedSet {
    /// The place of the example that a sequence is of.
    func example(ofSequence place: Int) -> Int? {
        let counts: [Int] =
            switch source.examples {
            case .texts: Array(repeating: 1, count: sequences.count)
            case .sentences: sentences.map(\.sequences.count)
            case .questions: questions.map(\.windows.count)
            case .choices: choiceCounts
            case .contrasts(let examples): examples.map(\.content.texts.count)
            }
        var end = 0
        return counts.firstIndex { count in
            end += count
            return place < end
        }
    }

    /// What the logits of the set's sequences mean, example by example.
    package func predictions(of logits: [LogitRows], search: AnswerSearch) -> TaskPredictions {
        var rest = logits[...]
        func take(_ count: Int) -> [LogitRows] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        switch source.examples {
        case .texts(let texts):
            return .texts(
                zip(texts, logits).map { Classification($1.values, of: task, cut: 0) })
        case .sentences(let examples):
            return .sentences(
                zip(examples, sentences).map { example, parts in
                    Tagging(
                        of: example.content.words.count, parts, take(parts.sequences.count),
                        labels: task.labels)
                })
        case .questions(let examples):
            return .answers(
                zip(examples, questions).map { example, windows in
                    search.answer(
                        in: example.content.context, windows, take(windows.windows.count))
                })
        case .choices:
            return .choices(choiceCounts.map { take($0).map { $0[0, 0] } })
        case .contrasts(let examples):
            return .similarities(PairSimilarities(examples.map(\.content), vectors: logits))
        }
    }
}

extension ChosenAnswer {
    /// Each choice as second text behind the premise, to which XCOPA's question belongs.
    ///
    /// Source: Ponti et al. (2020), and the harness in which mmBERT was measured.
    package var inputs: [TextInput] {
        let asked =
            switch question {
            case "cause": " What was the cause?"
            case "effect": " What was the effect?"
            case let question?: " " + question
            case nil: ""
            }
        return choices.map { TextInput(premise + asked, $0) }
    }
}
