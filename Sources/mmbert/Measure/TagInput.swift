import Diagnostics
import Measures
import Reporting

/// Tags of references and predictions, word by word.
struct TagInput {
    /// How tags are read as chunks.
    var rule: ChunkRule

    /// A sentence's tags by the references and by the predictions.
    private typealias Pair = (reference: TaggedSentence, prediction: TaggedSentence)

    /// The tags of a sentence, and where each is.
    private struct TaggedSentence {
        var tags: [String]
        var sentence: TagFile.Sentence
    }

    /// F1 of chunks, and the accuracy of tags.
    func tagging(_ references: TagFile, _ predictions: TagFile) throws -> Measured<Tagging> {
        let (guessed, strangers) = try matched(references, predictions)
        let pairs = try pairs(references, predictions, matched: guessed)
        if rule == .strict {
            try checkIOB2(pairs.map(\.reference), refusesIOB1: true)
            try checkIOB2(pairs.map(\.prediction), refusesIOB1: false)
        }
        let (truths, guesses) = (pairs.map(\.reference.tags), pairs.map(\.prediction.tags))
        var measured = Measured(
            Tagging(references: truths, predictions: guesses, rule: rule),
            notes: [
                .strangers(strangers),
                .unscored(references.sentences.count - pairs.count, "sentences without tags"),
            ])
        measured.remarks = [
            "tags of the references: \(scheme(truths)); of the predictions: \(scheme(guesses))"
        ]
        return measured
    }

    /// The scheme in which tags seem to be written.
    private func scheme(_ sentences: [[String]]) -> String {
        var prefixes: Set<Character> = []
        var opensByInside = false
        for tags in sentences {
            var before = "O"
            for tag in tags {
                guard tag == "O" || tag.dropFirst().first == "-", let prefix = tag.first else {
                    return "plain"
                }
                prefixes.insert(prefix)
                if prefix == "I", before.dropFirst() != tag.dropFirst() { opensByInside = true }
                before = tag
            }
        }
        if prefixes.isSubset(of: ["B", "I", "O"]) { return opensByInside ? "IOB1" : "IOB2" }
        if prefixes.isSubset(of: ["B", "I", "O", "E", "S"]) { return "BIOES" }
        return prefixes.isSubset(of: ["B", "I", "O", "L", "U"])
            ? "BILOU, whose L and U seqeval does not know" : "unknown"
    }

    /// The predicted sentences in the order of the references where all sentences of both files
    /// have an id, else in their own; and how many have an id that no reference has.
    private func matched(
        _ references: TagFile, _ predictions: TagFile
    ) throws -> (sentences: [TagFile.Sentence], strangers: Int) {
        guard let wanted = try references.ids(), let given = try predictions.ids() else {
            return (predictions.sentences, 0)
        }
        let places = try wanted.places(in: given, at: predictions.path)
        return (places.map { predictions.sentences[$0] }, given.count - wanted.count)
    }

    /// The sentences whose references have tags, beside those that are `matched` to them. Throws
    /// where sentences are not as long, or not the same.
    private func pairs(
        _ references: TagFile, _ predictions: TagFile, matched: [TagFile.Sentence]
    ) throws -> [Pair] {
        var pairs: [Pair] = []
        for (reference, prediction) in zip(references.sentences, matched) {
            try checkWords(of: prediction, are: reference)
            guard let truths = reference.tags else { continue }
            guard let tags = prediction.tags else {
                throw InputError(
                    at: prediction.location(of: 0), expected: "“tags”, a list", found: "nothing",
                    remedy: "Write {\"tags\": [\"B-PER\", \"O\"]}.")
            }
            guard truths.count == tags.count else {
                throw InputError(
                    at: prediction.location(of: 0),
                    expected: "a sentence of \(counted(truths.count, "tag")), as in "
                        + reference.location(of: 0),
                    found: grouped(tags.count),
                    remedy: "Predict a tag for each word, O where the model saw none.")
            }
            pairs.append(
                (
                    TaggedSentence(tags: truths, sentence: reference),
                    TaggedSentence(tags: tags, sentence: prediction)
                ))
        }
        guard references.sentences.count == matched.count else {
            throw InputError(
                at: predictions.path,
                expected: "\(counted(references.sentences.count, "sentence")), as in "
                    + references.path,
                found: grouped(matched.count),
                remedy: "Give predictions for all sentences; a blank line ends each.")
        }
        guard !pairs.isEmpty else {
            throw InputError(
                at: references.path, expected: "“tags” of some sentence", found: "none",
                remedy: "Name the file that has the true tags: {\"tags\": [\"B-PER\", \"O\"]}.")
        }
        return pairs
    }

    private func checkWords(
        of prediction: TagFile.Sentence, are reference: TagFile.Sentence
    ) throws {
        guard let words = reference.words, let others = prediction.words,
            let place = zip(words, others).enumerated().first(where: { $1.0 != $1.1 })?.offset
        else { return }
        throw InputError(
            at: prediction.location(of: place),
            expected: "the word “\(words[place])” of \(reference.location(of: place))",
            found: "“\(others[place])”",
            remedy: "Give predictions for the same words in the same order.")
    }

    /// Throws for tags that are not IOB2's.
    private func checkIOB2(_ sentences: [TaggedSentence], refusesIOB1: Bool) throws {
        for sentence in sentences {
            var before = "O"
            for (place, tag) in sentence.tags.enumerated() {
                let location = sentence.sentence.location(of: place)
                guard tag == "O" || tag.hasPrefix("B-") || tag.hasPrefix("I-") else {
                    throw InputError(
                        at: location, expected: "B-…, I-… or O", found: "“\(tag)”",
                        remedy: "Use --metric seqeval, which reads other schemes too.")
                }
                if refusesIOB1, tag.hasPrefix("I-"), before.dropFirst() != tag.dropFirst() {
                    throw InputError(
                        at: location, expected: "B-\(tag.dropFirst(2)) where a chunk begins",
                        found: "“\(tag)” after “\(before)”, as in IOB1",
                        remedy: "Convert the references to IOB2, or use --metric seqeval.")
                }
                before = tag
            }
        }
    }
}
