import Host

/// The losses of `maskedCrossEntropy` and the gradient of `scale` · Σ losses at once, so that the
/// logits are computed once. With the logits' gradient G = scale · (softmax - one-hot label):
/// dx = G w, dw = Gᵀ x or dw += Gᵀ x, dBias += Σ over rows of G.
///
/// Exponentials are kept for a chunk of rows, in the type of the operands, and never become G: its
/// factors for a row, known only once all words are visited, multiply x and dx instead. Words other
/// than the label see rounded exponentials; the label's own share is in single precision.
///
/// - Parameters:
///   - x: `[rows, hidden]`, the scored rows only.
///   - w: the decoder, tied to the token embedding: `[vocabulary, hidden]`.
///   - bias: `[1, vocabulary]`.
///   - labels: `[rows]`, each in `0..<vocabulary`.
///   - scale: what the sum of losses is multiplied by.
///   - rowLosses: in nats, not scaled, `[rows, 1]`.
///   - dx: the shape of x, overwritten.
///   - dw: the shape of w.
///   - adding: whether dw is added to; else it is overwritten.
///   - dBias: the shape of the bias, added to.
@specialized(where Element == Float)
@specialized(where Element == BFloat16)
public func maskedCrossEntropyWithGradients<Element: Activation>(
    _ x: Matrix<Element>, decoder w: Matrix<Element>, bias: Matrix<Float>, labels: [Int32],
    scale: Float, into rowLosses: Matrix<Float>, gradient dx: Matrix<Element>,
    decoderGradient dw: Matrix<Float>, adding: Bool, addingToBias dBias: Matrix<Float>,
    parallel: Parallel
) {
    checkDecoder(
        "maskedCrossEntropyWithGradients", x, decoder: w, bias: bias, labels: labels,
        rowLosses: rowLosses)
    precondition(
        dx.hasShape(of: x) && dw.rows == w.rows && dw.columns == w.columns
            && dBias.count == bias.count,
        "maskedCrossEntropyWithGradients: dx \(dx.shape), dw \(dw.shape), dBias \(dBias.shape)")
    guard x.rows > 0 else {
        if !adding { fill(dw, with: 0, parallel: parallel) }
        return
    }
    let pass = DecoderPass(
        x: x, w: w, bias: bias, labels: labels, scale: scale, rowLosses: rowLosses, dx: dx,
        dw: dw, dBias: dBias, parallel: parallel)
    for start in stride(from: 0, to: x.rows, by: pass.chunk) {
        let rows = start..<min(x.rows, start + pass.chunk)
        pass.exponentiateLogits(of: rows)
        pass.computeLosses(of: rows)
        pass.differentiateDecoder(for: rows, adding: adding || start > 0)
        pass.sumPartials(of: rows)
    }
}

/// Bytes of scratch memory that `maskedCrossEntropyWithGradients` works in, for plans: it does not
/// grow with rows × vocabulary.
///
/// - Parameters:
///   - rows: scored rows.
///   - hidden: columns of x.
///   - vocabulary: rows of the decoder.
///   - precision: the type of x and the decoder.
public func maskedCrossEntropyScratchByteCount(
    rows: Int, hidden: Int, vocabulary: Int, precision: Precision
) -> Int {
    let elementByteCount =
        switch precision {
        case .fp32: MemoryLayout<Float>.stride
        case .bf16: MemoryLayout<BFloat16>.stride
        }
    return VocabularyTiling.scratchByteCount(
        rows: rows, hidden: hidden, vocabulary: vocabulary, elementByteCount: elementByteCount)
}
