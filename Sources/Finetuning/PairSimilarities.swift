import Encoders
import Host
import LabelledText
import Measures
import TensorCore

/// How near the vectors of texts that belong together are, and, where they have no scores, whether
/// each anchor finds its positive among the positives and negatives of the whole file.
package struct PairSimilarities: Sendable {
    /// The cosine of each anchor and its positive.
    package let cosines: [Double]
    /// How well the cosines agree with scores, or how high positives rank.
    package let evaluation: any Evaluation

    /// Ranks that are measured.
    private static let cutoffs = [1, 10]
    /// Anchors whose cosines with all candidates are in memory together.
    private static let block = 256

    /// - Parameter vectors: of the examples' texts one after another.
    package init(_ examples: [ContrastedTexts], vectors: [LogitRows]) {
        let columns = vectors.first?.columns ?? 1
        let all = Matrix(
            rows: vectors.count, columns: columns, elements: vectors.flatMap(\.values))
        var starts: [Int] = []
        var count = 0
        for example in examples {
            starts.append(count)
            count += example.texts.count
        }
        // One thread: the number of threads changes no bit, and there is little to do.
        let parallel = Parallel(threads: 1)
        func units(_ rows: [Int]) -> Matrix<Float> {
            let units = Matrix<Float>(rows: rows.count, columns: columns)
            unitRows(of: all, at: rows.map { Int32($0) }, into: units, parallel: parallel)
            return units
        }
        let anchors = units(starts)
        let own = examples.indices.map { example in
            let texts = units(
                Array(starts[example] + 1..<starts[example] + examples[example].texts.count))
            return (0..<texts.rows).map { row in
                (0..<columns).reduce(0.0) {
                    $0 + Double(anchors[example, $1]) * Double(texts[row, $1])
                }
            }
        }
        cosines = own.map { $0[0] }
        let scores = examples.compactMap(\.score)
        guard scores.count < examples.count || examples.isEmpty else {
            evaluation = Regression(references: scores, predictions: cosines)
            return
        }
        let ranking = Self.ranking(examples, starts, anchors: anchors, units: units, parallel)
        let hasNegatives = examples.contains { !$0.negatives.isEmpty }
        evaluation = RankedPairs(
            ranking,
            triplets: hasNegatives
                ? own.map { cosines in
                    let others = cosines.dropFirst()
                    let farther = others.count { $0 < cosines[0] }
                    return others.isEmpty ? 1 : Double(farther) / Double(others.count)
                } : nil)
    }

    private static func ranking(
        _ examples: [ContrastedTexts], _ starts: [Int], anchors: Matrix<Float>,
        units: ([Int]) -> Matrix<Float>, _ parallel: Parallel
    ) -> Ranking {
        // Each different text once, by its first row.
        var places: [String: Int] = [:]
        var rows: [Int] = []
        for (example, start) in zip(examples, starts) {
            for (place, text) in example.texts.dropFirst().enumerated()
            where places[text] == nil {
                places[text] = rows.count
                rows.append(start + 1 + place)
            }
        }
        let relevant = Dictionary(grouping: examples, by: \.anchor).mapValues { examples in
            Set(examples.compactMap { places[$0.positive] })
        }
        let candidates = units(rows)
        var queries: [Ranking.Query] = []
        for first in stride(from: 0, to: examples.count, by: block) {
            let part = Array(first..<min(first + block, examples.count))
            let seekers = Matrix<Float>(rows: part.count, columns: anchors.columns)
            gatherRows(
                of: anchors, at: part.map { Int32($0) }, into: seekers, parallel: parallel)
            let cosines = Matrix<Float>(rows: part.count, columns: rows.count)
            multiply(seekers, byTransposed: candidates, to: cosines, parallel: parallel)
            let values = cosines.elements
            for (row, example) in part.enumerated() {
                let found = nearest(values[(row * rows.count)...].prefix(rows.count))
                let levels = (relevant[examples[example].anchor] ?? []).map { ("\($0)", 1) }
                queries.append(
                    Ranking.Query(judgements: Measures.Judgements(levels), found: found))
            }
        }
        return Ranking(queries, cutoffs: cutoffs)
    }

    /// The first candidates by their cosines.
    private static func nearest(_ cosines: ArraySlice<Float>) -> RankedList {
        let most = cutoffs.max() ?? 1
        var best: [(place: Int, cosine: Float)] = []
        for (place, cosine) in cosines.enumerated() {
            guard best.count < most || cosine > best[best.count - 1].cosine else { continue }
            let rank = best.firstIndex { $0.cosine < cosine } ?? best.count
            best.insert((place, cosine), at: rank)
            if best.count > most { best.removeLast() }
        }
        return RankedList(scores: best.map { ("\($0.place)", Double($0.cosine)) })
    }

    /// The names of what is measured.
    static func metricNames(isScored: Bool) -> [String] {
        isScored
            ? Regression(references: [], predictions: []).names
            : RankedPairs(Ranking([], cutoffs: cutoffs), triplets: []).names
    }
}
