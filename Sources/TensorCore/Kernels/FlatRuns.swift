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

/// Elements per chunk of a sum over many parts: the chunks of all parts stay in the cache.
private let sumChunk = 4096

/// Copies a run, slabs that follow one another in the line, from the matrices to a buffer.
///
/// - Parameters:
///   - run: the slabs.
///   - matrices: all matrices of the line.
///   - buffer: any shape; the run is written from its element `offset` on.
package func pack(
    _ run: ArraySlice<FlatSlab>, of matrices: [Matrix<Float>], into buffer: Matrix<Float>,
    at offset: Int, parallel: Parallel
) {
    check(run, of: matrices, buffer: buffer, offset: offset, operation: "pack")
    parallel.forEach(in: run.count) { index in
        let slab = run[run.startIndex + index]
        let place = offset + slab.place - run[run.startIndex].place
        (buffer.base + place).update(
            from: matrices[slab.matrix].base + slab.start, count: slab.count)
    }
}

/// Copies a run back from a buffer to its matrices, and rounds it into their copies.
///
/// - Parameters:
///   - run: the slabs.
///   - buffer: any shape; the run is read from its element `offset` on.
///   - matrices: all matrices of the line.
///   - copies: for each matrix its copy in bfloat16, if there is one.
package func unpack(
    _ run: ArraySlice<FlatSlab>, from buffer: Matrix<Float>, at offset: Int,
    into matrices: [Matrix<Float>], rounded copies: [Matrix<BFloat16>?], parallel: Parallel
) {
    check(run, of: matrices, buffer: buffer, offset: offset, operation: "unpack")
    precondition(
        zip(copies, matrices).allSatisfy { $0 == nil || $0?.count == $1.count }
            && copies.count == matrices.count,
        "unpack: \(copies.count) copies of \(matrices.count)")
    parallel.forEach(in: run.count) { index in
        let slab = run[run.startIndex + index]
        let x = buffer.base + offset + slab.place - run[run.startIndex].place
        (matrices[slab.matrix].base + slab.start).update(from: x, count: slab.count)
        guard let copy = copies[slab.matrix] else { return }
        let y = copy.base + slab.start
        for j in 0..<slab.count {
            y[j] = BFloat16(rounding: x[j])
        }
    }
}

/// Adds parts that lie one behind another in a buffer, in the given order: for each addition, part
/// `into` += part `from`, element by element.
///
/// - Parameters:
///   - additions: in the order in which they are done.
///   - buffer: any shape; part p begins at its element `p * length`.
///   - length: elements of a part.
package func addParts(
    _ additions: [(into: Int, from: Int)], in buffer: Matrix<Float>, length: Int,
    parallel: Parallel
) {
    for (into, from) in additions {
        precondition(
            into != from && min(into, from) >= 0 && (max(into, from) + 1) * length <= buffer.count,
            "addParts: \(from) to \(into), of \(length) in \(buffer.shape)")
    }
    parallel.forEachSlab(of: sumChunk, in: length) { range in
        for (into, from) in additions {
            let y = buffer.base + into * length + range.lowerBound
            let x = buffer.base + from * length + range.lowerBound
            for j in 0..<range.count {
                y[j] += x[j]
            }
        }
    }
}

private func check(
    _ run: ArraySlice<FlatSlab>, of matrices: [Matrix<Float>], buffer: Matrix<Float>, offset: Int,
    operation: String
) {
    precondition(
        offset >= 0 && offset + run.elementCount <= buffer.count,
        "\(operation): a run at \(offset) of \(buffer.shape)")
    for slab in run {
        precondition(
            slab.start + slab.count <= matrices[slab.matrix].count,
            "\(operation): a slab at \(slab.start) of \(matrices[slab.matrix].shape)")
    }
}
