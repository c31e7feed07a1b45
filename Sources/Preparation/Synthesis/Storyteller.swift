/// Writes documents in a made-up language.
///
/// A document is about a few people and things, which return from sentence to sentence, and is told
/// in one tense. What words go together depends on their meanings alone (`World`), how they are
/// ordered and inflected on the language.
struct Storyteller {
    private let world: World
    private let script: Script
    private let grammar: Grammar
    private var words: WordBook
    private var draws: Draws
    private var text: [UInt8] = []

    /// What the document is about.
    private var names: [Int] = []
    private var topics: [Int] = []
    private var tense = WordBook.Tense.past
    /// The subject of the last sentence, to which a pronoun may refer.
    private var lastSubject: Phrase?

    private static let topicsPerClass = 3

    init(_ language: SyntheticLanguage, world: World, seed: UInt64) {
        self.world = world
        script = language.script
        grammar = language.grammar
        words = WordBook(language)
        draws = Draws(
            seed: seed, purpose: "synthesis text", stream: UInt64(language.index))
    }

    /// The next document: paragraphs of sentences.
    mutating func document() -> [UInt8] {
        text.removeAll(keepingCapacity: true)
        names = (0..<3).map { _ in Concept.firstName + draws.zipf(World.nameCount) }
        topics = World.Class.allCases.flatMap { noun in
            (0..<Self.topicsPerClass).map { _ in
                Concept.noun(noun, draws.zipf(World.nounsPerClass))
            }
        }
        tense = draws.chance(0.6) ? .past : draws.chance(0.7) ? .present : .future
        lastSubject = nil
        let paragraphs = 1 + draws.zipf(8)
        for paragraph in 0..<paragraphs {
            if paragraph > 0 { text.append(0x0a) }
            for sentence in 0..<(2 + draws.integer(below: 6)) {
                if sentence > 0 { text.append(0x20) }
                writeSentence()
            }
        }
        return text
    }

    // MARK: What is said

    /// A person or thing that takes part in what happens.
    private struct Phrase {
        var concept: Int
        var gender = 0
        var isPlural = false
        var isKnown = false
        var adjective: Int?
        var number: Int?

        var isName: Bool { concept >= Concept.firstName }
    }

    private struct Clause {
        var subject: Phrase
        var verb: Int
        var object: Phrase?
        var goal: Phrase?
        var place: Phrase?
        var adverb: Int?
        var isNegated = false
        var subjectIsPronoun = false
    }

    private mutating func clause() -> Clause {
        let verb = draws.zipf(World.verbCount)
        let meaning = world.verbs[verb]
        let repeats = lastSubject != nil && draws.chance(0.3)
        let subject = repeats ? lastSubject ?? person() : self.subject(meaning.subject)
        var clause = Clause(subject: subject, verb: Concept.firstVerb + verb)
        clause.subjectIsPronoun = repeats
        switch meaning.frame {
        case .alone: break
        case .object(let noun): clause.object = thing(noun, favourite: meaning.favourite)
        case .toPlace: clause.goal = thing(.place, favourite: meaning.favourite)
        case .giving(let noun):
            clause.object = thing(noun, favourite: meaning.favourite)
            clause.goal = person()
        }
        if clause.goal == nil, draws.chance(0.4) { clause.place = thing(.place, favourite: 0) }
        if draws.chance(0.3) { clause.adverb = Concept.firstAdverb + draws.zipf(World.adverbCount) }
        clause.isNegated = draws.chance(0.1)
        lastSubject = subject
        return clause
    }

    private mutating func subject(_ noun: World.Class) -> Phrase {
        noun == .person ? person() : thing(noun, favourite: 0)
    }

    private mutating func person() -> Phrase {
        if draws.chance(0.5) { return Phrase(concept: draws.element(of: names), isKnown: true) }
        return thing(.person, favourite: 0)
    }

