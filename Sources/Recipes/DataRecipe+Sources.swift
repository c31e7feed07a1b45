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
        case .largest(let count):
            var tokens: [String: Int] = [:]
            for source in manifest.sources { tokens[source.language, default: 0] += source.tokens }
            let order = tokens.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return Self.listed(order.prefix(count).map(\.key)).sources(in: manifest)
        }
    }

    /// Listed codes that the manifest lacks.
    public func missing(in manifest: DataManifest) -> [String] {
        guard case .listed(let codes) = self else { return [] }
        let known = Set(manifest.sources.map(\.language))
        return codes.filter { !known.contains($0) }
    }
}

extension DataRecipe {
    /// The sources a phase reads: selected, and not empty. Their order is the manifest's.
    public func sources(in manifest: DataManifest) -> [DataManifest.Source] {
        languages.sources(in: manifest).filter { $0.tokens > 0 }
    }

    /// How often a phase of `tokens` tokens reads each of `sources(in:)`, in the same order.
    ///
    /// A fixed share of a language with several sources is divided among them by their sizes.
    public func mixture(of sources: [DataManifest.Source], tokens: Int) -> LanguageMixture {
        let fixed = Dictionary(
            proportions.map { ($0.language, $0.share) }, uniquingKeysWith: { first, _ in first })
        var languageTokens: [String: Int] = [:]
        for source in sources { languageTokens[source.language, default: 0] += source.tokens }
        let mixed = sources.map { source in
            let whole = Double(languageTokens[source.language] ?? source.tokens)
            return LanguageMixture.Source(
                language: source.language, availableTokens: source.tokens,
                fixedShare: fixed[source.language].map { $0 * Double(source.tokens) / whole })
        }
        return LanguageMixture(
            sources: mixed, temperature: temperature, maxEpochs: maxEpochs, tokens: tokens)
    }
}
