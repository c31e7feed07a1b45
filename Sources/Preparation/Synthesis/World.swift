/// What made-up languages talk about, the same for all: things of several classes, and what can be
/// done with them. A model that learns in one language which animals are hunted knows it in all.
struct World: Sendable {
    /// The classes of nouns.
    enum Class: Int, CaseIterable, Sendable {
        case person, animal, food, plant, place, tool, material, idea
    }

    /// What a verb needs besides its subject.
    enum Frame: Sendable {
        case alone
        case object(Class)
        case toPlace
        case giving(Class)
    }

    /// A verb: who does it, and to what.
    struct Verb: Sendable {
        let subject: Class
        let frame: Frame
        /// The nouns of the object's class that go with it start here.
        let favourite: Int
    }

    static let nounsPerClass = 90
    static let verbCount = 200
    static let adjectiveCount = 120
    static let adverbCount = 40
    static let nameCount = 400

    let verbs: [Verb]
    /// For each noun, where the adjectives that go with it start.
    let favouriteAdjectives: [Int]

    /// The world of a seed.
    init(seed: UInt64) {
        var draws = Draws(seed: seed, purpose: "synthesis world", stream: 0)
        verbs = (0..<Self.verbCount).map { _ in
            let subject: Class = draws.chance(0.75) ? .person : .animal
            let kind = draws.uniform()
            let frame: Frame =
                switch kind {
                case ..<0.2: .alone
                case ..<0.75: .object(draws.element(of: Class.allCases))
                case ..<0.88: .toPlace
                default: .giving(draws.element(of: [.food, .tool, .material]))
                }
            return Verb(
                subject: subject, frame: frame,
                favourite: draws.integer(below: Self.nounsPerClass))
        }
        favouriteAdjectives = (0..<(Class.allCases.count * Self.nounsPerClass)).map { _ in
            draws.integer(below: Self.adjectiveCount)
        }
    }
}

/// The words of a language by what they mean, one number for each.
enum Concept {
    static let firstVerb = World.Class.allCases.count * World.nounsPerClass
    static let firstAdjective = firstVerb + World.verbCount
    static let firstAdverb = firstAdjective + World.adjectiveCount
    static let firstFunctionWord = firstAdverb + World.adverbCount
    static let firstName = firstFunctionWord + FunctionWord.allCases.count
    static let count = firstName + World.nameCount

    static func noun(_ noun: World.Class, _ index: Int) -> Int {
        noun.rawValue * World.nounsPerClass + index
    }

    /// How common a concept is among its kind: 0 for the most common.
    static func rank(_ concept: Int) -> Int {
        switch concept {
        case ..<firstVerb: concept % World.nounsPerClass * 4
        case ..<firstAdjective: concept - firstVerb
        case ..<firstAdverb: concept - firstAdjective
        case ..<firstFunctionWord: (concept - firstAdverb) * 2
        case ..<firstName: 0
        default: 200
        }
    }
}

/// Small words, and endings: what grammar is made of.
enum FunctionWord: Int, CaseIterable, Sendable {
    case article, and, but, because, not, isQuestion, to, at, from, he, they, many
    case pluralEnding, objectEnding, toEnding, atEnding
    case pastEnding, futureEnding, pluralVerbEnding, secondGenderEnding, thirdGenderEnding

    var concept: Int { Concept.firstFunctionWord + rawValue }
}
