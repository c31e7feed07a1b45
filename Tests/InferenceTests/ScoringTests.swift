import Diagnostics
import Foundation
import Inference
import TestSupport
import Testing

@Suite struct ScoringTests {
    private func model(_ index: Int = 0) throws -> EncoderModel {
        try ReferenceModel(folder: Fixtures.path("Inference/\(index)")).model
    }

    @Test("Tokens masked in turn are scored as examples with one label each", arguments: 0..<3)
    func inTurn(index: Int) throws {
        let model = try model(index)
        let texts: [[Int32]] = [
            [2, 9, 30, 17, 1], [2, 8, 1], [2, 40, 41, 42, 43, 44, 1], [2, 1],
        ]
        let sequences = try texts.map { try model.sequence(of: $0, at: "text") }
        let losses = try model.scoreInTurn(sequences)
        #expect(losses.map(\.tokens) == [3, 1, 5, 0])
        for (ids, loss) in zip(texts, losses) {
            let examples = try ids.indices.dropFirst().dropLast().map { place in
                var masked = ids
                masked[place] = model.maskTokenID
                let labels = ids.indices.map { $0 == place ? ids[place] : -100 }
                return try model.labelled(ids: masked, labels: labels, at: "example")
            }
            let expected = try model.score(examples).reduce(0) { $0 + $1.sum }
            #expect(abs(loss.sum - expected) <= 1e-5 * expected)
        }
        #expect(losses[3].mean == nil)
        #expect(losses[3].perplexity == nil)
        let mean = try #require(losses[0].mean)
        #expect(losses[0].perplexity == exp(mean))
    }

    @Test("An example without labels is scored as nothing, the others as without it")
    func unlabelled() throws {
        let model = try model()
        let some = try model.labelled(ids: [2, 9, 1], labels: [-100, 30, -100], at: "some")
        let none = try model.labelled(ids: [2, 9, 1], labels: [-100, -100, -100], at: "none")
        let losses = try model.score([none, some, none])
        #expect(losses == [MaskedLoss(), try model.score([some])[0], MaskedLoss()])
        #expect(losses[1].tokens == 1)
    }

    @Test("Labels that do not fit are refused")
    func refusals() throws {
        let model = try model()
        for labels: [Int32] in [[-100], [-100, 200], [-1, -100]] {
            #expect(throws: InputError.self) {
                try model.labelled(ids: [5, 6], labels: labels, at: "a.jsonl:1")
            }
        }
    }

    @Test("The likeliest tokens of a mask have the probabilities that its losses say")
    func masks() throws {
        let model = try model(1)
        let mask = model.maskTokenID
        let ids: [Int32] = [2, 9, mask, 30, mask, 1]
        let sequences = try [[2, 8, 1], ids].map { try model.sequence(of: $0, at: "ids") }
        let predictions = try model.fillMasks(in: sequences, top: 97)
        #expect(predictions[0].isEmpty)
        #expect(predictions[1].map(\.position) == [2, 4])
        for prediction in predictions[1] {
            let shares = prediction.candidates.map(\.probability)
            #expect(Set(prediction.candidates.map(\.id)).count == 97)
            #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
            #expect(shares == shares.sorted(by: >))
            for candidate in prediction.candidates {
                var labels = ids.map { _ in Int32(-100) }
                labels[prediction.position] = candidate.id
                let example = try model.labelled(ids: ids, labels: labels, at: "example")
                let loss = try model.score([example])[0].sum
                #expect(abs(exp(-loss) - candidate.probability) < 1e-5)
            }
        }
    }
}
