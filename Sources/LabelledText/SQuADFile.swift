import Diagnostics

/// Questions about texts, in the form of SQuAD 1.1 and 2.0 or as flat rows.
///
/// Sources: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text" (2016)
/// and "Know What You Don't Know" (2018). Offsets count code points. XQuAD, MLQA and TyDiQA-GoldP
/// have the same form.
public enum SQuADFile {
    /// The questions of the file at `path`: an object with `data`, read whole; or rows with
    /// `context`, `question` and `answers`, such as JSON lines.
    ///
    /// Ids may be numbers, and may repeat, which is counted. A single paragraph or question may
    /// stand without the list around it. Answers without words, as some files for testing have,
    /// are labels that are withheld.
    ///
    /// - Parameters:
    ///   - offsets: whether every answer must stand where the file says.
    ///   - rules: whether every question needs answers; how many may be malformed.
    /// - Throws: `InputError` for what is no JSON, with line and column; for a missing or wrong
    ///   value, with its key; for a file without questions.
    public static func read(
        _ path: String, offsets: OffsetRule = .exact, rules: ReadingRules = ReadingRules()
    ) throws -> LabelledSet<AnsweredQuestion> {
        var reading = QuestionReading(offsets: offsets, rules: rules)
        var examples: [LabelledExample<AnsweredQuestion>] = []
        var rows = try JSONRows(path: path)
        while let row = try rows.next(counting: &reading.counts, rules: rules) {
            if let data = row.fields["data"] {
                for article in try data.elementsOrItself() {
                    examples += try questions(of: article, &reading)
                }
                continue
            }
            try reading.passing {
                let context = try row.required(["context"]).string()
                examples.append(
                    try $0.example(row, context: context, in: AnswerContext(context)))
            }
        }
        guard !examples.isEmpty else {
            throw TextLines.empty(path, expected: "questions in the form of SQuAD")
        }
        return LabelledSet(examples: examples, counts: reading.counts)
    }

    private static func questions(
        of article: JSONValue, _ reading: inout QuestionReading
    ) throws -> [LabelledExample<AnsweredQuestion>] {
        var examples: [LabelledExample<AnsweredQuestion>] = []
        for paragraph in try article.row().required(["paragraphs"]).elementsOrItself() {
            let row = try paragraph.row()
            let context = try row.required(["context"]).string()
            let places = AnswerContext(context)
            for question in try row.required(["qas"]).elementsOrItself() {
                try reading.passing {
                    examples.append(
                        try $0.example(question.row(), context: context, in: places))
                }
            }
        }
        return examples
    }
}

extension QuestionReading {
    /// Reads a question, or counts it among the malformed.
    fileprivate mutating func passing(
        _ reading: (inout QuestionReading) throws -> Void
    ) throws {
        do {
            try reading(&self)
        } catch let error as InputError {
            try passOver(error)
        }
    }
}

extension JSONValue {
    /// An object as a row.
    func row() throws -> JSONRows.Row { try JSONRows.Row(self) }

    /// The elements of a list; an object is the only one.
    func elementsOrItself() throws -> [JSONValue] {
        isObject ? [self] : try elements()
    }
}
