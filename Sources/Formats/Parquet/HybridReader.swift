/// Small whole numbers in Parquet's hybrid of runs and packed bits: definition levels, and places
/// in a dictionary.
struct HybridReader {
    private let bytes: [UInt8]
    private let end: Int
    private let width: Int
    private var position: Int
    /// How many numbers are left of the present run.
    private var left = 0
    /// The number that the run repeats; nil where its numbers are packed.
    private var repeated: Int?
    /// Where the next packed number lies, in bits from the front of `bytes`.
    private var bit = 0

    /// Numbers of `width` bits, at most 32, in a range of `bytes`.
    init(_ bytes: [UInt8], in range: Range<Int>, width: Int) {
        precondition(range.upperBound <= bytes.count && width <= 32, "HybridReader: \(width) bits")
        (self.bytes, self.width) = (bytes, width)
        (position, end) = (range.lowerBound, range.upperBound)
    }

    /// The next number.
    ///
    /// - Throws: `ParquetValues.Failure` where the bytes end before it.
    mutating func next() throws -> Int {
        guard width > 0 else { return 0 }
        while left == 0 { try startRun() }
        left -= 1
        if let repeated { return repeated }
        guard bit + width <= end * 8 else { throw ParquetValues.Failure("fewer packed numbers") }
        defer { bit += width }
        return Int(truncatingIfNeeded: PackedBits.number(in: bytes, at: bit, width: width))
    }

    private mutating func startRun() throws {
        guard let (head, size) = PackedBits.variable(in: bytes, at: position, end: end) else {
            throw ParquetValues.Failure("fewer runs than values")
        }
        position += size
        guard head >> 1 <= UInt64(Int32.max) else {
            throw ParquetValues.Failure("a run of \(head >> 1) values")
        }
        let count = Int(head >> 1)
        if head & 1 == 1 {
            (left, repeated, bit) = (count * 8, nil, position * 8)
            // The last run may be cut behind the last number that counts.
            position = min(end, position + count * width)
        } else {
            let size = (width + 7) / 8
            guard size <= end - position else { throw ParquetValues.Failure("a run without value") }
            let value = PackedBits.number(in: bytes, at: position * 8, width: size * 8)
            (left, repeated) = (count, Int(truncatingIfNeeded: value))
            position += size
        }
    }
}

/// Numbers of any width in bits, lowest bit first.
enum PackedBits {
    /// The number of `width` bits, at most 64, at bit `place` of `bytes`, which has them.
    static func number(in bytes: [UInt8], at place: Int, width: Int) -> UInt64 {
        guard width > 0 else { return 0 }
        var (byte, shift) = (place >> 3, 8 - place & 7)
        var number = UInt64(bytes[byte]) >> UInt64(place & 7)
        while shift < width {
            byte += 1
            number |= UInt64(bytes[byte]) << UInt64(shift)
            shift += 8
        }
        return width == 64 ? number : number & (1 << UInt64(width) - 1)
    }

    /// A number of seven bits in each byte and the bytes it takes; nil where it does not end.
    static func variable(
        in bytes: [UInt8], at place: Int, end: Int
    ) -> (number: UInt64, size: Int)? {
        var number: UInt64 = 0
        for size in 0..<10 where place + size < end {
            let byte = bytes[place + size]
            number |= UInt64(byte & 0x7f) << UInt64(7 * size)
            if byte < 0x80 { return (number, size + 1) }
        }
        return nil
    }
}
