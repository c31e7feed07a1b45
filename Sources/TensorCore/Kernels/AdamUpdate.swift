import CNumerics

/// Elements per slab.
private let elementSlab = FlatSlab.capacity
/// Elements per partial sum in single precision; longer sums are in double precision.
private let sumChunk = 1024

/// The first pass of a StableAdamW step over one parameter: with the debiased decays β̂₁ and β̂₂,
/// m = β̂₁ m + (1 - β̂₁) g and v = β̂₂ v + (1 - β̂₂) g². Returns the mean over all elements of
/// g² / max(v, ε²), whose root limits the learning rate (Wortsman et al., "Stable and low-precision
/// training", 2023, section 3.4). 0 for no elements.
///
/// - Parameters:
///   - gradient: g, any shape.
///   - first: m, the shape of g.
///   - second: v, the shape of g.
///   - firstDecay: β̂₁.
///   - secondDecay: β̂₂.
///   - epsilon: ε.
public func updateMoments(
    gradient: Matrix<Float>, first: Matrix<Float>, second: Matrix<Float>, firstDecay: Float,
    secondDecay: Float, epsilon: Float, parallel: Parallel
) -> Double {
    precondition(
        gradient.hasShape(of: first) && gradient.hasShape(of: second),
        "updateMoments: gradient \(gradient.shape), moments \(first.shape), \(second.shape)")
    guard gradient.count > 0 else { return 0 }
    let slabs = (gradient.count + elementSlab - 1) / elementSlab
    let partials = Matrix<Double>(rows: slabs, columns: 1, from: parallel.scratch)
    parallel.forEachSlab(of: elementSlab, in: gradient.count) { range in
        let start = range.lowerBound
        partials.base[start / elementSlab] = updateMomentsOfSlab(
            gradient.base + start, first.base + start, second.base + start, count: range.count,
            firstDecay: firstDecay, secondDecay: secondDecay, epsilon: epsilon)
    }
    return partials.elements.reduce(0, +) / Double(gradient.count)
}

/// The second pass of a StableAdamW step: p = keep · p - η m / (√v + ε).
///
/// - Parameters:
///   - parameter: p, any shape.
///   - first: m, the shape of p.
///   - second: v, the shape of p.
///   - learningRate: η, already limited by the result of `updateMoments`.
///   - keep: 1 - η / η_max · λ with the weight decay λ; 1 for no decay.
///   - epsilon: ε.
///   - rounded: a copy of p for matrix products in bfloat16, if there is one.
public func updateParameter(
    _ parameter: Matrix<Float>, first: Matrix<Float>, second: Matrix<Float>,
    learningRate: Float, keep: Float, epsilon: Float, rounded: Matrix<BFloat16>?,
    parallel: Parallel
) {
    precondition(
        parameter.hasShape(of: first) && parameter.hasShape(of: second),
        "updateParameter: parameter \(parameter.shape), moments \(first.shape), \(second.shape)")
    parallel.forEachSlab(of: elementSlab, in: parameter.count) { range in
        let start = range.lowerBound
        updateSlab(
            parameter.base + start, first.base + start, second.base + start,
            rounded: rounded.map { $0.base + start }, count: range.count,
            learningRate: learningRate, keep: keep, epsilon: epsilon)
    }
}

/// Σ x² over all elements, in chunks of fixed order, the chunks' sums in double precision.
public func sumOfSquares(_ x: Matrix<Float>, parallel: Parallel) -> Double {
    let slabs = (x.count + elementSlab - 1) / elementSlab
    let partials = Matrix<Double>(rows: slabs, columns: 1, from: parallel.scratch)
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        partials.base[range.lowerBound / elementSlab] = sumOfSquaresOfSlab(
            x.base + range.lowerBound, count: range.count)
    }
    return partials.elements.reduce(0, +)
}

/// `sum` + Σ x² over all elements: row by row in single precision, whose sums are added in rising
/// order in double precision. Rows of zeros do not change a bit of the result.
public func sumOfSquaresByRow(
    _ x: Matrix<Float>, addedTo sum: Double, parallel: Parallel
) -> Double {
    let columns = x.columns
    let partials = Matrix<Double>(rows: x.rows, columns: 1, from: parallel.scratch)
    parallel.forEachSlab(of: max(1, elementSlab / max(1, columns)), in: x.rows) { rows in
        for row in rows {
            var total = 0.0
            for start in stride(from: 0, to: columns, by: sumChunk) {
                let x = x.base + row * columns + start
                var sum: Float = 0
                for j in 0..<min(sumChunk, columns - start) {
                    sum = relaxedProductSum(x[j], x[j], sum)
                }
                total += Double(sum)
            }
            partials.base[row] = total
        }
    }
    return partials.elements.reduce(sum, +)
}

/// x = factor · x.
public func scale(_ x: Matrix<Float>, by factor: Float, parallel: Parallel) {
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let x = x.base + range.lowerBound
        for j in 0..<range.count {
            x[j] *= factor
        }
    }
}

// A slab's work is compiled once, so that a sum has the same bits wherever the slab lies.

/// `updateMoments` of the `count` elements of one slab; the sum of their g² / max(v, ε²).
@inline(never)
func updateMomentsOfSlab(
    _ gradient: UnsafePointer<Float>, _ first: UnsafeMutablePointer<Float>,
    _ second: UnsafeMutablePointer<Float>, count: Int, firstDecay: Float, secondDecay: Float,
    epsilon: Float
) -> Double {
    let firstShare = 1 - firstDecay
    let secondShare = 1 - secondDecay
    let floor = epsilon * epsilon
    var total = 0.0
    for start in stride(from: 0, to: count, by: sumChunk) {
        let g = gradient + start
        let m = first + start
        let v = second + start
        var sum: Float = 0
        for j in 0..<min(sumChunk, count - start) {
            let square = g[j] * g[j]
            let moment = multiplyAdd(secondDecay, v[j], secondShare * square)
            m[j] = multiplyAdd(firstDecay, m[j], firstShare * g[j])
            v[j] = moment
            sum = relaxedSum(sum, square / larger(moment, floor))
        }
        total += Double(sum)
    }
    return total
}

/// `updateParameter` of the `count` elements of one slab.
@inline(never)
func updateSlab(
    _ p: UnsafeMutablePointer<Float>, _ m: UnsafePointer<Float>, _ v: UnsafePointer<Float>,
    rounded: UnsafeMutablePointer<BFloat16>?, count: Int, learningRate: Float, keep: Float,
    epsilon: Float
) {
    for j in 0..<count {
        p[j] = keep * p[j] - learningRate * m[j] / (squareRoot(v[j]) + epsilon)
    }
    guard let rounded else { return }
    for j in 0..<count {
        rounded[j] = BFloat16(rounding: p[j])
    }
}

/// Σ x² over the `count` elements of one slab.
@inline(never)
func sumOfSquaresOfSlab(_ x: UnsafePointer<Float>, count: Int) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: count, by: sumChunk) {
        let x = x + start
        var sum: Float = 0
        for j in 0..<min(sumChunk, count - start) {
            sum = relaxedProductSum(x[j], x[j], sum)
        }
        total += Double(sum)
    }
    return total
}
