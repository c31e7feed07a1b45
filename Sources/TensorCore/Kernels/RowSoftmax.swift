import CNumerics

/// The largest of `count` numbers; -∞ for none.
func maximum(of x: UnsafePointer<Float>, count: Int) -> Float {
    var largest = -Float.infinity
    for j in 0..<count {
        largest = relaxedLarger(largest, x[j])
    }
    return largest
}

/// x[j] = e^(x[j] - shift); returns their sum.
func exponentiate(_ x: UnsafeMutablePointer<Float>, count: Int, shift: Float) -> Float {
    var sum: Float = 0
    for j in 0..<count {
        let power = exponential(x[j] - shift)
        x[j] = power
        sum = relaxedSum(sum, power)
    }
    return sum
}
