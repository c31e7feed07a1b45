import ArgumentParser
import Diagnostics
import Formats
import Inference
import Reporting

/// `mmbert score`.
struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Compute the masked-language-modelling loss of given tokens.",
        discussion: """
            Compares models on the same text: lower is better, and 0 is perfect. Two kinds of \
            lines:

            Text, in lines or as {"text": …}: every token is masked in turn and predicted from \
            all others. The loss is the mean of -log p in nats, and e to the loss the text's \
            pseudo-perplexity: among how many tokens the model hesitates. The encoder runs once \
            for every token. Models of different tokenizers cannot be compared by it.
              echo "Der Hund bellt." | mmbert score --model runs/mine/model --format text

            {"input_ids": […], "labels": […]}, of one length: what a label other than -100 says \
            is scored, all at once, as in training.
              mmbert score --model runs/mine/model --input held-out.jsonl --json
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var input: LineOptions
    @Flag(help: "Print one JSON object with the loss of all and of each line.") var json = false

    /// A loss as JSON has it: null where nothing was scored.
    private struct Loss: Encodable {
        var loss: Double?
        var tokens: Int
        var pseudoPerplexity: Double?

        init(_ loss: MaskedLoss, isText: Bool) {
            self.loss = loss.mean
            tokens = loss.tokens
            pseudoPerplexity = isText ? loss.perplexity : nil
        }

        enum CodingKeys: CodingKey { case loss, tokens, pseudoPerplexity }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(loss, forKey: .loss)
            try container.encode(tokens, forKey: .tokens)
            try container.encodeIfPresent(pseudoPerplexity, forKey: .pseudoPerplexity)
        }
    }

    /// The report of `--json`; its loss is null where nothing was scored.
    private struct Report: Encodable {
        var loss: Double?
        var tokens: Int
        var blankLines: Int
        var examples: [Loss]

        enum CodingKeys: CodingKey { case loss, tokens, blankLines, examples }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(loss, forKey: .loss)
            try container.encode(tokens, forKey: .tokens)
            try container.encode(blankLines, forKey: .blankLines)
            try container.encode(examples, forKey: .examples)
        }
    }

    /// Lines in memory at once.
    private static let chunk = 1024

    func run() throws {
        let encoder = try model.load()
        try encoder.requireHead()
        var lines = try input.open()
        var total = MaskedLoss()
        var examples: [Loss] = []
        var cut = 0
        let status = StatusLine()
        while case let chunk = try lines.next(atMost: Self.chunk), !chunk.isEmpty {
            let start = ContinuousClock.now
            let names = "lines \(examples.count + 1) to \(examples.count + chunk.count)"
            let scored = try score(chunk, by: encoder, cut: &cut) { done, total in
                status.update {
                    let seconds = start.duration(to: .now) / .seconds(1)
                    let share = Double(done) / Double(max(1, total))
                    return "\(names): \(percentDone(share)) · "
                        + timeLeft(share: share, after: seconds)
                }
            }
            for (line, loss) in zip(chunk, scored) {
                total.add(loss)
                examples.append(Loss(loss, isText: line.fields.text != nil))
            }
        }
        status.finish()
        tellCuts(cut, of: encoder)
        lines.tellBlankLines()
        if json {
            return try printJSON(
                Report(
                    loss: total.mean, tokens: total.tokens, blankLines: lines.blankLines,
                    examples: examples))
        }
        try StandardOutput.print(text(examples, total))
    }

    /// The losses of lines of either kind, in their order.
    private func score(
        _ lines: [InputLine], by encoder: EncoderModel, cut: inout Int,
        _ progress: (_ done: Int, _ total: Int) -> Void
    ) throws -> [MaskedLoss] {
        let texts = lines.filter { $0.fields.text != nil }
        let others = lines.filter { $0.fields.text == nil }
        let given = try others.map { try labelled($0, encoder) }
        let sequences = try encoder.sequences(of: texts)
        cut += (sequences + given.map(\.sequence)).count { $0.isCut }
        var ofGiven = try encoder.score(
            given, progress: progress, naming: { others[$0].location })[...]
        var ofTexts = try encoder.scoreInTurn(
            sequences, progress: progress, naming: { texts[$0].location })[...]
        return lines.map { line in
            line.fields.text == nil ? ofGiven.removeFirst() : ofTexts.removeFirst()
        }
    }

    private func labelled(
        _ line: InputLine, _ encoder: EncoderModel
    ) throws -> LabelledSequence {
        guard let ids = line.fields.inputIDs, let labels = line.fields.labels else {
            throw InputError(
                at: line.location, expected: "“input_ids” and “labels”, or “text”",
                found: line.fields.inputIDs != nil
                    ? "no “labels”" : line.fields.labels != nil ? "no “input_ids”" : "neither",
                remedy: "Give ids with a label each, −100 where none is scored, or a text.")
        }
        return try encoder.labelled(ids: ids, labels: labels, at: line.location)
    }

    private func text(_ examples: [Loss], _ total: MaskedLoss) -> String {
        func row(_ name: String, _ loss: Double?, _ tokens: Int, _ perplexity: Double?) -> [String]
        {
            [
                name, loss.map { decimal($0, places: 4) } ?? "-", "\(tokens)",
                perplexity.map { decimal($0, places: 2) } ?? "",
            ]
        }
        var table = TextTable(
            headings: ["line", "loss", "tokens", "pseudo-perplexity"], leftColumns: 0)
        for (index, example) in examples.enumerated() {
            table.add(
                row("\(index + 1)", example.loss, example.tokens, example.pseudoPerplexity))
        }
        table.add(row("all", total.mean, total.tokens, nil))
        return table.text()
    }
}
