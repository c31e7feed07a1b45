import TensorCore

/// Classes from the nearest of known vectors by Euclidean distance, as scikit-learn's
/// `KNeighborsClassifier`. Of vectors as far away the first are nearer.
public struct NearestNeighbours: Sendable {
    /// The known vectors.
    private let known: PaddedVectors
    /// How many neighbours count; fewer where fewer are known.
    public let neighbours: Int
    private let parallel: Parallel

    /// Knows vectors, at least one.
    public init(knowing vectors: DenseRows, neighbours: Int = 5, parallel: Parallel) {
        precondition(
            vectors.count > 0 && neighbours > 0,
            "NearestNeighbours: \(neighbours) of \(vectors.count)")
        known = PaddedVectors(vectors)
        self.neighbours = min(neighbours, vectors.count)
        self.parallel = parallel
    }

    /// The places of each vector's neighbours, the nearest first: `[vectors][neighbours]`.
    public func places(near vectors: DenseRows) -> [[Int]] {
        let vectors = PaddedVectors(vectors)
        precondition(
            vectors.width == known.width,
            "NearestNeighbours: \(vectors.width) and \(known.width) dimensions")
        let places = Matrix<Double>(rows: vectors.count, columns: neighbours)
        parallel.forEachSlab(of: 16, in: vectors.count) { rows in
            for row in rows {
                for (column, place) in nearest(to: row, of: vectors).enumerated() {
                    places[row, column] = Double(place)
                }
            }
        }
        return (0..<vectors.count).map { row in
            (0..<neighbours).map { Int(places[row, $0]) }
        }
    }

    /// The label that most neighbours have, the smallest of several.
    ///
    /// - Parameter labels: those of the known vectors.
    public func labels(of vectors: DenseRows, known labels: [Int]) -> [Int] {
        checkLabels(labels.count)
        return places(near: vectors).map { places in
            var counts: [Int: Int] = [:]
            for place in places { counts[labels[place], default: 0] += 1 }
            let most = counts.values.max() ?? 0
            return counts.filter { $0.value == most }.keys.min() ?? 0
        }
    }

    /// Every label that more than half of the neighbours have, ascending.
    ///
    /// - Parameter labels: those of the known vectors, each as a set.
    public func labelSets(of vectors: DenseRows, known labels: [Set<Int>]) -> [[Int]] {
        checkLabels(labels.count)
        return places(near: vectors).map { places in
            var counts: [Int: Int] = [:]
            for label in places.flatMap({ labels[$0] }) { counts[label, default: 0] += 1 }
            return counts.filter { 2 * $0.value > neighbours }.keys.sorted()
        }
    }

    private func checkLabels(_ count: Int) {
        precondition(
            count == known.count, "NearestNeighbours: \(count) labels of \(known.count) vectors")
    }

    private func nearest(to row: Int, of vectors: PaddedVectors) -> [Int] {
        var best: [(place: Int, distance: Double)] = []
        for place in 0..<known.count {
            let distance = vectors.squaredDistance(row, to: place, of: known)
            if best.count == neighbours {
                guard let last = best.last, distance < last.distance else { continue }
                best.removeLast()
            }
            let target = best.firstIndex { $0.distance > distance } ?? best.count
            best.insert((place, distance), at: target)
        }
        return best.map(\.place)
    }
}

/// Vectors in pieces of eight numbers, zeros behind the last.
private struct PaddedVectors: Sendable {
    let count: Int
    let width: Int
    private let pieces: Int
    private var values: [SIMD8<Double>]

    init(_ vectors: DenseRows) {
        (count, width) = (vectors.count, vectors.width)
        pieces = (width + 7) / 8
        values = Array(repeating: .zero, count: count * pieces)
        for row in 0..<count {
            for place in 0..<width {
                values[row * pieces + place / 8][place % 8] = vectors.values[row, place]
            }
        }
    }

    /// Σ (x − y)².
    func squaredDistance(_ row: Int, to other: Int, of others: PaddedVectors) -> Double {
        let x = values.span.extracting(row * pieces..<(row + 1) * pieces)
        let y = others.values.span.extracting(other * pieces..<(other + 1) * pieces)
        var sum = SIMD8<Double>.zero
        for piece in 0..<pieces {
            let difference = x[piece] - y[piece]
            sum += difference * difference
        }
        return sum.sum()
    }
}
