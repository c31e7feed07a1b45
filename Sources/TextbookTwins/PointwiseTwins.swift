import Foundation

/// Φ(x), the cumulative standard normal distribution.
public func twinNormalCumulative(_ x: Double) -> Double {
    0.5 * erfc(-x / 2.0.squareRoot())
}

/// x Φ(x).
public func twinGELU(_ x: Double) -> Double {
    x * twinNormalCumulative(x)
}

/// The derivative of `twinGELU`: Φ(x) + x φ(x) with the standard normal density φ.
public func twinGELUSlope(_ x: Double) -> Double {
    twinNormalCumulative(x) + x * exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
}

/// gelu(first half) · second half of each row.
public func twinGeGLU(_ x: Table) -> Table {
    let half = x.columns / 2
    return Table(x.rows, half) { twinGELU(x[$0, $1]) * x[$0, half + $1] }
}

/// The gradient of `twinGeGLU` for x.
public func twinGeGLUBackward(_ dy: Table, x: Table) -> Table {
    let half = x.columns / 2
    return Table(x.rows, x.columns) { i, j in
        j < half
            ? dy[i, j] * x[i, half + j] * twinGELUSlope(x[i, j])
            : dy[i, j - half] * twinGELU(x[i, j - half])
    }
}

/// Each row to mean 0 and variance 1, times the weight, plus the bias if there is one.
public func twinLayerNorm(
    _ x: Table, weight: [Double], bias: [Double]? = nil, epsilon: Double
) -> Table {
    Table(x.rows, x.columns) { i, j in
        let row = (0..<x.columns).map { x[i, $0] }
        let mean = row.reduce(0, +) / Double(x.columns)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.columns)
        return (x[i, j] - mean) / (variance + epsilon).squareRoot() * weight[j] + (bias?[j] ?? 0)
    }
}

/// The gradients of `twinLayerNorm` for x and for the weight.
public func twinLayerNormBackward(
    _ dy: Table, x: Table, weight: [Double], epsilon: Double
) -> (dx: Table, dw: [Double]) {
    let columns = Double(x.columns)
    let normal = twinLayerNorm(x, weight: weight.map { _ in 1 }, epsilon: epsilon)
    let g = Table(x.rows, x.columns) { dy[$0, $1] * weight[$1] }
    let dx = Table(x.rows, x.columns) { i, j in
        let row = (0..<x.columns).map { x[i, $0] }
        let mean = row.reduce(0, +) / columns
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / columns
        let meanG = (0..<x.columns).reduce(0) { $0 + g[i, $1] } / columns
        let meanGX = (0..<x.columns).reduce(0) { $0 + g[i, $1] * normal[i, $1] } / columns
        return (g[i, j] - meanG - normal[i, j] * meanGX) / (variance + epsilon).squareRoot()
    }
    let dw = (0..<x.columns).map { j in
        (0..<x.rows).reduce(0) { $0 + dy[$1, j] * normal[$1, j] }
    }
    return (dx, dw)
}

/// One StableAdamW step over one parameter, number by number.
///
/// - Returns: parameter, first and second moment after the step.
public func twinStableAdamW(
    parameter: [Double], gradient: [Double], first: [Double], second: [Double], step: Int,
    betas: (Double, Double), epsilon: Double, learningRate: Double, peakLearningRate: Double,
    weightDecay: Double
) -> (parameter: [Double], first: [Double], second: [Double]) {
    let debiased = [betas.0, betas.1].map { beta in
        (pow(beta, Double(step)) - beta) / (pow(beta, Double(step)) - 1)
    }
    let m = zip(first, gradient).map { debiased[0] * $0 + (1 - debiased[0]) * $1 }
    let v = zip(second, gradient).map { debiased[1] * $0 + (1 - debiased[1]) * $1 * $1 }
    let ratios = zip(gradient, v).map { $0 * $0 / max($1, epsilon * epsilon) }
    let rms = (ratios.reduce(0, +) / Double(max(ratios.count, 1))).squareRoot()
    let rate = learningRate / max(1, rms)
    let p = parameter.indices.map {
        parameter[$0] * (1 - rate / peakLearningRate * weightDecay)
            - rate * m[$0] / (v[$0].squareRoot() + epsilon)
    }
    return (p, m, v)
}
