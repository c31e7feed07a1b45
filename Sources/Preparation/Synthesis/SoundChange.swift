/// A regular sound change: in some place of a word, some sounds become others, in every word.
package struct SoundChange: Sendable {
    /// Where in a word a change applies.
    package enum Place: Sendable {
        case anywhere
        case atStart
        case atEnd
        case betweenVowels
        case beforeFrontVowel
    }

    private let place: Place
    /// What each sound becomes; `deleted` for nothing.
    private let table: [Phoneme]
    /// Words of fewer sounds stay as they are.
    private let shortestWord: Int

    private static let deleted: Phoneme = 255

    /// A change of each sound in `from` to the one below it in `to`, where a dash deletes it.
    package init(_ from: String, _ to: String, _ place: Place = .anywhere, shortestWord: Int = 2) {
        self.place = place
        self.shortestWord = shortestWord
        var table = (0..<Phoneme(Phonemes.count)).map { $0 }
        for (old, new) in zip(from, to) {
            let result = new == "-" ? Self.deleted : Phonemes.named(String(new))[0]
            table[Int(Phonemes.named(String(old))[0])] = result
        }
        self.table = table
    }

    /// The word after the change.
    package func applied(to word: [Phoneme]) -> [Phoneme] {
        guard word.count >= shortestWord else { return word }
        var changed: [Phoneme] = []
        changed.reserveCapacity(word.count)
        for (index, sound) in word.enumerated() {
            let new = applies(at: index, in: word) ? table[Int(sound)] : sound
            if new != Self.deleted { changed.append(new) }
        }
        return changed.isEmpty ? word : changed
    }

    private func applies(at index: Int, in word: [Phoneme]) -> Bool {
        switch place {
        case .anywhere: true
        case .atStart: index == 0
        case .atEnd: index == word.count - 1
        case .betweenVowels:
            index > 0 && index < word.count - 1 && Phonemes.isVowel(word[index - 1])
                && Phonemes.isVowel(word[index + 1])
        case .beforeFrontVowel:
            index < word.count - 1 && Phonemes.isFrontVowel(word[index + 1])
        }
    }

    /// Changes of the kinds that the languages of the world know.
    static let known: [SoundChange] = [
        SoundChange("ptk", "fθx", .atStart),  // stops become fricatives
        SoundChange("bdg", "ptk"),  // voiced stops become voiceless
        SoundChange("bdgvzʒ", "ptkfsʃ", .atEnd),  // devoicing at the end
        SoundChange("ptk", "bdg", .betweenVowels),  // voicing between vowels
        SoundChange("bdg", "vzj", .betweenVowels),  // weakening between vowels
        SoundChange("kg", "čǰ", .beforeFrontVowel),  // palatalisation
        SoundChange("sz", "ʃʒ", .beforeFrontVowel),
        SoundChange("td", "čǰ", .beforeFrontVowel),
        SoundChange("s", "h", .atStart),
        SoundChange("h", "-"),
        SoundChange("aeiou", "-----", .atEnd, shortestWord: 5),  // last vowels are lost
        SoundChange("eo", "iu", .atEnd),
        SoundChange("a", "o"),
        SoundChange("o", "a"),
        SoundChange("uo", "yø"),  // fronting
        SoundChange("yø", "ie"),  // unrounding
        SoundChange("z", "r", .betweenVowels),  // rhotacism
        SoundChange("l", "r", .betweenVowels),
        SoundChange("r", "l", .atEnd),
        SoundChange("w", "v"),
        SoundChange("v", "w"),
        SoundChange("j", "ǰ", .atStart),
        SoundChange("x", "h"),
        SoundChange("θ", "t"),
        SoundChange("f", "h", .atStart),
        SoundChange("p", "f"),
        SoundChange("čǰ", "sz"),
        SoundChange("mn", "ŋŋ", .atEnd),
        SoundChange("ŋ", "n"),
        SoundChange("k", "h", .atEnd, shortestWord: 4),
    ]
}
