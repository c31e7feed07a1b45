/// A made-up language: a descendant of its family's common ancestor.
///
/// The ancestor has a root for every concept. On the way down, through a branch to the language,
/// regular sound changes pass over all words, some words are replaced by new ones or by another
/// family's, and the grammar drifts. Sister languages therefore look alike, and where they differ
/// they do so by rule.
public struct SyntheticLanguage: Sendable {
    /// A code in the manner of FineWeb2, in the range that ISO 639-3 leaves to private use:
    /// `qaa_Latn`.
    public internal(set) var code: String
    /// The name, made of the language's own sounds.
    public let name: String
    /// The family's name.
    public let family: String
    /// The branch within the family, from 0.
    public let branch: Int
    /// The grammar in a few words.
    public var grammarSummary: String { grammar.summary }

    let index: Int
    let script: Script
    let grammar: Grammar
    let ancestor: Ancestor
    let neighbour: Ancestor
    let changes: [SoundChange]
    let seed: UInt64
    let branchStream: UInt64

    /// How many of the concepts a branch, then a language, has replaced.
    private static let replacedShare = (branch: 0.08, language: 0.1)

    /// The root of a concept, before sound changes.
    func root(_ concept: Int) -> [Phoneme] {
        let steps = [
            (stream: UInt64(index), share: Self.replacedShare.language, purpose: "language"),
            (stream: branchStream, share: Self.replacedShare.branch, purpose: "branch"),
        ]
        if concept >= Concept.firstName || concept < Concept.firstFunctionWord {
            for step in steps {
                var draws = Draws(
                    seed: seed, purpose: "synthesis \(step.purpose) words",
                    stream: step.stream << 20 | UInt64(concept))
                guard draws.chance(step.share) else { continue }
                if draws.chance(0.5) { return neighbour.root(concept) }
                return ancestor.phonology.root(rank: Concept.rank(concept), &draws)
            }
        }
        return ancestor.root(concept)
    }

    /// The written form of a root with endings.
    func form(_ root: [Phoneme], endings: [FunctionWord]) -> [UInt8] {
        var word = root
        for ending in endings { word += harmonised(ancestor.root(ending.concept), with: root) }
        for change in changes { word = change.applied(to: word) }
        return script.written(word)
    }

    private func harmonised(_ ending: [Phoneme], with root: [Phoneme]) -> [Phoneme] {
        guard grammar.hasVowelHarmony, let vowel = root.last(where: Phonemes.isVowel) else {
            return ending
        }
        let back = Phonemes.named("aou")
        let front = Phonemes.named("eøy")
        let (from, to) = Phonemes.isFrontVowel(vowel) ? (back, front) : (front, back)
        return ending.map { sound in from.firstIndex(of: sound).map { to[$0] } ?? sound }
    }

    /// The gender of a noun, the same in the whole family.
    func gender(_ noun: Int) -> Int {
        ancestor.genderNumbers[noun] % grammar.genders
    }
}

/// The common ancestor of a family.
struct Ancestor: Sendable {
    let phonology: Phonology
    let grammar: Grammar
    let genderNumbers: [Int]

    private let roots: [[Phoneme]]

    /// The ancestor of family number `family`.
    init(seed: UInt64, family: Int) {
        var draws = Draws(seed: seed, purpose: "synthesis family", stream: UInt64(family))
        let phonology = Phonology(&draws)
        self.phonology = phonology
        grammar = Grammar(&draws)
        genderNumbers = (0..<Concept.firstVerb).map { _ in draws.integer(below: 6) }
        let endings = FunctionWord.pluralEnding.concept...FunctionWord.thirdGenderEnding.concept
        roots = (0..<Concept.count).map { concept in
            endings.contains(concept)
                ? phonology.ending(&draws)
                : phonology.root(rank: Concept.rank(concept), &draws)
        }
    }

    func root(_ concept: Int) -> [Phoneme] {
        roots[concept]
    }
}
