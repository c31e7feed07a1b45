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

    /// The recipe's shape. Where it comes with a folder whose `config.json` does not say which ids
    /// stand for the unknown and the mask, these are the tokenizer's.
    private static func configuration(
        of model: ModelRecipe, _ special: SpecialTokens
    ) throws -> ModernBERTConfiguration {
        var configuration = model.configuration
        guard let folder = model.initializeFrom else { return configuration }
        let named = try ModernBERTConfiguration.namedTokenIDs(
            inHuggingFaceFile: "\(folder)/\(ModelFolder.configurationName)")
        if !named.unknown { configuration.unknownTokenID = Int(special.unknown) }
        if !named.mask { configuration.maskTokenID = Int(special.mask) }
        return configuration
    }

    /// Every piece has a row of the token table. A model that others made may have more rows, so
    /// that their number is a round one.
    private func checkVocabulary() throws {
        if recipe.model.initializeFrom != nil,
            tokenizer.vocabularySize < configuration.vocabularySize
        {
            return
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

    /// The model before the first step: random, or as a folder has it. Where that holds an encoder
    /// without a masked-LM head, the head is random.
    func makeModel(parallel: Parallel) throws -> MaskedLanguageModel {
        guard let folder = recipe.model.initializeFrom else {
            return MaskedLanguageModel(
                configuration: configuration, seed: recipe.seed, parallel: parallel)
        }
        let origin = try ModelFolder(path: folder)
        let isCopy = recipe.model.initializeBy == .copy
        if isCopy { try requireSameShape(origin) } else { try requireSameVocabulary(origin) }
        let model =
            isCopy && origin.hasHead
            ? MaskedLanguageModel(configuration: configuration)
            : MaskedLanguageModel(
                configuration: configuration, seed: recipe.seed, parallel: parallel)
        if isCopy {
            try origin.load(into: origin.hasHead ? model.parameters : model.encoder.parameters)
        } else {
            model.takeWeights(
                of: try origin.load(requiringHead: false), by: recipe.model.initializeBy,
                includingHead: origin.hasHead)
        }
        return model
    }

    /// What is to be said of tensors that the folder of initial weights lacks; nil where it lacks
    /// none, or no folder is named.
    func newHeadWarning() throws -> String? {
        guard let folder = recipe.model.initializeFrom, try !ModelFolder(path: folder).hasHead
        else { return nil }
        let head = configuration.headParameterShapes
        let count = head.reduce(0) { $0 + $1.count }
        return """
            model.initialize_from: \(folder) holds an encoder without its masked-LM head; \
            \(counted(head.count, "tensor")) of \(shortCount(count)) numbers begin anew: \
            \(head.map(\.name).joined(separator: ", "))
            """
    }

    /// Weights pass between models of one vocabulary.
    private func requireSameVocabulary(_ origin: ModelFolder) throws {
        guard origin.configuration.vocabularySize == configuration.vocabularySize else {
            throw InputError(
                at: origin.path,
                expected: "a model with a vocabulary of \(configuration.vocabularySize)",
                found: "one of \(origin.configuration.vocabularySize)",
                remedy: "Weights pass between models of one vocabulary.")
        }
    }

    /// A model's weights are copied into one of the same shape.
    private func requireSameShape(_ origin: ModelFolder) throws {
        let (old, new) = (origin.configuration, configuration)
        let sizes = [
            ("vocabulary", old.vocabularySize, new.vocabularySize),
            ("hidden", old.hiddenSize, new.hiddenSize),
            ("intermediate", old.intermediateSize, new.intermediateSize),
            ("layers", old.layerCount, new.layerCount), ("heads", old.headCount, new.headCount),
        ]
        for (key, old, new) in sizes where old != new {
            throw InputError(
                at: "\(origin.path)/\(ModelFolder.configurationName)",
                expected: "a model of the recipe's shape, \(key) \(new)", found: "\(key) \(old)",
                remedy: "Say with model.initialize_by how weights pass to another shape: strided, "
                    + "centre, tile-from-edge or tile-from-middle.")
        }
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
        var seen: Set<String> = []
        return zip(stages, data).compactMap { stage, data in
            var tokens: [String: Int] = [:]
            for source in data.sources where !seen.contains(source.language) {
                tokens[source.language, default: 0] += source.tokens
            }
            seen.formUnion(tokens.keys)
            let new = tokens.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return new.isEmpty
                ? nil : LossTable.Group(name: stage.name, languages: new.map(\.key))
        }
    }
}
