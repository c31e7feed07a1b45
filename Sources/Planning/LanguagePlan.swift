import Curriculum
import Formats
import Recipes

/// What a stage reads of one language.
public struct LanguagePlan: Encodable, Sendable, Equatable {
    /// Its code.
    public let language: String
    /// Tokens that its data have, read once.
    public let availableTokens: Int
    /// Token of the stage from which on it is read.
    public let entersAt: Int
    /// Tokens the stage reads.
    public let tokens: Double
    /// Share of all tokens that the stage reads.
    public let share: Double
    /// How often the stage reads the language through.
    public let epochs: Double
    /// Whether `max_epochs` keeps it lower than its temperature would have it.
    public let isCapped: Bool
    /// Whether the stage reads fewer tokens of it than one full batch has.
    public let isStarved: Bool

    /// The languages of a stage, the most read first; the tokens of several sources are added up.
    static func languages(
        of mixture: MixtureSchedule, entries: [Int], starvedBelow fewTokens: Int
    ) -> [LanguagePlan] {
        var portions: [String: [LanguageMixture.Portion]] = [:]
        var first: [String: Int] = [:]
        for (portion, entry) in zip(mixture.portions, entries) {
            portions[portion.language, default: []].append(portion)
            first[portion.language] = min(first[portion.language] ?? entry, entry)
        }
        return portions.map { language, portions in
            let available = portions.reduce(0) { $0 + $1.availableTokens }
            let tokens = portions.reduce(0) { $0 + $1.tokens }
            return LanguagePlan(
                language: language, availableTokens: available,
                entersAt: first[language] ?? 0, tokens: tokens,
                share: portions.reduce(0) { $0 + $1.share },
                epochs: available > 0 ? tokens / Double(available) : 0,
                isCapped: portions.contains(where: \.isCapped),
                isStarved: tokens < Double(fewTokens))
        }.sorted { ($1.tokens, $0.language) < ($0.tokens, $1.language) }
    }
}
