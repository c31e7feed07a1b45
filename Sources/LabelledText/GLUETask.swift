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

    /// Names of the column with the text, or with the first of two; the first that is there.
    var textColumns: [String] {
        switch self {
        case .cola, .sst2: ["sentence"]
        case .mrpc: ["#1 string", "sentence1"]
        case .stsb, .rte, .wnli: ["sentence1"]
        case .qqp: ["question1"]
        case .mnli, .snli: ["sentence1", "premise"]
        case .qnli: ["question"]
        }
    }

    /// Names of the column with the second text; none where there is only one.
    var pairColumns: [String] {
        switch self {
        case .cola, .sst2: []
        case .mrpc: ["#2 string", "sentence2"]
        case .stsb, .rte, .wnli: ["sentence2"]
        case .qqp: ["question2"]
        case .mnli, .snli: ["sentence2", "hypothesis"]
        case .qnli: ["sentence"]
        }
    }

    /// Names of the column with the label, which test files lack.
    var labelColumns: [String] {
        switch self {
        case .mrpc: ["quality", "label"]
        case .stsb: ["score", "label"]
        case .qqp: ["is_duplicate", "label"]
        case .mnli, .snli: ["gold_label", "label"]
        case .cola, .sst2, .qnli, .rte, .wnli: ["label"]
        }
    }

    /// Names of the column with what the file calls a row.
    static let idColumns = ["index", "idx", "id"]

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

    /// The scores there may be, where the task has scores.
    public var scores: ClosedRange<Double>? { self == .stsb ? 0...5 : nil }
}
