import Diagnostics

/// What `data` and its groups have in common, as written.
struct GroupFields {
    var manifest, languages, sources, missingLanguages, temperature, maxEpochs: RecipeValue?
}

extension DataGroup {
    /// Keys of a group.
    enum Key: String, CaseIterable {
        case name, share, manifest, languages, sources
        case missingLanguages = "missing_languages"
        case temperature
        case maxEpochs = "max_epochs"
    }

    /// Everything in a manifest that is not named yet.
    init() {
        name = nil
        share = 1
        manifest = ""
        languages = .all
        skipsMissingLanguages = false
        temperature = 1
        maxEpochs = nil
        proportions = []
    }

    /// A named group; what it leaves out is as in `base`.
    fileprivate init(_ value: RecipeValue, basedOn base: DataGroup) throws {
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
                temperature: fields[.temperature], maxEpochs: fields[.maxEpochs]))
        if manifest.isEmpty {
            _ = try fields.required(
                .manifest, remedy: "Name it here, or in data for all groups.")
        }
    }

    /// Takes what is written; the rest stays.
    mutating func read(_ fields: GroupFields) throws {
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
        if let value = fields.temperature {
            temperature = try value.number(
                expected: "a number from 0 to 1",
                remedy: "1 leaves the languages as they are, 0 makes them equal."
            ) { (0...1).contains($0) }
        }
        if let value = fields.maxEpochs { maxEpochs = try Self.epochs(value) }
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
        _ list: RecipeValue, basedOn base: DataGroup, beside proportions: RecipeValue?
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
            let group = try DataGroup(element, basedOn: base)
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
        _ group: DataGroup, changedBy fields: RecipeFields<Key>
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
                missingLanguages: fields[.missingLanguages], temperature: fields[.temperature],
                maxEpochs: fields[.maxEpochs]))
        return group
    }
}
