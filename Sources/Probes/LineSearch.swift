/// The line search of Moré and Thuente, "Line search algorithms with guaranteed sufficient
/// decrease" (1994), as MINPACK-2's `dcsrch` and `dcstep`.
///
/// It looks for a step at which the value has gone down by 10⁻³ of what the slope at the beginning
/// promises, and the slope is at most 0.9 as steep. The caller evaluates at `step`.
struct LineSearch {
    /// A step with the value and the slope there.
    private struct Point {
        var step: Double
        var value: Double
        var slope: Double

        /// The same of value − step · slope.
        func tilted(by slope: Double) -> Point {
            Point(step: step, value: value - step * slope, slope: self.slope - slope)
        }
    }

    /// The step that is tried.
    private(set) var step: Double

    private static let decrease = 1e-3
    private static let curvature = 0.9
    private static let resolution = 0.1
    private static let longest = 1e10

    private let start: Point
    /// The best point so far, and the other end of the interval with a minimum.
    private var best: Point
    private var other: Point
    private var isBracketed = false
    /// Whether the search is for a step of enough decrease yet.
    private var isFirstStage = true
    private var width = longest
    private var widthBefore = 2 * longest
    private var bounds: (lower: Double, upper: Double)

    /// A search from a point with a value and a slope below 0.
    init(value: Double, slope: Double, first: Double) {
        start = Point(step: 0, value: value, slope: slope)
        (best, other) = (start, start)
        step = first
        bounds = (0, 5 * first)
    }

    /// Whether the step is one to take, by the value and slope there; else `step` is the next.
    mutating func isDone(value: Double, slope: Double) -> Bool {
        let least = Self.decrease * start.slope
        let goal = start.value + step * least
        if isFirstStage, value <= goal, slope >= 0 { isFirstStage = false }
        let isNarrow =
            isBracketed
            && (step <= bounds.lower || step >= bounds.upper
                || bounds.upper - bounds.lower <= Self.resolution * bounds.upper)
        let isLongest = step == Self.longest && value <= goal && slope <= least
        let isShortest = step == 0 && (value > goal || slope >= least)
        let isGood = value <= goal && abs(slope) <= Self.curvature * -start.slope
        if isNarrow || isLongest || isShortest || isGood { return true }

        let point = Point(step: step, value: value, slope: slope)
        if isFirstStage, value <= best.value, value > goal {
            (best, other) = (best.tilted(by: least), other.tilted(by: least))
            update(with: point.tilted(by: least))
            (best, other) = (best.tilted(by: -least), other.tilted(by: -least))
        } else {
            update(with: point)
        }
        narrow(tried: point.step)
        return false
    }

    /// Keeps the step inside bounds that follow from what is known.
    private mutating func narrow(tried: Double) {
        if isBracketed {
            if abs(other.step - best.step) >= 0.66 * widthBefore {
                step = best.step + 0.5 * (other.step - best.step)
            }
            (widthBefore, width) = (width, abs(other.step - best.step))
            bounds = (min(best.step, other.step), max(best.step, other.step))
        } else {
            bounds = (
                step + 1.1 * (step - best.step), step + 4 * (step - best.step)
            )
        }
        step = min(max(step, 0), Self.longest)
        if isBracketed,
            step <= bounds.lower || step >= bounds.upper
                || bounds.upper - bounds.lower <= Self.resolution * bounds.upper
        {
            step = best.step
        }
    }

    /// Takes the point into the interval and sets the next step.
    private mutating func update(with point: Point) {
        let next: Double
        let turns = point.slope * (best.slope < 0 ? -1 : 1) < 0
        if point.value > best.value {
            next = afterHigherValue(point)
            isBracketed = true
        } else if turns {
            next = afterTurn(point)
            isBracketed = true
        } else if abs(point.slope) < abs(best.slope) {
            next = afterFlatter(point)
        } else if isBracketed {
            next = cubicStep(from: point, to: other)
        } else {
            next = point.step > best.step ? bounds.upper : bounds.lower
        }
        if point.value > best.value {
            other = point
        } else {
            if turns { other = best }
            best = point
        }
        step = next
    }

    /// The value is higher: a minimum lies between.
    private func afterHigherValue(_ point: Point) -> Double {
        let cubic = cubicStep(from: best, to: point)
        let length = point.step - best.step
        let mean = (best.value - point.value) / length
        let quadratic = best.step + best.slope / (mean + best.slope) / 2 * length
        return abs(cubic - best.step) < abs(quadratic - best.step)
            ? cubic : cubic + (quadratic - cubic) / 2
    }

    /// The value is lower and the slope turned: a minimum lies between.
    private func afterTurn(_ point: Point) -> Double {
        let cubic = cubicStep(from: point, to: best)
        let secant = secantStep(point)
        return abs(cubic - point.step) > abs(secant - point.step) ? cubic : secant
    }

    /// The value is lower and the slope has its sign but is flatter.
    private func afterFlatter(_ point: Point) -> Double {
        let (theta, gamma) = cubicTerms(
            best, point, sign: point.step > best.step ? -1 : 1, isFlat: true)
        let p = gamma - point.slope + theta
        let q = gamma + (best.slope - point.slope) + gamma
        let r = p / q
        let cubic =
            r < 0 && gamma != 0
            ? point.step + r * (best.step - point.step)
            : point.step > best.step ? bounds.upper : bounds.lower
        let secant = secantStep(point)
        let isCubicNearer = abs(cubic - point.step) < abs(secant - point.step)
        if isBracketed {
            let next = isCubicNearer ? cubic : secant
            let limit = point.step + 0.66 * (other.step - point.step)
            return point.step > best.step ? min(limit, next) : max(limit, next)
        }
        let isCubicFarther = abs(cubic - point.step) > abs(secant - point.step)
        return min(max(isCubicFarther ? cubic : secant, bounds.lower), bounds.upper)
    }

    /// Where the line through both slopes is 0.
    private func secantStep(_ point: Point) -> Double {
        point.step + point.slope / (point.slope - best.slope) * (best.step - point.step)
    }

    /// The minimum of the cubic through two points.
    private func cubicStep(from first: Point, to second: Point) -> Double {
        let (theta, gamma) = cubicTerms(
            first, second, sign: second.step < first.step ? -1 : 1, isFlat: false)
        let p = gamma - first.slope + theta
        let q = gamma - first.slope + gamma + second.slope
        return first.step + p / q * (second.step - first.step)
    }

    /// θ = 3 (f₁ − f₂)/(t₂ − t₁) + f′₁ + f′₂ and γ = ±√(θ² − f′₁ f′₂), scaled against overflow.
    private func cubicTerms(
        _ first: Point, _ second: Point, sign: Double, isFlat: Bool
    ) -> (theta: Double, gamma: Double) {
        let theta =
            3 * (first.value - second.value) / (second.step - first.step) + first.slope
            + second.slope
        let scale = max(abs(theta), abs(first.slope), abs(second.slope))
        let ratio = theta / scale
        let square = ratio * ratio - first.slope / scale * (second.slope / scale)
        return (theta, sign * scale * (isFlat ? max(0, square) : square).squareRoot())
    }
}
