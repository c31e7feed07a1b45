import Diagnostics
import Formats

/// The text in files and folders, and what lies beside it and is passed over.
///
/// An input is a file `CODE.jsonl.zst` (or `.ndjson`, `.json` with an object in each line, `.txt`,
/// each also plain or with `.gz`, in capitals or not), a folder of such files or of folders named
/// by code, with anything below them, or `CODE=PATH` where the code is not in the name, with `-`
/// for JSON lines on standard input.
public struct TextSearch: Sendable {
    /// One source per language, in the order of codes.
    public private(set) var sources: [TextSource] = []
    /// What is in the folders and is not read.
    public private(set) var passedOver = PassedOver()

    /// Finds the text in inputs.
    ///
    /// - Parameter languages: keep only these, nil for all.
    /// - Throws: `InputError` for an input that holds no text or a language that it lacks.
    public init(_ inputs: [String], languages: [String]? = nil) throws {
        var paths: [String: [String]] = [:]
        for input in inputs {
            var walk = TextWalk()
            let found = try Self.files(in: input, &walk)
            try Self.require(!found.isEmpty, "text", in: input, walk.passedOver)
            for (language, path) in found { paths[language, default: []].append(path) }
            passedOver.add(walk.passedOver)
        }
        for language in languages ?? [] where paths[language] == nil {
            let has = "The input has \(Self.summary(of: paths.keys.sorted()))."
            throw InputError(
                at: "--languages", expected: "languages of the input", found: language,
                remedy: passedOver.summary.map { "\(has) \($0)." } ?? has)
        }
        let kept = languages.map(Set.init) ?? Set(paths.keys)
        sources = try paths.filter { kept.contains($0.key) }.sorted { $0.key < $1.key }.map {
            try TextSource(language: $0.key, paths: $0.value)
        }
    }

    /// The files of JSON lines in files and folders, for text whose lines name their language.
    ///
    /// - Throws: `InputError` for an input without any.
    public static func mixedFiles(
        _ inputs: [String]
    ) throws -> (files: [String], passedOver: PassedOver) {
        var (files, passedOver) = ([String](), PassedOver())
        for input in inputs {
            var walk = TextWalk(formats: [.jsonLines])
            let found = try walk.files(at: input)
            try require(!found.isEmpty, "JSON lines", in: input, walk.passedOver)
            files += found
            passedOver.add(walk.passedOver)
        }
        return (files, passedOver)
    }

    private static func require(
        _ condition: Bool, _ what: String, in input: String, _ passedOver: PassedOver
    ) throws {
        guard !condition else { return }
        let endings = what == "text" ? ".txt, .jsonl or .ndjson" : ".jsonl or .ndjson"
        throw InputError(
            at: input, expected: "\(what) in \(endings) files, plain, .gz or .zst",
            found: passedOver.summary.map { "none; \($0)" } ?? "none",
            remedy: passedOver.remedy ?? "Name a file or folder with \(what).")
    }

    private static func summary(of languages: [String]) -> String {
        let shown = languages.prefix(8).joined(separator: ", ")
        return languages.count > 8 ? "\(shown) and \(languages.count - 8) more" : shown
    }

    private static func files(
        in input: String, _ walk: inout TextWalk
    ) throws -> [(language: String, path: String)] {
        if let equals = input.firstIndex(of: "="), try !Folder.exists(input) {
            let language = String(input[..<equals])
            try check(language: language, at: input)
            let path = String(input[input.index(after: equals)...])
            return try walk.files(at: path).map { (language, $0) }
        }
        if input == "-" {
            throw InputError(
                at: "-", expected: "a language code for standard input", found: "none",
                remedy: "Write --language CODE, or --language-field NAME if each line names it.")
        }
        guard try Folder.isFolder(input) else {
            return try walk.files(at: input).map { (try language(ofFile: $0), $0) }
        }
        return try walk.entries(of: input).flatMap { path in
            if try Folder.isFolder(path) {
                let files = try walk.files(inFolder: path, below: [input])
                if !files.isEmpty { try check(language: Folder.name(of: path), at: path) }
                return files.map { (Folder.name(of: path), $0) }
            }
            return try walk.isText(path) ? [(try language(ofFile: path), path)] : []
        }
    }

    /// The code is what stands before the first dot of a file's name.
    private static func language(ofFile path: String) throws -> String {
        let code = Folder.name(of: path).prefix { $0 != "." }
        try check(language: String(code), at: path)
        return String(code)
    }

    private static func check(language: String, at location: String) throws {
        guard TextSource.isCode(language) else {
            throw InputError(
                at: location, expected: "a language code of letters, digits, _ and -",
                found: "“\(language)”",
                remedy: "Name the file like deu_Latn.jsonl, or write --input deu_Latn=PATH.")
        }
    }
}
