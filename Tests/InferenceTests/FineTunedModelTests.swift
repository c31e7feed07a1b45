import Autograd
import Diagnostics
import Encoders
import Formats
import Host
import Inference
import ModelFolders
import TensorCore
import TestSupport
import Testing
import Tokenization

/// Folders with heads of every kind, each with a tokenizer, used by the library's calls.
@Suite("Fine-tuned models in use")
struct FineTunedModelTests {
    private static let texts = [
        "line 7919 of words", "a line", "numbers and words, words and numbers: 42!", "",
        "ein Wort mit ÄÖÜ und 汉字", "words", "line 15838 of words and numbers and 31676",
    ]

    /// A folder with a head of this kind.
    private func folder(_ task: TaskHead) throws -> TemporaryFolder {
        var lines = (0..<200).map { Array("line \($0 * 7919) of words and numbers".utf8) }
        let bytes = try TokenizerTraining(vocabularySize: 330).train { lines.popLast() }
        let tokenizer = try Tokenizer(modelBytes: bytes, path: "tokenizer.model")
        let model = TaskModel(
            configuration: TinyModel.configuration(vocabularySize: tokenizer.vocabularySize),
            task: task)
        model.initialize(
            [.encoder, .preparation, .classifier], seed: 3, parallel: Parallel(threads: 1))
        let folder = try TemporaryFolder()
        try ModelFolder.write(
            model, tokenizer: try HuggingFaceTokenizer(tokenizer), into: folder.path)
        return folder
    }

    /// What a model says of all texts: every number, in the order of the texts.
    private func numbers(_ model: FineTunedModel, _ texts: [String]) throws -> [[Double]] {
        switch model.task.kind {
        case .sequence:
            return try model.classify(texts.map { TextInput($0, "and a pair") }).map {
                $0.probabilities.map(\.probability)
            }
        case .tokens:
            return try model.tag(texts.map { WordInput($0.split(separator: " ").map(String.init)) })
                .map { $0.probabilities.map { $0 ?? -1 } }
        case .answers:
            return try model.answer(texts.map { QuestionInput(question: "words?", context: $0) })
                .map { [Double($0.noAnswerScore), Double($0.score ?? -1)] }
        case .choice:
            return try model.choose(texts.map { [TextInput($0, "a"), TextInput($0, "numbers")] })
                .map { $0.logits.map(Double.init) }
        case .vectors: return []
        }
    }

    private func head(_ kind: TaskHead.Kind) -> TaskHead {
        switch kind {
        case .sequence, .tokens: TaskHead(kind, labels: ["a", "b", "c"], pooling: .mean)
        case .answers: .answers
        case .choice: .choice(pooling: .cls)
        case .vectors: .vectors(pooling: .mean)
        }
    }

    /// The kinds that have a head.
    private static let heads = TaskHead.Kind.allCases.filter { $0 != .vectors }

    @Test("What is said of a text does not depend on its batch", arguments: heads)
    func batches(kind: TaskHead.Kind) throws {
        let folder = try folder(head(kind))
        let model = try FineTunedModel(folder: folder.path, precision: .fp32, threads: 2)
        let together = try numbers(model, Self.texts)
        for budget in [1, 30] {
            model.batchTokens = budget
            #expect(differ(try numbers(model, Self.texts), together) == nil)
        }
        #expect(differ(try Self.texts.map { try numbers(model, [$0])[0] }, together) == nil)
        let reversed = try numbers(model, Self.texts.reversed())
        #expect(differ(reversed.reversed(), together) == nil)
        #expect(try numbers(model, []).isEmpty)
    }

    private func differ(_ found: [[Double]], _ expected: [[Double]]) -> Mismatch? {
        guard found.map(\.count) == expected.map(\.count) else {
            return mismatch(found.map(\.count).map(Double.init), [Double](), relative: 0)
        }
        return mismatch(
            found.flatMap(\.self), expected.flatMap(\.self), relative: 0, absolute: 1e-5)
    }

    @Test(
        "The number of threads changes no bit", arguments: heads,
        [Precision.fp32, .bf16])
    func threads(kind: TaskHead.Kind, precision: Precision) throws {
        let folder = try folder(head(kind))
        let texts = (0..<60).map { "\(Self.texts[$0 % 7]) \($0)" }
        let results = try [1, 2, 3].map { threads in
            try numbers(
                try FineTunedModel(folder: folder.path, precision: precision, threads: threads),
                texts)
        }
        #expect(results[1] == results[0] && results[2] == results[0])
    }

    @Test("A head is asked for what it does, and nothing else")
    func otherKind() throws {
        for kind in Self.heads {
            let folder = try folder(head(kind))
            let model = try FineTunedModel(folder: folder.path, precision: .fp32, threads: 1)
            let calls: [(TaskHead.Kind, () throws -> Void)] = [
                (.sequence, { _ = try model.classify([TextInput("a")]) }),
                (.tokens, { _ = try model.tag([WordInput(["a"])]) }),
                (.answers, { _ = try model.answer([QuestionInput(question: "a", context: "b")]) }),
                (.choice, { _ = try model.choose([[TextInput("a", "b")]]) }),
            ]
            for (wanted, call) in calls {
                guard wanted != kind else {
                    try call()
                    continue
                }
                let error = #expect(throws: InputError.self) { try call() }
                #expect(error?.location == folder.path)
                #expect(error?.expected == "a model with \(wanted.description)")
                #expect(error?.found == "one with \(kind.description)")
            }
        }
    }

    @Test("A fine-tuned model makes vectors, but fills no masks")
    func encoder() throws {
        let folder = try folder(head(.sequence))
        let encoder = try EncoderModel(folder: folder.path, precision: .fp32, threads: 1)
        #expect(try encoder.embed([encoder.sequence(of: [2, 9, 1], at: "ids")]).count == 1)
        let masked = try encoder.sequence(of: [2, encoder.maskTokenID, 1], at: "ids")
        let error = #expect(throws: InputError.self) { try encoder.fillMasks(in: [masked]) }
        #expect(error?.location == folder.path && error?.expected == "a masked language model")
        #expect(error?.found == "a model with a head that classifies texts")
        #expect(error?.remedy.contains("mmbert predict") == true)
    }

    @Test("A folder without a head, or without a tokenizer, classifies nothing")
    func unfit() throws {
        let masked = Fixtures.path("Inference/0")
        let error = #expect(throws: InputError.self) {
            _ = try FineTunedModel(folder: masked, threads: 1)
        }
        #expect(error?.found == "a masked language model")
        let bare = Fixtures.path("Heads/models/label-cls-2")
        let other = #expect(throws: InputError.self) {
            _ = try FineTunedModel(folder: bare, threads: 1)
        }
        #expect(other?.found == "no tokenizer")
    }
}
