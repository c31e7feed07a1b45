import TensorCore

/// What has begun between ranks: an exchange, a gathering or messages.
package struct RankOperation {
    /// The transport's numbers of what is still to be done.
    var numbers: [Int32]
    let level: RankLevel
}

extension RankGroup {
    /// Begins to send to each rank of `level` its piece of `send` and to receive one from each.
    /// Both buffers stay valid and untouched until `wait` has returned.
    ///
    /// - Parameters:
    ///   - send: the pieces in the order of `members(of: level)`, one behind another.
    ///   - sendCounts: floats of each piece.
    ///   - receive: the pieces of all ranks of the level in their order, one behind another.
    ///   - receiveCounts: floats of each of them.
    /// - Throws: `RankFailure`.
    package func exchange(
        _ send: UnsafePointer<Float>, counts sendCounts: [Int32],
        into receive: UnsafeMutablePointer<Float>, counts receiveCounts: [Int32],
        among level: RankLevel
    ) throws -> RankOperation {
        guard let transport else {
            precondition(
                sendCounts.count == 1 && sendCounts == receiveCounts,
                "RankGroup.exchange: counts \(sendCounts) and \(receiveCounts) of one rank")
            receive.update(from: send, count: Int(sendCounts[0]))
            return RankOperation(numbers: [], level: level)
        }
        let number = try transport.exchange(
            send, counts: sendCounts, into: receive, counts: receiveCounts, among: level)
        return RankOperation(numbers: [number], level: level)
    }

    /// Begins to complete `all`, whose piece r comes from the r-th rank of `level`. It stays valid
    /// and untouched until `wait` has returned.
    ///
    /// - Parameter counts: floats of each piece.
    /// - Throws: `RankFailure`.
    package func gather(
        _ all: UnsafeMutablePointer<Float>, counts: [Int32], among level: RankLevel
    ) throws -> RankOperation {
        let number = try transport?.gather(all, counts: counts, among: level)
        return RankOperation(numbers: [number].compactMap(\.self), level: level)
    }

    /// Waits until an operation has ended.
    ///
    /// - Parameter what: for messages: `step 812`.
    /// - Throws: `RankFailure`.
    package func wait(for operation: RankOperation, during what: String) throws {
        guard let transport else { return }
        var left = operation.numbers
        try wait(
            for: { self.members(of: operation.level) }, during: what, yielding: .milliseconds(100)
        ) {
            // Asking about one of them moves the bytes of all.
            while let number = left.last, try transport.test(number) { left.removeLast() }
            return left.isEmpty
        }
    }

    /// Gives all ranks the elements of rank 0's matrix; all have the same shape.
    ///
    /// - Throws: `RankFailure`.
    package func broadcast(_ matrix: Matrix<Float>) throws {
        guard transport != nil else { return }
        try matrix.withMutableElements { span in
            try span.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                try broadcast(start, count: bytes.count, during: "sending weights")
            }
        }
    }
}
