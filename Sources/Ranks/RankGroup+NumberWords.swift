extension RankGroup {
    /// Tells every other rank `numbers`.
    ///
    /// - Precondition: this is rank 0.
    package func tell(numbers: [Double]) throws { try tell(bytes(numbers)) }

    /// What rank 0 tells by `tell`.
    package func hearNumbers() throws -> [Double] { numbers(try hear()) }

    /// Answers rank 0 with `numbers`.
    package func answer(numbers: [Double]) throws { try answer(bytes(numbers)) }

    /// What the other ranks answer, by rank; none of rank 0, which this is.
    package func numbers(during what: String) throws -> [[Double]] {
        count > 1 ? try answers(during: what).map(numbers) : [[]]
    }

    /// Whether work goes on: false on every rank once `stops` is true on rank 0.
    package func agree(unless stops: () -> Bool) throws -> Bool {
        guard count > 1 else { return !stops() }
        guard isFirst else { return try hearNumbers() == [1] }
        let goesOn = !stops()
        try tell(numbers: [goesOn ? 1 : 0])
        return goesOn
    }

    /// The bit patterns, eight bytes each, lowest first.
    private func bytes(_ numbers: [Double]) -> [UInt8] {
        numbers.flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt64($0))) }
        }
    }

    private func numbers(_ bytes: [UInt8]) -> [Double] {
        stride(from: 0, to: bytes.count, by: 8).map { start in
            let pattern = (0..<8).reduce(UInt64(0)) {
                $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1))
            }
            return Double(bitPattern: pattern)
        }
    }
}
