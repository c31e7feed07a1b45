import Diagnostics

/// Under which names a table or JSON rows have a text, the second of a pair, the label and the id;
/// of several the first that is there.
public struct TextFieldNames: Sendable, Equatable {
    /// Names of the text.
    public var text: [String]
    /// Names of the second text; none where the texts are no pairs.
    public var pair: [String]
    /// Names of the label.
    public var label: [String]
    /// Names of the id.
    public var id: [String]

    /// The names that are given.
    public init(
        text: [String], pair: [String] = [], label: [String], id: [String] = ["id", "idx", "index"]
    ) {
        (self.text, self.pair, self.label, self.id) = (text, pair, label, id)
    }

    /// The names of single texts that are in use.
    public static let single = TextFieldNames(text: ["text", "sentence"], label: ["label"])

    /// The names of pairs that are in use.
    public static let pairs = TextFieldNames(
        text: ["sentence1", "premise", "text_a", "question1"],
        pair: ["sentence2", "hypothesis", "text_b", "question2"], label: ["label", "gold_label"])

    /// The names of pairs with scores that are in use.
    public static let scoredPairs = TextFieldNames(
        text: ["sentence1", "text_a"], pair: ["sentence2", "text_b"], label: ["score", "label"])
}

/// What the labels of texts are.
public enum TextLabelKind: Sendable, Equatable {
    /// Classes; the names, where they are known, are in the order of the numbers in files.
    case names(LabelNames? = nil)
    /// Any number of classes at once: in JSON a list, in tables names parted by commas.
    case lists(LabelNames? = nil)
    /// Scores, perhaps within a range.
    case scores(ClosedRange<Double>? = nil)

    /// The label that a file writes as `written`; nil where it withholds it.
    func label(
        _ written: String, rules: ReadingRules, at location: String
    ) throws -> TextLabel? {
        switch self {
        case .names(let known):
            try .name(written, known: known, rules: rules, at: location)
        case .lists(let known):
            try .names(
                written.isBlank ? nil : written.split(separator: ",").map(String.init),
                known: known, rules: rules, at: location)
        case .scores(let range):
            try .score(written, within: range, rules: rules, at: location)
        }
    }

    /// Whether JSON writes it as a list.
    var isList: Bool { if case .lists = self { true } else { false } }

    /// The label that a file writes as `value`; nil where it withholds it.
    func label(_ value: JSONValue, rules: ReadingRules) throws -> TextLabel? {
        guard value.isArray else {
            return try label(value.scalar(), rules: rules, at: value.location)
        }
        guard case .lists(let known) = self else {
            throw InputError(
                at: value.location, expected: "a string or a number", found: value.kind,
                remedy: "Write objective: multilabel where texts have several labels.")
        }
        return try .names(
            value.elements().map { try $0.scalar() }, known: known, rules: rules,
            at: value.location)
    }
}
