/// The written forms of a language's words, each made when it is first needed.
struct WordBook {
    let language: SyntheticLanguage

    /// Forms of a concept lie side by side.
    private var forms: [[UInt8]]
    private static let formsPerConcept = 8

    init(_ language: SyntheticLanguage) {
        self.language = language
        forms = Array(repeating: [], count: Concept.count * Self.formsPerConcept)
    }

    /// The role of a noun in its sentence.
    enum Role: Int {
        case subject, object, goal, place

        var ending: FunctionWord? {
            switch self {
            case .subject: nil
            case .object: .objectEnding
            case .goal: .toEnding
            case .place: .atEnding
            }
        }
    }

    /// When something happens.
    enum Tense: Int, CaseIterable {
        case past, present, future

        var ending: FunctionWord? {
            switch self {
            case .past: .pastEnding
            case .present: nil
            case .future: .futureEnding
            }
        }
    }

    /// A noun or a name.
    mutating func noun(_ concept: Int, isPlural: Bool, _ role: Role) -> [UInt8] {
        let role = language.grammar.hasCases ? role : .subject
        return form(concept, variant: (isPlural ? 4 : 0) + role.rawValue) {
            (isPlural ? [.pluralEnding] : []) + [role.ending].compactMap { $0 }
        }
    }

    /// A verb.
    mutating func verb(_ concept: Int, isPlural: Bool, _ tense: Tense) -> [UInt8] {
        let isPlural = isPlural && language.grammar.verbAgrees
        return form(concept, variant: (isPlural ? 3 : 0) + tense.rawValue) {
            [tense.ending].compactMap { $0 } + (isPlural ? [.pluralVerbEnding] : [])
        }
    }

    /// An adjective, an article or a pronoun that agrees with a noun.
    mutating func agreeing(_ concept: Int, gender: Int, isPlural: Bool) -> [UInt8] {
        let agrees = language.grammar.genders > 1
        return form(concept, variant: agrees ? (isPlural ? 3 : 0) + gender : 0) {
            guard agrees else { return [] }
            let genders: [FunctionWord?] = [nil, .secondGenderEnding, .thirdGenderEnding]
            return [genders[gender]].compactMap { $0 } + (isPlural ? [.pluralEnding] : [])
        }
    }

    /// A word that never changes.
    mutating func word(_ concept: Int) -> [UInt8] {
        form(concept, variant: 0) { [] }
    }

    private mutating func form(
        _ concept: Int, variant: Int, endings: () -> [FunctionWord]
    ) -> [UInt8] {
        let place = concept * Self.formsPerConcept + variant
        if forms[place].isEmpty {
            let form = language.form(language.root(concept), endings: endings())
            forms[place] = concept >= Concept.firstName ? capitalized(form) : form
        }
        return forms[place]
    }
}

/// The UTF-8 of a word with its first letter in upper case, where the script has that.
func capitalized(_ word: some Collection<UInt8>) -> [UInt8] {
    let text = String(decoding: word, as: UTF8.self)
    guard let first = text.unicodeScalars.first else { return Array(word) }
    return Array((first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst())).utf8)
}
