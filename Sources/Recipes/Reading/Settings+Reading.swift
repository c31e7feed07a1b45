import Diagnostics

extension OptimizerRecipe {
    /// Keys of `optimizer`.
    enum Key: String, CaseIterable {
        case name, betas
        case epsilon = "eps"
        case weightDecay = "weight_decay"
    }

    /// The optimizers there are.
    enum Name: String, CaseIterable {
        case stableAdamW = "stable-adamw"
    }

    /// The published settings, and what the recipe changes.
    init(_ value: RecipeValue?) throws {
        (beta1, beta2, epsilon, weightDecay) = (0.9, 0.95, 1e-8, 8e-5)
        guard let fields = try value?.fields(Key.self, of: "an optimizer") else { return }
        let _: Name? = try fields[.name]?.choice()
        if let value = fields[.betas] {
            let betas = try value.list(of: "two ratios").map { beta in
                try beta.number(
                    expected: "a ratio from 0 to below 1",
                    remedy: "The published ones are [0.9, 0.95].",
                    where: (0..<1).contains)
            }
            guard betas.count == 2 else {
                throw value.error(
                    expected: "a list of two ratios", remedy: "The published ones are [0.9, 0.95].")
            }
            (beta1, beta2) = (betas[0], betas[1])
        }
        if let value = fields[.epsilon] {
            epsilon = try value.number(
                expected: "a number above 0", remedy: "The published one is 1e-8."
            ) { $0 > 0 }
        }
        if let value = fields[.weightDecay] {
            weightDecay = try value.weightDecay()
        }
    }
}

extension CheckpointRecipe {
    /// Keys of `checkpoint`.
    enum Key: String, CaseIterable {
        case every, keep
    }

    /// The published interval and retention, and what the recipe changes.
    init(_ value: RecipeValue?) throws {
        let fields = try value?.fields(Key.self, of: "checkpoints")
        everyTokens = try fields?[.every]?.tokens() ?? 10_000_000_000
        keep = try fields?[.keep]?.count(of: "checkpoints") ?? 10
    }
}

extension LogRecipe {
    /// Keys of `log`.
    enum Key: String, CaseIterable {
        case everySteps = "every_steps"
    }

    /// Every ten steps, or what the recipe says.
    init(_ value: RecipeValue?) throws {
        let fields = try value?.fields(Key.self, of: "logging")
        everySteps = try fields?[.everySteps]?.count(of: "steps") ?? 10
    }
}

extension EvaluationRecipe {
    /// Keys of `evaluate`.
    enum Key: String, CaseIterable {
        case every, data
        case maskRatio = "mask_ratio"
        case tokensPerLanguage = "tokens_per_language"
    }

    /// Keys of `evaluate.data`.
    enum DataKey: String, CaseIterable {
        case manifest, languages
    }

    /// Settings of the evaluation; without a manifest it is that of the last phase's first group.
    init(_ value: RecipeValue?, lastPhase: PhaseRecipe) throws {
        let fields = try value?.fields(Key.self, of: "evaluation")
        everyTokens = try fields?[.every]?.tokens() ?? 10_000_000_000
        maskRatio = try fields?[.maskRatio]?.maskRatio() ?? 0.15
        tokensPerLanguage = try fields?[.tokensPerLanguage]?.tokens() ?? 16_384
        let data = try fields?[.data]?.fields(DataKey.self, of: "held-out data")
        manifest =
            try data?[.manifest]?.path(to: "a manifest")
            ?? (lastPhase.variants.last?.data ?? lastPhase.data).groups[0].manifest
        languages = try data?[.languages].map { try LanguageSelection($0) } ?? .all
    }
}

extension RecipeValue {
    /// The share of a weight that a step at the peak rate takes away.
    func weightDecay() throws -> Double {
        try number(expected: "a number from 0 on", remedy: "The published one is 8e-5.") {
            $0 >= 0
        }
    }
}
