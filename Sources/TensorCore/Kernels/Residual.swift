import CNumerics
import Randomness

/// Elements per slab, a multiple of `block`.
private let elementSlab = 1 << 14
/// Elements decided by 64 calls of the generator: word w of position 64 b + i decides element
/// 256 b + 64 w + i.
private let block = 256

/// Which elements one application of dropout drops: a function of these properties and of the
/// element's place, so that nothing is saved and the number of threads does not matter.
///
/// Elements are kept as x / (1 - rate) or dropped: inverted dropout. The 32-bit word of an element
/// decides; it is dropped where the word is below rate · 2³².
public struct Dropout: Sendable, Equatable {
    /// The probability of dropping an element, 0 <= rate < 1.
    public let rate: Double
    /// What the randomness is for.
    public let generator: CounterGenerator
    /// Which application: distinct for each step, microbatch and layer.
    public let stream: UInt64

    /// Dropout of one application.
    public init(rate: Double, generator: CounterGenerator, stream: UInt64) {
        precondition(0 <= rate && rate < 1, "Dropout: rate \(rate) outside 0..<1")
        self.rate = rate
        self.generator = generator
        self.stream = stream
    }
}

/// y = x + branch, or x + dropout(branch): the residual stream after a block.
///
/// - Parameters:
///   - x: any shape.
///   - branch: the shape of x.
///   - dropout: which elements of the branch to drop; nil for none.
///   - y: the shape of x.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func addBranch<Element: Activation>(
    _ branch: Matrix<Element>, to x: Matrix<Float>, dropout: Dropout?, into y: Matrix<Float>,
    parallel: Parallel
) {
    precondition(
        branch.rows == x.rows && branch.columns == x.columns && y.hasShape(of: x),
        "addBranch: \(branch.shape) to \(x.shape) into \(y.shape)")
    forEachBlock(of: x.count, dropout: dropout, parallel: parallel) { start, count, factors in
        let branch = branch.base + start
        let x = x.base + start
        let y = y.base + start
        if let factors {
            for j in 0..<count {
                y[j] = multiplyAdd(branch[j].widened, factors[j], x[j])
            }
        } else {
            for j in 0..<count {
                y[j] = x[j] + branch[j].widened
            }
        }
    }
}

/// The gradient of `addBranch` for its branch: dBranch = dy, or dropout(dy).
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func addBranchBackward<Element: Activation>(
    _ dy: Matrix<Float>, dropout: Dropout?, into dBranch: Matrix<Element>, parallel: Parallel
) {
    precondition(
        dy.rows == dBranch.rows && dy.columns == dBranch.columns,
        "addBranchBackward: \(dy.shape) into \(dBranch.shape)")
    forEachBlock(of: dy.count, dropout: dropout, parallel: parallel) { start, count, factors in
        let dy = dy.base + start
        let dBranch = dBranch.base + start
        if let factors {
            for j in 0..<count {
                dBranch[j] = Element(rounding: dy[j] * factors[j])
            }
        } else {
            for j in 0..<count {
                dBranch[j] = Element(rounding: dy[j])
            }
        }
    }
}

/// Calls `body` with the start and length of every block of elements, and with the factors by which
/// dropout multiplies its elements.
@inline(__always)
private func forEachBlock(
    of count: Int, dropout: Dropout?, parallel: Parallel,
    _ body: @Sendable (Int, Int, UnsafeMutablePointer<Float>?) -> Void
) {
    parallel.forEachSlab(of: elementSlab, in: count) { range in
        guard let dropout else {
            body(range.lowerBound, range.count, nil)
            return
        }
        parallel.withScratch(block) { factors in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: block) {
                fillFactors(factors, position: UInt64(start / 4), dropout: dropout)
                body(start, min(block, range.upperBound - start), factors)
            }
        }
    }
}

private func fillFactors(
    _ factors: UnsafeMutablePointer<Float>, position: UInt64, dropout: Dropout
) {
    let threshold = UInt32(dropout.rate * 0x1p32)
    let factor = Float(1 / (1 - dropout.rate))
    let (stream, key) = (dropout.stream, dropout.generator.key)
    let count = block / 4
    let (low, high) = (UInt32(truncatingIfNeeded: stream), UInt32(stream >> 32))
    let first = factors
    let second = factors + count
    let third = factors + 2 * count
    let fourth = factors + 3 * count
    for i in 0..<count {
        let position = position &+ UInt64(truncatingIfNeeded: i)
        let words = philox(
            UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), low,
            high, key[0], key[1])
        first[i] = words.first < threshold ? 0 : factor
        second[i] = words.second < threshold ? 0 : factor
        third[i] = words.third < threshold ? 0 : factor
        fourth[i] = words.fourth < threshold ? 0 : factor
    }
}
