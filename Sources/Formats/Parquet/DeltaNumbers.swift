/// Whole numbers of 32 bits as differences in packed blocks (DELTA_BINARY_PACKED): lengths of
/// strings, and of what they share with those before.
struct DeltaNumbers {
    /// The numbers.
    let numbers: [Int32]
    /// Where the bytes behind them begin.
    let end: Int

    /// Reads `count` numbers from `place` on.
    ///
    /// - Throws: `ParquetValues.Failure` for what is no such list, or another count.
    init(_ bytes: [UInt8], at place: Int, count: Int) throws {
        var position = place
        func variable() throws -> UInt64 {
            guard
                let (number, size) = PackedBits.variable(
                    in: bytes, at: position, end: bytes.count)
            else { throw ParquetValues.Failure("no list of lengths") }
            position += size
            return number
        }
        func signed() throws -> Int {
            let word = try variable()
            return Int(truncatingIfNeeded: word >> 1) ^ -Int(truncatingIfNeeded: word & 1)
        }
        let (blockSize, parts) = (try variable(), try variable())
        guard 1...65536 ~= blockSize, 1...blockSize ~= parts, blockSize % parts == 0 else {
            throw ParquetValues.Failure("lengths in \(parts) parts of blocks of \(blockSize)")
        }
        let partSize = Int(blockSize / parts)
        guard try variable() == UInt64(count) else {
            throw ParquetValues.Failure("another count of lengths than of values")
        }
        var last = try signed()
        var numbers: [Int32] = []
        numbers.reserveCapacity(count)
        if count > 0 { numbers.append(Int32(truncatingIfNeeded: last)) }
        while numbers.count < count {
            let least = try signed()
            guard position + Int(parts) <= bytes.count else {
                throw ParquetValues.Failure("a block of lengths without their widths")
            }
            let widths = bytes[position..<(position + Int(parts))]
            position += widths.count
            for width in widths.map(Int.init) where numbers.count < count {
                // A part has all of its bits, also those behind the last number.
                guard width <= 64, (partSize * width + 7) / 8 <= bytes.count - position else {
                    throw ParquetValues.Failure("lengths cut off")
                }
                for place in 0..<min(partSize, count - numbers.count) {
                    let difference = PackedBits.number(
                        in: bytes, at: position * 8 + place * width, width: width)
                    last = last &+ least &+ Int(truncatingIfNeeded: difference)
                    numbers.append(Int32(truncatingIfNeeded: last))
                }
                position += (partSize * width + 7) / 8
            }
        }
        (self.numbers, end) = (numbers, position)
    }
}
