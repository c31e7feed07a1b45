import Diagnostics
import Finetuning
import LabelledText
import Measures
import Probes
import Recipes
import TensorCore

extension VectorCell {
    /// Learns classes from a few examples of each, several times, as MTEB does.
    func classes(
        _ train: TaskSet, _ test: TaskSet, of file: LabelledData.File, writingTo path: String,
        _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        let settings = task.vectors
        let texts = train.classifiedTexts
        let (locations, testLocations) = (train.locations, test.locations)
        let learned = texts.map { $0.label?.className ?? "" }
        let names = Set(learned).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        try requireSeveral(names.count, at: train.path)
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        let samples = sampling.samples(of: learned)
        let used = Set(samples.flatMap(\.self)).sorted()
        guard !used.isEmpty else {
            throw InputError(
                at: task.name, expected: "examples with labels in data.train", found: "none",
                remedy: "Check the key of the labels.")
        }
        let rows = try self.rows(
            of: used.map { texts[$0].text }, "examples to learn from", vectors
        ) { locations[used[$0]] }
        let places = Dictionary(uniqueKeysWithValues: zip(used, used.indices))
        let tests = try self.rows(
            of: test.classifiedTexts.map(\.text), shown(file), vectors
        ) { testLocations[$0] }
        let predictions = try samples.enumerated().map { number, sample in
            try checkSignal()
            progress.update { "learns \(shown(file)), \(number + 1) of \(settings.experiments)" }
            let classifier = LogisticRegression(
                learning: rows.selecting(sample.compactMap { places[$0] }),
                labels: sample.map { numbers[learned[$0]] ?? 0 }, parallel: vectors.parallel)
            return classifier.labels(of: tests).map { names[$0] }
        }
        var writer = try PredictionWriter(path: path + ".jsonl")
        for (id, label) in zip(test.ids, predictions[0]) {
            try writer.add(.label(label, scores: []), id: id)
        }
        try writer.finish()
        let references = test.classifiedTexts.map { $0.label?.className ?? "" }
        var scores = FinetuneScores.File(
            RepeatedClassification(references: references, predictions: predictions),
            examples: test.count, threads: vectors.parallel.threads)
        let known = Set(names)
        scores.note(
            references.count { !known.contains($0) },
            "examples with a label that no training example has")
        return scores
    }

    /// Learns any number of labels by the nearest neighbours among a few examples of each, several
    /// times.
    func labels(
        _ train: [LabelledExample<ListLabelledText>], _ test: [LabelledExample<ListLabelledText>],
        of file: LabelledData.File, _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        let samples = sampling.samples(ofSets: train.map(\.content.labels))
        let used = Set(samples.flatMap(\.self)).sorted()
        let rows = try self.rows(
            of: used.map { train[$0].content.text }, "examples to learn from", vectors
        ) { train[used[$0]].location }
        let places = Dictionary(uniqueKeysWithValues: zip(used, used.indices))
        let tests = try self.rows(of: test.map(\.content.text), shown(file), vectors) {
            test[$0].location
        }
        // As MTEB's, measures know the labels of the measured examples.
        let names = Set(test.flatMap(\.content.labels)).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        try requireSeveral(names.count, at: file.path)
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        func row(_ labels: some Sequence<Int>) -> [Bool] {
            var row = [Bool](repeating: false, count: names.count)
            for label in labels { row[label] = true }
            return row
        }
        let references = test.map { row($0.content.labels.compactMap { numbers[$0] }) }
        let experiments = try samples.map { sample in
            try checkSignal()
            let known = rows.selecting(sample.compactMap { places[$0] })
            let found = NearestNeighbours(
                knowing: known, neighbours: task.vectors.labelNeighbours,
                parallel: vectors.parallel
            ).labelSets(
                of: tests,
                known: sample.map { place in
                    Set(train[place].content.labels.compactMap { numbers[$0] })
                })
            let predictions = found.map { row($0) }
            return MultiLabel(
                references: references, predictions: predictions,
                scores: predictions.map { $0.map { $0 ? 1 : 0 } })
        }
        return FinetuneScores.File(
            RepeatedMultiLabel(experiments), examples: test.count,
            threads: vectors.parallel.threads)
    }

    private var sampling: LabelSampling {
        var sampling = LabelSampling()
        sampling.perLabel = task.vectors.examplesPerLabel
        sampling.experiments = task.vectors.experiments
        return sampling
    }

    private func rows(
        of texts: [String], _ what: String, _ vectors: TextVectors, naming: (Int) -> String
    ) throws -> DenseRows {
        DenseRows(try vectors.matrix(of: texts, as: .text, what, naming: naming))
    }

    private func requireSeveral(_ labels: Int, at path: String) throws {
        guard labels < 2 else { return }
        throw InputError(
            at: path, expected: "examples of two labels or more", found: "\(labels)",
            remedy: "Check the column of labels.")
    }
}
