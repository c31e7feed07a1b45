import Diagnostics
import LabelledText
import Measures

/// How labels and numbers are read from lines.
struct LabelInput {
    /// The names of labels that are written as whole numbers; empty where labels stand for
    /// themselves.
    var names: [String] = []

    private static let labelFields = ["label", "prediction", "choice", ""]
    private static let numberFields = ["score", "label", "prediction", ""]
    // Lines of predictions may have the true label beside what is predicted.
    private static let predictedLabelFields = ["prediction", "label", "choice", ""]
    private static let predictedNumberFields = ["prediction", "score", "label", ""]

    /// Accuracy, F1 and Matthews' correlation.
    func classification(
        _ references: MeasuredFile, _ predictions: MeasuredFile, positive: String?
    ) throws -> Measured<Classification> {
        let labels = try labels(references, predictions)
        let found = Set(labels.references)
        if let positive, !found.contains(positive) {
            throw InputError(
                at: "--positive \(positive)", expected: "a label of the references",
                found: found.sorted().prefix(8).joined(separator: ", "),
                remedy: "Name one of these.")
        }
        let binary =
            positive ?? (found.union(labels.predictions).isSubset(of: ["0", "1"]) ? "1" : nil)
        let evaluation = Classification(
            references: labels.references, predictions: labels.predictions, positive: binary)
        var measured = Measured(
            evaluation,
            notes: labels.notes + [
                MeasureNote(
                    "unknown_labels", labels.predictions.count { !found.contains($0) },
                    "predictions of labels that no reference has")
            ])
        measured.classes = evaluation.classes
        return measured
    }

    /// Accuracy and weighted F1 of chosen translations.
    func bitext(
        _ references: MeasuredFile, _ predictions: MeasuredFile
    ) throws -> Measured<Bitext> {
        let labels = try labels(references, predictions)
        return Measured(
            Bitext(references: labels.references, predictions: labels.predictions),
            notes: labels.notes)
    }

    /// Pearson's and Spearman's correlation.
    func regression(
        _ references: MeasuredFile, _ predictions: MeasuredFile
    ) throws -> Measured<Regression> {
        let examples = try ExamplePairs(references, predictions)
        var numbers: (references: [Double], predictions: [Double]) = ([], [])
        for (reference, prediction) in examples.pairs {
            guard let field = reference.field(Self.numberFields), field.text != "" else { continue }
            numbers.references.append(try number(field, of: reference))
            numbers.predictions.append(
                try number(prediction.field(Self.predictedNumberFields), of: prediction))
        }
        guard numbers.references.contains(where: { $0 != -1 }) else {
            throw noLabels(references, areAbsent: numbers.references.isEmpty)
        }
        return Measured(
            Regression(references: numbers.references, predictions: numbers.predictions),
            notes: [
                examples.strangersNote,
                .unscored(examples.pairs.count - numbers.references.count),
                MeasureNote(
                    "minus_ones", numbers.references.count { $0 == -1 },
                    "references of −1, which are scored as numbers"),
            ])
    }

    private func number(_ field: MeasuredField?, of line: MeasuredLine) throws -> Double {
        guard let number = field?.number else {
            throw line.error(
                expected: "a finite number, or a “score”", found: field,
                remedy: "Give each example a number.")
        }
        return number
    }

    private typealias Labels = (
        references: [String], predictions: [String], notes: [MeasureNote]
    )

    private func labels(
        _ references: MeasuredFile, _ predictions: MeasuredFile
    ) throws -> Labels {
        let examples = try ExamplePairs(references, predictions)
        var labels: Labels = ([], [], [])
        var withheld: MeasuredLine?
        for (reference, prediction) in examples.pairs {
            guard let field = reference.field(Self.labelFields), field.text != "" else { continue }
            if isMinusOne(field) {
                withheld = withheld ?? reference
                continue
            }
            labels.references.append(try label(field, of: reference))
            labels.predictions.append(try predictedLabel(prediction))
        }
        guard !labels.references.isEmpty else {
            throw noLabels(references, areAbsent: withheld == nil)
        }
        if let withheld { try checkPredictsNoMinusOne(examples, withheld: withheld) }
        try checkKind(labels.references, labels.predictions, at: predictions.path)
        labels.notes = [
            examples.strangersNote, .unscored(examples.pairs.count - labels.references.count),
        ]
        return labels
    }

