/// How sounds are written: letters in a row, consonants that carry vowel signs, or blocks.
package struct Script: Sendable {
    /// The principle of a script.
    enum System: Sendable {
        /// A string for each sound.
        case alphabet([String])
        /// A letter for each consonant, a sign and a letter for each vowel, and what silences the
        /// vowel of a consonant.
        case abugida(consonants: [String], signs: [String], vowels: [String], silencer: String)
        /// Ethiopic: a block of code points for each consonant, the vowel adds to it.
        case syllabary
        /// Hangul: syllables composed of initial, vowel and final.
        case blocks
    }

    /// The script's ISO 15924 code, such as `Latn`.
    package let code: String
    let system: System
    /// What ends a statement and a question, and what parts clauses.
    var period = "."
    var questionMark = "?"
    var comma = ","

    /// The UTF-8 of a word.
    package func written(_ word: [Phoneme]) -> [UInt8] {
        switch system {
        case .alphabet(let letters): Array(word.map { letters[Int($0)] }.joined().utf8)
        case .abugida(let consonants, let signs, let vowels, let silencer):
            Array(
                Self.abugida(
                    word, consonants: consonants, signs: signs, vowels: vowels,
                    silencer: silencer
                ).utf8)
        case .syllabary: Array(Self.ethiopic(word).utf8)
        case .blocks: Array(Self.hangul(word).utf8)
        }
    }

    private static func vowelIndex(_ phoneme: Phoneme) -> Int {
        Int(phoneme - Phonemes.firstVowel)
    }

    private static func abugida(
        _ word: [Phoneme], consonants: [String], signs: [String], vowels: [String],
        silencer: String
    ) -> String {
        var text = ""
        for (index, sound) in word.enumerated() {
            let followsConsonant = index > 0 && !Phonemes.isVowel(word[index - 1])
            if Phonemes.isVowel(sound) {
                text += followsConsonant ? signs[vowelIndex(sound)] : vowels[vowelIndex(sound)]
            } else {
                if followsConsonant { text += silencer }
                text += consonants[Int(sound)]
            }
        }
        return text
    }

    private static func ethiopic(_ word: [Phoneme]) -> String {
        let bases: [UInt32] = [
            0x1350, 0x1260, 0x1270, 0x12f0, 0x12a8, 0x1308, 0x1218, 0x1290, 0x1298, 0x1348,
            0x1268, 0x1230, 0x12d8, 0x1238, 0x12e0, 0x12b8, 0x1200, 0x1208, 0x1228, 0x12e8,
            0x12c8, 0x1278, 0x1300, 0x1320,
        ]
        let orders: [UInt32] = [3, 4, 2, 6, 1, 0, 2]
        var text = String.UnicodeScalarView()
        var waiting: UInt32?
        func append(_ value: UInt32) {
            if let scalar = Unicode.Scalar(value) { text.append(scalar) }
        }
        for sound in word {
            if Phonemes.isVowel(sound) {
                append((waiting ?? 0x12a0) + orders[vowelIndex(sound)])
                waiting = nil
            } else {
                if let waiting { append(waiting + 5) }
                waiting = bases[Int(sound)]
            }
        }
        if let waiting { append(waiting + 5) }
        return String(text)
    }

    private static func hangul(_ word: [Phoneme]) -> String {
        let initials: [UInt32] = [
            17, 7, 16, 3, 15, 0, 6, 2, 11, 8, 8, 9, 12, 10, 13, 1, 18, 5, 5, 11, 11, 14, 12, 4,
        ]
        let vowels: [UInt32] = [0, 5, 20, 8, 13, 11, 16]
        let finals: [UInt32] = [
            26, 17, 25, 7, 24, 1, 16, 4, 21, 19, 19, 19, 22, 20, 22, 24, 27, 8, 8, 0, 0, 23, 22, 25,
        ]
        var text = String.UnicodeScalarView()
        var index = 0
        while index < word.count {
            var (initial, vowel, final): (UInt32, UInt32, UInt32) = (11, 18, 0)
            if !Phonemes.isVowel(word[index]) {
                initial = initials[Int(word[index])]
                index += 1
            }
            if index < word.count, Phonemes.isVowel(word[index]) {
                vowel = vowels[vowelIndex(word[index])]
                index += 1
            }
            let nextIsVowel = index + 1 < word.count && Phonemes.isVowel(word[index + 1])
            if index < word.count, !Phonemes.isVowel(word[index]), !nextIsVowel {
                final = finals[Int(word[index])]
                index += 1
            }
            let syllable = 0xac00 + (initial * 21 + vowel) * 28 + final
            if let scalar = Unicode.Scalar(syllable) { text.append(scalar) }
        }
        return String(text)
    }
}
