import Formats
import Recipes
import Reporting
import Streaming

extension RunSetup {
    /// Held-out text of the languages that the recipe evaluates, cut to the shortest context so
    /// that every stage is measured on the same.
    func heldOutSet() throws -> HeldOutSet {
        let context = stages.map(\.phase.context).min() ?? 0
        let microbatch = stages.map(\.phase.batch.microbatchTokens).min() ?? context
        return try HeldOutSet(
            sources: heldOut, tokensPerLanguage: recipe.evaluate.tokensPerLanguage,
            context: context, microbatchTokens: microbatch,
            masking: tokenizer.masking(recipe.phases[0].mask),
            maskRatio: recipe.evaluate.maskRatio, seed: recipe.seed, cache: cache)
    }

    static func heldOutSources(_ recipe: Recipe) throws -> [StreamSource] {
        let manifest = try DataManifest(contentsOf: recipe.evaluate.manifest)
        return try recipe.evaluate.languages.sources(in: manifest).compactMap { source in
            guard let heldOut = source.heldOut, let place = try manifest.heldOutPlace(of: source)
            else { return nil }
            return StreamSource(
                language: source.language, name: source.name, place: place,
                samples: heldOut.samples, tokens: heldOut.tokens)
        }
    }

    /// What is to be said where nothing is held out; nil where something is.
    var heldOutWarning: String? {
        guard heldOut.isEmpty else { return nil }
        return """
            no held-out text in \(recipe.evaluate.manifest): nothing is evaluated; mmbert data \
            build --held-out makes some
            """
    }

    /// What evaluating reads, in words; nil where nothing is held out.
    var evaluationSummary: String? {
        guard !heldOut.isEmpty else { return nil }
        let most = recipe.evaluate.tokensPerLanguage
        let tokens = heldOut.reduce(0) { $0 + min($1.tokens, most) }
        let times = tokensLeft(stage: 0, done: 0) / recipe.evaluate.everyTokens + stages.count + 1
        let few = heldOut.filter { $0.samples < Self.fewSamples }
        let doubt =
            few.isEmpty
            ? ""
            : """
            ; \(counted(few.count, "language")) \(agreeing(few.count, "has", "have")) fewer than \
            \(Self.fewSamples) held-out samples, such as \(few[0].language) with \
            \(few[0].samples): their losses say little
            """
        return """
            evaluation: \(counted(heldOut.count, "language")), \(shortCount(tokens)) tokens each \
            time, about \(counted(times, "time"))\(doubt)
            """
    }

    private static var fewSamples: Int { 10 }
}
