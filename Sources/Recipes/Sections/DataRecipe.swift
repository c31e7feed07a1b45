import Curriculum
import Formats

/// What a phase reads.
public struct DataRecipe: Sendable, Equatable {
    /// The parts of the mixture, at least one. Without `groups` in the recipe it is one without a
    /// name that gets all tokens.
    public var groups: [DataGroup] = []
    /// Whether a shard is compared with the hashes in its index when it is first read.
    public var verifiesHashes = true

    /// The one group of a recipe without `groups`.
    public var onlyGroup: DataGroup? {
        groups.count == 1 && groups[0].name == nil ? groups[0] : nil
    }
}

extension DataRecipe {
    /// What a phase of `tokens` tokens reads.
    static func form(within tokens: Int) -> Form<DataRecipe> {
        .section("data", new: DataRecipe()) {
            mixture(within: tokens)
            Key("verify_hashes", \.verifiesHashes, .boolean)
        } check: { data, fields in
            try (fields.first(of: ["max_epochs", "sampling"]) ?? fields.value).require(
                data.groups.allSatisfy { $0.sampling != .uniMax || $0.maxEpochs != nil },
                expected: "max_epochs beside sampling unimax", found: "no limit",
                remedy: "Say how often a language may be read through, such as max_epochs: 4.")
        }
    }

    /// The keys of the only group, or `groups`.
    private static func mixture(within tokens: Int) -> Key<DataRecipe> {
        let shared = DataGroup.sharedKeys(within: tokens)
        let proportions = Key("proportions", \DataGroup.proportions, .proportions)
        return Key(
            names: shared.flatMap(\.names) + ["proportions", "groups"],
            read: { data, fields, _ in
                data.groups = try groups(fields, shared, proportions, changing: data)
            },
            write: { data in
                if let group = data.onlyGroup {
                    return (shared + [proportions]).flatMap { $0.write(group) }
                }
                let groups = data.groups.compactMap(DataGroup.form(new: .init(), shared).write)
                return .member("groups", .list(groups))
            },
            scale: { data, scale in
                for index in data.groups.indices {
                    for key in shared { key.scale(&data.groups[index], scale) }
                }
            })
    }

    /// The groups that `data` describes; what it leaves out is as in `inherited`.
    private static func groups(
        _ fields: RecipeFields, _ shared: [Key<DataGroup>], _ proportions: Key<DataGroup>,
        changing inherited: DataRecipe
    ) throws -> [DataGroup] {
        var group = inherited.onlyGroup ?? DataGroup()
        for key in shared { try key.read(&group, fields, true) }
        if let list = fields["groups"] {
            try fields["proportions"]?.refuse(
                expected: "no proportions beside groups", found: "both",
                remedy: "Give the language a group of its own, with a share.")
            group.proportions = []
            return try named(list, form: DataGroup.form(new: group, shared))
        }
        if inherited.onlyGroup == nil, !inherited.groups.isEmpty {
            return try inherited.groups.map { try changed($0, by: fields, shared) }
        }
        if group.manifest.isEmpty {
            _ = try fields.required(
                "manifest", remedy: "Name the manifest that mmbert data build wrote.")
        }
        try proportions.read(&group, fields, true)
        return [group]
    }

    /// The groups of `list`, which differ in name.
    private static func named(
        _ list: RecipeValue, form: Form<DataGroup>
    ) throws -> [DataGroup] {
        var names: Set<String> = []
        let groups = try list.list(of: "groups").map { element in
            let group = try element.read(as: form)
            let name = group.name ?? ""
            try element.require(
                names.insert(name).inserted, expected: "a different name for every group",
                found: "\(name) again", remedy: "Rename one of them.")
            return group
        }
        try list.require(
            !groups.isEmpty, expected: "at least one group", found: "none",
            remedy: "Remove the key, or write {name: …, share: …}.")
        return groups
    }

    /// A group of the phase as a variant that writes no groups changes it.
    private static func changed(
        _ group: DataGroup, by fields: RecipeFields, _ shared: [Key<DataGroup>]
    ) throws -> DataGroup {
        for key in ["manifest", "languages", "sources", "proportions"] {
            try fields[key]?.refuse(
                expected: "no \(key), as the phase has groups",
                remedy: "Write the variant's own groups.")
        }
        var group = group
        for key in shared { try key.read(&group, fields, true) }
        return group
    }
}

extension Form<[DataGroup.Proportion]> {
    /// Fixed shares of languages.
    fileprivate static var proportions: Form {
        let share = Form<Double>.share(of: "the phase's tokens", such: "0.35")
        return Form(
            read: { value, _ in
                let shares = try value.members(of: "fixed shares of languages").map {
                    DataGroup.Proportion(language: $0, share: try $1.read(as: share))
                }
                let sum = shares.reduce(0) { $0 + $1.share }
                try value.require(
                    sum <= 1 + 1e-9, expected: "shares that add up to at most 1",
                    found: "shares that add up to \(Quantity.text(rounding: sum))",
                    remedy: "What is left of 1 goes to the other languages by temperature.")
                return shares
            },
            write: { shares in
                .mapping(shares.map { .init($0.language, .plain(Quantity.text($0.share))) })
            })
    }
}
