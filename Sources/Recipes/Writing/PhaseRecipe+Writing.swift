import Curriculum

extension PhaseRecipe {
    var settings: SettingsTree {
        let branches = variants.isEmpty ? nil : SettingsTree.list(variants.map(\.settings))
        return SettingsTree([
            Key.name: .text(name),
            Key.tokens: .quantity(tokens),
            Key.context: .count(context),
            Key.ropeTheta: rotaryBases.settings,
            Key.mask: mask.settings,
            Key.data: data.settings,
            Key.learningRate: learningRate.settings,
            Key.batch: batch.settings,
        ]).adding(Key.variants, branches)
    }
}

extension VariantRecipe {
    var settings: SettingsTree {
        SettingsTree([
            Key.name: .text(name), Key.data: data.settings, Key.mask: mask.settings,
            Key.learningRate: learningRate.settings,
        ])
    }
}

extension MaskRecipe {
    var settings: SettingsTree {
        let replace = SettingsTree([
            ReplaceKey.mask: .number(maskShare), ReplaceKey.random: .number(randomShare),
            ReplaceKey.keep: .number(keepShare),
        ])
        if ratio.shape == .constant {
            return SettingsTree([Key.ratio: .number(ratio.from), Key.replace: replace])
        }
        return SettingsTree([
            Key.from: .number(ratio.from), Key.to: .number(ratio.to),
            Key.shape: .choice(ratio.shape),
            Key.replace: replace,
        ]).adding(Key.steps, ratio.shape == .steps ? .count(ratio.plateaus) : nil)
    }
}

extension DataRecipe {
    var settings: SettingsTree {
        SettingsTree([
            Key.manifest: .text(manifest),
            Key.languages: languages.settings,
            Key.missingLanguages: .choice(
                skipsMissingLanguages ? MissingLanguages.skip : MissingLanguages.error),
            Key.temperature: .number(temperature),
            Key.maxEpochs: maxEpochs.map { .number($0) } ?? .text("unlimited"),
            Key.proportions: .mapping(
                proportions.map { .init(key: $0.language, value: .number($0.share)) }),
        ])
    }
}

extension LanguageSelection {
    var settings: SettingsTree {
        switch self {
        case .all: .text("all")
        case .largest(let count): SettingsTree([Key.largest: .count(count)])
        case .listed(let codes): .names(codes)
        }
    }
}

extension LearningRateSchedule {
    var settings: SettingsTree {
        let start = SettingsTree([
            Key.peak: .number(peak), Key.warmup: .quantity(warmupTokens), Key.shape: .choice(shape),
        ])
        guard shape != .constant else { return start }
        return start.adding(Key.decay, decayTokens.map { .quantity($0) } ?? .text("rest"))
            .adding(Key.finalFactor, .number(finalFactor))
    }
}

extension BatchRecipe {
    var settings: SettingsTree {
        SettingsTree([
            Key.tokens: .quantity(size.tokens), Key.from: .quantity(size.from),
            Key.warmup: .quantity(size.warmupTokens), Key.increment: .quantity(size.increment),
            Key.microbatch: .quantity(microbatchTokens),
        ])
    }
}
