import CNumerics
import Glibc

/// The softmax over a vocabulary in groups of words: what each group keeps of each row.
///
/// A group visits its words in tiles, and knows the largest logit only at the end. Exponentials are
/// relative to a reference instead, which is the largest logit of the group's first tile. It is
/// raised only where a later tile's exponentials become so large that sums might overflow.
struct GroupStatistics: Sendable {
    /// What is subtracted from logits: `[groups, rows]`.
    private let references: Matrix<Float>
    /// Σ e^(logit - reference): `[groups, rows]`.
    private let sums: Matrix<Float>

    /// A tile's sum above this raises the reference: e^40. Products of such numbers with numbers of
    /// order one are summed over a whole group without overflow. Exponentials below e^-87 become
    /// zero, which is at most 3e-21 of the largest.
    private static let largestSum: Float = 2.4e17

    init(groups: Int, rows: Int, from pool: BufferPool) {
        references = Matrix(rows: groups, columns: rows, from: pool)
        sums = Matrix(rows: groups, columns: rows, from: pool)
    }

    /// The number of groups.
    var groups: Int { sums.rows }

    /// Adds one tile of a row.
    ///
    /// - Parameters:
    ///   - isFirst: whether the tile is the group's first.
    ///   - logits: without bias: `[count]`.
    ///   - bias: `[count]`.
    ///   - exponentiate: gives Σ e^(logit + bias - reference) over the tile for a reference; only
    ///     the last call counts.
    ///   - scale: multiplies what was computed with the old reference.
    @inline(__always)
    func visit(
        group: Int, row: Int, isFirst: Bool, logits: UnsafePointer<Float>,
        bias: UnsafePointer<Float>, count: Int, exponentiate: (_ reference: Float) -> Float,
        scale: (_ factor: Float) -> Void
    ) {
        let reference = references.base + group * references.columns + row
        let sum = sums.base + group * sums.columns + row
        if isFirst {
            reference.pointee = maximum(of: logits, plus: bias, count: count)
            sum.pointee = exponentiate(reference.pointee)
            return
        }
        var part = exponentiate(reference.pointee)
        if part > Self.largestSum {
            let raised = maximum(of: logits, plus: bias, count: count)
            let factor = exponential(reference.pointee - raised)
            scale(factor)
            sum.pointee *= factor
            reference.pointee = raised
            part = exponentiate(raised)
        }
        sum.pointee += part
    }

    /// log Σ e^logit over all groups, in rising order.
    func logSumExp(ofRow row: Int) -> Float {
        let rows = sums.columns
        var largest = -Float.infinity
        for group in 0..<groups {
            largest = larger(largest, references.base[group * rows + row])
        }
        var sum = 0.0
        for place in stride(from: row, to: row + groups * rows, by: rows) {
            sum += Double(sums.base[place]) * exp(Double(references.base[place] - largest))
        }
        return Float(Double(largest) + log(sum))
    }

    /// e^(reference - shift), which turns exponentials of a group into shares of a total.
    @inline(__always)
    func factor(group: Int, row: Int, shift: Float) -> Float {
        exponential(references.base[group * references.columns + row] - shift)
    }
}
