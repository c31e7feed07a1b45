import ArgumentParser

/// The lines that `fill-mask`, `embed` and `score` read.
struct LineOptions: ParsableArguments {
    @Option(
        name: .customLong("input"),
        help: .init(
            "A file of lines, plain, .gz or .zst; - for standard input. (default: -)",
            valueName: "file"))
    var path: String?
    @Option(help: "How lines are read: auto, text or jsonl.") var format: LineFormat = .auto

    /// Opens the lines.
    func open() throws -> InputLines {
        try InputLines(path: path ?? "-", format: format)
    }
}
