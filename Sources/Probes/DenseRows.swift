import TensorCore

/// Vectors as rows of features, such as a model's embeddings, in double precision.
public struct DenseRows: FeatureRows {
    /// The number of vectors.
    public let count: Int
    /// The number of dimensions.
    public let width: Int
    /// `[count, width + 1]`; the last column is 1.
    let values: Matrix<Double>

    /// Vectors of one length: `[count][width]`.
    ///
    /// - Precondition: finite numbers.
    public init(_ vectors: [[Double]]) {
        self.init(widening: vectors)
    }

    /// Vectors of one length: `[count][width]`.
    ///
    /// - Precondition: finite numbers.
    public init(_ vectors: [[Float]]) {
        self.init(widening: vectors)
    }

    /// The rows of a matrix: `[count, width]`.
    ///
    /// - Precondition: finite numbers.
    public init(_ vectors: Matrix<Float>) {
        let width = vectors.columns
        values = Matrix(rows: vectors.rows, columns: width + 1)
        (count, self.width) = (vectors.rows, width)
        vectors.withElements { source in
            for row in 0..<vectors.rows {
                set(row, from: source.extracting(row * width..<row * width + width))
            }
        }
    }

    private init<Element: BinaryFloatingPoint & BitwiseCopyable>(widening vectors: [[Element]]) {
        (count, width) = (vectors.count, vectors.first?.count ?? 0)
        values = Matrix(rows: count, columns: width + 1)
        for (row, vector) in vectors.enumerated() { set(row, from: vector.span) }
    }

    private func set<Element: BinaryFloatingPoint>(_ row: Int, from vector: Span<Element>) {
        precondition(
            vector.count == width, "DenseRows: \(vector.count) and \(width) dimensions")
        let start = row * (width + 1)
        values.withMutableElements { values in
            for place in 0..<vector.count {
                let value = Double(vector[place])
                precondition(value.isFinite, "DenseRows: vector \(row) is not finite")
                values[start + place] = value
            }
            values[start + vector.count] = 1
        }
    }

    /// Some of the vectors, in the order that is given; a vector may be given twice.
    public func selecting(_ rows: [Int]) -> DenseRows {
        DenseRows(
            rows.map { row in
                precondition(0 <= row && row < count, "DenseRows: vector \(row) of \(count)")
                return values.withElements { values in
                    (0..<width).map { values[row * (width + 1) + $0] }
                }
            }, width: width)
    }

    private init(_ vectors: [[Double]], width: Int) {
        (count, self.width) = (vectors.count, width)
        values = Matrix(rows: count, columns: width + 1)
        for (row, vector) in vectors.enumerated() { set(row, from: vector.span) }
    }

    /// z = [x 1] w for some of the vectors, as `FeatureRows` says.
    public func multiply(by w: Matrix<Double>, to z: Matrix<Double>, rows: Range<Int>) {
        TensorCore.multiply(values, by: w, to: z, rows: rows)
    }

    /// dw = [x 1]ᵀ dz, as `FeatureRows` says: sums over at most 32 ranges of rows, added in order.
    public func multiplyTransposed(
        by dz: Matrix<Double>, to dw: Matrix<Double>, parallel: Parallel
    ) {
        let slab = max(256, (count + 31) / 32)
        let slabs = max(1, (count + slab - 1) / slab)
        let sums = [dw] + (1..<slabs).map { _ in Matrix(rows: dw.rows, columns: dw.columns) }
        guard count > 0 else { return dw.fill(0) }
        parallel.forEachSlab(of: slab, in: count) { rows in
            TensorCore.multiply(
                transposed: values, by: dz, to: sums[rows.lowerBound / slab], rows: rows)
        }
        for sum in sums.dropFirst() { add(sum, to: dw) }
    }
}

/// y += x.
private func add(_ x: Matrix<Double>, to y: Matrix<Double>) {
    x.withElements { x in
        y.withMutableElements { y in
            for place in 0..<x.count { y[place] += x[place] }
        }
    }
}
