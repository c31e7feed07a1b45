import Curriculum

/// Batch size over a phase, and how it is cut into microbatches.
public struct BatchRecipe: Sendable, Equatable {
    /// Tokens of a batch over the phase.
    public var size = BatchSizeSchedule(tokens: 1)
    /// Tokens that go through the model at once.
    public var microbatchTokens = 1
}

extension BatchRecipe {
    /// A batch as it is written: what is nil follows from the rest.
    private struct Written {
        var tokens = 0
        var from: Int?
        var warmup = 0
        var increment: Int?
        var microbatch: Int?

        /// Tokens of the first batches.
        var first: Int { from ?? tokens }
    }

    /// Tokens of a microbatch where the recipe does not say, unless batch or context forbid it.
    private static let usualMicrobatch = 16_384

    /// The most tokens that may go through the model at once.
    private static let largestMicrobatch = 1 << 24
    /// The most microbatches of a step: what is random in one is drawn by its number.
    private static let mostMicrobatches = 1 << 18
    /// The most sizes that a growing batch may have.
    private static let mostSizes = 10_000

    /// Batches of a phase of `phaseTokens` tokens with sequences of up to `context`.
    static func form(within phaseTokens: Int, context: Int) -> Form<BatchRecipe> {
        let written = Form.section("a batch", new: Written()) {
            Key(
                "tokens", \.tokens, .tokens(),
                required: "Write the tokens of a batch, such as 4.7M.")
            Key("from", \.from, Form<Int>.tokens().optional)
            Key("warmup", \.warmup, .tokens(within: phaseTokens))
            Key("increment", \.increment, Form<Int>.tokens().optional)
            Key("microbatch", \.microbatch, Form<Int>.tokens(upTo: largestMicrobatch).optional)
        } check: { batch, fields in
            let usual = min(batch.first, max(context, usualMicrobatch))
            batch.microbatch = batch.microbatch ?? usual
            try requireMicrobatch(of: batch, context: context, in: fields)
            try requireFewSizes(of: batch, in: fields)
            try (fields["tokens"] ?? fields.value).require(
                batch.tokens <= max(phaseTokens, largestMicrobatch),
                expected: "at most the phase's \(Quantity.text(phaseTokens)) tokens",
                remedy: "Lower it, or raise the phase's tokens.")
        }
        return written.converted(
            to: { batch in
                BatchRecipe(
                    size: BatchSizeSchedule(
                        tokens: batch.tokens, from: batch.first, increment: batch.increment,
                        warmupTokens: batch.warmup),
                    microbatchTokens: batch.microbatch ?? batch.first)
            },
            from: { batch in
                Written(
                    tokens: batch.size.tokens, from: batch.size.from,
                    warmup: batch.size.warmupTokens, increment: batch.size.increment,
                    microbatch: batch.microbatchTokens)
            })
    }

    /// Checks that a batch does not grow in too many steps to be followed one by one.
    private static func requireFewSizes(of batch: Written, in fields: RecipeFields) throws {
        let sizes = (batch.tokens - batch.first) / (batch.increment ?? batch.first)
        try (fields.first(of: ["increment", "from"]) ?? fields.value).require(
            batch.warmup == 0 || sizes <= mostSizes,
            expected: "a batch that grows to its full size in at most \(mostSizes) increments",
            found: "\(sizes)", remedy: "Raise increment, or from.")
    }

    /// Checks that context ≤ microbatch ≤ first batch ≤ full batch.
    private static func requireMicrobatch(
        of batch: Written, context: Int, in fields: RecipeFields
    ) throws {
        let full = fields["tokens"] ?? fields.value
        let microbatch = batch.microbatch ?? batch.first
        let place = fields.first(of: ["microbatch", "from"]) ?? full
        try place.require(
            microbatch >= context, expected: "at least the context of \(context) tokens",
            remedy: "A microbatch holds whole sequences: raise it, or lower the context.")
        try place.require(
            microbatch <= batch.tokens,
            expected: "at most the batch of \(Quantity.text(batch.tokens)) tokens",
            remedy: "Lower it, or raise the batch.")
        try place.require(
            (batch.tokens - 1) / microbatch < mostMicrobatches,
            expected: "a batch of at most \(mostMicrobatches) microbatches",
            found: "\((batch.tokens - 1) / microbatch + 1)", remedy: "Raise the microbatch.")
        try (fields["from"] ?? full).require(
            (microbatch...batch.tokens).contains(batch.first),
            expected: """
                at least the microbatch of \(Quantity.text(microbatch)) tokens and at most the \
                batch of \(Quantity.text(batch.tokens))
                """,
            remedy: "The batch grows from here to its full size.")
    }
}
