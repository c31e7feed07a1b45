import Curriculum
import Diagnostics

/// What `data` and its groups have in common, as written.
struct GroupFields {
    var manifest, languages, sources, missingLanguages: RecipeValue?
    var sampling, temperature, maxEpochs, entry: RecipeValue?
}

extension DataGroup {
    /// Keys of a group.
    enum Key: String, CaseIterable {
        case name, share, manifest, languages, sources
        case missingLanguages = "missing_languages"
        case sampling, temperature
        case maxEpochs = "max_epochs"
        case entry
    }

    /// Everything in a manifest that is not named yet.
    init() {
        name = nil
        share = 1
        manifest = ""
        languages = .all
        skipsMissingLanguages = false
        sampling = .temperature(.constant(1))
        maxEpochs = nil
        entry = nil
        proportions = []
    }

    /// A named group; what it leaves out is as in `base`.
    fileprivate init(_ value: RecipeValue, tokens: Int, basedOn base: DataGroup) throws {
        let fields = try value.fields(Key.self, of: "a group")
        self = base
        name = try fields.required(
            .name, remedy: "Messages, the plan and --set call the group by it."
        ).name()
        share = try fields.required(
            .share, remedy: "Write the group's part of the phase's tokens, such as 0.602."
        ).number(
            expected: "a number above 0",
            remedy: "Shares are divided by their sum: ratios, percents or counts of tokens do."
        ) { $0 > 0 }
        try read(
            GroupFields(
                manifest: fields[.manifest], languages: fields[.languages],
                sources: fields[.sources], missingLanguages: fields[.missingLanguages],
                sampling: fields[.sampling], temperature: fields[.temperature],
                maxEpochs: fields[.maxEpochs], entry: fields[.entry]), tokens: tokens)
        if manifest.isEmpty {
            _ = try fields.required(
                .manifest, remedy: "Name it here, or in data for all groups.")
        }
    }

    /// Takes what is written, for a phase of `tokens` tokens; the rest stays.
    mutating func read(_ fields: GroupFields, tokens: Int) throws {
        if let value = fields.manifest { manifest = try value.path(to: "a manifest") }
        if let value = fields.languages {
            if let sources = fields.sources {
                throw sources.error(
                    expected: "either languages or sources", found: "both",
                    remedy: "Remove one of them.")
            }
            languages = try LanguageSelection(value)
        } else if let value = fields.sources {
            languages = try LanguageSelection(names: value)
        }
        if let value = fields.missingLanguages {
            let missing: DataRecipe.MissingLanguages = try value.choice()
            skipsMissingLanguages = missing == .skip
        }
        try readSampling(fields, tokens: tokens)
        if let value = fields.maxEpochs { maxEpochs = try Self.epochs(value) }
        if let value = fields.entry {
            entry = value.text == "none" ? nil : try LanguageEntry(value, tokens: tokens)
        }
    }

    private mutating func readSampling(_ fields: GroupFields, tokens: Int) throws {
        let name: SamplingName? = try fields.sampling?.choice()
        if name == .uniMax {
            if let value = fields.temperature {
                throw value.error(
                    expected: "no temperature with sampling unimax",
                    remedy: "Remove it: languages get equal shares up to max_epochs.")
            }
            sampling = .uniMax
        } else if name == .temperature, sampling == .uniMax {
            sampling = .temperature(.constant(1))
        }
        if let value = fields.temperature {
            sampling = .temperature(try Ramp(temperature: value, tokens: tokens))
        }
    }

    private static func epochs(_ value: RecipeValue) throws -> Double? {
        if value.text == "unlimited" { return nil }
        return try value.number(
            expected: "a number above 0, or unlimited",
            remedy: "Write how often a language may be read through, such as 5."
        ) { $0 > 0 }
    }
}

extension DataRecipe {
    /// The groups of `list`; what they leave out is as in `base`.
    static func groups(
        _ list: RecipeValue, tokens: Int, basedOn base: DataGroup, beside proportions: RecipeValue?
    ) throws -> [DataGroup] {
        if let proportions {
            throw proportions.error(
                expected: "no proportions beside groups", found: "both",
                remedy: "Give the language a group of its own, with a share.")
        }
        var base = base
        base.proportions = []
        var names: Set<String> = []
        let groups = try list.list(of: "groups").map { element in
            let group = try DataGroup(element, tokens: tokens, basedOn: base)
            if let name = group.name, !names.insert(name).inserted {
                throw element.error(
                    expected: "a different name for every group", found: "\(name) again",
                    remedy: "Rename one of them.")
            }
            return group
        }
        guard !groups.isEmpty else {
            throw list.error(
                expected: "at least one group", found: "none",
                remedy: "Remove the key, or write {name: …, share: …}.")
        }
        return groups
    }

    /// A group of the phase as a variant that writes no groups changes it.
    static func group(
        _ group: DataGroup, tokens: Int, changedBy fields: RecipeFields<Key>
    ) throws -> DataGroup {
        for key in [Key.manifest, .languages, .sources, .proportions] {
            guard let value = fields[key] else { continue }
            throw value.error(
                expected: "no \(key.rawValue), as the phase has groups", found: value.description,
                remedy: "Write the variant's own groups.")
        }
        var group = group
        try group.read(
            GroupFields(
                missingLanguages: fields[.missingLanguages], sampling: fields[.sampling],
                temperature: fields[.temperature], maxEpochs: fields[.maxEpochs],
                entry: fields[.entry]), tokens: tokens)
        return group
    }
}
