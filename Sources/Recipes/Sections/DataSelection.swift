import Curriculum
import Formats

extension LanguageSelection {
    /// The manifest's sources that are selected, in the manifest's order.
    public func sources(in manifest: DataManifest) -> [DataManifest.Source] {
        switch self {
        case .all: return manifest.sources
        case .listed(let codes):
            let codes = Set(codes)
            return manifest.sources.filter { codes.contains($0.language) }
        case .named(let names):
            let names = Set(names)
            return manifest.sources.filter { names.contains($0.name) }
        case .largest(let count):
            var tokens: [String: Int] = [:]
            for source in manifest.sources { tokens[source.language, default: 0] += source.tokens }
            let order = tokens.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return Self.listed(order.prefix(count).map(\.key)).sources(in: manifest)
        }
    }

    /// Listed codes or names that the manifest lacks.
    public func missing(in manifest: DataManifest) -> [String] {
        switch self {
        case .all, .largest: return []
        case .listed(let codes):
            let known = Set(manifest.sources.map(\.language))
            return codes.filter { !known.contains($0) }
        case .named(let names):
            let known = Set(manifest.sources.map(\.name))
            return names.filter { !known.contains($0) }
        }
    }
}

/// What a phase reads: each of its groups with the manifest and the sources there.
public struct DataSelection: Sendable {
    /// A group with what it names.
    public struct Group: Sendable {
        /// What the recipe says.
        public let recipe: DataGroup
        /// The manifest it names.
        public let manifest: DataManifest
        /// Its sources: selected, and not empty, in the manifest's order.
        public let sources: [DataManifest.Source]
    }

    /// The groups in the recipe's order.
    public let groups: [Group]

    /// All sources, group after group, each with its manifest.
    public var sources: [(manifest: DataManifest, source: DataManifest.Source)] {
        groups.flatMap { group in group.sources.map { (group.manifest, $0) } }
    }

    /// How often a phase of `tokens` tokens reads each of `sources`, in the same order.
    ///
    /// - Precondition: every group has a source.
    public func mixture(tokens: Int) -> MixtureSchedule {
        MixtureSchedule(groups: groups.map(\.mixed), tokens: tokens)
    }
}

extension DataSelection.Group {
    /// A fixed share of a language with several sources is divided among them by their sizes.
    fileprivate var mixed: MixtureSchedule.Group {
        let fixed = Dictionary(
            recipe.proportions.map { ($0.language, $0.share) },
            uniquingKeysWith: { first, _ in first })
        var languageTokens: [String: Int] = [:]
        for source in sources { languageTokens[source.language, default: 0] += source.tokens }
        let mixed = sources.map { source in
            let whole = Double(languageTokens[source.language] ?? source.tokens)
            return LanguageMixture.Source(
                language: source.language, availableTokens: source.tokens,
                fixedShare: fixed[source.language].map { $0 * Double(source.tokens) / whole })
        }
        return MixtureSchedule.Group(
            name: recipe.name ?? "all", share: recipe.share, sources: mixed, entries: entries,
            sampling: recipe.sampling, maxEpochs: recipe.maxEpochs)
    }

    /// For each source, the token of the phase from which on its language is read.
    public var entries: [Int] {
        guard let entry = recipe.entry else { return sources.map { _ in 0 } }
        let languages = languages(in: entry.order)
        let places = Dictionary(
            languages.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return sources.map {
            entry.token(ofPlace: places[$0.language] ?? 0, of: languages.count)
        }
    }

    /// Its languages, each once, in the order in which they come in.
    private func languages(in order: LanguageEntry.Order) -> [String] {
        var tokens: [String: Int] = [:]
        for source in sources { tokens[source.language, default: 0] += source.tokens }
        switch order {
        case .largest:
            return tokens.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        case .listed:
            var listed = sources.map(\.language)
            if case .listed(let codes) = recipe.languages { listed = codes }
            return listed.filter { tokens.removeValue(forKey: $0) != nil }
        }
    }
}

extension DataRecipe {
    /// What the phase reads. `open` is called once for every path of a manifest.
    public func select(
        from open: (_ path: String) throws -> DataManifest
    ) rethrows -> DataSelection {
        var manifests: [String: DataManifest] = [:]
        return DataSelection(
            groups: try groups.map { group in
                let manifest = try manifests[group.manifest] ?? open(group.manifest)
                manifests[group.manifest] = manifest
                return DataSelection.Group(
                    recipe: group, manifest: manifest,
                    sources: group.languages.sources(in: manifest).filter { $0.tokens > 0 })
            })
    }
}
