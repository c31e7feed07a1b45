import Curriculum
import Diagnostics
import Streaming

extension MaskRecipe {
    /// Keys of `mask`.
    enum Key: String, CaseIterable {
        case ratio, from, to, shape, steps, at, replace
        case scoresSpecialTokens = "score_special_tokens"
        case randomTokens = "random_tokens"
    }

    /// Keys of `mask.replace`.
    enum ReplaceKey: String, CaseIterable {
        case mask, random, keep
    }

    /// Names of the ranges of random tokens.
    enum RandomTokensName: String, CaseIterable {
        case vocabulary
        case upToLargestPresent = "up-to-largest-present"
    }

    /// A ratio over `tokens` tokens and replacement shares; what a variant leaves out is as in
    /// `inherited`.
    init(_ value: RecipeValue, tokens: Int, inheriting inherited: MaskRecipe?) throws {
        let fields = try value.fields(Key.self, of: "masking")
        ratio = try Self.ratio(fields, tokens: tokens, inheriting: inherited?.ratio)
        replacement =
            try fields[.replace].map(Self.replacement) ?? inherited?.replacement
            ?? TokenMasker.Replacement()
        scoresSpecialTokens =
            try fields[.scoresSpecialTokens]?.boolean() ?? inherited?.scoresSpecialTokens ?? false
        let name: RandomTokensName? = try fields[.randomTokens]?.choice()
        randomTokens =
            switch name {
            case .vocabulary: .vocabulary
            case .upToLargestPresent: .upToLargestPresent
            case nil: inherited?.randomTokens ?? .vocabulary
            }
    }

    private static func replacement(_ value: RecipeValue) throws -> TokenMasker.Replacement {
        let fields = try value.fields(ReplaceKey.self, of: "replacement shares")
        let shares = try ReplaceKey.allCases.map { key in
            try fields.required(key, remedy: "Give mask, random and keep.")
                .share(of: "the chosen tokens", such: "0.8")
        }
        let sum = shares.reduce(0, +)
        guard abs(sum - 1) < 1e-9 else {
            throw value.error(
                expected: "shares that add up to 1",
                found: "shares that add up to \(Quantity.text(rounding: sum))",
                remedy: "The usual ones are {mask: 0.8, random: 0.1, keep: 0.1}.")
        }
        return TokenMasker.Replacement(mask: shares[0], random: shares[1])
    }

    private static func ratio(
        _ fields: RecipeFields<Key>, tokens: Int, inheriting: Ramp?
    ) throws -> Ramp {
        let curve = RampFields(
            value: fields.value, from: fields[.from], to: fields[.to], shape: fields[.shape],
            steps: fields[.steps], at: fields[.at])
        if let ratio = fields[.ratio] {
            if let extra = curve.written.first {
                throw extra.error(
                    expected: "either ratio, or from and to", found: "both",
                    remedy: "Keep ratio for a fixed share, from and to for a changing one.")
            }
            return .constant(try ratio.maskRatio())
        }
        if let inheriting, curve.written.isEmpty { return inheriting }
        if curve.from == nil, curve.to == nil {
            _ = try fields.required(
                .ratio, remedy: "Write {ratio: 0.3}, or {from: 0.3, to: 0.05, shape: linear}.")
        }
        return try curve.ramp(tokens: tokens) { try $0.maskRatio() }
    }
}

extension RecipeValue {
    /// A share of tokens to mask.
    func maskRatio() throws -> Double {
        try number(
            expected: "a ratio above 0 and at most 1",
            remedy: "Write the share of masked tokens, such as 0.3."
        ) { $0 > 0 && $0 <= 1 }
    }
}

extension LearningRateSchedule {
    /// Keys of `learning_rate`.
    enum Key: String, CaseIterable {
        case peak, warmup, shape, decay
        case finalFactor = "final_factor"
        case drop
    }

