import Diagnostics

/// Sentences in an order that other files share, such as translations.
public enum SentenceFile {
    /// The sentences of the file at `path`: a row of JSON each, under one of `names`, or else a
    /// line each, of which also an empty one counts.
    ///
    /// - Throws: `InputError` for a file that cannot be read, a row without text, and a file
    ///   without sentences.
    public static func read(
        _ path: String, names: [String] = ["text", "sentence"]
    ) throws -> [LabelledExample<String>] {
        var sentences: [LabelledExample<String>] = []
        if isJSON(path) {
            var rows = try JSONRows(path: path)
            var counts = ReadingCounts()
            while let row = try rows.next(counting: &counts, rules: ReadingRules()) {
                sentences.append(
                    LabelledExample(
                        id: "\(sentences.count)", location: row.location,
                        content: try row.required(names).string()))
            }
        } else {
            var lines = try TextLines(path: path)
            while let line = try lines.next() {
                sentences.append(
                    LabelledExample(
                        id: "\(sentences.count)", location: lines.location(line.number),
                        content: line.text))
            }
        }
        guard !sentences.isEmpty else { throw TextLines.empty(path, expected: "sentences") }
        return sentences
    }

    /// Whether the name of a file says that it is JSON, compressed or not.
    private static func isJSON(_ path: String) -> Bool {
        path.split(separator: ".").suffix(2).contains { ["json", "jsonl", "ndjson"].contains($0) }
    }
}
