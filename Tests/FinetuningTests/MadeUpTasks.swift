import Encoders
import Formats
import Foundation
import Host
import ModelFolders
import TensorCore
import TestSupport
import Tokenization

/// Labelled files of a made-up language, in which what is right is known, and a small model with a
/// tokenizer of its words.
struct MadeUpTasks {
    let folder: TemporaryFolder
    /// Where the model is: random weights, a masked-LM head.
    var model: String { folder.path("model") }

    private static let red = ["mira", "tolo", "suvi", "keta"]
    private static let blue = ["pano", "reki", "dula", "vemo"]
    private static let other = ["ba", "li", "no", "te", "ru", "go", "ma", "si"]

    init(_ family: EncoderFamily = .modernBERT) throws {
        folder = try TemporaryFolder()
        let words = Self.red + Self.blue + Self.other + ["not", "who", "cause", "effect"]
        var lines = (0..<400).map { number in
            var numbers = Draws(seed: UInt64(number))
            return (0..<8).map { _ in numbers.choice(of: words) }.joined(separator: " ")
        }.map { Array($0.utf8) }
        let bytes = try TokenizerTraining(vocabularySize: 400).train { lines.popLast() }
        try folder.write(bytes, to: "tokenizer/tokenizer.model")
        let tokenizer = try Tokenizer(path: folder.path("tokenizer"))
        let start = Self.shape(family, vocabulary: tokenizer.vocabularySize).makeLanguageModel()
        start.initialize(seed: 7, parallel: Parallel(threads: 2))
        try AtomicFolder.write(to: model) {
            try ModelFolder.write(
                start, tokenizer: HuggingFaceTokenizer(tokenizer), into: $0)
        }
    }

    private static func shape(
        _ family: EncoderFamily, vocabulary: Int
    ) -> any EncoderConfiguration {
        guard family != .modernBERT else {
            return ModernBERTConfiguration(
                vocabularySize: vocabulary, hiddenSize: 32, intermediateSize: 48, layerCount: 2,
                headCount: 2
            ) { $0.maximumPositions = 128 }
        }
        return PostNormConfiguration(
            family, vocabularySize: vocabulary, hiddenSize: 32, intermediateSize: 64,
            layerCount: 2, headCount: 2
        ) {
            // The tokenizer's padding is 0.
            $0.padTokenID = 0
            if family != .bert { $0.firstPosition = 1 }
            $0.positionRows = 128 + $0.firstPosition
        }
    }

    /// Text, tab, label: the colour of the only word that has one.
    func texts(_ count: Int, seed: UInt64) throws -> String {
        try write("texts-\(seed).tsv", header: "text\tlabel", count, seed) { numbers in
            let isRed = numbers.choice(of: [true, false])
            let word = numbers.choice(of: isRed ? Self.red : Self.blue)
            return "\(Self.sentence(with: word, &numbers))\t\(isRed ? "red" : "blue")"
        }
    }

    /// A text and the colours of its words: none, one or both.
    func colours(_ count: Int, seed: UInt64) throws -> String {
        try write("colours-\(seed).jsonl", header: nil, count, seed) { numbers in
            let hasRed = numbers.choice(of: [true, false])
            let hasBlue = numbers.choice(of: [true, false])
            var text = Self.sentence(with: numbers.choice(of: Self.other), &numbers)
            if hasRed { text += " " + numbers.choice(of: Self.red) }
            if hasBlue { text = numbers.choice(of: Self.blue) + " " + text }
            let labels = (hasRed ? ["\"red\""] : []) + (hasBlue ? ["\"blue\""] : [])
            return "{\"text\": \"\(text)\", \"labels\": [\(labels.joined(separator: ", "))]}"
        }
    }

    /// Two texts and whether their words have the same colour.
    func pairs(_ count: Int, seed: UInt64) throws -> String {
        try write("pairs-\(seed).tsv", header: "sentence1\tsentence2\tlabel", count, seed) {
            numbers in
            let isNegated = numbers.choice(of: [true, false])
            let word = numbers.choice(of: Self.red)
            let second = isNegated ? "not \(word)" : word
            return Self.sentence(with: word, &numbers) + "\t"
                + Self.sentence(with: second, &numbers)
                + "\t\(isNegated ? "contradiction" : "entailment")"
        }
    }

    /// A text and how many red words it has.
    func scores(_ count: Int, seed: UInt64) throws -> String {
        try write("scores-\(seed).tsv", header: "text\tscore", count, seed) { numbers in
            let reds = numbers.choice(of: [0, 1, 2, 3])
            let words = (0..<reds).map { _ in numbers.choice(of: Self.red) }
            return "\(Self.sentence(with: words.joined(separator: " "), &numbers))\t\(reds)"
        }
    }

