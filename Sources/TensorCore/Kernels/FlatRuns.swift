/// Elements of one of several matrices that lie side by side, row after row. In the *line* of all
/// matrices, each flat behind the one before, slabs tile every matrix from its first element on;
/// its last slab may be short.
package struct FlatSlab: Sendable, Equatable {
    /// Elements of a slab that is not the last of its matrix.
    package static let capacity = 1 << 14

    /// Which of the matrices.
    package let matrix: Int
    /// Its first element in the matrix.
    package let start: Int
    /// How many there are, at most `capacity`.
    package let count: Int
    /// Its first element in the line.
    package let place: Int

    /// The slabs of matrices with `counts` elements, in the order of the line.
    package static func line(ofCounts counts: [Int]) -> [FlatSlab] {
        var slabs: [FlatSlab] = []
        var place = 0
        for (matrix, count) in counts.enumerated() {
            for start in stride(from: 0, to: count, by: capacity) {
                let length = min(capacity, count - start)
                slabs.append(
                    FlatSlab(matrix: matrix, start: start, count: length, place: place + start))
            }
            place += count
        }
        return slabs
    }
}

extension ArraySlice<FlatSlab> {
    /// How many elements a run of slabs has.
    package var elementCount: Int {
        guard let first, let last else { return 0 }
        return last.place + last.count - first.place
    }
}

/// Copies a run, slabs that follow one another in the line.
package func copyRun(
    _ run: ArraySlice<FlatSlab>, from source: RunPlace, into target: RunPlace, parallel: Parallel
) {
    source.check(run, "copyRun")
    target.check(run, "copyRun")
    parallel.forEach(in: run.count) { index in
        let slab = run[run.startIndex + index]
        target.start(of: slab).update(from: source.start(of: slab), count: slab.count)
    }
}

/// Rounds a run of matrices into their copies in bfloat16; matrices without one are left out.
package func roundRun(
    _ run: ArraySlice<FlatSlab>, of matrices: [Matrix<Float>], into copies: [Matrix<BFloat16>?],
    parallel: Parallel
) {
    RunPlace.matrices(matrices).check(run, "roundRun")
    precondition(
        zip(copies, matrices).allSatisfy { $0 == nil || $0?.count == $1.count }
            && copies.count == matrices.count,
        "roundRun: \(copies.count) copies of \(matrices.count)")
    parallel.forEach(in: run.count) { index in
        let slab = run[run.startIndex + index]
        guard let copy = copies[slab.matrix] else { return }
        let x = matrices[slab.matrix].base + slab.start
        let y = copy.base + slab.start
        for j in 0..<slab.count {
            y[j] = BFloat16(rounding: x[j])
        }
    }
}
