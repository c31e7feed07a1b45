/// Elements per chunk of sums over many values: the chunks of all of them stay in the cache.
private let sumChunk = 4096

/// A sum of two values, element by element.
package struct RunSum {
    let left, right, sum: RunPlace

    /// `sum` = `left` + `right`; it may be one of the two.
    package init(_ left: RunPlace, _ right: RunPlace, into sum: RunPlace) {
        (self.left, self.right, self.sum) = (left, right, sum)
    }
}

/// Makes sums of a run, one after the other: later ones may use earlier ones.
package func addRuns(_ sums: [RunSum], of run: ArraySlice<FlatSlab>, parallel: Parallel) {
    for sum in sums {
        for place in [sum.left, sum.right, sum.sum] { place.check(run, "addRuns") }
    }
    parallel.forEach(in: run.count) { index in
        let slab = run[run.startIndex + index]
        for start in stride(from: 0, to: slab.count, by: sumChunk) {
            let count = min(sumChunk, slab.count - start)
            for sum in sums {
                add(
                    sum.left.start(of: slab) + start, sum.right.start(of: slab) + start,
                    into: sum.sum.start(of: slab) + start, count: count)
            }
        }
    }
}

/// `y` = `a` + `b`; `y` may be one of them, and no loop has overlapping arguments.
private func add(
    _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    into y: UnsafeMutablePointer<Float>, count: Int
) {
    guard y == a || y == b else {
        for j in 0..<count { y[j] = a[j] + b[j] }
        return
    }
    let x = y == a ? b : a
    for j in 0..<count { y[j] += x[j] }
}
