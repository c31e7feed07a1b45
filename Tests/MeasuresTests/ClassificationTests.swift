import Measures
import Testing

@Suite struct ClassificationTests {
    private struct Labels: Decodable {
        var references: [String]
        var predictions: [String]
        var values: [String: Double?]
    }

    private struct Numbers: Decodable {
        var references: [Double]
        var predictions: [Double]
        var values: [String: Double?]
    }

    private struct LabelSets: Decodable {
        var references: [[Bool]]
        var scores: [[Double]]
        var values: [String: Double?]
    }

    @Test func classificationIsScikitLearns() throws {
        for (place, labels) in try cases("classification", as: Labels.self).enumerated() {
            let evaluation = Classification(
                references: labels.references, predictions: labels.predictions, positive: "1")
            expect(evaluation, gives: labels.values, at: place)
            let weights = someWeights(evaluation.count, seed: place)
            expectEqual(
                evaluation.values(weights: weights),
                Classification(
                    references: repeated(labels.references, weights),
                    predictions: repeated(labels.predictions, weights), positive: "1"
                ).values)
        }
    }

    @Test func correlationsAreScipys() throws {
        for (place, numbers) in try cases("regression", as: Numbers.self).enumerated() {
            let evaluation = Regression(
                references: numbers.references, predictions: numbers.predictions)
            expect(evaluation, gives: numbers.values, at: place)
            let weights = someWeights(evaluation.count, seed: place)
            expectEqual(
                evaluation.values(weights: weights),
                Regression(
                    references: repeated(numbers.references, weights),
                    predictions: repeated(numbers.predictions, weights)
                ).values)
        }
    }

    @Test func labelSetsAreScikitLearns() throws {
        for (place, sets) in try cases("multilabel", as: LabelSets.self).enumerated() {
            let predictions = sets.scores.map { $0.map { $0 > 0 } }
            let evaluation = MultiLabel(
                references: sets.references, predictions: predictions, scores: sets.scores)
            expect(evaluation, gives: sets.values, at: place)
            let weights = someWeights(evaluation.count, seed: place)
            guard weights.contains(where: { $0 > 0 }) else { continue }
            expectEqual(
                evaluation.values(weights: weights),
                MultiLabel(
                    references: repeated(sets.references, weights),
                    predictions: repeated(predictions, weights),
                    scores: repeated(sets.scores, weights)
                ).values)
        }
    }

    @Test func nothingIsDefinedWithoutExamples() {
        #expect(Classification(references: [], predictions: []).values.allSatisfy { $0 == nil })
        #expect(Regression(references: [], predictions: []).values == [nil, nil])
        #expect(MultiLabel(references: [], predictions: []).values == [nil, nil])
        #expect(Tagging(references: [], predictions: []).values.allSatisfy { $0 == nil })
    }

    @Test func classesAreCountedInTheOrderOfTheirLabels() {
        let classes = Classification(references: ["b", "a", "b"], predictions: ["b", "b", "c"])
            .classes
        #expect(classes.map(\.label) == ["a", "b", "c"])
        #expect(classes.map(\.references) == [1, 2, 0])
        #expect(classes.map(\.predictions) == [0, 2, 1])
        #expect(classes.map(\.precision) == [0, 0.5, 0])
        #expect(classes.map(\.recall) == [0, 0.5, 0])
        #expect(classes.map(\.f1) == [0, 0.5, 0])
    }

    @Test func theFirstOfEqualScoresIsTheLargest() {
        #expect(argmax([]) == nil)
        #expect(argmax([1, 3, 3, 2]) == 1)
        #expect(argmax([-1]) == 0)
    }
}
