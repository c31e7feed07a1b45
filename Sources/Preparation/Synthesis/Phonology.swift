/// Which sounds a family of languages has, how common each is, and how it builds syllables.
struct Phonology: Sendable {
    private let consonants: [Phoneme]
    private let vowels: [Phoneme]
    /// How often a syllable ends in a consonant.
    private let closedShare: Double

    init(_ draws: inout Draws) {
        var consonants = Array(0..<Phonemes.firstVowel)
        var chosen: [Phoneme] = Phonemes.named("tkmnls")
        consonants.removeAll(where: chosen.contains)
        while chosen.count < 17 {
            chosen.append(consonants.remove(at: draws.integer(below: consonants.count)))
        }
        for last in stride(from: chosen.count - 1, to: 0, by: -1) {
            chosen.swapAt(last, draws.integer(below: last + 1))
        }
        self.consonants = chosen
        vowels = Phonemes.named(draws.element(of: ["aeiou", "aiu", "aeiouøy", "aeio", "aeiouy"]))
        closedShare = draws.element(of: [0.1, 0.3, 0.45])
    }

    /// A new root. Common words are short.
    func root(rank: Int, _ draws: inout Draws) -> [Phoneme] {
        let syllables =
            switch rank {
            case ..<1: 1
            case ..<30: draws.chance(0.3) ? 1 : 2
            case ..<150: draws.chance(0.1) ? 1 : draws.chance(0.8) ? 2 : 3
            default: draws.chance(0.6) ? 2 : 3
            }
        var word: [Phoneme] = []
        for syllable in 0..<syllables {
            if syllable > 0 || draws.chance(0.85) { word.append(consonant(&draws)) }
            word.append(vowels[draws.integer(below: vowels.count)])
            if draws.chance(closedShare) { word.append(consonant(&draws)) }
        }
        if word.count < 2 { word.insert(consonant(&draws), at: 0) }
        return word
    }

    /// An ending: a vowel, a vowel and a consonant, or a whole syllable.
    func ending(_ draws: inout Draws) -> [Phoneme] {
        let vowel = vowels[draws.integer(below: vowels.count)]
        switch draws.integer(below: 3) {
        case 0: return [vowel]
        case 1: return [vowel, consonant(&draws)]
        default: return [consonant(&draws), vowel]
        }
    }

    /// Some consonants are common, none is rare.
    private func consonant(_ draws: inout Draws) -> Phoneme {
        let isCommon = draws.chance(0.4)
        return consonants[draws.integer(below: isCommon ? 6 : consonants.count)]
    }
}
