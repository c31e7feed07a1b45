import Curriculum
import Diagnostics
import Encoders
import Finetuning
import Host
import Inference
import LabelledText
import Probes
import Recipes
import Runs
import TensorCore
import Tokenization

/// The probes of a run: labelled texts, read and encoded once, whose classes are learned from the
/// model's vectors at each evaluation.
struct RunProbes {
    /// A labelled file as token ids.
    private struct File {
        let name: String
        let sequences: [[Int32]]
        /// The place of each text's label among the probe's; −1 for one without label or with
        /// another.
        let labels: [Int]
    }

    private struct Probe {
        let name: String
        let train: File
        let test: [File]
    }

    private let probes: [Probe]
    private let precision: Precision
    private let parallel: Parallel

    /// Reads the probes' files.
    ///
    /// - Throws: `InputError` for what is not as their format says, and for fewer than two labels.
    init(
        _ recipes: [ProbeRecipe], tokenizer: Tokenizer, positions: Int, precision: Precision,
        parallel: Parallel
    ) throws {
        (self.precision, self.parallel) = (precision, parallel)
        probes = try recipes.map { recipe in
            let reading = recipe.reading
            let encoder = try TaskEncoder(
                tokenizer, length: recipe.length, positions: positions,
                at: "evaluate.suite.\(recipe.name).length")
            func read(_ files: [LabelledData.File], needsLabels: Bool) throws -> [TaskSet] {
                try files.map { try TaskSet($0, reading, needsLabels: needsLabels) }
            }
            let train = TaskSet.limited(
                try read(recipe.data.train, needsLabels: true), to: recipe.data.examples)
            let names = Set(train.flatMap(\.labels)).sorted()
            guard names.count > 1 else {
                throw InputError(
                    at: recipe.data.train.first?.path ?? recipe.name,
                    expected: "texts of two labels or more", found: "\(names.count)",
                    remedy: "Check the column of labels.")
            }
            let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
            func file(_ name: String, _ texts: [ClassifiedText]) -> File {
                let inputs = texts.map { TextInput($0.text, $0.pair) }
                return File(
                    name: name,
                    sequences: encoder.sequences(of: inputs, on: parallel).map(\.sequence.ids),
                    labels: texts.map { $0.label?.className.flatMap { places[$0] } ?? -1 })
            }
            return Probe(
                name: recipe.name, train: file("train", train.flatMap(\.classifiedTexts)),
                test: try read(recipe.data.test, needsLabels: false).map {
                    file($0.name.isEmpty ? "test" : $0.name, $0.classifiedTexts)
                })
        }
    }

    /// What the probes learn from a model's vectors; nil if `stops` turns true between two files.
    func records(
        of model: MaskedLanguageModel, stage: String, at clock: TokenClock, unless stops: () -> Bool
    ) throws -> [ProbeRecord]? {
        let encoder = EncoderModel(
            model, named: "the model in training", precision: precision, parallel: parallel)
        func rows(_ file: File) throws -> DenseRows {
            DenseRows(
                try encoder.embed(
                    file.sequences.map { try encoder.sequence(of: $0, at: file.name) }))
        }
        var records: [ProbeRecord] = []
        for probe in probes {
            let regression = LogisticRegression(
                learning: try rows(probe.train), labels: probe.train.labels, parallel: parallel)
            var accuracies: [String: Double] = [:]
            for file in probe.test {
                if stops() { return nil }
                let found = regression.labels(of: try rows(file))
                let scored = zip(found, file.labels).filter { $0.1 >= 0 }
                guard !scored.isEmpty else { continue }
                accuracies[file.name] =
                    Double(scored.count { $0 == $1 }) / Double(scored.count)
            }
            records.append(
                ProbeRecord(
                    stage: stage, step: clock.step, tokens: clock.totalTokens, probe: probe.name,
                    accuracies: accuracies))
        }
        return records
    }
}
