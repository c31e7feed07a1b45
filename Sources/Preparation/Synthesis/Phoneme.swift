/// A sound: an index into the 24 consonants and 7 vowels that all made-up languages choose from.
package typealias Phoneme = UInt8

/// Sounds by their usual letters, and the classes that sound changes speak of.
package enum Phonemes {
    /// All sounds, in the order of their numbers.
    static let all: [Character] = Array("pbtdkgmnŋfvszʃʒxhlrjwčǰθ") + vowelLetters
    static let vowelLetters: [Character] = Array("aeiouøy")
    static let firstVowel: Phoneme = 24
    package static let count = 31

    static func isVowel(_ phoneme: Phoneme) -> Bool {
        phoneme >= firstVowel
    }

    /// e, i, ø and y.
    static func isFrontVowel(_ phoneme: Phoneme) -> Bool {
        phoneme >= firstVowel && [25, 26, 29, 30].contains(phoneme)
    }

    /// The sounds that a string of letters names.
    package static func named(_ letters: String) -> [Phoneme] {
        letters.map { letter in
            let index = all.firstIndex(of: letter)
            precondition(index != nil, "Phonemes: no sound \(letter)")
            return Phoneme(index ?? 0)
        }
    }
}
