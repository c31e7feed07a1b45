import Measures
import Testing

@Suite struct AnsweringTests {
    private struct Pair: Decodable {
        var rule: String
        var answers: [String]
        var prediction: String
        var scores: [Double]
    }

    private struct QuestionSet: Decodable {
        struct Question: Decodable {
            var answers: [String]
            var prediction: String
            var noAnswerScore: Double
        }

        var questions: [Question]
        var values: [String: Double?]
        var thresholds: [Double]

        var all: [Answering.Question] {
            questions.map {
                .init(
                    answers: $0.answers, prediction: $0.prediction, noAnswerScore: $0.noAnswerScore)
            }
        }
    }

    private struct Block: Decodable {
        var first: UInt32
        var count: Int
        var digest: String
    }

    private func answerRule(_ name: String) -> AnswerRule? {
        switch name {
        case "squad": .squad
        case "squad-v2": .squadV2
        case "tiquad": .tiquad
        default: MLQALanguage(rawValue: String(name.suffix(2))).map { .mlqa($0) }
        }
    }

    @Test func answersScoreAsInTheScripts() throws {
        for (place, pair) in try cases("answers", as: Pair.self).enumerated() {
            let question = Answering.Question(answers: pair.answers, prediction: pair.prediction)
            let rule = try #require(answerRule(pair.rule))
            let values = Answering([question], rule: rule).values
            for (value, expected) in zip(values, pair.scores) {
                let value = try #require(value)
                #expect(abs(value - expected) < 1e-12, "\(place): \(pair)")
            }
        }
    }

    @Test func setsWithNoAnswersScoreAsInTheScript() throws {
        for (place, set) in try cases("answer-sets", as: QuestionSet.self).enumerated() {
            let evaluation = Answering(set.all, rule: .squadV2)
            expect(evaluation, gives: set.values, at: place)
            let thresholds = try #require(evaluation.bestThresholds)
            #expect([thresholds.exactMatch, thresholds.f1] == set.thresholds)
            let weights = someWeights(evaluation.count, seed: place)
            guard weights.contains(where: { $0 > 0 }) else { continue }
            expectEqual(
                evaluation.values(weights: weights),
                Answering(repeated(set.all, weights), rule: .squadV2).values)
        }
    }

    @Test func aMissingPredictionScoresZeroOrIsLeftOut() {
        let questions = [
            Answering.Question(answers: ["red"], prediction: "red"),
            Answering.Question(answers: ["red"], prediction: nil),
        ]
        #expect(Answering(questions, rule: .squad).values == [0.5, 0.5])
        #expect(Answering(questions, rule: .tiquad).values == [1, 1])
        #expect(Answering([questions[1]], rule: .tiquad).values == [nil, nil])
    }

    /// Characters that both versions of Unicode know, those of Python 3.11 being of version 14.
    @Test func charactersAreWhatPythonTakesThemFor() throws {
        for block in try cases("characters", as: Block.self) {
            var digest: UInt64 = 0xcbf2_9ce4_8422_2325
            var count = 0
            for code in block.first..<(block.first + 4096) {
                guard let scalar = Unicode.Scalar(code), isAssigned(scalar) else { continue }
                count += 1
                let bits =
                    (scalar.isPythonSpace ? 1 : 0) + (scalar.isPythonWordCharacter ? 2 : 0)
                    + (scalar.isUnicodePunctuation ? 4 : 0) + (scalar.isASCIIPunctuation ? 8 : 0)
                var text = "\(bits) ".unicodeScalars
                text.append(contentsOf: [scalar].lowercasedByPython)
                for byte in (String(text) + "\n").utf8 {
                    digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
                }
            }
            #expect(count == block.count, "from \(block.first)")
            #expect(String(digest, radix: 16) == trimmed(block.digest), "from \(block.first)")
        }
    }

    private func isAssigned(_ scalar: Unicode.Scalar) -> Bool {
        let category = scalar.properties.generalCategory
        guard category != .unassigned, category != .privateUse else { return false }
        return (scalar.properties.age?.major ?? .max) <= 14
    }

    private func trimmed(_ digest: String) -> String {
        String(digest.drop { $0 == "0" })
    }
}
