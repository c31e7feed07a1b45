import CNumerics

/// One head's features of the tokens of one sequence inside a packed matrix: a rectangle as wide as
/// the head, from the sequence's first row on.
struct HeadColumns<Element: Activation> {
    /// The first token's first feature.
    let base: UnsafeMutablePointer<Element>
    /// Elements from one token to the next.
    let stride: Int
    /// Features of the head.
    let size: Int

    init(_ matrix: Matrix<Element>, row: Int, column: Int, size: Int) {
        base = matrix.base + row * matrix.columns + column
        stride = matrix.columns
        self.size = size
    }

    /// Copies tokens into the first rows of `panel`, and zeros into the others.
    ///
    /// - Parameter panel: `[rows, size]`.
    @inline(__always)
    func copy(_ tokens: Range<Int>, to panel: Matrix<Element>) {
        for (row, token) in tokens.enumerated() {
            (panel.base + row * size).update(from: base + token * stride, count: size)
        }
        panel.clear(fromRow: tokens.count)
    }

    /// Copies tokens, rotated by their positions, into the first rows of `panel`, and zeros into
    /// the others: the halves a and b of a token become a cos - b sin and b cos + a sin. Without a
    /// table they stay as they are.
    ///
    /// - Parameter panel: `[rows, size]`.
    @inline(__always)
    func copy(_ tokens: Range<Int>, rotatedBy rotary: RotaryTable?, to panel: Matrix<Element>) {
        guard let rotary else { return copy(tokens, to: panel) }
        let pairs = size / 2
        for (row, token) in tokens.enumerated() {
            let a = base + token * stride
            let b = a + pairs
            let rotatedA = panel.base + row * size
            let rotatedB = rotatedA + pairs
            let cosines = rotary.cosines.base + token * pairs
            let sines = rotary.sines.base + token * pairs
            for k in 0..<pairs {
                let (x, y) = (a[k].widened, b[k].widened)
                rotatedA[k] = Element(rounding: multiplyAdd(x, cosines[k], -y * sines[k]))
                rotatedB[k] = Element(rounding: multiplyAdd(y, cosines[k], x * sines[k]))
            }
        }
        panel.clear(fromRow: tokens.count)
    }

    /// Stores the rows of `panel` as tokens.
    @inline(__always)
    func store(_ panel: UnsafePointer<Float>, to tokens: Range<Int>) {
        for (row, token) in tokens.enumerated() {
            let x = panel + row * size
            let y = base + token * stride
            for k in 0..<size {
                y[k] = Element(rounding: x[k])
            }
        }
    }

    /// Stores the rows of `panel`, times a factor, as tokens.
    @inline(__always)
    private func store(_ panel: UnsafePointer<Float>, times factor: Float, to tokens: Range<Int>) {
        for (row, token) in tokens.enumerated() {
            let x = panel + row * size
            let y = base + token * stride
            for k in 0..<size {
                y[k] = Element(rounding: factor * x[k])
            }
        }
    }

    /// Stores the rows of `panel`, times a factor and rotated back, as tokens: what the gradient of
    /// rotated features becomes. Without a table they are not rotated.
    @inline(__always)
    func store(
        _ panel: UnsafePointer<Float>, times factor: Float, rotatedBackBy rotary: RotaryTable?,
        to tokens: Range<Int>
    ) {
        guard let rotary else { return store(panel, times: factor, to: tokens) }
        let pairs = size / 2
        for (row, token) in tokens.enumerated() {
            let a = panel + row * size
            let b = a + pairs
            let rotatedA = base + token * stride
            let rotatedB = rotatedA + pairs
            let cosines = rotary.cosines.base + token * pairs
            let sines = rotary.sines.base + token * pairs
            for k in 0..<pairs {
                let (x, y) = (factor * a[k], factor * b[k])
                rotatedA[k] = Element(rounding: multiplyAdd(x, cosines[k], y * sines[k]))
                rotatedB[k] = Element(rounding: multiplyAdd(y, cosines[k], -x * sines[k]))
            }
        }
    }
}

extension Matrix where Element: Activation {
    /// Sets the rows from `row` on to zero.
    func clear(fromRow row: Int) {
        (base + row * columns).update(
            repeating: Element(rounding: 0), count: (rows - row) * columns)
    }
}