    /// Words with tags: runs of red words are one span of `RED`, blue ones of `BLUE`.
    func tags(_ count: Int, seed: UInt64) throws -> String {
        var numbers = Draws(seed: seed)
        let sentences = (0..<count).map { _ in
            var before = "O"
            return (0..<8).map { _ in
                let kind = numbers.choice(of: ["RED", "BLUE", "O", "O"])
                let word = numbers.choice(
                    of: kind == "RED" ? Self.red : kind == "BLUE" ? Self.blue : Self.other)
                let tag = kind == "O" ? "O" : (before == kind ? "I-" : "B-") + kind
                before = kind
                return "\(word)\t\(tag)\n"
            }.joined()
        }
        return try folder.write(sentences.joined(separator: "\n"), to: "tags-\(seed).conll")
    }

    /// Questions about texts: the answer is the red word.
    func questions(_ count: Int, seed: UInt64) throws -> String {
        var numbers = Draws(seed: seed)
        let rows = (0..<count).map { place in
            let word = numbers.choice(of: Self.red)
            let context = Self.sentence(with: word, &numbers)
            let start = context.unicodeScalars.count(before: word)
            return """
                {"id": "\(place)", "question": "who", "context": "\(context)", \
                "answers": {"text": ["\(word)"], "answer_start": [\(start)]}}
                """
        }
        return try folder.write(rows.joined(separator: "\n"), to: "questions-\(seed).jsonl")
    }

    /// Premises of a colour with two choices, one of them of the same.
    func choices(_ count: Int, seed: UInt64) throws -> String {
        var numbers = Draws(seed: seed)
        let rows = (0..<count).map { place in
            let isFirst = numbers.choice(of: [true, false])
            let (right, wrong) = (numbers.choice(of: Self.red), numbers.choice(of: Self.blue))
            return """
                {"premise": "\(numbers.choice(of: Self.other))", \
                "choice1": "\(isFirst ? right : wrong)", "choice2": "\(isFirst ? wrong : right)", \
                "question": "cause", "label": \(isFirst ? 0 : 1), "idx": \(place)}
                """
        }
        return try folder.write(rows.joined(separator: "\n"), to: "choices-\(seed).jsonl")
    }

    /// Red words and, as their positive, the blue words of the same places; as negative others.
    func translations(_ count: Int, seed: UInt64, negatives: Int = 0) throws -> String {
        let header = ["anchor", "positive"] + (0..<negatives).map { "negative_\($0 + 1)" }
        return try write(
            "translations-\(seed).tsv", header: header.joined(separator: "\t"), count, seed
        ) { numbers in
            let places = (0..<3).map { _ in numbers.choice(of: [0, 1, 2, 3]) }.sorted()
            let others = (0..<negatives).map { negative in
                places.map { Self.blue[($0 + negative + 1) % 4] }
            }
            return ([places.map { Self.red[$0] }, places.map { Self.blue[$0] }] + others)
                .map { $0.joined(separator: " ") }.joined(separator: "\t")
        }
    }

    /// Red words, blue words, and at how many places they are each other's.
    func similarities(_ count: Int, seed: UInt64) throws -> String {
        try write("similarities-\(seed).tsv", header: "sentence1\tsentence2\tscore", count, seed) {
            numbers in
            let red = (0..<3).map { _ in numbers.choice(of: [0, 1, 2, 3]) }
            let blue = red.map { numbers.choice(of: [true, false]) ? $0 : ($0 + 1) % 4 }
            let score = zip(red, blue).count { $0 == $1 }
            return [red.map { Self.red[$0] }, blue.map { Self.blue[$0] }]
                .map { $0.joined(separator: " ") }.joined(separator: "\t") + "\t\(score)"
        }
    }

    private func write(
        _ name: String, header: String?, _ count: Int, _ seed: UInt64,
        row: (inout Draws) -> String
    ) throws -> String {
        var numbers = Draws(seed: seed)
        let rows = (header.map { [$0] } ?? []) + (0..<count).map { _ in row(&numbers) }
        return try folder.write(rows.joined(separator: "\n") + "\n", to: name)
    }

    /// Words without colour around `words`.
    private static func sentence(with words: String, _ numbers: inout Draws) -> String {
        let place = numbers.choice(of: [1, 2, 3])
        var sentence = (0..<4).map { _ in numbers.choice(of: other) }
        sentence.insert(words, at: place)
        return sentence.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// Reproducible draws.
struct Draws {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    mutating func choice<Value>(of values: [Value]) -> Value {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return values[Int(state >> 33) % values.count]
    }
}

extension String.UnicodeScalarView {
    /// How many stand before `word`.
    fileprivate func count(before word: String) -> Int {
        let text = String(self)
        return text.components(separatedBy: word)[0].unicodeScalars.count
    }
}
