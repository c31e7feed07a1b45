/// How answers to questions are made comparable.
public enum AnswerRule: Sendable, Equatable {
    /// SQuAD v1.1: lower case, without ASCII punctuation and English articles.
    case squad
    /// SQuAD v2.0: the same, and questions may have no answer.
    case squadV2
    /// MLQA: lower case, without all punctuation and the articles of the context's language.
    case mlqa(MLQALanguage)
    /// TiQuAD, for Tigrinya: punctuation becomes spaces, frequent short words are left out.
    case tiquad

    /// The tokens that are compared. Answers are equal where their tokens are.
    func tokens(_ text: String) -> [Scalars] {
        let text = Scalars(text.unicodeScalars).lowercasedByPython
        switch self {
        case .squad, .squadV2:
            return text.filter { !$0.isASCIIPunctuation }.replacingWords(englishArticles).words
        case .mlqa(let language):
            return language.tokens(
                text.filter { !$0.isASCIIPunctuation && !$0.isUnicodePunctuation })
        case .tiquad:
            return Scalars(text.map { isTiQuADPunctuation($0) ? " " : $0 }).words
                .filter { !tiquadWords.contains($0) }
        }
    }

    /// Whether an empty answer and an empty one share all.
    var comparesEmptyAnswers: Bool { self == .squadV2 || self == .tiquad }

    /// Whether a question without a prediction counts, with 0.
    var countsMissingPredictions: Bool { self != .tiquad }
}

/// The languages whose articles MLQA's script knows.
public enum MLQALanguage: String, Sendable, CaseIterable {
    case en, es, hi, vi, de, ar, zh

    /// The tokens of a text in lower case without punctuation.
    func tokens(_ text: Scalars) -> [Scalars] {
        switch self {
        case .en: text.replacingWords(englishArticles).words
        case .es:
            text.replacingWords(wordSet("un una unos unas el la los las")).words
        case .vi: text.replacingWords(wordSet("của là cái chiếc những")).words
        case .de:
            text.replacingWords(
                wordSet("ein eine einen einem eines einer der die das den dem des")
            ).words
        case .ar: text.withoutArabicArticles.words
        case .hi: text.words
        case .zh: text.withIdeographsApart.words
        }
    }
}

extension Scalars {
    /// Each `ال` becomes a space, also inside words, as in MLQA's script.
    fileprivate var withoutArabicArticles: Scalars {
        var result: Scalars = []
        for scalar in self {
            if scalar == "\u{644}", result.last == "\u{627}" {
                result[result.count - 1] = " "
            } else {
                result.append(scalar)
            }
        }
        return result
    }

    /// Spaces around the characters from U+4E00 to U+9FA5.
    fileprivate var withIdeographsApart: Scalars {
        flatMap { 0x4e00...0x9fa5 ~= $0.value ? [" ", $0, " "] : [$0] }
    }
}

private let englishArticles = wordSet("a an the")
private let tiquadWords = wordSet("a an the ብ ናይ ኣብ እዩ ናብ ካብ እቲ")

private func wordSet(_ words: String) -> Set<Scalars> {
    Set(Scalars(words.unicodeScalars).words)
}

/// ASCII punctuation without the hyphen and, as the script's pattern has it, without the backslash;
/// the marks of Ethiopic and quotation marks.
private func isTiQuADPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCIIPunctuation { return scalar != "-" && scalar != "\\" }
    return 0x1360...0x1368 ~= scalar.value || 0x2018...0x201f ~= scalar.value
}
