import CNumerics
import Randomness

/// Elements per slab, a multiple of `block`.
private let elementSlab = 1 << 14
/// Elements decided by 64 calls of the generator: word w of position 64 b + i decides element
/// 256 b + 64 w + i.
private let block = 256

/// y = x / (1 - rate) where an element is kept, 0 where it is dropped: inverted dropout.
///
/// Which elements are dropped is a function of generator, stream and the element's place, so
/// nothing needs saving: the gradient is the same function, applied to dy. The 32-bit word of an
/// element decides; it is dropped where the word is below rate · 2³².
///
/// - Parameters:
///   - x: any shape.
///   - rate: probability of dropping, 0 <= rate < 1.
///   - generator: what the randomness is for.
///   - stream: which application: distinct for each layer and microbatch.
///   - y: the shape of x; may be `x`.
public func dropout(
    _ x: Matrix<Float>, rate: Double, generator: CounterGenerator, stream: UInt64,
    into y: Matrix<Float>, parallel: Parallel
) {
    precondition(x.hasShape(of: y), "dropout: \(x.shape) into \(y.shape)")
    precondition(0 <= rate && rate < 1, "dropout: rate \(rate) outside 0..<1")
    let threshold = UInt32(rate * 0x1p32)
    let factor = Float(1 / (1 - rate))
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        parallel.withScratch(block) { factors in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: block) {
                fillFactors(
                    factors, position: UInt64(start / 4), stream: stream, key: generator.key,
                    threshold: threshold, factor: factor)
                let x = x.base + start
                let count = min(block, range.upperBound - start)
                for j in 0..<count {
                    factors[j] *= x[j]
                }
                (y.base + start).update(from: factors, count: count)
            }
        }
    }
}

private func fillFactors(
    _ factors: UnsafeMutablePointer<Float>, position: UInt64, stream: UInt64,
    key: SIMD2<UInt32>, threshold: UInt32, factor: Float
) {
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
