import Foundation
import TensorCore

/// Texts as rows of counts of their pieces, of which most are 0 and not stored.
public struct CountRows: FeatureRows {
    /// What a piece that occurs n times in a text has as value there.
    public enum Scale: String, Sendable, CaseIterable {
        /// n.
        case counts
        /// log(1 + n).
        case logarithms
    }

    /// The number of texts.
    public let count: Int
    /// The number of columns.
    public let width: Int
    /// The values of each text, by column.
    private let rows: SparseLists
    /// The values of each column, by text.
    private let columns: SparseLists

    /// Texts as lists of pieces' ids.
    ///
    /// - Parameters:
    ///   - columns: the pieces that are features; others are passed over.
    ///   - unitLength: whether a text's values are divided by their Euclidean length, to which
    ///     all its pieces belong, those without column too.
    public init(
        _ texts: [[Int32]], columns: PieceColumns, scale: Scale = .counts, unitLength: Bool = false
    ) {
        (count, width) = (texts.count, columns.count)
        var rows = SparseLists()
        for text in texts {
            var values = Self.values(of: text, scale: scale)
            if unitLength {
                let length = values.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
                for place in values.indices { values[place].value /= length }
            }
            rows.append(
                values.compactMap { id, value in
                    columns.column(of: id).map { (Int($0), value) }
                })
        }
        self.rows = rows
        self.columns = rows.transposed(width: columns.count)
    }

    /// The ids of a text, ascending, with their values.
    private static func values(of text: [Int32], scale: Scale) -> [(id: Int32, value: Double)] {
        var counts: [(id: Int32, value: Double)] = []
        for id in text.sorted() {
            if counts.last?.id != id { counts.append((id, 0)) }
            counts[counts.count - 1].value += 1
        }
        guard scale == .logarithms else { return counts }
        return counts.map { ($0, log1p($1)) }
    }

    /// z = [x 1] w for some of the texts, as `FeatureRows` says.
    public func multiply(by w: Matrix<Double>, to z: Matrix<Double>, rows: Range<Int>) {
        precondition(
            w.rows == width + 1 && z.rows == count && z.columns == w.columns,
            "CountRows: w \(w.rows) × \(w.columns), z \(z.rows) × \(z.columns)")
        for row in rows {
            copyRow(width, of: w, to: row, of: z)
            self.rows.addList(row, of: w, to: row, of: z)
        }
    }

    /// dw = [x 1]ᵀ dz, as `FeatureRows` says: each column's sum runs over the texts in order.
    public func multiplyTransposed(
        by dz: Matrix<Double>, to dw: Matrix<Double>, parallel: Parallel
    ) {
        precondition(
            dw.rows == width + 1 && dz.rows == count && dz.columns == dw.columns,
            "CountRows: dw \(dw.rows) × \(dw.columns), dz \(dz.rows) × \(dz.columns)")
        dw.fill(0)
        parallel.forEachSlab(of: 64, in: width) { slab in
            for column in slab { columns.addList(column, of: dz, to: column, of: dw) }
        }
        let all = SparseLists(list: (0..<count).map { ($0, 1) })
        all.addList(0, of: dz, to: width, of: dw)
    }
}

/// Copies a row of one matrix to one of another with as many columns.
private func copyRow(
    _ row: Int, of source: Matrix<Double>, to target: Int, of result: Matrix<Double>
) {
    let columns = source.columns
    source.withElements { source in
        result.withMutableElements { result in
            for column in 0..<columns {
                result[target * columns + column] = source[row * columns + column]
            }
        }
    }
}
