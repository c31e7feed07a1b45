import Diagnostics
import Measures
import Reporting

/// Tags of references and predictions, word by word.
struct TagInput {
    /// How tags are read as chunks.
    var rule: ChunkRule

    /// F1 of chunks, and the accuracy of tags.
    func tagging(_ references: TagFile, _ predictions: TagFile) throws -> Measured<Tagging> {
        try check(references, predictions)
        if rule == .strict {
            try checkIOB2(references, refusesIOB1: true)
            try checkIOB2(predictions, refusesIOB1: false)
        }
        var measured = Measured(
            Tagging(
                references: references.sentences.map(\.tags),
                predictions: predictions.sentences.map(\.tags), rule: rule))
        measured.remarks = [
            "tags of the references: \(scheme(references)); of the predictions: "
                + scheme(predictions)
        ]
        return measured
    }

    /// The scheme in which tags seem to be written.
    private func scheme(_ file: TagFile) -> String {
        var prefixes: Set<Character> = []
        var opensByInside = false
        for sentence in file.sentences {
            var before = "O"
            for tag in sentence.tags {
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

    /// Throws where sentences are not as long, or not the same.
    private func check(_ references: TagFile, _ predictions: TagFile) throws {
        for (reference, prediction) in zip(references.sentences, predictions.sentences) {
            let line = "\(predictions.path):\(prediction.lines.first ?? 0)"
            if let words = reference.words, let others = prediction.words,
                let place = zip(words, others).enumerated().first(where: { $1.0 != $1.1 })?.offset
            {
                throw InputError(
                    at: "\(predictions.path):\(prediction.line(of: place))",
                    expected: "the word “\(words[place])” of "
                        + "\(references.path):\(reference.line(of: place))",
                    found: "“\(others[place])”",
                    remedy: "Give predictions for the same words in the same order.")
            }
            guard reference.tags.count == prediction.tags.count else {
                throw InputError(
                    at: line,
                    expected: "a sentence of \(counted(reference.tags.count, "tag")), as in "
                        + "\(references.path):\(reference.lines.first ?? 0)",
                    found: grouped(prediction.tags.count),
                    remedy: "Predict a tag for each word, O where the model saw none.")
            }
        }
        guard references.sentences.count == predictions.sentences.count else {
            throw InputError(
                at: predictions.path,
                expected: "\(counted(references.sentences.count, "sentence")), as in "
                    + references.path,
                found: grouped(predictions.sentences.count),
                remedy: "Give predictions for all sentences; a blank line ends each.")
        }
    }

    /// Throws for tags that are not IOB2's.
    private func checkIOB2(_ file: TagFile, refusesIOB1: Bool) throws {
        for sentence in file.sentences {
            var before = "O"
            for (place, tag) in sentence.tags.enumerated() {
                let location = "\(file.path):\(sentence.line(of: place))"
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
