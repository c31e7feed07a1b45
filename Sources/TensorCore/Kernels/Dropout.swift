import CNumerics
import Randomness

/// Which elements one application of dropout drops: a function of these properties and of the
/// element's place, so that a run that is resumed repeats them and the number of threads does not
/// matter.
///
/// Elements are kept as x / (1 - rate) or dropped: inverted dropout. 16 random bits of an element
/// decide: it is dropped where they are a number below rate · 2¹⁶, rounded. So the share that is
/// dropped is within 2⁻¹⁷ of the rate, and at most 1 - 2⁻¹⁶; what is kept is divided by the exact
/// share.
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

    /// An element is dropped where its 16 random bits are below this.
    package var threshold: UInt16 { UInt16(min((rate * 0x1p16).rounded(), 0xffff)) }

    /// What kept elements are multiplied by, so that the mean stays.
    package var factor: Float { Float(0x1p16 / (0x1p16 - Double(threshold))) }
}

/// The elements that one application of dropout keeps, a bit each: made on the way forward, used
/// again on the way back, since random numbers take longer than what they decide on.
public struct DropoutMask: Sendable {
    /// Elements to a row of `bits`, which 64 calls of the generator decide: the lower half of word
    /// w of position 64 b + i decides element 512 b + 64 w + i, the upper half element
    /// 512 b + 256 + 64 w + i.
    static let block = 512
    /// Words of a row of `bits`.
    static let width = 16

    /// How many elements there are.
    public let count: Int
    /// What kept elements are multiplied by.
    let factor: Float
    /// `[count / 512, 16]`, rounded up: bit k of word i of a row is that of element 16 k + i of its
    /// block.
    let bits: Matrix<UInt32>

    /// Draws the mask of `count` elements.
    ///
    /// - Parameter pool: where the memory comes from and returns to, a bit for each element.
    public init(_ dropout: Dropout, count: Int, from pool: BufferPool, parallel: Parallel) {
        self.count = count
        factor = dropout.factor
        let blocks = (count + Self.block - 1) / Self.block
        let bits = Matrix<UInt32>(rows: blocks, columns: Self.width, from: pool)
        self.bits = bits
        let threshold = dropout.threshold
        let key = UInt64(dropout.generator.key[1]) << 32 | UInt64(dropout.generator.key[0])
        parallel.forEachSlab(of: 64, in: blocks) { rows in
            for row in rows {
                keptElements(
                    bits.base + row * Self.width, UInt64(row * Self.block / 8), dropout.stream,
                    key, threshold)
            }
        }
    }

    /// Calls `body` with the start and length of every block of a range that begins with one, and
    /// with what dropout multiplies the block's elements by.
    @inline(__always)
    func forEachBlock(
        in range: Range<Int>, parallel: Parallel,
        _ body: (Int, Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        parallel.withScratch(Self.block) { factors in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.block) {
                dropoutFactors(bits.base + start / Self.block * Self.width, factor, factors)
                body(start, min(Self.block, range.upperBound - start), factors)
            }
        }
    }
}
