import Diagnostics

/// A task with pairs in XTREME's processed files, `{split}-{language}.tsv`. Its files of tagged
/// words are read by `CoNLLReader`, those of questions by `SQuADFile`, and XCOPA's by
/// `ChoiceReader`.
///
/// Source: Hu et al., "XTREME: A Massively Multilingual Multi-task Benchmark" (2020).
public enum XTREMETask: String, CaseIterable, Sendable {
    case xnli
    case pawsX = "paws-x"

    /// The labels in the order of their numbers.
    public var labels: LabelNames {
        switch self {
        case .xnli: LabelNames(known: ["entailment", "neutral", "contradiction"])
        case .pawsX: LabelNames(known: ["0", "1"])
        }
    }

    /// The examples of the file at `path`: a pair and its label in each line, or the pair alone.
    ///
    /// XNLI's translated training files write `contradictory`. PAWS-X has `NS` in place of a text
    /// that was not translated; such pairs are given and counted, since published results
    /// have them.
    ///
    /// - Throws: `InputError`, as the reader's `init`.
    public func reader(
        path: String, rules: ReadingRules = ReadingRules()
    ) throws -> TextTableReader {
        try TextTableReader(
            path: path, columns: .pairThenLabel, kind: .names(labels),
            spellings: self == .xnli ? ["contradictory": "contradiction"] : [:],
            untranslated: self == .pawsX ? "NS" : nil, rules: rules)
    }
}
