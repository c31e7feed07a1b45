import Diagnostics
import Formats

/// A retrieval set in BEIR's form: a folder with `corpus.jsonl`, `queries.jsonl` and
/// `qrels/SPLIT.tsv`, or TREC's judgements in `qrels/SPLIT.trec`, each perhaps with `.gz` or `.zst`.
/// Documents that are to be put into an order may be named by `top_ranked/SPLIT.jsonl`.
public struct RetrievalFolder: Sendable {
    /// The file with the documents.
    public let corpus: String
    /// The file with the queries.
    public let queries: String
    /// The file with the judgements of the split.
    public let judgements: String
    /// The file with the candidates of each query; nil where there is none.
    public let candidates: String?

    /// The set in the folder at `path`.
    ///
    /// - Throws: `InputError` for a part that is missing, or there in several forms.
    public init(path: String, split: String = "test") throws {
        corpus = try Self.part("corpus.jsonl", of: path)
        queries = try Self.part("queries.jsonl", of: path)
        let trec =
            try Self.found("qrels/\(split).tsv", in: path).isEmpty
            ? Self.found("qrels/\(split).trec", in: path) : []
        judgements = try trec.count == 1 ? trec[0] : Self.part("qrels/\(split).tsv", of: path)
        let ranked = "top_ranked/\(split).jsonl"
        candidates = try Self.found(ranked, in: path).isEmpty ? nil : Self.part(ranked, of: path)
    }

    /// All files of the set.
    public var files: [String] { [corpus, queries, judgements] + (candidates.map { [$0] } ?? []) }

    private static func found(_ name: String, in folder: String) throws -> [String] {
        try ["", ".gz", ".zst"].map { Folder.join(folder, name + $0) }.filter {
            try Folder.exists($0)
        }
    }

    static func part(_ name: String, of folder: String) throws -> String {
        let found = try found(name, in: folder)
        if found.count == 1 { return found[0] }
        throw InputError(
            at: Folder.join(folder, name), expected: "this file, or it with .gz or .zst",
            found: found.isEmpty ? "none" : "several of them",
            remedy: found.isEmpty
                ? "Name a folder in BEIR's form, and a split that it has." : "Keep one of them.")
    }
}
