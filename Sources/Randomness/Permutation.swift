extension CounterGenerator {
    /// A uniformly random permutation of `0..<count` (Fisher-Yates), a function of the stream.
    public func permutation(of count: Int, stream: UInt64) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            let chosen = integer(below: UInt64(last + 1), at: UInt64(last), stream: stream)
            order.swapAt(last, Int(chosen))
        }
        return order
    }
}
