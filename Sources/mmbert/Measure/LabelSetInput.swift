import Diagnostics
import LabelledText
import Measures

/// Reads sets of labels: “labels” of references; “labels” or “scores” by label of predictions.
struct LabelSetInput {
    /// How labels are named.
    var labels: LabelInput
    /// A label is predicted where its score is above this.
    var threshold: Double

    /// A label, compared by its bytes.
    private typealias Label = [UInt8]

    private struct Line {
        var labels: Set<Label>
        var scores: [Label: Double]?
    }

    /// Exact matches, macro F1 and the average precision of rankings.
    func multiLabel(
        _ references: MeasuredFile, _ predictions: MeasuredFile
    ) throws -> Measured<MultiLabel> {
        let examples = try ExamplePairs(references, predictions)
        let pairs = examples.pairs.filter { Self.hasLabels($0.reference) }
        guard !pairs.isEmpty else {
            throw InputError(
                at: references.path, expected: "“labels” in some line", found: "none",
                remedy: "Name the file that has the true labels: {\"labels\": [\"a\", \"b\"]}.")
        }
        let truths = try pairs.map { try line($0.reference) }
        let guesses = try pairs.map { try line($0.prediction) }
        let columns = try columns(truths + guesses)
        let hasScores = guesses.allSatisfy { $0.scores != nil }
        if hasScores {
            for (guess, pair) in zip(guesses, pairs) {
                guard let missing = columns.first(where: { guess.scores?[$0] == nil }) else {
                    continue
                }
                throw pair.prediction.error(
                    expected: "a score for each label",
                    found: "none for “\(String(decoding: missing, as: UTF8.self))”",
                    remedy: "Write the scores of all labels in each line.")
            }
        }
        return Measured(
            MultiLabel(
                references: truths.map { line in columns.map(line.labels.contains) },
                predictions: guesses.map { line in columns.map(line.labels.contains) },
                scores: hasScores
                    ? guesses.map { line in columns.map { line.scores?[$0] ?? 0 } } : nil),
            notes: [examples.strangersNote, .unscored(examples.pairs.count - pairs.count)])
    }

    private static func hasLabels(_ line: MeasuredLine) -> Bool {
        line.field("labels", "scores") != nil
    }

    private func columns(_ lines: [Line]) throws -> [Label] {
        if !labels.names.isEmpty { return labels.names.map { Array($0.utf8) } }
        var known: Set<Label> = []
        for line in lines {
            known.formUnion(line.labels.union(line.scores?.keys.map(\.self) ?? []))
        }
        return known.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private func line(_ line: MeasuredLine) throws -> Line {
        let listed = try line.field("labels")?.elements.map { labels in
            Set(
                try labels.map { label in
                    guard let text = label.scalarText else {
                        throw line.error(
                            expected: "strings or whole numbers in “labels”", found: label.kind,
                            remedy: "Correct the line.")
                    }
                    return Array(try self.labels.name(text, of: line).utf8)
                })
        }
        let scores = try line.field("scores")?.members.map { scores in
            Dictionary(
                try scores.map { name, value in
                    guard let number = value.finiteNumber else {
                        throw line.error(
                            expected: "a finite number for each label in “scores”",
                            found: .json(value), remedy: "Correct the line.")
                    }
                    return (Array(try labels.name(name, of: line).utf8), number)
                }, uniquingKeysWith: { $1 })
        }
        guard let set = listed ?? scores.map({ Set($0.filter { $1 > threshold }.keys) }) else {
            throw line.error(
                expected: "“labels”, a list, or “scores” by label", found: "neither",
                remedy: "Write {\"labels\": [\"a\", \"b\"]}.")
        }
        return Line(labels: set, scores: scores)
    }
}
