import Curriculum

extension Recipe {
    /// The recipe as a smaller run of the same form: everything that is counted in tokens is
    /// multiplied by `scale`, batches by its root, so that the run has fewer and smaller steps.
    ///
    /// With s = `scale`: a phase has s times its tokens and at least `leastSteps` steps. A batch has
    /// √s times its tokens, in whole microbatches, and at least the context. Warm-ups, decays, drops,
    /// switches and languages' entries keep their share of the phase. Intervals of checkpoints and evaluations, and the
    /// tokens evaluated per language, are multiplied by s, intervals at least a batch; the steps
    /// between logged ones by √s. Rates, ratios, contexts, shares, temperatures and the model stay.
    ///
    /// - Precondition: `scale` is above 0 and at most 1.
    public func scaled(by scale: Double) -> Recipe {
        precondition(scale > 0 && scale <= 1, "Recipe.scaled: by \(scale)")
        guard scale < 1 else { return self }
        var recipe = self
        recipe.phases = phases.map { $0.scaled(by: scale) }
        let largest = recipe.phases.map(\.batch.size.tokens).max() ?? 1
        recipe.checkpoint.everyTokens = max(largest, product(checkpoint.everyTokens, scale))
        recipe.evaluate.everyTokens = max(largest, product(evaluate.everyTokens, scale))
        recipe.evaluate.tokensPerLanguage = product(evaluate.tokensPerLanguage, scale)
        recipe.log.everySteps = product(log.everySteps, scale.squareRoot())
        return recipe
    }

    /// Steps of the full batch size that a scaled phase has at the least.
    public static let leastSteps = 10
}

extension PhaseRecipe {
    fileprivate func scaled(by scale: Double) -> PhaseRecipe {
        var phase = self
        phase.batch.scale(by: scale.squareRoot(), context: context)
        phase.tokens = max(Recipe.leastSteps * phase.batch.size.tokens, product(tokens, scale))
        // What a short phase gained, its schedules gain too.
        let factor = Double(phase.tokens) / Double(tokens)
        phase.batch.size = phase.batch.size.with(
            warmupTokens: product(batch.size.warmupTokens, factor, atLeast: 0))
        phase.mask.ratio = mask.ratio.scaled(by: factor)
        phase.data = data.scaled(by: factor)
        phase.learningRate = learningRate.scaled(by: factor)
        phase.variants = variants.map { variant in
            var variant = variant
            variant.mask.ratio = variant.mask.ratio.scaled(by: factor)
            variant.data = variant.data.scaled(by: factor)
            variant.learningRate = variant.learningRate.scaled(by: factor)
            return variant
        }
        return phase
    }
}

extension BatchRecipe {
    /// Multiplies the sizes, in whole microbatches that hold the context.
    fileprivate mutating func scale(by factor: Double, context: Int) {
        let microbatch = max(context, product(microbatchTokens, factor))
        func whole(_ tokens: Int) -> Int {
            max(1, Int((Double(tokens) * factor / Double(microbatch)).rounded())) * microbatch
        }
        size = BatchSizeSchedule(
            tokens: whole(size.tokens), from: min(whole(size.from), whole(size.tokens)),
            increment: whole(size.increment), warmupTokens: size.warmupTokens)
        microbatchTokens = microbatch
    }
}

extension BatchSizeSchedule {
    fileprivate func with(warmupTokens: Int) -> BatchSizeSchedule {
        BatchSizeSchedule(
            tokens: tokens, from: from, increment: increment, warmupTokens: warmupTokens)
    }
}

extension LearningRateSchedule {
    fileprivate func scaled(by factor: Double) -> LearningRateSchedule {
        LearningRateSchedule(
            peak: peak, warmupTokens: product(warmupTokens, factor, atLeast: 0), shape: shape,
            decayTokens: decayTokens.map { product($0, factor) }, finalFactor: finalFactor,
            drop: drop.map {
                Drop(atTokens: product($0.atTokens, factor, atLeast: 0), factor: $0.factor)
            })
    }
}

extension DataRecipe {
    fileprivate func scaled(by factor: Double) -> DataRecipe {
        var data = self
        data.groups = groups.map { group in
            var group = group
            if case .temperature(let ramp) = group.sampling {
                group.sampling = .temperature(ramp.scaled(by: factor))
            }
            group.entry = group.entry.map { entry in
                LanguageEntry(
                    first: entry.first,
                    fromTokens: product(entry.fromTokens, factor, atLeast: 0),
                    untilTokens: product(entry.untilTokens, factor, atLeast: 0),
                    order: entry.order)
            }
            return group
        }
        return data
    }
}

extension Ramp {
    fileprivate func scaled(by factor: Double) -> Ramp {
        switchTokens.map {
            .switching(at: product($0, factor, atLeast: 0), from: from, to: to)
        } ?? self
    }
}

/// `count` · `factor` to the nearest whole number, but no less than `least`.
private func product(_ count: Int, _ factor: Double, atLeast least: Int = 1) -> Int {
    max(least, Int((Double(count) * factor).rounded()))
}
