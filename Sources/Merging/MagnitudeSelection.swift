/// The magnitude of a given rank among any number of values, exact and in less than 1 MiB of
/// memory.
///
/// The bit patterns of non-negative floats are ordered as their values, so the rank is found by
/// counting: a first pass over all values counts the upper 16 of the 31 bits of each magnitude, a
/// second pass over the same values counts the lower 15 bits of those that share the upper bits
/// of the value sought.
package struct MagnitudeSelection {
    /// What is sought: 1 is the largest magnitude.
    private let rank: Int
    private var upperCounts = [Int](repeating: 0, count: 1 << 16)
    private var lowerCounts = [Int](repeating: 0, count: 1 << 15)
    private var sought: (upper: UInt32, above: Int)?

    /// Bits of a magnitude below those of the first pass.
    private static let lowerBits: UInt32 = 15

    /// A search for the `rank`-th largest magnitude, counted from 1.
    package init(rank: Int) {
        precondition(rank >= 1, "MagnitudeSelection: rank \(rank) is below 1")
        self.rank = rank
    }

    /// First pass: counts the upper bits.
    package mutating func countUpperBits(of values: [Float]) {
        let values = values.span
        var counts = upperCounts.mutableSpan
        for index in 0..<values.count {
            counts[Int((values[index].bitPattern & 0x7fff_ffff) >> Self.lowerBits)] &+= 1
        }
    }

    /// Ends the first pass.
    package mutating func beginSecondPass() {
        var above = 0
        for upper in upperCounts.indices.reversed() {
            if above + upperCounts[upper] >= rank {
                sought = (UInt32(upper), above)
                return
            }
            above += upperCounts[upper]
        }
        preconditionFailure("MagnitudeSelection: rank \(rank) among \(above) values")
    }

    /// Second pass: counts the lower bits of those values that share the upper bits sought.
    package mutating func countLowerBits(of values: [Float]) {
        guard let sought else { preconditionFailure("MagnitudeSelection: no first pass yet") }
        let values = values.span
        var counts = lowerCounts.mutableSpan
        for index in 0..<values.count {
            let magnitude = values[index].bitPattern & 0x7fff_ffff
            if magnitude >> Self.lowerBits == sought.upper {
                counts[Int(magnitude & (1 << Self.lowerBits - 1))] &+= 1
            }
        }
    }

    /// After both passes: the magnitude of the rank sought, and how many values are larger.
    package func result() -> (magnitude: Float, larger: Int) {
        guard let sought else { preconditionFailure("MagnitudeSelection: no first pass yet") }
        var larger = sought.above
        for lower in lowerCounts.indices.reversed() {
            if larger + lowerCounts[lower] >= rank {
                let bits = sought.upper << Self.lowerBits | UInt32(lower)
                return (Float(bitPattern: bits), larger)
            }
            larger += lowerCounts[lower]
        }
        preconditionFailure("MagnitudeSelection: the second pass saw other values than the first")
    }
}
