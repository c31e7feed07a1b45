import TensorCore

/// Sentences of two sides, of which each is looked for among all of the other: by the largest
/// cosine, and by the largest margin, which is the cosine divided by the mean of the cosines to the
/// nearest neighbours of both (Artetxe and Schwenk, 2019). The first of equal ones is chosen.
///
/// Cosines are in single precision and in memory block by block.
public struct SentenceAlignment: Sendable {
    /// Places that were chosen for the sentences of the first side among the second, and the other
    /// way round.
    public struct Choices: Sendable, Equatable {
        /// Of the first side's sentences.
        public var forward: [Int]
        /// Of the second side's.
        public var backward: [Int]
        /// The scores of the first side's choices.
        public var scores: [Double]

        fileprivate init(rows: Int, columns: Int) {
            forward = Array(repeating: 0, count: rows)
            backward = Array(repeating: 0, count: columns)
            scores = Array(repeating: -.infinity, count: rows)
            best = Array(repeating: -.infinity, count: columns)
        }

        /// The scores of the second side's choices.
        private var best: [Double]

        fileprivate mutating func see(_ score: Double, row: Int, column: Int) {
            if score > scores[row] { (scores[row], forward[row]) = (score, column) }
            if score > best[column] { (best[column], backward[column]) = (score, row) }
        }
    }

    /// By the cosine, and by the margin.
    public let cosine, margin: Choices

    /// Rows of the first side whose cosines are in memory at once.
    private static let slab = 256

    /// - Parameters:
    ///   - first: vectors of length 1, `[sentences, width]`.
    ///   - second: the same of the other side, at least one.
    ///   - neighbours: how many neighbours of a sentence the margin looks at.
    public init(
        _ first: Matrix<Float>, _ second: Matrix<Float>, neighbours: Int = 4, parallel: Parallel
    ) {
        precondition(
            first.columns == second.columns && neighbours > 0,
            "SentenceAlignment: vectors of \(first.columns) and \(second.columns)")
        var cosine = Choices(rows: first.rows, columns: second.rows)
        var rows = Nearest(count: first.rows, neighbours)
        var columns = Nearest(count: second.rows, neighbours)
        Self.forEachCosine(first, second, parallel) { row, column, score in
            cosine.see(Double(score), row: row, column: column)
            rows.see(score, of: row)
            columns.see(score, of: column)
        }
        let (rowMeans, columnMeans) = (rows.means, columns.means)
        var margin = Choices(rows: first.rows, columns: second.rows)
        Self.forEachCosine(first, second, parallel) { row, column, score in
            let mean = (rowMeans[row] + columnMeans[column]) / 2
            margin.see(
                mean == 0 ? 0 : Double(score) / mean, row: row, column: column)
        }
        (self.cosine, self.margin) = (cosine, margin)
    }

    private static func forEachCosine(
        _ first: Matrix<Float>, _ second: Matrix<Float>, _ parallel: Parallel,
        _ body: (_ row: Int, _ column: Int, _ cosine: Float) -> Void
    ) {
        for start in stride(from: 0, to: first.rows, by: slab) {
            let range = start..<min(start + slab, first.rows)
            let scores = Matrix<Float>(rows: range.count, columns: second.rows)
            multiply(first.copy(of: range), byTransposed: second, to: scores, parallel: parallel)
            scores.withElements { scores in
                for row in range {
                    let place = (row - start) * second.rows
                    for column in 0..<second.rows { body(row, column, scores[place + column]) }
                }
            }
        }
    }
}

/// The largest numbers of each of several lists.
private struct Nearest {
    private let size: Int
    /// `[lists, size]`, each descending.
    private var largest: [Float]
    private var seen: [Int]

    init(count: Int, _ size: Int) {
        self.size = size
        largest = Array(repeating: -.infinity, count: count * size)
        seen = Array(repeating: 0, count: count)
    }

    mutating func see(_ score: Float, of list: Int) {
        seen[list] = min(size, seen[list] + 1)
        var place = (list + 1) * size - 1
        guard score > largest[place] else { return }
        while place > list * size, largest[place - 1] < score {
            largest[place] = largest[place - 1]
            place -= 1
        }
        largest[place] = score
    }

    /// The mean of each list's largest numbers.
    var means: [Double] {
        seen.indices.map { list in
            let sum = largest[list * size..<list * size + seen[list]].reduce(0.0) {
                $0 + Double($1)
            }
            return seen[list] > 0 ? sum / Double(seen[list]) : 0
        }
    }
}
