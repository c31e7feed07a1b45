import ArgumentParser
import Diagnostics
import Formats
import Inference
import Reporting

/// `mmbert fill-mask`.
struct FillMaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill-mask",
        abstract: "Print the likeliest words for every <mask>.",
        discussion: """
            A quick look at what a model has learned: early in training it offers \
            frequent words everywhere, later words that fit. Several masks of one text are predicted at \
            once, each without knowing the others.

              mmbert fill-mask --model runs/mine/model --text "Paris is the <mask> of France."
              mmbert fill-mask --model runs/mine/model --input masked.txt --top 3 --json

            --model is a folder as mmbert-train writes it (runs/NAME/model, or a checkpoint) or \
            as Hugging Face has it. The mask is written as in the model's tokenizer: <mask>, or \
            [MASK] in ModernBERT's. In the table, ▁ or Ġ stands for a space in front of the word, \
            and the number is the probability.
            """)

    @OptionGroup var model: ModelOptions
    @Option(help: "A text with <mask> in it. Repeatable.") var text: [String] = []
    @OptionGroup var input: LineOptions
    @Option(help: .init("Words for each mask.", valueName: "count")) var top = 5
    @Flag(help: "Print a JSON object for each text.") var json = false

    /// A line of `--json`.
    private struct Answer: Encodable {
        struct Mask: Encodable {
            var position: Int
            var candidates: [MaskPrediction.Candidate]
        }

        var text: String?
        var masks: [Mask]
    }

    /// Texts in memory at once.
    private static let chunk = 256

    func validate() throws {
        guard 1...1000 ~= top else {
            throw ValidationError("--top \(top): give a number from 1 to 1000.")
        }
        guard text.isEmpty || input.path == nil else {
            throw ValidationError("Give --text or --input, not both.")
        }
    }

    func run() throws {
        let encoder = try model.load()
        try encoder.requireHead()
        if !text.isEmpty {
            return try answer(
                text.map { InputLine(location: "--text", fields: .init(text: $0)) }, by: encoder)
        }
        var lines = try input.open()
        while case let chunk = try lines.next(atMost: Self.chunk), !chunk.isEmpty {
            try answer(chunk, by: encoder)
        }
        lines.tellBlankLines()
    }

    private func answer(_ lines: [InputLine], by encoder: EncoderModel) throws {
        let sequences = try encoder.sequences(of: lines)
        for (line, sequence) in zip(lines, sequences)
        where !sequence.ids.contains(encoder.maskTokenID) {
            throw InputError(
                at: line.location, expected: "\(encoder.maskToken) in the text",
                found: sequence.isCut
                    ? "none in the first \(counted(encoder.maximumLength, "token"))"
                    : "“\(line.fields.text ?? "ids")”",
                remedy: "Put \(encoder.maskToken) where a word is to be filled in.")
        }
        tellCuts(sequences.count { $0.isCut }, of: encoder)
        tellLoneSpaces(before: encoder.maskTokenID, in: sequences, by: encoder)
        let predictions = try encoder.fillMasks(
            in: sequences, top: top, naming: { lines[$0].location })
        for (line, masks) in zip(lines, predictions) {
            if json {
                try printJSON(
                    Answer(
                        text: line.fields.text,
                        masks: masks.map {
                            .init(position: $0.position, candidates: $0.candidates)
                        }))
            } else {
                try StandardOutput.print(visible(line.fields.text ?? line.location))
                try StandardOutput.print(table(masks))
            }
        }
    }

    /// Warns where the tokenizer makes a piece of the space before a mask.
    private func tellLoneSpaces(
        before mask: Int32, in sequences: [TokenSequence], by encoder: EncoderModel
    ) {
        guard let tokenizer = encoder.tokenizer else { return }
        let lone = sequences.count { sequence in
            zip(sequence.ids, sequence.ids.dropFirst()).contains { before, id in
                id == mask && ["▁", "Ġ"].contains(tokenizer.piece(before))
            }
        }
        guard lone > 0 else { return }
        tell(
            """
            warning: in \(counted(lone, "text")) the space before \(encoder.maskToken) is a token \
            of its own, as this model's tokenizer has it, and words would begin with another: \
            write the text without that space
            """)
    }

    private func table(_ masks: [MaskPrediction]) -> String {
        var table = TextTable(columns: [.left, .left, .right])
        for (number, mask) in masks.enumerated() {
            for (rank, candidate) in mask.candidates.enumerated() {
                let name = masks.count > 1 && rank == 0 ? "  mask \(number + 1)" : "  "
                table.add([name, candidate.token, decimal(candidate.probability, places: 4)])
            }
        }
        return table.text()
    }
}