    /// A noun of a class: one of the document's topics, one that goes with the verb, or any.
    private mutating func thing(_ noun: World.Class, favourite: Int) -> Phrase {
        let choice = draws.uniform()
        let isTopic = choice < 0.35
        let concept: Int
        if isTopic {
            let first = noun.rawValue * Self.topicsPerClass
            concept = topics[first + draws.integer(below: Self.topicsPerClass)]
        } else if choice < 0.75 {
            let index = (favourite + draws.zipf(12)) % World.nounsPerClass
            concept = Concept.noun(noun, index)
        } else {
            concept = Concept.noun(noun, draws.zipf(World.nounsPerClass))
        }
        var phrase = Phrase(
            concept: concept, gender: words.language.gender(concept),
            isPlural: draws.chance(0.25), isKnown: isTopic)
        if phrase.isPlural, draws.chance(0.2) { phrase.number = 2 + draws.zipf(30) }
        if draws.chance(0.4) {
            let favourite = world.favouriteAdjectives[concept]
            phrase.adjective =
                Concept.firstAdjective + (favourite + draws.zipf(10)) % World.adjectiveCount
        }
        return phrase
    }

    // MARK: How it is said

    private mutating func writeSentence() {
        let start = text.count
        let isQuestion = draws.chance(0.06)
        write(clause())
        if !isQuestion, draws.chance(0.4) {
            if text.last == 0x20 { text.removeLast() }
            text.append(contentsOf: script.comma.utf8)
            text.append(0x20)
            write(draws.element(of: [FunctionWord.and, .and, .but, .because]).concept)
            write(clause())
        }
        if isQuestion { write(FunctionWord.isQuestion.concept) }
        if text.last == 0x20 { text.removeLast() }
        text.append(contentsOf: (isQuestion ? script.questionMark : script.period).utf8)
        capitalizeWord(at: start)
    }

    private mutating func capitalizeWord(at start: Int) {
        let end = text[start...].firstIndex(of: 0x20) ?? text.count
        let word = capitalized(text[start..<end])
        text.replaceSubrange(start..<end, with: word)
    }

    private mutating func write(_ clause: Clause) {
        if let adverb = clause.adverb { write(adverb) }
        switch grammar.order {
        case .subjectVerbObject:
            writeSubject(clause)
            writeVerb(clause)
            writeObjects(clause)
        case .subjectObjectVerb:
            writeSubject(clause)
            writeObjects(clause)
            writeVerb(clause)
        case .verbSubjectObject:
            writeVerb(clause)
            writeSubject(clause)
            writeObjects(clause)
        }
    }

    private mutating func writeSubject(_ clause: Clause) {
        guard clause.subjectIsPronoun else { return write(clause.subject, .subject) }
        if clause.subject.isPlural {
            write(FunctionWord.they.concept)
        } else {
            append(
                words.agreeing(
                    FunctionWord.he.concept, gender: clause.subject.gender, isPlural: false))
        }
    }

    private mutating func writeVerb(_ clause: Clause) {
        if clause.isNegated { write(FunctionWord.not.concept) }
        append(words.verb(clause.verb, isPlural: clause.subject.isPlural, tense))
    }

    private mutating func writeObjects(_ clause: Clause) {
        if let object = clause.object { write(object, .object) }
        if let goal = clause.goal { write(goal, .goal) }
        if let place = clause.place { write(place, .place) }
    }

    private mutating func write(_ phrase: Phrase, _ role: WordBook.Role) {
        let marker: FunctionWord? =
            grammar.hasCases ? nil : role == .goal ? .to : role == .place ? .at : nil
        let isBehind = grammar.order == .subjectObjectVerb
        if let marker, !isBehind { write(marker.concept) }
        if grammar.hasArticle, phrase.isKnown, !phrase.isName {
            append(
                words.agreeing(
                    FunctionWord.article.concept, gender: phrase.gender,
                    isPlural: phrase.isPlural))
        }
        if let number = phrase.number { append(Array(String(number).utf8)) }
        if grammar.adjectiveFirst { writeAdjective(phrase) }
        append(words.noun(phrase.concept, isPlural: phrase.isPlural, role))
        if !grammar.adjectiveFirst { writeAdjective(phrase) }
        if let marker, isBehind { write(marker.concept) }
    }

    private mutating func writeAdjective(_ phrase: Phrase) {
        guard let adjective = phrase.adjective else { return }
        append(words.agreeing(adjective, gender: phrase.gender, isPlural: phrase.isPlural))
    }

    private mutating func write(_ concept: Int) {
        append(words.word(concept))
    }

    private mutating func append(_ word: [UInt8]) {
        text.append(contentsOf: word)
        text.append(0x20)
    }
}
