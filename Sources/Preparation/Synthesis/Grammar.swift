/// How a made-up language puts words together.
struct Grammar: Sendable, Equatable {
    /// The order of subject, verb and object.
    enum Order: String, CaseIterable, Sendable {
        case subjectVerbObject = "SVO"
        case subjectObjectVerb = "SOV"
        case verbSubjectObject = "VSO"
    }

    var order: Order
    /// Whether adjectives stand before their nouns.
    var adjectiveFirst: Bool
    /// Whether objects, goals and places are marked by endings; otherwise by their place in the
    /// sentence and by words like “to” and “in”.
    var hasCases: Bool
    /// Classes of nouns with which articles and adjectives agree: 1 is none.
    var genders: Int
    /// Whether nouns that are known carry an article.
    var hasArticle: Bool
    /// Whether verbs agree with a subject in the plural.
    var verbAgrees: Bool
    /// Whether the vowels of endings turn front or back with the word they are on.
    var hasVowelHarmony: Bool

    /// The grammar of a family.
    init(_ draws: inout Draws) {
        let share = draws.uniform()
        order =
            share < 0.45
            ? .subjectVerbObject : share < 0.88 ? .subjectObjectVerb : .verbSubjectObject
        adjectiveFirst = draws.chance(order == .subjectObjectVerb ? 0.8 : 0.4)
        hasCases = draws.chance(order == .subjectObjectVerb ? 0.8 : 0.35)
        genders = draws.element(of: [1, 1, 2, 2, 3])
        hasArticle = draws.chance(0.4)
        verbAgrees = draws.chance(0.6)
        hasVowelHarmony = draws.chance(0.25)
    }

    /// A daughter's grammar: now and then one thing is new.
    mutating func drift(_ draws: inout Draws) {
        guard draws.chance(0.4) else { return }
        switch draws.integer(below: 4) {
        case 0: adjectiveFirst.toggle()
        case 1: hasArticle.toggle()
        case 2: genders = max(1, genders - 1)
        default: verbAgrees.toggle()
        }
    }

    /// In a few words, for people.
    var summary: String {
        var parts = [order.rawValue, adjectiveFirst ? "adjective-noun" : "noun-adjective"]
        if hasCases { parts.append("cases") }
        if genders > 1 { parts.append("\(genders) genders") }
        if hasArticle { parts.append("article") }
        if hasVowelHarmony { parts.append("vowel harmony") }
        return parts.joined(separator: ", ")
    }
}
