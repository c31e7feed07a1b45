import Diagnostics
import Formats

extension MergeInputs.Tensor {
    /// Whether this is the table of token vectors, which the decoder shares.
    var isTokenEmbedding: Bool { name.hasSuffix("embeddings.tok_embeddings.weight") }
}

extension MergeInputs {
    /// Elements read at a time.
    private static let stretchLength = 1 << 15

    /// Calls `body` with one stretch of `tensor` after another, in order, from all models.
    ///
    /// - Throws: `InputError` for a value that is not finite; what `body` throws.
    func forEachStretch(of tensor: Tensor, _ body: (inout Stretch) throws -> Void) throws {
        var stretch = Stretch(base: [], models: models.map { _ in [] })
        for start in stride(from: 0, to: tensor.count, by: Self.stretchLength) {
            let range = start..<min(start + Self.stretchLength, tensor.count)
            if let base {
                try read(range, of: tensor, from: base, into: &stretch.base)
            } else if stretch.base.count != range.count {
                stretch.base = [Float](repeating: 0, count: range.count)
            }
            for model in models.indices {
                try read(range, of: tensor, from: models[model], into: &stretch.models[model])
            }
            try body(&stretch)
        }
    }

    private func read(
        _ range: Range<Int>, of tensor: Tensor, from model: SafetensorsFolder,
        into values: inout [Float]
    ) throws {
        if values.count != range.count { values = [Float](repeating: 0, count: range.count) }
        var target = values.mutableSpan
        try model.read(tensor.name, from: range.lowerBound, into: &target)
        model.release(tensor.name, range)
    }

    /// The error of a merged tensor whose numbers are too large for fp32.
    func overflow(of tensor: Tensor) -> InputError {
        InputError(
            at: "merge.\(tensor.name)", expected: "merged numbers that fit in fp32",
            found: "NaN or infinity", remedy: "Use smaller weights or a smaller lambda.")
    }

    /// The error of a density that leaves nothing of `tensor`.
    func nothingKept(of tensor: Tensor, _ density: Double) -> InputError {
        InputError(
            at: "merge.density", expected: "at least one entry of \(tensor.name) to be kept",
            found: "\(density) of \(tensor.count) entries", remedy: "Raise the density.")
    }
}
