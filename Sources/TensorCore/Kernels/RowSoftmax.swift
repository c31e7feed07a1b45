import CNumerics

/// The largest of `count` numbers; -∞ for none.
func maximum(of x: UnsafePointer<Float>, count: Int) -> Float {
    var largest = -Float.infinity
    for j in 0..<count {
        largest = relaxedLarger(largest, x[j])
    }
    return largest
}

/// The largest of x[j] + y[j]; -∞ for none.
func maximum(of x: UnsafePointer<Float>, plus y: UnsafePointer<Float>, count: Int) -> Float {
    var largest = -Float.infinity
    for j in 0..<count {
        largest = relaxedLarger(largest, x[j] + y[j])
    }
    return largest
}

/// z[j] = e^(x[j] + y[j] - shift), rounded; returns the sum of what was not rounded.
@inline(__always)
func exponentiate<Element: Activation>(
    _ x: UnsafePointer<Float>, plus y: UnsafePointer<Float>, count: Int, shift: Float,
    into z: UnsafeMutablePointer<Element>
) -> Float {
    var sum: Float = 0
    for j in 0..<count {
        let power = exponential(x[j] + y[j] - shift)
        z[j] = Element(rounding: power)
        sum = relaxedSum(sum, power)
    }
    return sum
}

/// Σ e^(x[j] + y[j] - shift).
func sumOfExponentials(
    _ x: UnsafePointer<Float>, plus y: UnsafePointer<Float>, count: Int, shift: Float
) -> Float {
    var sum: Float = 0
    for j in 0..<count {
        sum = relaxedSum(sum, exponential(x[j] + y[j] - shift))
    }
    return sum
}
