/// Sentences and their translations as vectors: which translation is nearest to each sentence.
public enum NearestSentences {
    /// How near two vectors are.
    public enum Nearness: Sendable {
        /// The cosine of their angle.
        case cosine
        /// The cosine divided by the mean of the cosines to the nearest `neighbours` of both sides
        /// (Artetxe and Schwenk, 2019): (Σ over the first's + Σ over the second's) / 2k.
        case margin(neighbours: Int)
    }

    /// For each of `sentences` the place of the nearest of `candidates`, the first on ties.
    ///
    /// - Parameters:
    ///   - sentences: vectors, `[sentences][dimensions]`, finite.
    ///   - candidates: vectors, `[candidates][dimensions]`, finite, at least one.
    /// - Precondition: vectors of one length.
    public static func matches(
        of sentences: [[Double]], among candidates: [[Double]], by nearness: Nearness = .cosine
    ) -> [Int] {
        let scores = scores(of: sentences, among: candidates, by: nearness)
        return scores.map { argmax($0) ?? 0 }
    }

    /// How near each of `candidates` is to each of `sentences`: `[sentences][candidates]`.
    ///
    /// - Precondition: vectors of one length.
    public static func scores(
        of sentences: [[Double]], among candidates: [[Double]], by nearness: Nearness
    ) -> [[Double]] {
        let (first, second) = (sentences.map(normalized), candidates.map(normalized))
        let cosines = first.map { x in second.map { y in product(x, y) } }
        guard case .margin(let neighbours) = nearness else { return cosines }
        let rowMeans = cosines.map { meanOfLargest(neighbours, $0) }
        let columnMeans = second.indices.map { column in
            meanOfLargest(neighbours, cosines.map { $0[column] })
        }
        return cosines.indices.map { row in
            columnMeans.indices.map { column in
                cosines[row][column] / ((rowMeans[row] + columnMeans[column]) / 2)
            }
        }
    }

    private static func normalized(_ vector: [Double]) -> [Double] {
        let length = product(vector, vector).squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }

    private static func product(_ x: [Double], _ y: [Double]) -> Double {
        precondition(x.count == y.count, "NearestSentences: \(x.count) and \(y.count) dimensions")
        var sum = 0.0
        for index in x.indices { sum += x[index] * y[index] }
        return sum
    }

    private static func meanOfLargest(_ count: Int, _ values: [Double]) -> Double {
        let largest = values.sorted(by: >).prefix(count)
        return ratio(largest.reduce(0, +), Double(largest.count))
    }
}
