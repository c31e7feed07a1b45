import Checkpoints
import Diagnostics
import Encoders
import Formats
import Foundation
import Host
import ModelFolders
import Optimizers
import Recipes
import RemoteFiles
import Reporting
import Runs
import Streaming
import TensorCore
import Tokenization

/// A recipe with everything it names opened and checked, before anything is computed.
struct RunSetup {
    let recipe: Recipe
    let stages: [Stage]
    let tokenizer: Tokenizer
    /// What each stage reads: `[stages]`.
    let data: [StageData]
    /// Where the held-out text is that the recipe evaluates.
    let heldOut: [StreamSource]
    let configuration: ModernBERTConfiguration
    /// Where the tokenizer's pieces have their like in the folder of initial weights; nil where
    /// they are the same, or there is no folder.
    let vocabularyMap: VocabularyMap?
    /// The precision of this run on this machine.
    let precision: Precision
    /// The tokenizer's files as every checkpoint holds them.
    let tokenizerFiles: HuggingFaceTokenizer
    /// Keeps what comes from web servers; nil where nothing does.
    let cache: ShardCache?

    /// Opens what `recipe` names, for a run on `processor`; `notify` is told, on any thread, how
    /// fetching goes.
    init(
        _ recipe: Recipe, on processor: Processor, notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        self.recipe = recipe
        precision = recipe.precision(on: processor)
        stages = recipe.stages()
        tokenizer = try Tokenizer(path: recipe.tokenizer)
        data = try stages.map(StageData.init)
        heldOut = try Self.heldOutSources(recipe)
        let isRemote = (data.flatMap(\.sources) + heldOut).contains(where: \.isRemote)
        cache = isRemote ? try ShardCache(recipe.cache.configuration, notify: notify) : nil
        configuration = try Self.configuration(of: recipe.model, tokenizer.special)
        vocabularyMap = try Self.vocabularyMap(
            of: recipe, to: tokenizer, rows: configuration.vocabularySize)
        tokenizerFiles = try HuggingFaceTokenizer(
            tokenizer, maximumLength: configuration.maximumPositions)
        try checkVocabulary()
        try checkSpecialTokens()
        for data in data { try data.check(tokenizer: tokenizer) }
        _ = try catalogue()
    }

    /// Everything that some stage reads, and its shards as their indexes list them.
    func catalogue() throws -> (catalogue: ShardCatalogue, sources: [StreamSource]) {
        let sources = sources
        return (try ShardCatalogue(sources, cache: cache, lanes: recipe.lanes), sources)
    }

    /// Everything that some stage reads, once.
    private var sources: [StreamSource] {
        var seen: Set<ShardPlace> = []
        return data.flatMap(\.sources).filter { seen.insert($0.place).inserted }
    }

    /// Every piece has a row of the token table. A model that others made may have more rows, so
    /// that their number is a round one.
    private func checkVocabulary() throws {
        if recipe.model.initializeFrom != nil,
            tokenizer.vocabularySize < configuration.vocabularySize
        {
            return
        }
        guard !recipe.model.hasNewVocabulary else {
            let pieces = tokenizer.vocabularySize
            guard pieces > configuration.vocabularySize else { return }
            throw InputError(
                at: recipe.tokenizer,
                expected: "at most \(configuration.vocabularySize) pieces, the model's rows",
                found: "\(pieces)", remedy: "Write model.vocabulary: \(pieces).")
        }
        try ModelFolder.check(tokenizer, from: recipe.tokenizer, fits: configuration)
    }

    /// The ids in `config.json` are the tokenizer's.
    private func checkSpecialTokens() throws {
        let special = tokenizer.special
        let ids = [
            ("pad", configuration.padTokenID, special.padding),
            ("eos", configuration.eosTokenID, special.end),
            ("bos", configuration.bosTokenID, special.begin),
            ("unknown", configuration.unknownTokenID, special.unknown),
            ("mask", configuration.maskTokenID, special.mask),
        ].filter { $0.1 != Int($0.2) }
        guard !ids.isEmpty else { return }
        let found = ids.map { "\($0.0): \($0.2)" }.joined(separator: ", ")
        throw InputError(
            at: recipe.tokenizer,
            expected: "the model's special tokens, "
                + ids.map { "\($0.0): \($0.1)" }.joined(separator: ", "),
            found: found,
            remedy:
                "Write special_tokens: {\(found)} under model, or name the model's own tokenizer."
        )
    }

    /// The optimizer's numbers; each stage sets its own peak learning rate.
    var optimizerConfiguration: StableAdamW.Configuration {
        recipe.optimizer.configuration(
            peakLearningRate: recipe.phases[0].learningRate.peak)
    }

    /// Tokens from here to the end of the last stage.
    func tokensLeft(stage: Int, done: Int) -> Int {
        stages[(stage + 1)...].reduce(0) { $0 + $1.phase.tokens }
            + max(0, stages[stage].phase.tokens - done)
    }

    /// Languages by the first stage that reads them, those with the most tokens first.
    func languageGroups() -> [LossTable.Group] {
        LossTable.Group.groups(
            zip(stages, data).map { stage, data in
                (
                    stage.name,
                    Dictionary(
                        data.sources.map { ($0.language, $0.tokens) }, uniquingKeysWith: +)
                )
            })
    }
}
