import CNumerics

/// log₂ e: softmax powers are computed as powers of two, with this factor in the scores' scale.
let logarithmOfE: Float = 1.442_695_04

/// Sets the elements of a row outside `visible` to -∞, whose power is 0.
func hide(outside visible: Range<Int>, of scores: UnsafeMutablePointer<Float>, count: Int) {
    scores.update(repeating: -.infinity, count: visible.lowerBound)
    (scores + visible.upperBound).update(
        repeating: -.infinity, count: count - visible.upperBound)
}

/// powers[j] = 2^(scale (scores[j] - largest)), rounded; returns the sum before rounding.
@inline(__always)
func raise<Element: Activation>(
    _ scores: UnsafePointer<Float>, count: Int, largest: Float, scale: Float,
    into powers: UnsafeMutablePointer<Element>
) -> Float {
    let shift = -largest * scale
    var sum: Float = 0
    for j in 0..<count {
        let power = powerOfTwo(multiplyAdd(scores[j], scale, shift))
        powers[j] = Element(rounding: power)
        sum = relaxedSum(sum, power)
    }
    return sum
}

/// A row of one key against many queries j: P_j = 2^(scale · score_j - shift_j) and
/// dS_j = P_j (dP_j - rowSum_j), both rounded.
@inline(__always)
func differentiate<Element: Activation>(
    scores: UnsafePointer<Float>, dP: UnsafePointer<Float>, shifts: UnsafePointer<Float>,
    rowSums: UnsafePointer<Float>, scale: Float, count: Int,
    intoP p: UnsafeMutablePointer<Element>, dS: UnsafeMutablePointer<Element>
) {
    for j in 0..<count {
        let power = powerOfTwo(multiplyAdd(scores[j], scale, -shifts[j]))
        p[j] = Element(rounding: power)
        dS[j] = Element(rounding: power * (dP[j] - rowSums[j]))
    }
}
