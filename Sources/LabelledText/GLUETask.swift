/// A task of GLUE: the names of its columns and labels, in the original files and in those that
/// are exported from the Hugging Face hub.
///
/// Source: Wang et al., "GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language
/// Understanding" (2019).
public enum GLUETask: String, CaseIterable, Sendable {
    case cola, sst2, mrpc, stsb, qqp, mnli, snli, qnli, rte, wnli

    /// The task that people call `name`: `MNLI`, `SST-2`, `sts-b`; nil for none.
    public init?(named name: String) {
        self.init(rawValue: name.lowercased().filter { $0 != "-" && $0 != "_" })
    }

    /// Names of the columns, in the original files and the hub's, also of the keys in JSON rows.
    /// Test files lack the label.
    public var fields: TextFieldNames {
        let (text, pair, label): ([String], [String], [String]) =
            switch self {
            case .cola, .sst2: (["sentence"], [], [])
            case .mrpc: (["#1 string", "sentence1"], ["#2 string", "sentence2"], ["quality"])
            case .stsb: (["sentence1"], ["sentence2"], ["score"])
            case .qqp: (["question1"], ["question2"], ["is_duplicate"])
            case .mnli, .snli:
                (["sentence1", "premise"], ["sentence2", "hypothesis"], ["gold_label"])
            case .qnli: (["question"], ["sentence"], [])
            case .rte, .wnli: (["sentence1"], ["sentence2"], [])
            }
        return TextFieldNames(
            text: text, pair: pair, label: label + ["label"], id: ["index", "idx", "id"])
    }

    /// The labels in the order of their numbers; nil for scores.
    public var labels: LabelNames? {
        switch self {
        case .cola: LabelNames(known: ["unacceptable", "acceptable"])
        case .sst2: LabelNames(known: ["negative", "positive"])
        case .mrpc: LabelNames(known: ["not_equivalent", "equivalent"])
        case .stsb: nil
        case .qqp: LabelNames(known: ["not_duplicate", "duplicate"])
        case .mnli, .snli: LabelNames(known: ["entailment", "neutral", "contradiction"])
        case .qnli, .rte: LabelNames(known: ["entailment", "not_entailment"])
        case .wnli: LabelNames(known: ["not_entailment", "entailment"])
        }
    }

    /// What stands in place of the label of a pair on which people disagree; nil where there are
    /// none such.
    public var noAgreement: String? { self == .mnli || self == .snli ? "-" : nil }

    /// What the labels are.
    public var kind: TextLabelKind { labels.map { .names($0) } ?? .scores(0...5) }
}
