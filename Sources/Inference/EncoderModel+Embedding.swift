import Autograd
import Diagnostics
import PackedBatches
import TensorCore

extension EncoderModel {
    /// A vector for every text, in the order of the texts: `[texts][dimensions]`. Texts get the
    /// folder's prompt and are cut to its length, as sentence-transformers does;
    /// `embeddingTokens(of:)` tells which are.
    ///
    /// - Parameters:
    ///   - texts: any number of texts.
    ///   - options: nil for the vectors the folder was made for (`embeddingOptions`).
    /// - Throws: `InputError` if the folder has no tokenizer, or the options ask for more
    ///   dimensions than the model has; without options, the `poolingProblem`.
    public func embed(
        _ texts: [String], options: EmbeddingOptions? = nil
    ) throws -> [[Float]] {
        try embed(embeddingTokens(of: texts), options: options)
    }

    /// The token sequences of texts for vectors: with the prompt that the folder's files for
    /// sentence-transformers put in front of every text, or with `otherPrompt`, and in small letters
    /// where they say so. A prompt takes no part in pooling where they say that (`include_prompt`).
    ///
    /// - Throws: `InputError` if the folder has no tokenizer.
    public func embeddingTokens(of texts: [String]) throws -> [TokenSequence] {
        try embeddingTokens(
            of: texts, prompt: otherPrompt ?? pooling.prompt, atMost: maximumLength)
    }

    /// The same with any prompt, of each text at most so many tokens, special ones included.
    package func embeddingTokens(
        of texts: [String], prompt: String, atMost length: Int
    ) throws -> [TokenSequence] {
        func tokens(_ texts: [String]) throws -> [TokenSequence] {
            try self.tokens(
                of: texts.map { pooling.prepared($0, prompt: prompt, tokenizer: tokenizer) },
                atMost: length)
        }
        var sequences = try tokens(texts)
        guard !pooling.includesPrompt, !prompt.isEmpty else { return sequences }
        // With the token in front, and without the one behind.
        let promptLength = try tokens([""])[0].ids.count - 1
        for place in sequences.indices { sequences[place].promptLength = promptLength }
        return sequences
    }

    /// What the folder puts in front of every text, and in front of those of a kind, by its name.
    package var folderPrompts: (usual: String, named: [String: String]) {
        (pooling.prompt, pooling.prompts)
    }

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

    /// How many numbers the vectors of these options have before `dimensions` cuts them.
    public func width(of options: EmbeddingOptions) -> Int {
        let pooled = configuration.hiddenSize * options.poolings.count
        return options.usesLayers ? pooling.width(of: configuration.hiddenSize) : pooled
    }

    /// Throws an `InputError` at `location` if the options ask for more dimensions than the model
    /// has, or none, or for layers with other poolings than they were made for.
    public func check(
        _ options: EmbeddingOptions, at location: String = "dimensions"
    ) throws {
        let width = width(of: options)
        if let dimensions = options.dimensions, !(1...width ~= dimensions) {
            throw InputError(
                at: location, expected: "a number from 1 to \(width)", found: "\(dimensions)",
                remedy: "The model in \(folder) has vectors of \(width).")
        }
        let hasShape = pooling.layers.contains { $0 != .normalize }
        guard !options.usesLayers || !hasShape || options.poolings.count == pooling.modes.count
        else {
            throw InputError(
                at: "pooling",
                expected: "as many ways as the folder's, \(pooling.modes.count), for its layers",
                found: "\(options.poolings.count)",
                remedy: "Leave the pooling as the folder in \(folder) says.")
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
            let made = self.vectors(
                of: PackedBatch(indices.map { sequences[$0] }),
                skipping: indices.map { sequences[$0].promptLength }, options, in: element)
            for (row, index) in indices.enumerated() { vectors[index] = made[row] }
            done += indices.reduce(0) { $0 + sequences[$1].ids.count }
            progress(done)
        }
        return vectors
    }
}