    /// A schedule over `tokens` tokens; what a variant leaves out is as in `inherited`.
    init(
        _ value: RecipeValue, tokens: Int, inheriting inherited: LearningRateSchedule?
    ) throws {
        let fields = try value.fields(Key.self, of: "a learning rate")
        var peak = inherited?.peak ?? 0
        if fields[.peak] != nil || inherited == nil {
            peak = try fields.required(.peak, remedy: "Write the highest rate, such as 8e-4.")
                .number(
                    expected: "a learning rate above 0", remedy: "Write it like 8e-4."
                ) { $0 > 0 }
        }
        let warmup = try fields[.warmup]?.tokens(within: tokens) ?? inherited?.warmupTokens ?? 0
        let shape: Shape = try fields[.shape]?.choice() ?? inherited?.shape ?? .constant
        if shape == .constant, let extra = fields[.decay] ?? fields[.finalFactor] {
            throw extra.error(
                expected: "no decay with shape constant",
                remedy: "Remove it, or write a shape that falls, such as one-minus-sqrt.")
        }
        self.init(
            peak: peak, warmupTokens: warmup, shape: shape,
            decayTokens: try fields[.decay].map {
                try $0.text == "rest" ? nil : $0.tokens(within: tokens - warmup)
            } ?? inherited?.decayTokens,
            finalFactor: try fields[.finalFactor].map {
                try Self.finalFactor($0, shape: shape)
            } ?? inherited.flatMap { $0.shape == .constant ? nil : $0.finalFactor } ?? 0.02,
            drop: try fields[.drop].map { try Drop($0, tokens: tokens) } ?? inherited?.drop)
    }

    private static func finalFactor(_ value: RecipeValue, shape: Shape) throws -> Double {
        let excludesZero = shape == .inverseSquareRoot
        return try value.number(
            expected: "a ratio \(excludesZero ? "above 0" : "from 0") to 1",
            remedy: "Write the last rate as a share of the peak, such as 0.02."
        ) { (0...1).contains($0) && !(excludesZero && $0 == 0) }
    }
}

extension LearningRateSchedule.Drop {
    /// Keys of `learning_rate.drop`.
    enum Key: String, CaseIterable {
        case at, factor
    }

    /// A drop within `tokens` tokens.
    init(_ value: RecipeValue, tokens: Int) throws {
        let fields = try value.fields(Key.self, of: "a drop")
        let remedy = "Write {at: 1.2T, factor: 0.5}."
        let at = try fields.required(.at, remedy: remedy).tokens(within: tokens)
        let factor = try fields.required(.factor, remedy: remedy).number(
            expected: "a ratio above 0 and at most 1",
            remedy: "Write what the rate is multiplied by, such as 0.5."
        ) { $0 > 0 && $0 <= 1 }
        self.init(atTokens: at, factor: factor)
    }
}

extension BatchRecipe {
    /// Keys of `batch`.
    enum Key: String, CaseIterable {
        case tokens, from, warmup, increment, microbatch
    }

    /// Batches of a phase of `phaseTokens` tokens with sequences of up to `context`.
    init(_ value: RecipeValue, phaseTokens: Int, context: Int) throws {
        let fields = try value.fields(Key.self, of: "a batch")
        let full = try fields.required(
            .tokens, remedy: "Write the tokens of a batch, such as 4.7M.")
        let tokens = try full.tokens()
        let from = try fields[.from]?.tokens() ?? tokens
        microbatchTokens =
            try fields[.microbatch]?.tokens() ?? min(from, max(context, Self.usualMicrobatch))
        let microbatch = fields[.microbatch] ?? fields[.from] ?? full
        guard microbatchTokens >= context else {
            throw microbatch.error(
                expected: "at least the context of \(context) tokens",
                remedy: "A microbatch holds whole sequences: raise it, or lower the context.")
        }
        guard microbatchTokens <= tokens else {
            throw microbatch.error(
                expected: "at most the batch of \(Quantity.text(tokens)) tokens",
                remedy: "Lower it, or raise the batch.")
        }
        guard (microbatchTokens...tokens).contains(from) else {
            throw (fields[.from] ?? full).error(
                expected: """
                    at least the microbatch of \(Quantity.text(microbatchTokens)) tokens and at \
                    most the batch of \(Quantity.text(tokens))
                    """,
                remedy: "The batch grows from here to its full size.")
        }
        size = BatchSizeSchedule(
            tokens: tokens, from: from, increment: try fields[.increment]?.tokens(),
            warmupTokens: try fields[.warmup]?.tokens(within: phaseTokens) ?? 0)
    }

    /// Tokens of a microbatch where the recipe does not say, unless batch or context forbid it.
    private static let usualMicrobatch = 16_384
}

extension RecipeValue {
    /// A number of tokens that is part of `whole`.
    func tokens(within whole: Int) throws -> Int {
        let count = try tokens(atLeast: 0)
        guard count <= whole else {
            throw error(
                expected: "at most the \(Quantity.text(whole)) tokens there are for it",
                remedy: "Lower it, or raise the phase's tokens.")
        }
        return count
    }
}
