import CNumerics

/// Rows per slab, and per partial sum of the weight's gradient.
private let rowSlab = 64

/// y = (x - μ) · r · w, or (x - μ) · r · w + b, with each row's mean μ and reciprocal deviation
/// r = 1 / √(σ² + ε): layer normalisation (Ba, Kiros and Hinton, 2016).
///
/// - Parameters:
///   - x: `[rows, columns]`.
///   - w: `[1, columns]`.
///   - b: `[1, columns]`; nil for none. Its gradient is `sumRows` of dy.
///   - epsilon: added to the variance.
///   - y: `[rows, columns]`.
///   - means: μ, `[rows, 1]`, for the backward pass.
///   - reciprocalDeviations: r, `[rows, 1]`, for the backward pass.
@specialized(where Input == Float, Output == Float)
@specialized(where Input == Float, Output == BFloat16)
@specialized(where Input == BFloat16, Output == BFloat16)
public func layerNorm<Input: Activation, Output: Activation>(
    _ x: Matrix<Input>, weight w: Matrix<Float>, bias b: Matrix<Float>? = nil, epsilon: Float,
    into y: Matrix<Output>, means: Matrix<Float>, reciprocalDeviations: Matrix<Float>,
    parallel: Parallel
) {
    precondition(
        w.count == x.columns && b?.count ?? w.count == w.count && y.rows == x.rows
            && y.columns == x.columns,
        "layerNorm: x \(x.shape), weight \(w.shape), bias \(b?.shape ?? "none"), y \(y.shape)")
    precondition(
        means.count == x.rows && reciprocalDeviations.count == x.rows,
        "layerNorm: means \(means.shape), deviations \(reciprocalDeviations.shape), x \(x.shape)")
    let columns = x.columns
    let share = 1 / Float(columns)
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        let w = w.base
        for row in rows {
            let x = x.base + row * columns
            let y = y.base + row * columns
            var sum: Float = 0
            for j in 0..<columns {
                sum = relaxedSum(sum, x[j].widened)
            }
            let mean = sum * share
            var squares: Float = 0
            for j in 0..<columns {
                let deviation = x[j].widened - mean
                squares = relaxedProductSum(deviation, deviation, squares)
            }
            let reciprocal = 1 / squareRoot(squares * share + epsilon)
            if let b = b?.base {
                for j in 0..<columns {
                    let normal = (x[j].widened - mean) * reciprocal
                    y[j] = Output(rounding: multiplyAdd(normal, w[j], b[j]))
                }
            } else {
                for j in 0..<columns {
                    y[j] = Output(rounding: (x[j].widened - mean) * reciprocal * w[j])
                }
            }
            means.base[row] = mean
            reciprocalDeviations.base[row] = reciprocal
        }
    }
}

/// The gradients of layer normalisation, with x̂ = (x - μ) r and g = dy · w:
/// dx = r (g - mean(g) - x̂ · mean(g x̂)) and dw += Σ over rows of dy · x̂. A bias changes neither.
///
/// Parameters as for `layerNorm`; dx is added to where `adding`, dw always.
@specialized(where Input == Float, Output == Float)
@specialized(where Input == Float, Output == BFloat16)
@specialized(where Input == BFloat16, Output == BFloat16)
public func layerNormBackward<Input: Activation, Output: Activation>(
    _ dy: Matrix<Output>, x: Matrix<Input>, weight w: Matrix<Float>, means: Matrix<Float>,
    reciprocalDeviations: Matrix<Float>, to dx: Matrix<Input>, adding: Bool,
    addingToWeight dw: Matrix<Float>, parallel: Parallel
) {
    precondition(
        dy.rows == x.rows && dy.columns == x.columns && dx.hasShape(of: x),
        "layerNormBackward: dy \(dy.shape), x \(x.shape), dx \(dx.shape)")
    precondition(
        w.count == x.columns && dw.count == x.columns && means.count == x.rows
            && reciprocalDeviations.count == x.rows,
        "layerNormBackward: weight \(w.shape), dw \(dw.shape), means \(means.shape)")
    let columns = x.columns
    let slabs = (x.rows + rowSlab - 1) / rowSlab
    let partials = Matrix<Float>(rows: slabs, columns: columns, from: parallel.scratch)
    parallel.forEachSlab(of: rowSlab, in: x.rows) { rows in
        let partial = partials.base + rows.lowerBound / rowSlab * columns
        partial.update(repeating: 0, count: columns)
        for row in rows {
            layerNormBackwardRow(
                dy.base + row * columns, x: x.base + row * columns, weight: w.base,
                mean: means.base[row], reciprocal: reciprocalDeviations.base[row],
                to: dx.base + row * columns, adding: adding, weightPartial: partial,
                columns: columns)
        }
    }
    sumRows(of: partials, addingTo: dw, parallel: parallel)
}

@inline(__always)
private func layerNormBackwardRow<Input: Activation, Output: Activation>(
    _ dy: UnsafePointer<Output>, x: UnsafePointer<Input>, weight w: UnsafePointer<Float>,
    mean: Float, reciprocal: Float, to dx: UnsafeMutablePointer<Input>, adding: Bool,
    weightPartial: UnsafeMutablePointer<Float>, columns: Int
) {
    var sumG: Float = 0
    var sumGX: Float = 0
    for j in 0..<columns {
        let normal = (x[j].widened - mean) * reciprocal
        let g = dy[j].widened * w[j]
        sumG = relaxedSum(sumG, g)
        sumGX = relaxedProductSum(g, normal, sumGX)
        weightPartial[j] = multiplyAdd(dy[j].widened, normal, weightPartial[j])
    }
    let meanG = sumG / Float(columns)
    let meanGX = sumGX / Float(columns)
    for j in 0..<columns {
        let normal = (x[j].widened - mean) * reciprocal
        let gradient = reciprocal * (dy[j].widened * w[j] - meanG - normal * meanGX)
        dx[j] = Input(rounding: adding ? dx[j].widened + gradient : gradient)
    }
}
