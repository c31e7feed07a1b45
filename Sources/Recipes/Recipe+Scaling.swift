import Curriculum

extension Recipe {
    /// The recipe as a smaller run of the same form: everything that is counted in tokens is
    /// multiplied by `scale`, batches by its root, so that the run has fewer and smaller steps.
    ///
    /// With s = `scale`: a phase has s times its tokens and at least `leastSteps` steps. A batch
    /// has √s times its tokens, in whole microbatches, and at least the context. Warm-ups, decays,
    /// drops, switches and languages' entries keep their share of the phase. Intervals of
    /// checkpoints and evaluations, and the tokens evaluated per language, are multiplied by s,
    /// intervals at least a batch; the steps between logged ones by √s. Rates, ratios, contexts,
    /// shares, temperatures and the model stay.
    ///
    /// - Precondition: `scale` is above 0 and at most 1.
    public func scaled(by scale: Double) -> Recipe {
        precondition(scale > 0 && scale <= 1, "Recipe.scaled: by \(scale)")
        guard scale < 1 else { return self }
        var recipe = self
        recipe.phases = phases.map { $0.scaled(by: scale) }
        let largest = recipe.phases.map(\.batch.size.tokens).max() ?? 1
        return Self.form.scale(recipe, RunScale(tokens: scale, leastInterval: largest))
    }

    /// Steps of the full batch size that a scaled phase has at the least.
    public static let leastSteps = 10
}

extension PhaseRecipe {
    fileprivate func scaled(by scale: Double) -> PhaseRecipe {
        var phase = self
        phase.batch.scaleSizes(by: scale.squareRoot(), context: context)
        phase.tokens = max(Recipe.leastSteps * phase.batch.size.tokens, product(tokens, scale))
        // What a short phase gained, its schedules gain too.
        let factor = Double(phase.tokens) / Double(tokens)
        return Self.form(new: phase).scale(phase, RunScale(phase: factor))
    }
}

extension BatchRecipe {
    /// Multiplies the sizes, in whole microbatches that hold the context.
    fileprivate mutating func scaleSizes(by factor: Double, context: Int) {
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
