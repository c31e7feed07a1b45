import Measures
import Testing

@Suite struct TaggingTests {
    private struct Sentences: Decodable {
        var references: [[String]]
        var predictions: [[String]]
        var lenient: [String: Double]
        var strict: [String: Double]?
        var accuracy: Double
    }

    @Test func chunksAreSeqevals() throws {
        let cases = try cases("tagging", as: Sentences.self)
        #expect(cases.count { $0.strict != nil } > 50)
        for (place, sentences) in cases.enumerated() {
            let ways: [(ChunkRule, [String: Double]?)] = [
                (.lenient, sentences.lenient), (.strict, sentences.strict),
            ]
            for (rule, values) in ways {
                guard var values else { continue }
                values["accuracy"] = sentences.accuracy
                let evaluation = Tagging(
                    references: sentences.references, predictions: sentences.predictions,
                    rule: rule)
                expect(evaluation, gives: values, at: place)
            }
        }
    }

    @Test func aSentenceCountsAsOftenAsItsWeightSays() throws {
        for (place, sentences) in try cases("tagging", as: Sentences.self).enumerated() {
            // Tags with an empty rest may end chunks of the sentence before.
            guard sentences.strict != nil else { continue }
            let weights = someWeights(sentences.references.count, seed: place)
            expectEqual(
                Tagging(references: sentences.references, predictions: sentences.predictions)
                    .values(weights: weights),
                Tagging(
                    references: repeated(sentences.references, weights),
                    predictions: repeated(sentences.predictions, weights)
                ).values)
        }
    }
}
