import Curriculum
import Streaming

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
            Key.weightDecay: .number(weightDecay),
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
        let isConstant = ratio.shape == .constant
        var tree =
            isConstant
            ? SettingsTree([Key.ratio: .number(ratio.from)])
            : SettingsTree([
                Key.from: .number(ratio.from), Key.to: .number(ratio.to),
                Key.shape: .choice(ratio.shape),
            ])
        tree = tree.adding(Key.steps, ratio.shape == .steps ? .count(ratio.plateaus) : nil)
            .adding(Key.at, ratio.switchTokens.map { .quantity($0) })
        // What is kept is not stored: 1 − 0.8 − 0.1 is 0.1 but for the last bits.
        let keep = Quantity.text(rounding: 1 - replacement.mask - replacement.random)
        let random: RandomTokensName =
            randomTokens == .vocabulary ? .vocabulary : .upToLargestPresent
        return tree.adding(
            Key.replace,
            SettingsTree([
                ReplaceKey.mask: .number(replacement.mask),
                ReplaceKey.random: .number(replacement.random), ReplaceKey.keep: .text(keep),
            ])
        )
        .adding(Key.scoresSpecialTokens, .text(String(scoresSpecialTokens)))
        .adding(Key.randomTokens, .choice(random))
    }
}

extension DataRecipe {
    var settings: SettingsTree {
        let hashes = SettingsTree.text(String(verifiesHashes))
        guard let group = onlyGroup else {
            return SettingsTree([
                Key.groups: .list(groups.map(\.settings)), Key.verifyHashes: hashes,
            ])
        }
        return group.mixtureSettings.adding(
            Key.proportions,
            .mapping(
                group.proportions.map { .init(key: $0.language, value: .number($0.share)) })
        ).adding(Key.verifyHashes, hashes)
    }
}

extension DataGroup {
    var settings: SettingsTree {
        let own = SettingsTree([Key.name: .text(name ?? ""), Key.share: .number(share)])
        guard case .mapping(let head) = own, case .mapping(let rest) = mixtureSettings else {
            return own
        }
        return .mapping(head + rest)
    }

    /// The keys that `data` has too.
    fileprivate var mixtureSettings: SettingsTree {
        var selection = (key: Key.languages, value: languages.settings)
        if case .named = languages { selection.key = .sources }
        return SettingsTree([
            Key.manifest: .text(manifest),
            selection.key: selection.value,
            Key.missingLanguages: .choice(
                skipsMissingLanguages
                    ? DataRecipe.MissingLanguages.skip : DataRecipe.MissingLanguages.error),
            Key.sampling: .choice(
                sampling == .uniMax ? SamplingName.uniMax : SamplingName.temperature),
        ]).adding(Key.temperature, temperatureSettings)
            .adding(Key.maxEpochs, maxEpochs.map { .number($0) } ?? .text("unlimited"))
            .adding(Key.entry, entry?.settings ?? .text("none"))
    }

    private var temperatureSettings: SettingsTree? {
        guard case .temperature(let ramp) = sampling else { return nil }
        if ramp.shape == .constant { return .number(ramp.from) }
        return SettingsTree([
            TemperatureKey.from: .number(ramp.from), TemperatureKey.to: .number(ramp.to),
            TemperatureKey.shape: .choice(ramp.shape),
        ]).adding(TemperatureKey.steps, ramp.shape == .steps ? .count(ramp.plateaus) : nil)
            .adding(TemperatureKey.at, ramp.switchTokens.map { .quantity($0) })
    }
}

extension LanguageEntry {
    var settings: SettingsTree {
        SettingsTree([
            Key.first: .count(first), Key.from: .quantity(fromTokens),
            Key.until: .quantity(untilTokens), Key.order: .choice(order),
        ])
    }
}

extension LanguageSelection {
    var settings: SettingsTree {
        switch self {
        case .all: .text("all")
        case .largest(let count): SettingsTree([Key.largest: .count(count)])
        case .listed(let codes), .named(let codes): .names(codes)
        }
    }
}

extension LearningRateSchedule {
    var settings: SettingsTree {
        let start = SettingsTree([
            Key.peak: .number(peak), Key.warmup: .quantity(warmupTokens), Key.shape: .choice(shape),
        ])
        let fall =
            shape == .constant
            ? start
            : start.adding(Key.decay, decayTokens.map { .quantity($0) } ?? .text("rest"))
                .adding(Key.finalFactor, .number(finalFactor))
        return fall.adding(Key.drop, drop?.settings)
    }
}

extension LearningRateSchedule.Drop {
    var settings: SettingsTree {
        SettingsTree([Key.at: .quantity(atTokens), Key.factor: .number(factor)])
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
