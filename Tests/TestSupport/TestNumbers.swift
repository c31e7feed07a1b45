/// Reproducible numbers without structure: uniform between `-scale` and `scale`, exactly
/// representable in single precision.
public func testNumbers(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return scale * (Float(state >> 40) * 0x1p-23 - 1)
    }
}

/// Reproducible integers in `0..<bound`.
public func testIndices(_ count: Int, below bound: Int, seed: UInt64) -> [Int32] {
    testNumbers(count, seed: seed).map { Int32((Double($0) + 1) / 2 * Double(bound)) }
        .map { min($0, Int32(bound - 1)) }
}

/// Sizes at which vector code changes its way: nothing, one, around eight lanes, below and above a
/// full vector register's multiples.
public let vectorEdges = [0, 1, 7, 8, 9, 63, 257]
