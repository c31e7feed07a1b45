import Diagnostics
import Formats

/// Finds the languages of files by their names and by those of the folders around them.
///
/// A name that is no code of a language is not made into one in silence: it is asked about.
struct LanguageNames {
    /// The names that are no codes, in the order in which they were met.
    private(set) var unknown: [String] = []

    /// Whether every name is taken as it is.
    private let acceptsAll: Bool
    /// Names that are known to be languages, whatever they look like.
    private let known: Set<String>
    /// The folders in which the input lies, itself last, as far as they are named.
    private let above: [String]

    /// Names below `input`.
    ///
    /// - Parameters:
    ///   - known: languages that were named.
    ///   - acceptsAll: whether every name is taken as it is.
    init(below input: String, known: [String], acceptsAll: Bool) throws {
        self.acceptsAll = acceptsAll
        self.known = Set(known).union(try Self.described(in: input))
        above = input.split(separator: "/").map(String.init)
    }

    /// The languages that `data synthesize` describes beside the text that it wrote.
    private static func described(in input: String) throws -> [String] {
        let path = Folder.join(input, SyntheticLanguages.descriptionName)
        guard try Folder.isFolder(input), try Folder.exists(path),
            let written: [SyntheticLanguages.Written] = try? JSONFile.read(path)
        else { return [] }
        return written.map(\.code)
    }

    /// The language of a file, nil where no name is a code: that of the outermost folder which has
    /// one, else of the file (what stands before its first dot), else of the innermost folder in
    /// which the input lies, the input included.
    mutating func language(of file: TextWalk.File) throws -> String? {
        let stem = Self.stem(of: Folder.name(of: file.path))
        let names = file.folders.flatMap(Self.parts) + [stem]
        if let code = names.first(where: { LanguageCode.isCode($0) || known.contains($0) }) {
            return code
        }
        // Names that the input only lies in are taken where they cannot be meant otherwise.
        if let code = above.suffix(4).flatMap(Self.parts).last(where: {
            LanguageCode.isSpelledOut($0) && $0.utf8.count > 4
        }) {
            return code
        }
        let name = names[0]
        guard acceptsAll else {
            if !unknown.contains(name), unknown.count < 1000 { unknown.append(name) }
            return nil
        }
        try TextSource.check(language: name, at: file.path)
        return name
    }

    /// What stands before the first dot of a name.
    private static func stem(of name: String) -> String { String(name.prefix { $0 != "." }) }

    /// What can be the code in a folder's name: the name, what stands before its first dot, as in
    /// `deu_Latn.parquet`, and what stands behind a column's name, as in `language=deu_Latn`.
    private static func parts(of name: String) -> [String] {
        let value = name.firstIndex(of: "=").map { String(name[name.index(after: $0)...]) }
        return [name, stem(of: name)] + (value.map { [$0] } ?? [])
    }

    /// Throws if names were met that are no codes.
    func requireCodes(at input: String) throws {
        guard !unknown.isEmpty else { return }
        let shown = unknown.prefix(8).map { "“\($0)”" }.joined(separator: ", ")
        let more = unknown.count - 8
        throw InputError(
            at: input, expected: "files or folders named by a language's code, such as deu_Latn",
            found: shown + (more > 0 ? " and \(more) more" : ""),
            remedy: """
                Rename them; or say the language by --language CODE, by CODE=PATH, or by \
                --language-field NAME if each document has it; or take names as they are by \
                --any-name.
                """)
    }
}
