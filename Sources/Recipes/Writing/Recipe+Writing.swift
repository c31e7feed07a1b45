import Encoders
import Merging

extension Recipe {
    /// The recipe as YAML text with every default written out, its keys always in the same order.
    ///
    /// `Recipe.read` of this text, from any folder, gives an equal recipe: paths are absolute,
    /// presets and lists of languages are spelled out.
    public func resolvedYAML() -> String { settings.yaml() }

    /// What differs between two recipes: key paths with this recipe's and the other's value.
    public func differences(from other: Recipe) -> [(path: String, here: String?, there: String?)] {
        let (here, there) = (settings.flattened(), other.settings.flattened())
        let hereTexts = Dictionary(here, uniquingKeysWith: { first, _ in first })
        let thereTexts = Dictionary(there, uniquingKeysWith: { first, _ in first })
        let paths = here.map(\.path) + there.map(\.path).filter { hereTexts[$0] == nil }
        return paths.compactMap { path in
            let (here, there) = (hereTexts[path], thereTexts[path])
            return here == there ? nil : (path, here, there)
        }
    }

    private var settings: SettingsTree {
        SettingsTree([
            Key.name: .text(name),
            Key.seed: .text(String(seed)),
            Key.model: model.settings,
            Key.tokenizer: .text(tokenizer),
            Key.precision: .choice(precision),
            Key.finalPrecision: .choice(finalPrecision),
            Key.activationCheckpointing: .text(String(activationCheckpointing)),
            Key.optimizer: optimizer.settings,
            Key.checkpoint: checkpoint.settings,
            Key.evaluate: evaluate.settings,
            Key.log: SettingsTree([LogRecipe.Key.everySteps: .count(log.everySteps)]),
            Key.cache: cache.settings,
            Key.lanes: .count(lanes),
            Key.phases: .list(phases.map(\.settings)),
        ]).adding(Key.merge, merge?.settings)
    }
}

extension SettingsTree {
    /// A mapping with one more member, or the same where `value` is nil.
    func adding(_ key: some RawRepresentable<String>, _ value: SettingsTree?) -> SettingsTree {
        guard case .mapping(let members) = self, let value else { return self }
        return .mapping(members + [Member(key: key.rawValue, value: value)])
    }
}

extension ModelRecipe {
    var settings: SettingsTree {
        let bases = RotaryBases(
            global: configuration.globalRotaryBase, local: configuration.localRotaryBase)
        return SettingsTree([
            Key.vocabulary: .count(configuration.vocabularySize),
            Key.hidden: .count(configuration.hiddenSize),
            Key.intermediate: .count(configuration.intermediateSize),
            Key.layers: .count(configuration.layerCount),
            Key.heads: .count(configuration.headCount),
            Key.maximumPositions: .count(configuration.maximumPositions),
            Key.globalEvery: .count(configuration.globalAttentionEveryNLayers),
            Key.localAttention: .count(configuration.localAttention),
            Key.ropeTheta: bases.settings,
            Key.normEpsilon: .text(Quantity.text(configuration.normEpsilon)),
            Key.dropout: .number(configuration.attentionOutputDropout),
            Key.initializerRange: .number(configuration.initializerRange),
            Key.initializerCutoff: .number(configuration.initializerCutoffFactor),
            Key.specialTokens: .mapping(
                SpecialTokenKey.allCases.map {
                    .init(key: $0.rawValue, value: .count(configuration[keyPath: $0.field]))
                }),
        ]).adding(Key.layerTypes, configuration.layerTypes.map { .names($0.map(\.rawValue)) })
            .adding(Key.initializeFrom, initializeFrom.map { .text($0) })
            .adding(Key.initializeBy, initializeFrom.map { _ in .choice(initializeBy) })
    }
}

extension RotaryBases {
    var settings: SettingsTree {
        SettingsTree([Key.global: .number(global), Key.local: .number(local)])
    }
}

extension OptimizerRecipe {
    var settings: SettingsTree {
        SettingsTree([
            Key.name: .choice(Name.stableAdamW),
            Key.betas: .list([.number(beta1), .number(beta2)]),
            Key.epsilon: .number(epsilon), Key.weightDecay: .number(weightDecay),
        ])
    }
}

extension CheckpointRecipe {
    var settings: SettingsTree {
        SettingsTree([Key.every: .quantity(everyTokens), Key.keep: .count(keep)])
    }
}

extension CacheRecipe {
    var settings: SettingsTree {
        SettingsTree([
            Key.folder: .text(folder), Key.limit: .text(Quantity.bytesText(limitBytes)),
        ])
    }
}

extension EvaluationRecipe {
    var settings: SettingsTree {
        SettingsTree([
            Key.every: .quantity(everyTokens),
            Key.data: SettingsTree([
                DataKey.manifest: .text(manifest), DataKey.languages: languages.settings,
            ]),
            Key.maskRatio: .number(maskRatio),
            Key.tokensPerLanguage: .quantity(tokensPerLanguage),
        ])
    }
}

extension MergeRecipe {
    var settings: SettingsTree {
        let method =
            switch configuration.method {
            case .average: SettingsTree([Key.method: .choice(MethodName.average)])
            case .exponentialAverage(let decay):
                SettingsTree([Key.method: .choice(MethodName.ema), Key.decay: .number(decay)])
            case .ties(let ties):
                SettingsTree([
                    Key.method: .choice(MethodName.ties), Key.density: .number(ties.density),
                    Key.lambda: .number(ties.lambda), Key.scope: .choice(ties.scope),
                ])
            }
        return method.adding(Key.weights, .list(configuration.weights.map { .number($0) }))
            .adding(Key.embeddings, .text(String(configuration.includesEmbeddings)))
            .adding(Key.inputs, .names(inputs)).adding(Key.checkpoints, .count(checkpoints))
    }
}