    /// Whether a label is the −1 of exported test files, which stands for none, and is no name.
    private func isMinusOne(_ field: MeasuredField?) -> Bool {
        field?.text?.trimmed == "-1" && !names.contains("-1")
    }

    /// Refuses predictions of −1 where references have it: there it seems to be a class.
    private func checkPredictsNoMinusOne(
        _ examples: ExamplePairs, withheld: MeasuredLine
    ) throws {
        for (_, prediction) in examples.pairs
        where isMinusOne(prediction.field(Self.predictedLabelFields)) {
            throw prediction.error(
                expected: "another label than −1, which stands for none (\(withheld.location))",
                found: "“-1”",
                remedy: "If −1 is a class, name all of them, such as --labels=-1,0,1.")
        }
    }

    private func noLabels(_ references: MeasuredFile, areAbsent: Bool) -> InputError {
        InputError(
            at: references.path, expected: "a label in some line",
            found: areAbsent ? "none" : "−1 in all, which stands for none",
            remedy: "Name the file that has the true labels, under “label”.")
    }

    /// The label that a line predicts: by name, or the first of the highest scores.
    private func predictedLabel(_ line: MeasuredLine) throws -> String {
        if let field = line.field(Self.predictedLabelFields), field.text != "" {
            return try label(field, of: line)
        }
        guard let scores = try line.field("scores")?.members else {
            throw line.error(
                expected: "a label, or “scores” by label", found: "neither",
                remedy: "Predict a label for each example.")
        }
        let numbers = scores.compactMap(\.value.finiteNumber)
        guard numbers.count == scores.count, let best = argmax(numbers) else {
            throw line.error(
                expected: "a finite number for each label in “scores”", found: "something else",
                remedy: "Write scores as {\"label\": 0.9, …}.")
        }
        return try name(scores[best].name, of: line)
    }

    private func label(_ field: MeasuredField, of line: MeasuredLine) throws -> String {
        guard let text = field.text else {
            throw line.error(
                expected: "a label, a string or a whole number", found: field,
                remedy: "For several labels of an example use --metric multilabel.")
        }
        return try name(text.trimmed, of: line)
    }

    /// The name that a label's number stands for, or the label.
    func name(_ label: String, of line: MeasuredLine) throws -> String {
        guard !names.isEmpty, !names.contains(label) else { return label }
        guard let number = Int(label), names.indices.contains(number) else {
            throw line.error(
                expected: "one of \(names.prefix(8).joined(separator: ", ")), or its number from 0",
                found: "“\(label)”", remedy: "Correct the label, or the list of --labels.")
        }
        return names[number]
    }

    /// Refuses names on one side and numbers on the other: they would agree nowhere.
    private func checkKind(
        _ references: [String], _ predictions: [String], at path: String
    ) throws {
        let (first, second) = (
            references.allSatisfy { Int($0) != nil }, predictions.allSatisfy { Int($0) != nil }
        )
        guard first != second, Set(references).isDisjoint(with: predictions) else { return }
        throw InputError(
            at: path,
            expected: "labels that are \(first ? "whole numbers" : "names") as in the "
                + "references, such as “\(references.first ?? "")”",
            found: "“\(predictions.first ?? "")”",
            remedy: "Say with --labels which names the numbers stand for, in their order.")
    }
}

extension ExamplePairs {
    var strangersNote: MeasureNote {
        .strangers(strangers)
    }
}
