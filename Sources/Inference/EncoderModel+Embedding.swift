import Autograd
import Diagnostics
import PackedBatches
import TensorCore

extension EncoderModel {
    /// A vector for every text, in the order of the texts: `[texts][dimensions]`. Texts get the
    /// folder's prompt and are cut to its length, as sentence-transformers does;
    /// `tokens(of: embeddingText(text))` tells which are.
    ///
    /// - Parameters:
    ///   - texts: any number of texts.
    ///   - options: nil for the vectors the folder was made for (`embeddingOptions`).
    /// - Throws: `InputError` if the folder has no tokenizer, or the options ask for more
    ///   dimensions than the model has; without options, the `poolingProblem`.
    public func embed(
        _ texts: [String], options: EmbeddingOptions? = nil
    ) throws -> [[Float]] {
        try embed(tokens(of: texts.map(embeddingText)), options: options)
    }

    /// A text as the encoder gets it for a vector: with the prompt that the folder's files for
    /// sentence-transformers put in front of every text, and in small letters where they say so.
    public func embeddingText(_ text: String) -> String { pooling.prepared(text) }

    /// A text with another prompt in front of it than the folder's usual one.
    package func embeddingText(_ text: String, prompt: String) -> String {
        pooling.prepared(text, prompt: prompt)
    }

    /// What the folder puts in front of every text, and in front of those of a kind, by its name.
    package var folderPrompts: (usual: String, named: [String: String]) {
        (pooling.prompt, pooling.prompts)
    }

    /// Whether the tokens of a prompt take part in pooling, as the folder says.
    package var poolsPrompts: Bool { pooling.includesPrompt }

    /// A vector for every token sequence, in the order of the sequences.
    ///
    /// - Parameters:
    ///   - sequences: any number of sequences.
    ///   - options: nil for the vectors the folder was made for (`embeddingOptions`).
    ///   - progress: called after each batch with the number of tokens done so far.
    ///   - naming: what the error calls a sequence by its place, such as a file and line.
    /// - Throws: `InputError` if the options ask for more dimensions than the model has, and for a
    ///   sequence whose vector is not finite; without options, the `poolingProblem`.
    public func embed(
        _ sequences: [TokenSequence], options: EmbeddingOptions? = nil,
        progress: (Int) -> Void = { _ in }, naming: (Int) -> String = { "input \($0 + 1)" }
    ) throws -> [[Float]] {
        if options == nil, let poolingProblem { throw poolingProblem }
        let options = options ?? embeddingOptions
        try check(options)
        let vectors =
            switch precision {
            case .fp32: embed(sequences, options, in: Float.self, progress)
            case .bf16: embed(sequences, options, in: BFloat16.self, progress)
            }
        if let place = vectors.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
            throw notFinite("vector", at: naming(place))
        }
        return vectors
    }

    /// The error of a result that is NaN or infinite.
    func notFinite(_ what: String, at location: String) -> InputError {
        InputError(
            at: location, expected: "a \(what) of finite numbers", found: "NaN or infinity",
            remedy: "The weights in \(folder) are too large to compute with in \(precision)"
                + (precision == .bf16 ? ": try fp32." : ": use another checkpoint or model."))
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
            let batch = PackedBatch(indices.map { sequences[$0] })
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
