import ArgumentParser
import LabelledText
import Measures
import Programs

/// `mmbert measure`: references and predictions → numbers.
struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Score predictions, of whatever program, against references.",
        discussion: """
            Every number is the one that the field's own program gives: scikit-learn, scipy, \
            seqeval, the scripts of SQuAD, MLQA and TiQuAD, trec_eval. An interval by the \
            bootstrap stands beside it. docs/measure.md has the definitions.

            Labels, one in a line, or as JSON lines {"id": …, "label": …} matched by id:
              mmbert measure --metric classification --references dev.jsonl \\
                --predictions predictions.jsonl

            Entities, as CoNLL columns or JSON lines {"tags": […]}:
              mmbert measure --metric seqeval --references test.conll \\
                --predictions mine.conll

            Answers, against SQuAD's JSON; predictions as {id: text} or JSON lines:
              mmbert measure --metric squad --references dev.json --predictions mine.json

            A TREC run against judgements of BEIR or TREC:
              mmbert measure --metric ranking --references qrels/test.tsv \\
                --predictions run.trec

            Several files of predictions are runs with several seeds: their mean and its interval \
            are added. --baseline adds the difference to another model, on the same resamples.
            """)

    enum Metric: String, ExpressibleByArgument, CaseIterable {
        case classification, multilabel, regression
        case seqeval
        case seqevalStrict = "seqeval-strict"
        case squad
        case squadV2 = "squad-v2"
        case mlqa, tiquad, foqa, ranking, bitext
        case minedPairs = "mined-pairs"
    }

    @Option(help: "What is measured, by whose rules.") var metric: Metric
    @Option(help: .init("What is true; plain, .gz or .zst.", valueName: "file"))
    var references: String
    @Option(
        parsing: .upToNextOption,
        help: .init("What a model says; several for several seeds.", valueName: "files"))
    var predictions: [String]
    @Option(help: .init("Predictions of a model to compare with.", valueName: "file"))
    var baseline: String?
    @Option(
        help: .init(
            "The names that labels 0, 1, … stand for, separated by commas.", valueName: "names"))
    var labels: String?
    @Option(
        help: .init(
            "classification: the class that binary F1 is of. (default: 1, where all are 0 or 1)",
            valueName: "label"))
    var positive: String?
    @Option(
        help: .init(
            "multilabel, mined-pairs: the score from which a label or pair is predicted. (default: "
                + "above 0; the best)", valueName: "score"))
    var threshold: Double?
    @Option(
        help: .init(
            "seqeval: the column of tags, from 1. (default: the last)", valueName: "number"))
    var tagColumn: Int?
    @Option(help: "mlqa: the language of the contexts.") var language: MLQALanguage?
    @Option(
        help: .init("squad-v2, foqa: JSON of no-answer scores by question.", valueName: "file"))
    var noAnswerScores: String?
    @Option(
        help: .init(
            "ranking: the numbers of documents that count, separated by commas. (default: "
                + "1,10,100,1000)", valueName: "numbers"))
    var at: String?
    @Flag(help: "ranking: leave out documents whose id is that of the query, as BEIR does.")
    var leaveOutQuery = false
    @Option(help: .init("Bootstrap resamples; 0 for no intervals.", valueName: "count"))
    var resamples = 1000
    @Option(help: .init("The share of resamples in the interval.", valueName: "ratio"))
    var confidence = 0.95
    @Option(help: .init("The seed of resamples.", valueName: "number")) var seed: UInt64 = 0
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        try checkAtLeast([
            ("--resamples", resamples, 0), ("--tag-column", tagColumn ?? 1, 1),
        ])
        try checkAtMost([("--resamples", resamples, 1_000_000)])
        guard confidence > 0, confidence < 1 else {
            throw ValidationError("--confidence \(confidence): give a ratio between 0 and 1.")
        }
        guard !predictions.isEmpty else {
            throw ValidationError("--predictions: name a file.")
        }
        guard baseline == nil || (predictions.count == 1 && metric != .minedPairs) else {
            throw ValidationError(
                "--baseline: give one file of predictions with it; not for mined-pairs.")
        }
        for (name, metrics, isGiven) in limitedOptions
        where isGiven && !metrics.contains(metric) {
            let names = metrics.map { "--metric \($0.rawValue)" }
            throw ValidationError("\(name): it is for \(names.joined(separator: " and ")).")
        }
        guard (metric == .mlqa) == (language != nil) else {
            throw ValidationError(
                metric == .mlqa
                    ? "--metric mlqa: give --language; for other languages use --metric squad."
                    : "--language: it is for --metric mlqa.")
        }
        guard threshold?.isFinite ?? true else {
            throw ValidationError("--threshold \(threshold ?? 0): give a finite number.")
        }
        guard !labelInput.names.contains("") else {
            throw ValidationError(
                "--labels '\(labels ?? "")': give names separated by commas, none of them empty.")
        }
        guard cutoffs.allSatisfy({ $0 > 0 }) else {
            throw ValidationError("--at \(at ?? ""): give whole numbers from 1, such as 10,100.")
        }
    }

    /// The options that only some metrics have, with these, and whether they are given.
    private var limitedOptions: [(name: String, metrics: [Metric], isGiven: Bool)] {
        [
            ("--positive", [.classification], positive != nil),
            ("--threshold", [.multilabel, .minedPairs], threshold != nil),
            ("--tag-column", [.seqeval, .seqevalStrict], tagColumn != nil),
            ("--no-answer-scores", [.squadV2, .foqa], noAnswerScores != nil),
            ("--at", [.ranking], at != nil),
            ("--leave-out-query", [.ranking], leaveOutQuery),
        ]
    }

    /// The numbers of `--at`, 0 for what is none.
    private var cutoffs: [Int] {
        (at ?? "1,10,100,1000").split(separator: ",", omittingEmptySubsequences: false).map {
            Int($0) ?? 0
        }
    }

    private var labelInput: LabelInput {
        LabelInput(
            names: labels.map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
            } ?? [])
    }

    func run() throws {
        let report = try measured()
        try result.print(report, text: report.text)
    }

    private func measured() throws -> MeasureReport {
        switch metric {
        case .classification, .multilabel, .regression, .bitext: try measuredLines()
        case .seqeval, .seqevalStrict:
            try measuredTags(TagInput(rule: metric == .seqeval ? .lenient : .strict))
        case .squad: try measuredAnswers(.squad)
        case .squadV2, .foqa: try measuredAnswers(.squadV2)
        case .mlqa: try measuredAnswers(.mlqa(language ?? .en))
        case .tiquad: try measuredAnswers(.tiquad)
        case .ranking:
            try measuredRankings(
                RankingInput(cutoffs: cutoffs, leavesOutQuery: leaveOutQuery))
        case .minedPairs: try measuredPairs()
        }
    }

    private func measuredLines() throws -> MeasureReport {
        let truths = try MeasuredFile(references)
        switch metric {
        case .multilabel:
            let input = LabelSetInput(labels: labelInput, threshold: threshold ?? 0)
            return try report("example") { try input.multiLabel(truths, MeasuredFile($0)) }
        case .regression:
            return try report("example") { try labelInput.regression(truths, MeasuredFile($0)) }
        case .bitext:
            return try report("sentence") { try labelInput.bitext(truths, MeasuredFile($0)) }
        default:
            return try report("example") {
                try labelInput.classification(truths, MeasuredFile($0), positive: positive)
            }
        }
    }

    private func measuredTags(_ input: TagInput) throws -> MeasureReport {
        func file(_ path: String) throws -> TagFile {
            try TagFile(path, tagColumn: tagColumn, labels: labelInput)
        }
        let truths = try file(references)
        return try report("sentence") { try input.tagging(truths, file($0)) }
    }

    private func measuredAnswers(_ rule: AnswerRule) throws -> MeasureReport {
        let questions = try QuestionFile(
            references, needsAnswers: rule != .squadV2 && rule != .tiquad)
        return try report("question") { path in
            try AnswerFile(path, noAnswerScores: noAnswerScores)
                .answering(questions, rule: rule, path: path)
        }
    }

    private func measuredRankings(_ input: RankingInput) throws -> MeasureReport {
        let judged = try LabelledText.Judgements(path: references)
        return try report("query") { path in
            try input.ranking(judged, RetrievalRun(path: path), at: path)
        }
    }
}

extension MLQALanguage: ExpressibleByArgument {}
