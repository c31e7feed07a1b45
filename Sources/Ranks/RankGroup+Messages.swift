/// Messages of floats from one rank to another.
extension RankGroup {
    private static let floatsTag: Int32 = 3

    /// Begins to send floats to another rank, which receives as many. They stay valid and untouched
    /// until `wait` has returned.
    ///
    /// - Throws: `RankFailure`.
    func send(_ floats: UnsafeMutableBufferPointer<Float>, to other: Int) throws -> Int32? {
        guard let transport, let start = floats.baseAddress else { return nil }
        let bytes = floats.count * MemoryLayout<Float>.stride
        return try transport.send(start, count: bytes, to: other, tag: Self.floatsTag)
    }

    /// Begins to receive floats from another rank, in the order in which it sends them. They stay
    /// valid and untouched until `wait` has returned.
    ///
    /// - Throws: `RankFailure`.
    func receive(_ floats: UnsafeMutableBufferPointer<Float>, from other: Int) throws -> Int32? {
        guard let transport, let start = floats.baseAddress else { return nil }
        let bytes = floats.count * MemoryLayout<Float>.stride
        return try transport.receive(start, count: bytes, from: other, tag: Self.floatsTag)
    }

    /// How long one number takes to another rank and back, `times` times over; others do nothing.
    ///
    /// - Returns: seconds of one way, on average; 0 for the others.
    /// - Throws: `RankFailure`.
    package func messageSeconds(to other: Int, times: Int) throws -> Double {
        guard other != 0, rank == 0 || rank == other else { return 0 }
        let number = UnsafeMutableBufferPointer<Float>.allocate(capacity: 1)
        number.initialize(repeating: 0)
        let partner = rank == 0 ? other : 0
        func pass(_ operation: Int32?) throws {
            try wait(
                for: RankOperation(numbers: [operation].compactMap(\.self), level: .all),
                during: "measuring")
        }
        let start = ContinuousClock.now
        for _ in 0..<times {
            if rank == 0 { try pass(send(number, to: partner)) }
            try pass(receive(number, from: partner))
            if rank != 0 { try pass(send(number, to: partner)) }
        }
        // After an error it is kept, since a transport may still write into it.
        number.deallocate()
        return (ContinuousClock.now - start) / .seconds(2 * times)
    }
}
