/// Elements per slab.
private let elementSlab = 1 << 14

/// y = a + b. All of one shape, y apart from a and b.
public func add(
    _ a: Matrix<Float>, _ b: Matrix<Float>, into y: Matrix<Float>, parallel: Parallel
) {
    precondition(
        a.hasShape(of: b) && a.hasShape(of: y), "add: \(a.shape), \(b.shape) into \(y.shape)")
    parallel.forEachSlab(of: elementSlab, in: a.count) { range in
        let a = a.base + range.lowerBound
        let b = b.base + range.lowerBound
        let y = y.base + range.lowerBound
        for j in 0..<range.count {
            y[j] = a[j] + b[j]
        }
    }
}

/// y += x, both of one shape.
public func add(_ x: Matrix<Float>, addingTo y: Matrix<Float>, parallel: Parallel) {
    precondition(x.hasShape(of: y), "add: \(x.shape) to \(y.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        let x = x.base + range.lowerBound
        let y = y.base + range.lowerBound
        for j in 0..<range.count {
            y[j] += x[j]
        }
    }
}

/// y = x, both of one shape.
public func copy(_ x: Matrix<Float>, into y: Matrix<Float>, parallel: Parallel) {
    precondition(x.hasShape(of: y), "copy: \(x.shape) into \(y.shape)")
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        (y.base + range.lowerBound).update(from: x.base + range.lowerBound, count: range.count)
    }
}

/// x = value everywhere.
public func fill(_ x: Matrix<Float>, with value: Float, parallel: Parallel) {
    parallel.forEachSlab(of: elementSlab, in: x.count) { range in
        (x.base + range.lowerBound).update(repeating: value, count: range.count)
    }
}
