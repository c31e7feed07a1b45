/// L-BFGS: goes down along −H g, with H the inverse of the second derivative that the last ten
/// steps and changes of the gradient suggest (Nocedal, 1980), as far as a line search says.
///
/// Takes the path of L-BFGS-B 3.0 without bounds (Morales and Nocedal, 2011), which scipy and
/// scikit-learn use: the same first step, line search, memory and rules for stopping.
struct MinimumSearch {
    /// Stops where no entry of the gradient is larger.
    var gradientTolerance: Double
    /// The most steps.
    var iterations: Int

    /// Steps that are remembered.
    private static let memory = 10
    /// The most points that a line search tries.
    private static let points = 50
    /// Stops where a step improves by less, times the larger of 1 and the value.
    private static let improvement = 64 * Double.ulpOfOne

    /// Where a search ended.
    struct Result {
        var x: [Double]
        var value: Double
        var iterations: Int
        var ending: SearchEnding
    }

    /// Goes down from `start`.
    ///
    /// - Parameter objective: sets the gradient at x and gives the value.
    func minimum(
        from start: [Double], of objective: (_ x: [Double], _ gradient: inout [Double]) -> Double
    ) -> Result {
        var x = start
        var gradient = [Double](repeating: 0, count: x.count)
        var value = objective(x, &gradient)
        var memory = StepMemory(capacity: Self.memory)
        var count = 0
        func result(_ ending: SearchEnding) -> Result {
            Result(x: x, value: value, iterations: count, ending: ending)
        }
        if largest(gradient) <= gradientTolerance { return result(.flat) }
        while count < iterations {
            let direction = memory.direction(at: gradient)
            let origin = (x: x, gradient: gradient, value: value)
            let slope = product(gradient, direction)
            let first = count == 0 ? min(1 / product(direction, direction).squareRoot(), 1e10) : 1
            let step = lineStep(along: direction, slope: slope, first: first, from: origin) {
                (x, value) = ($0, objective($0, &gradient))
                return (value, product(gradient, direction))
            }
            guard let step else {
                (x, gradient, value) = origin
                if memory.isEmpty { return result(.stuck) }
                memory = StepMemory(capacity: Self.memory)
                continue
            }
            count += 1
            if count == iterations { break }
            if largest(gradient) <= gradientTolerance { return result(.flat) }
            let scale = max(abs(origin.value), abs(value), 1)
            if origin.value - value <= Self.improvement * scale { return result(.level) }
            memory.add(
                step: direction.map { $0 * step },
                change: zip(gradient, origin.gradient).map { $0 - $1 },
                curvature: (product(gradient, direction) - slope) * step, descent: -slope * step)
        }
        return result(largest(gradient) <= gradientTolerance ? .flat : .iterations)
    }

    /// How far to go along a direction; nil where the search fails.
    private func lineStep(
        along direction: [Double], slope: Double, first: Double,
        from origin: (x: [Double], gradient: [Double], value: Double),
        _ evaluate: ([Double]) -> (value: Double, slope: Double)
    ) -> Double? {
        guard slope < 0, first.isFinite else { return nil }
        var search = LineSearch(value: origin.value, slope: slope, first: first)
        for _ in 0..<Self.points {
            let step = search.step
            let point = evaluate(zip(origin.x, direction).map { $0 + step * $1 })
            if search.isDone(value: point.value, slope: point.slope) { return step }
        }
        return nil
    }
}

/// Why a search for a minimum ended.
public enum SearchEnding: String, Sendable {
    /// No entry of the gradient was larger than the tolerance.
    case flat
    /// A step did not improve beyond rounding.
    case level
    /// All steps that were allowed are taken.
    case iterations
    /// No step went down.
    case stuck
}

/// The last steps and changes of the gradient.
private struct StepMemory {
    private let capacity: Int
    private var pairs: [(step: [Double], change: [Double], curvature: Double)] = []
    /// changeᵀ change / curvature of the last pair: the second derivative along it.
    private var theta = 1.0

    init(capacity: Int) { self.capacity = capacity }

    var isEmpty: Bool { pairs.isEmpty }

    /// Remembers a step, unless the gradient hardly grew along it.
    ///
    /// - Parameters:
    ///   - curvature: changeᵀ step.
    ///   - descent: −gᵀ step at the step's beginning.
    mutating func add(step: [Double], change: [Double], curvature: Double, descent: Double) {
        guard curvature > Double.ulpOfOne * descent else { return }
        if pairs.count == capacity { pairs.removeFirst() }
        pairs.append((step, change, curvature))
        theta = product(change, change) / curvature
    }

    /// −H g, by the recursion of two loops.
    func direction(at gradient: [Double]) -> [Double] {
        var direction = gradient.map { -$0 }
        guard !isEmpty else { return direction }
        var factors: [Double] = []
        for pair in pairs.reversed() {
            let factor = product(pair.step, direction) / pair.curvature
            add(-factor, pair.change, to: &direction)
            factors.append(factor)
        }
        for place in direction.indices { direction[place] /= theta }
        for (pair, factor) in zip(pairs, factors.reversed()) {
            let opposite = product(pair.change, direction) / pair.curvature
            add(factor - opposite, pair.step, to: &direction)
        }
        return direction
    }

    /// y += a x.
    private func add(_ a: Double, _ x: [Double], to y: inout [Double]) {
        for place in y.indices { y[place] += a * x[place] }
    }
}

/// xᵀ y, in four sums.
private func product(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count, "MinimumSearch: \(x.count) and \(y.count) numbers")
    var sums = SIMD4<Double>()
    let whole = x.count & ~3
    for place in stride(from: 0, to: whole, by: 4) {
        for lane in 0..<4 { sums[lane] += x[place + lane] * y[place + lane] }
    }
    for place in whole..<x.count { sums[0] += x[place] * y[place] }
    return sums.sum()
}

/// The largest magnitude; NaN where some number is.
private func largest(_ x: [Double]) -> Double {
    x.reduce(0) { max($0, $1.isNaN ? .nan : abs($1)) }
}
