import Measures
import Testing

@Suite struct RankingTests {
    private struct Case: Decodable {
        var judgements: [String: Int]
        var scores: [String: Double]
        var values: [String: Double]

        var query: Ranking.Query {
            Ranking.Query(
                judgements: Judgements(judgements.map { ($0, $1) }),
                found: RankedList(scores: scores.map { ($0, $1) }))
        }
    }

    private struct Choices: Decodable {
        var references: [String]
        var predictions: [String]
        var values: [String: Double]
    }

    private struct Mined: Decodable {
        struct Pair: Decodable {
            var right: Bool
            var score: Double
        }

        var pairs: [Pair]
        var translations: Int
        var bestF1: Double
    }

    @Test func rankingsAreTrecEvals() throws {
        let cases = try cases("rankings", as: Case.self)
        for (place, ranking) in cases.enumerated() {
            let evaluation = Ranking([ranking.query], cutoffs: [1, 3, 10])
            expect(evaluation, gives: ranking.values, at: place)
        }
        let all = Ranking(cases.map(\.query), cutoffs: [1, 3, 10])
        for name in all.names {
            let mean = cases.reduce(0) { $0 + ($1.values[name] ?? 0) } / Double(cases.count)
            #expect(abs((all[name] ?? -1) - mean) < 1e-12)
        }
    }

    @Test func equalScoresAreOrderedByDescendingBytesOfIDs() {
        let list = RankedList(scores: [("a", 1), ("é", 1), ("b", 1), ("B", 2), ("q", 3)])
        #expect(list.documents == ["q", "B", "é", "b", "a"])
        let without = RankedList(scores: [("a", 1), ("q", 3)], leavingOut: "q")
        #expect(without.documents == ["a"])
    }

    @Test func aQueryWithoutRelevantDocumentsScoresZero() {
        let query = Ranking.Query(
            judgements: Judgements([("a", 0), ("b", -1)]), found: RankedList(scores: [("a", 1)]))
        #expect(!query.judgements.hasRelevant)
        #expect(Ranking([query], cutoffs: [5]).values == [0, 0, 0, 0, 0])
        #expect(Ranking([], cutoffs: [5]).values == [nil, nil, nil, nil, nil])
    }

    @Test func chosenTranslationsAreScoredAsByScikitLearn() throws {
        for (place, choices) in try cases("bitext", as: Choices.self).enumerated() {
            let evaluation = Bitext(
                references: choices.references, predictions: choices.predictions)
            expect(evaluation, gives: choices.values, at: place)
        }
    }

    @Test func theThresholdOfMinedPairsGivesTheBestF1() throws {
        for mined in try cases("pairs", as: Mined.self) {
            let pairs = MinedPairs(
                mined.pairs.map { ($0.right, $0.score) }, translations: mined.translations)
            let quality = pairs.quality(from: pairs.bestThreshold)
            if mined.bestF1 > 0 { #expect(abs(quality.f1 - mined.bestF1) < 1e-12) }
        }
        #expect(MinedPairs([], translations: 0).quality(from: 0).f1 == 0)
    }

    @Test func theNearestSentenceIsFoundByAngleAndByMargin() {
        let sentences = [[1.0, 0], [0, 2], [0, 0]]
        let candidates = [[0.0, 5], [3, 0], [0, 1]]
        #expect(NearestSentences.matches(of: sentences, among: candidates) == [1, 0, 0])
        // The third candidate is near to both sentences; the margin takes that from it.
        let crowded = [[0.8, 0.6], [0.6, 0.8]]
        let others = [[1.0, 0], [0.75, 0.65], [0, 1.0]]
        #expect(NearestSentences.matches(of: crowded, among: others) == [1, 1])
        let scores = NearestSentences.scores(
            of: crowded, among: others, by: .margin(neighbours: 1))
        #expect(abs(scores[0][1] - 1) < 1e-3)
        #expect(scores[0][0] < 1)
    }
}
