import Diagnostics
import Formats

/// A retrieval set in BEIR's form: a folder with `corpus.jsonl`, `queries.jsonl` and
/// `qrels/SPLIT.tsv`, each perhaps with `.gz` or `.zst`.
public struct RetrievalFolder: Sendable {
    /// The file with the documents.
    public let corpus: String
    /// The file with the queries.
    public let queries: String
    /// The file with the judgements of the split.
    public let judgements: String

    /// The set in the folder at `path`.
    ///
    /// - Throws: `InputError` for a part that is missing, or there in several forms.
    public init(path: String, split: String = "test") throws {
        corpus = try Self.part("corpus.jsonl", of: path)
        queries = try Self.part("queries.jsonl", of: path)
        judgements = try Self.part("qrels/\(split).tsv", of: path)
    }

    static func part(_ name: String, of folder: String) throws -> String {
        let paths = ["", ".gz", ".zst"].map { Folder.join(folder, name + $0) }
        let found = try paths.filter { try Folder.exists($0) }
        if found.count == 1 { return found[0] }
        throw InputError(
            at: Folder.join(folder, name), expected: "this file, or it with .gz or .zst",
            found: found.isEmpty ? "none" : "several of them",
            remedy: found.isEmpty
                ? "Name a folder in BEIR's form, and a split that it has." : "Keep one of them.")
    }
}
