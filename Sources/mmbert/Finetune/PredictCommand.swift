import ArgumentParser
import Diagnostics
import Finetuning
import Formats
import Host
import Inference
import LabelledText
import ModelFolders
import Programs
import Recipes
import Reporting

/// `mmbert predict`.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Classify, tag, answer or choose with a fine-tuned model.",
        discussion: """
            The model is a folder that mmbert finetune wrote, or one that transformers saved with \
            a class of ModernBERT, XLM-RoBERTa or BERT for sequence classification, token \
            classification, question answering or multiple choice; its head says what is done.

              mmbert predict --model runs/topics/model --text "The match ended in a draw."
              mmbert predict --model runs/rte/model --input test.jsonl --output predictions.jsonl
              mmbert predict --model runs/qa/model --question "Who?" --text "Ada wrote it."

            --input is read as training files are: tables with names of columns, CSV, JSON lines, \
            CoNLL, SQuAD's JSON and others, with or without labels. A JSON line is written for \
            each example, in the order of the file. Where there are labels, the task's metrics \
            are printed as well.
            """)

    @Option(
        help: .init("The fine-tuned model's folder.", valueName: "folder"))
    var model: String
    @Option(help: "A text; for tags, words parted by spaces. Repeatable.") var text: [String] = []
    @Option(help: "The second text of a pair, to the --text before.") var pair: [String] = []
    @Option(help: "A question about --text.") var question: String?
    @Option(help: .init("A file of examples.", valueName: "file")) var input: String?
    @Option(
        help: .init(
            "How the file is read: \(Self.formats). (default: by its ending)",
            valueName: "format"))
    var inputFormat: String?
    @Option(
        help: .init("The task of GLUE or XTREME whose columns the file has.", valueName: "name"))
    var inputTask: String?
    @Option(
        help: .init(
            "The scheme of the file's tags: \(Self.schemes). (default: as they look)",
            valueName: "scheme"))
    var inputScheme: String?
    @Flag(help: "Texts are pairs. (default: as in training)") var pairs = false
    @Option(
        help: .init("Where predictions go: a file, or - for standard output.", valueName: "file"))
    var output = "-"
    @Option(
        help: "How predictions are written: json (lines), squad, glue or conll.")
    var format = "json"
    @Option(
        help: .init("The most tokens of a sequence. (default: as in training)", valueName: "count"))
    var length: Int?
    @Option(
        help: "What products multiply: fp32, bf16, or auto for bf16 where the processor has it.")
    var precision: ModelOptions.PrecisionChoice = .fp32
    @OptionGroup var threads: ThreadOptions
    @Flag(help: "With a file as output: print the metrics as JSON on standard output.")
    var json = false

    private static let formats = LabelledData.Format.allCases.map(\.rawValue)
        .joined(separator: ", ")
    private static let schemes = TagScheme.allCases.map(\.rawValue)
        .joined(separator: ", ")

    /// How predictions are written.
    private var outputFormat: PredictionFormat {
        switch format {
        case "squad": .squad
        case "glue": .glue(inputTask.flatMap(GLUETask.init(named:)))
        case "conll": .conll
        default: .json
        }
    }

    /// The report of `--json`.
    private struct Report: Encodable {
        var examples: Int
        var metrics: [String: Double]
        var warnings: [String]
    }

    func validate() throws {
        guard text.isEmpty != (input == nil) else {
            throw ValidationError(
                input == nil
                    ? "Give --text, or a file with --input." : "Give --text or --input, not both.")
        }
        guard pair.isEmpty || pair.count == text.count else {
            throw ValidationError("Give a --pair for each --text.")
        }
        guard !json || output != "-" else {
            throw ValidationError(
                "--json: give --output a file, since predictions are JSON already.")
        }
        guard ["json", "squad", "glue", "conll"].contains(format) else {
            throw ValidationError("--format \(format): give json, squad, glue or conll.")
        }
        if let inputFormat, LabelledData.Format(rawValue: inputFormat) == nil {
            throw ValidationError("--input-format \(inputFormat): give one of \(Self.formats).")
        }
        if let inputTask, GLUETask(named: inputTask) == nil,
            XTREMETask(rawValue: inputTask) == nil
        {
            throw ValidationError(
                "--input-task \(inputTask): give a task of GLUE or XTREME, such as rte or paws-x.")
        }
        if let inputScheme, TagScheme(rawValue: inputScheme) == nil {
            throw ValidationError("--input-scheme \(inputScheme): give one of \(Self.schemes).")
        }
    }

    func run() throws {
        let model = try FineTunedModel(
            folder: model, precision: precision.precision, maximumLength: length,
            threads: threads.count)
        try checkOptions(against: model)
        threads.tellWarnings(for: model.precision)
        guard let input else { return try answer(by: model) }
        var data = LabelledData()
        data.format = inputFormat.flatMap(LabelledData.Format.init)
        data.task = inputTask
        data.scheme = inputScheme.flatMap(TagScheme.init)
        data.mendsOffsets = true
        let predicted = try PredictedFile(input, data, by: model, isPair: pairs ? true : nil)
        tell(predicted.summary)
        for warning in predicted.warnings { tell("warning: \(warning)") }
        try predicted.write(to: output, as: outputFormat)
        if json {
            return try printJSON(
                Report(
                    examples: predicted.count, metrics: predicted.metrics,
                    warnings: predicted.warnings))
        }
        for (name, value) in predicted.metrics.sorted(by: { $0.key < $1.key }) {
            tell("\(name) \(decimal(100 * value, places: 2))")
        }
    }

    /// Throws where the options ask what the model does not answer, or predictions could not be
    /// written.
    private func checkOptions(against model: FineTunedModel) throws {
        let kind = model.task.kind
        if question != nil, kind != .answers || input != nil {
            throw InputError(
                at: "--question", expected: "a model that answers questions about a --text",
                found: input == nil ? "one with \(kind.description)" : "--input",
                remedy: "Leave --question out, or name another model.")
        }
        if kind == .sequence, input == nil, pair.isEmpty == (model.shape.task == "pair"),
            let task = model.shape.task
        {
            throw InputError(
                at: "--pair", expected: "what the model was trained on, by mmbert.json: \(task)",
                found: pair.isEmpty ? "single texts" : "pairs of texts",
                remedy: pair.isEmpty ? "Give a --pair for each --text." : "Leave --pair out.")
        }
        if !pair.isEmpty, kind != .sequence {
            throw InputError(
                at: "--pair", expected: "a model that classifies pairs of texts",
                found: "one with \(kind.description)",
                remedy: "Leave --pair out, or name another model.")
        }
        let isKnown =
            switch format {
            case "squad": kind == .answers
            case "glue": kind == .sequence
            case "conll": kind == .tokens
            default: true
            }
        guard isKnown else {
            throw InputError(
                at: "--format \(format)", expected: "a format of what the model predicts",
                found: "that of another task than \(kind.description)",
                remedy: "Write the predictions as json, which has all.")
        }
        guard input != nil, output != "-" else { return }
        guard try !Folder.isFolder(output) else {
            throw InputError(
                at: "--output \(output)", expected: "a file", found: "a folder",
                remedy: "Name a file in it.")
        }
        _ = try OutputFile(path: output)
    }

    /// Predicts for the texts of the command line.
    private func answer(by model: FineTunedModel) throws {
        switch model.task.kind {
        case .sequence:
            let inputs = text.indices.map {
                TextInput(text[$0], pair.isEmpty ? nil : pair[$0])
            }
            for (text, found) in zip(text, try model.classify(inputs)) {
                try StandardOutput.print(visible(text))
                try StandardOutput.print(Self.table(found))
            }
        case .tokens:
            let words = text.map { $0.split(separator: " ").map(String.init) }
            for (words, found) in zip(words, try model.tag(words.map { WordInput($0) })) {
                var table = TextTable(columns: [.left, .left, .right])
                for (place, word) in words.enumerated() {
                    let share = found.probabilities[place].map { decimal($0, places: 4) }
                    table.add([visible(word), found.tags[place] ?? "–", share ?? ""])
                }
                try StandardOutput.print(table.text())
            }
        case .answers:
            guard let question else {
                throw InputError(
                    at: "--question", expected: "a question about the text", found: "none",
                    remedy: "Write --question \"…\".")
            }
            let inputs = text.map { QuestionInput(question: question, context: $0) }
            for found in try model.answer(inputs) {
                try StandardOutput.print(
                    found.text.isEmpty ? "no answer" : visible(found.text))
            }
        case .choice:
            guard let premise = text.first, text.count > 2 else {
                throw InputError(
                    at: "--text", expected: "a premise, then two choices or more",
                    found: counted(text.count, "text"), remedy: "Repeat --text.")
            }
            let choices = text.dropFirst().map { TextInput(premise, $0) }
            let found = try model.choose([Array(choices)])[0]
            try StandardOutput.print(visible(text[found.choice + 1]))
        case .vectors: break  // A folder without a head is refused when it is opened.
        }
    }

    /// The likeliest labels, or the score.
    private static func table(_ found: Classification) -> String {
        var table = TextTable(columns: [.left, .right])
        if let score = found.score { table.add(["  score", decimal(score, places: 4)]) }
        let likely = found.probabilities.sorted {
            ($1.probability, $0.label) < ($0.probability, $1.label)
        }
        for (label, probability) in likely.prefix(5) {
            table.add(["  \(visible(label))", decimal(probability, places: 4)])
        }
        return table.text()
    }
}
