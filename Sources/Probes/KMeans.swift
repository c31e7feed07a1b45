import TensorCore

/// Clusters by Lloyd's algorithm over all vectors, from centres that k-means++ chooses (Arthur and
/// Vassilvitskii, 2007). A vector may count several times.
public struct KMeans: Sendable {
    /// The cluster of each vector.
    public let clusters: [Int]
    /// The sum of squared distances to the centres, by the vectors' weights.
    public let inertia: Double
    /// The iterations that it took.
    public let iterations: Int

    /// - Parameters:
    ///   - vectors: `[vectors, width]`, at least one.
    ///   - weights: how often each counts, at least once in all.
    ///   - count: the number of clusters, at least one.
    ///   - generator: draws the centres.
    ///   - mostIterations: after which it ends at the latest.
    public init(
        _ vectors: Matrix<Float>, weights: [Int], count: Int,
        generator: inout MersenneTwister, mostIterations: Int = 100, parallel: Parallel
    ) {
        precondition(
            vectors.rows == weights.count && vectors.rows > 0 && count > 0,
            "KMeans: \(count) clusters of \(vectors.rows) vectors, \(weights.count) weights")
        let squares = (0..<vectors.rows).map { squaredLength(vectors, $0) }
        var centres = Self.firstCentres(
            vectors, squares, weights, min(count, vectors.rows), &generator, parallel)
        var (clusters, inertia) = Self.nearest(centres, vectors, squares, weights, parallel)
        var iterations = 0
        while iterations < mostIterations {
            iterations += 1
            centres = Self.means(vectors, weights, clusters, old: centres)
            let (changed, lower) = Self.nearest(centres, vectors, squares, weights, parallel)
            let isSettled = changed == clusters
            (clusters, inertia) = (changed, lower)
            if isSettled { break }
        }
        (self.clusters, self.inertia, self.iterations) = (clusters, inertia, iterations)
    }

    /// Centres of which each is drawn by the squared distances to those before it.
    private static func firstCentres(
        _ vectors: Matrix<Float>, _ squares: [Double], _ weights: [Int], _ count: Int,
        _ generator: inout MersenneTwister, _ parallel: Parallel
    ) -> Matrix<Float> {
        var chosen: [Int] = []
        var distances = [Double](repeating: .infinity, count: vectors.rows)
        while chosen.count < count {
            let shares = zip(weights, distances).map { weight, distance in
                Double(weight) * (chosen.isEmpty ? 1 : distance)
            }
            let next = draw(shares, &generator)
            chosen.append(next)
            let one = vectors.copy(of: next..<next + 1)
            let products = Matrix<Float>(rows: vectors.rows, columns: 1)
            multiply(vectors, byTransposed: one, to: products, parallel: parallel)
            for row in 0..<vectors.rows {
                let distance = max(
                    0, squares[row] + squares[next] - 2 * Double(products[row, 0]))
                distances[row] = row == next ? 0 : min(distances[row], distance)
            }
        }
        let centres = Matrix<Float>(rows: count, columns: vectors.columns)
        for (row, place) in chosen.enumerated() {
            for column in 0..<vectors.columns { centres[row, column] = vectors[place, column] }
        }
        return centres
    }

    /// A place, drawn by shares; where all are 0, any.
    private static func draw(_ shares: [Double], _ generator: inout MersenneTwister) -> Int {
        let total = shares.reduce(0, +)
        var left = generator.unit() * total
        guard total > 0 else { return Int(generator.unit() * Double(shares.count)) }
        for (place, share) in shares.enumerated() where share > 0 {
            left -= share
            if left < 0 { return place }
        }
        return shares.lastIndex { $0 > 0 } ?? 0
    }

    /// The nearest centre of each vector, the first of equal ones, and the sum of the squared
    /// distances.
    private static func nearest(
        _ centres: Matrix<Float>, _ vectors: Matrix<Float>, _ squares: [Double], _ weights: [Int],
        _ parallel: Parallel
    ) -> (clusters: [Int], inertia: Double) {
        let products = Matrix<Float>(rows: vectors.rows, columns: centres.rows)
        multiply(vectors, byTransposed: centres, to: products, parallel: parallel)
        let lengths = (0..<centres.rows).map { squaredLength(centres, $0) }
        var (clusters, inertia) = ([Int](), 0.0)
        clusters.reserveCapacity(vectors.rows)
        products.withElements { products in
            for row in squares.indices {
                var (best, least) = (0, Double.infinity)
                for centre in lengths.indices {
                    let distance =
                        lengths[centre] - 2 * Double(products[row * lengths.count + centre])
                    if distance < least { (best, least) = (centre, distance) }
                }
                clusters.append(best)
                inertia += Double(weights[row]) * max(0, least + squares[row])
            }
        }
        return (clusters, inertia)
    }

    /// The mean of each cluster's vectors; the old centre of one without any.
    private static func means(
        _ vectors: Matrix<Float>, _ weights: [Int], _ clusters: [Int], old: Matrix<Float>
    ) -> Matrix<Float> {
        let width = vectors.columns
        var sums = [Double](repeating: 0, count: old.rows * width)
        var counts = [Int](repeating: 0, count: old.rows)
        vectors.withElements { vectors in
            for (row, cluster) in clusters.enumerated() where weights[row] > 0 {
                counts[cluster] += weights[row]
                let weight = Double(weights[row])
                for column in 0..<width {
                    sums[cluster * width + column] +=
                        weight * Double(vectors[row * width + column])
                }
            }
        }
        let centres = Matrix<Float>(rows: old.rows, columns: width)
        for cluster in counts.indices {
            for column in 0..<width {
                centres[cluster, column] =
                    counts[cluster] > 0
                    ? Float(sums[cluster * width + column] / Double(counts[cluster]))
                    : old[cluster, column]
            }
        }
        return centres
    }
}

/// Σ x² of a row.
private func squaredLength(_ x: Matrix<Float>, _ row: Int) -> Double {
    let width = x.columns
    return x.withElements { x in
        var sum = 0.0
        for place in row * width..<(row + 1) * width { sum += Double(x[place]) * Double(x[place]) }
        return sum
    }
}
