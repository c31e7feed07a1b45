import CNumerics

/// y[s] = the mean of the rows of x that belong to sequence s, added in rising order.
///
/// A sequence's result depends on its own rows alone, and has the same bits in every batch.
///
/// - Parameters:
///   - x: `[tokens, columns]`.
///   - starts: `[sequences + 1]`, rising from 0 to the token count.
///   - y: `[sequences, columns]`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func meanOfSequences<Element: Activation>(
    _ x: Matrix<Element>, cumulativeSequenceLengths starts: [Int32], into y: Matrix<Float>,
    parallel: Parallel
) {
    checkPooling("meanOfSequences", x, starts: starts, y)
    let columns = x.columns
    parallel.forEach(in: y.rows) { sequence in
        let rows = Int(starts[sequence])..<Int(starts[sequence + 1])
        let y = y.base + sequence * columns
        y.update(repeating: 0, count: columns)
        for row in rows {
            let x = x.base + row * columns
            for j in 0..<columns {
                y[j] += x[j].widened
            }
        }
        let share = 1 / Float(rows.count)
        for j in 0..<columns {
            y[j] *= share
        }
    }
}

/// dx[row] = dy[s] / (rows of sequence s), or dx[row] += that: the gradient of `meanOfSequences`.
///
/// - Parameters:
///   - dy: `[sequences, columns]`.
///   - starts: `[sequences + 1]`, rising from 0 to the token count.
///   - dx: `[tokens, columns]`.
///   - adding: whether dx is added to.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func meanOfSequencesBackward<Element: Activation>(
    _ dy: Matrix<Float>, cumulativeSequenceLengths starts: [Int32], to dx: Matrix<Element>,
    adding: Bool, parallel: Parallel
) {
    checkPooling("meanOfSequencesBackward", dx, starts: starts, dy)
    let columns = dx.columns
    parallel.forEach(in: dy.rows) { sequence in
        let rows = Int(starts[sequence])..<Int(starts[sequence + 1])
        let share = 1 / Float(rows.count)
        let dy = dy.base + sequence * columns
        for row in rows {
            let dx = dx.base + row * columns
            if adding {
                for j in 0..<columns {
                    dx[j] = Element(rounding: dx[j].widened + share * dy[j])
                }
            } else {
                for j in 0..<columns {
                    dx[j] = Element(rounding: share * dy[j])
                }
            }
        }
    }
}

/// y[s] = the largest number in each column among the rows of x that belong to sequence s.
///
/// Parameters as for `meanOfSequences`.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func maximumOfSequences<Element: Activation>(
    _ x: Matrix<Element>, cumulativeSequenceLengths starts: [Int32], into y: Matrix<Float>,
    parallel: Parallel
) {
    checkPooling("maximumOfSequences", x, starts: starts, y)
    let columns = x.columns
    parallel.forEach(in: y.rows) { sequence in
        let y = y.base + sequence * columns
        y.update(repeating: -.infinity, count: columns)
        for row in Int(starts[sequence])..<Int(starts[sequence + 1]) {
            let x = x.base + row * columns
            for j in 0..<columns {
                y[j] = larger(y[j], x[j].widened)
            }
        }
    }
}

private func checkPooling<Element: Activation>(
    _ operation: String, _ x: Matrix<Element>, starts: [Int32], _ y: Matrix<Float>
) {
    precondition(
        x.columns == y.columns && y.rows + 1 == starts.count,
        "\(operation): x \(x.shape), \(starts.count) bounds, y \(y.shape)")
    precondition(
        starts.first == 0 && Int(starts[y.rows]) == x.rows
            && zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 },
        "\(operation): bounds must rise from 0 to \(x.rows)")
}
