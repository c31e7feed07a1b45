/// Elements per slab.
private let elementSlab = 1 << 14

/// y += x, both of one shape.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func add<Element: Activation>(
    _ x: Matrix<Element>, addingTo y: Matrix<Element>, parallel: Parallel
) {
    precondition(x.hasShape(of: y), "add: \(x.shape) to \(y.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let x = x.base + range.lowerBound
        let y = y.base + range.lowerBound
        for j in 0..<range.count {
            y[j] = Element(rounding: y[j].widened + x[j].widened)
        }
    }
}

/// y = x, each number the nearest of the result's type; both of one shape.
@specialized(where Source == Float, Target == Float)
@specialized(where Source == Float, Target == BFloat16)
@specialized(where Source == BFloat16, Target == Float)
public func convert<Source: Activation, Target: Activation>(
    _ x: Matrix<Source>, into y: Matrix<Target>, parallel: Parallel
) {
    precondition(
        x.rows == y.rows && x.columns == y.columns, "convert: \(x.shape) into \(y.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let x = x.base + range.lowerBound
        let y = y.base + range.lowerBound
        for j in 0..<range.count {
            y[j] = Target(rounding: x[j].widened)
        }
    }
}

/// x = value everywhere.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func fill<Element: Activation>(
    _ x: Matrix<Element>, with value: Element, parallel: Parallel
) {
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        (x.base + range.lowerBound).update(repeating: value, count: range.count)
    }
}
