import Autograd
import Diagnostics
import PackedBatches
import TensorCore

extension EncoderModel {
    /// A vector for every text, in the order of the texts: `[texts][dimensions]`. Texts longer than
    /// the model's context are cut, as sentence-transformers does; `tokens(of:)` tells which.
    ///
    /// - Parameters:
    ///   - texts: any number of texts.
    ///   - options: nil for the vectors the folder was made for (`embeddingOptions`).
    /// - Throws: `InputError` if the folder has no tokenizer, or the options ask for more
    ///   dimensions than the model has.
    public func embed(
        _ texts: [String], options: EmbeddingOptions? = nil
    ) throws -> [[Float]] {
        try embed(tokens(of: texts), options: options)
    }

    /// A vector for every token sequence, in the order of the sequences.
    ///
    /// - Parameters:
    ///   - sequences: any number of sequences.
    ///   - options: nil for the vectors the folder was made for (`embeddingOptions`).
    ///   - progress: called after each batch with the number of tokens done so far.
    /// - Throws: `InputError` if the options ask for more dimensions than the model has.
    public func embed(
        _ sequences: [TokenSequence], options: EmbeddingOptions? = nil,
        progress: (Int) -> Void = { _ in }
    ) throws -> [[Float]] {
        let options = options ?? embeddingOptions
        try check(options)
        switch precision {
        case .fp32: return embed(sequences, options, in: Float.self, progress)
        case .bf16: return embed(sequences, options, in: BFloat16.self, progress)
        }
    }

    /// Throws an `InputError` at `location` if the options ask for more dimensions than the model
    /// has, or none.
    public func check(
        _ options: EmbeddingOptions, at location: String = "dimensions"
    ) throws {
        guard let dimensions = options.dimensions else { return }
        guard 1...configuration.hiddenSize ~= dimensions else {
            throw InputError(
                at: location, expected: "a number from 1 to \(configuration.hiddenSize)",
                found: "\(dimensions)",
                remedy: "The model in \(folder) has vectors of \(configuration.hiddenSize).")
        }
    }

    private func embed<Element: Activation>(
        _ sequences: [TokenSequence], _ options: EmbeddingOptions, in element: Element.Type,
        _ progress: (Int) -> Void
    ) -> [[Float]] {
        var vectors = [[Float]](repeating: [], count: sequences.count)
        var done = 0
        let plan = BatchPlan(lengths: sequences.map(\.ids.count), budget: batchTokens)
        for indices in plan.batches {
            let batch = PackedBatch(sequences: indices.map { sequences[$0].ids })
            let pooled = pool(batch, by: options.pooling, in: element)
            for (row, index) in indices.enumerated() {
                vectors[index] = Self.vector(pooled, row: row, options)
            }
            done += batch.tokenCount
            progress(done)
        }
        return vectors
    }

    /// `[sequences, hidden]`.
    private func pool<Element: Activation>(
        _ batch: PackedBatch, by pooling: Pooling, in element: Element.Type
    ) -> Matrix<Float> {
        let tape = tape(of: element)
        let starts = batch.cumulativeSequenceLengths
        let pooled = Matrix<Float>(
            rows: batch.sequenceCount, columns: configuration.hiddenSize, from: buffers)
        switch pooling {
        case .cls:
            let first = model.hiddenStates(batch, rows: Array(starts.dropLast()), on: tape)
            convert(first.value, into: pooled, parallel: parallel)
        case .mean:
            meanOfSequences(
                model.hiddenStates(batch, on: tape).value, cumulativeSequenceLengths: starts,
                into: pooled, parallel: parallel)
        case .max:
            maximumOfSequences(
                model.hiddenStates(batch, on: tape).value, cumulativeSequenceLengths: starts,
                into: pooled, parallel: parallel)
        }
        return pooled
    }

    /// One row, cut and given length 1 as the options say.
    private static func vector(
        _ pooled: Matrix<Float>, row: Int, _ options: EmbeddingOptions
    ) -> [Float] {
        let count = options.dimensions ?? pooled.columns
        let start = row * pooled.columns
        return pooled.withElements { elements in
            var vector: [Float] = []
            vector.reserveCapacity(count)
            for place in start..<start + count { vector.append(elements[place]) }
            if options.normalizes { normalize(&vector) }
            return vector
        }
    }

    /// Divides by the vector's length, which counts as at least 1e-12, as in PyTorch.
    private static func normalize(_ vector: inout [Float]) {
        let squares = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
        let factor = Float(1 / max(squares.squareRoot(), 1e-12))
        for index in vector.indices { vector[index] *= factor }
    }
}
