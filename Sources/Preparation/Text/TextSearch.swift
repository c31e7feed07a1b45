import Diagnostics
import Formats

/// The text in files and folders, and what lies beside it and is passed over.
///
/// An input is a file `CODE.jsonl.zst` (or `.ndjson`, `.json` with an object in each line, `.csv`,
/// `.tsv`, `.txt`, each also plain or with `.gz`; or `.parquet`; in capitals or not), a folder of
/// such files, or one with folders named by code anywhere in it, with anything below them, or
/// `CODE=PATH` where the code is not in the name, with `-` for JSON lines on standard input.
public struct TextSearch: Sendable {
    /// One source per language, in the order of codes.
    public private(set) var sources: [TextSource] = []
    /// What is in the folders and is not read.
    public private(set) var passedOver = PassedOver()

    /// Finds the text in inputs.
    ///
    /// - Parameters:
    ///   - languages: keep only these, nil for all.
    ///   - textField: the key or column under which documents lie.
    ///   - acceptsAnyName: whether names of files and folders that are no codes are taken for
    ///     languages too.
    /// - Throws: `InputError` for an input that holds no text, a language that it lacks, names that
    ///   are no codes, or a file that is named twice.
    public init(
        _ inputs: [String], languages: [String]? = nil,
        textField: String = TextFields.usual.text, acceptsAnyName: Bool = false
    ) throws {
        var paths: [String: [String]] = [:]
        var once = FilesOnce()
        for input in inputs {
            var walk = TextWalk(fields: TextFields(text: textField))
            var names = try LanguageNames(
                below: input, known: languages ?? [], acceptsAll: acceptsAnyName)
            let found = try Self.files(in: input, &walk, &names)
            passedOver.add(walk.passedOver)
            // Those that are asked for are known; whatever else there is does not matter.
            if languages == nil { try names.requireCodes(at: input) }
            try Self.require(
                !found.isEmpty || !names.unknown.isEmpty, "text", in: input, walk.passedOver)
            for (language, path) in found {
                if languages?.contains(language) ?? true { try once.add(path) }
                paths[language, default: []].append(path)
            }
        }
        for language in languages ?? [] where paths[language] == nil {
            let has = "The input has \(Self.summary(of: paths.keys.sorted()))."
            throw InputError(
                at: "--languages", expected: "languages of the input", found: language,
                remedy: passedOver.summary.map { "\(has) \($0)." } ?? has)
        }
        let kept = languages.map(Set.init) ?? Set(paths.keys)
        sources = try paths.filter { kept.contains($0.key) }.sorted { $0.key < $1.key }.map {
            try TextSource(language: $0.key, paths: $0.value, textField: textField)
        }
    }

    /// The files in files and folders whose documents can name their language.
    ///
    /// - Throws: `InputError` for an input without any, or a file that is named twice.
    public static func mixedFiles(
        _ inputs: [String], fields: TextFields
    ) throws -> (files: [String], passedOver: PassedOver) {
        var (files, passedOver) = ([String](), PassedOver())
        var once = FilesOnce()
        for input in inputs {
            var walk = TextWalk(fields: fields)
            let found = try walk.files(at: input)
            try require(
                !found.isEmpty, "documents that name their language", in: input, walk.passedOver)
            for file in found { try once.add(file.path) }
            files += found.map(\.path)
            passedOver.add(walk.passedOver)
        }
        return (files, passedOver)
    }

    private static func require(
        _ condition: Bool, _ what: String, in input: String, _ passedOver: PassedOver
    ) throws {
        guard !condition else { return }
        throw InputError(
            at: input,
            expected: "\(what) in \(TextFormat.endings) files, text perhaps with .gz or .zst",
            found: passedOver.summary.map { "none; \($0)" } ?? "none",
            remedy: passedOver.remedy ?? "Name a file or folder with text.")
    }

    private static func summary(of languages: [String]) -> String {
        let shown = languages.prefix(8).joined(separator: ", ")
        return languages.count > 8 ? "\(shown) and \(languages.count - 8) more" : shown
    }

    private static func files(
        in input: String, _ walk: inout TextWalk, _ names: inout LanguageNames
    ) throws -> [(language: String, path: String)] {
        if let equals = input.firstIndex(of: "="), try !Folder.exists(input) {
            let language = String(input[..<equals])
            try TextSource.check(language: language, at: input)
            let path = String(input[input.index(after: equals)...])
            return try walk.files(at: path).map { (language, $0.path) }
        }
        if input == "-" {
            throw InputError(
                at: "-", expected: "a language code for standard input", found: "none",
                remedy: "Write --language CODE, or --language-field NAME if each line names it.")
        }
        return try walk.files(at: input).compactMap { file in
            try names.language(of: file).map { ($0, file.path) }
        }
    }
}

extension TextSource {
    /// Throws where `language` cannot be the code of one.
    static func check(language: String, at location: String) throws {
        guard isCode(language) else {
            throw InputError(
                at: location, expected: "a language code of letters, digits, _ and -",
                found: "“\(language)”",
                remedy: "Name the file like deu_Latn.jsonl, or write --input deu_Latn=PATH.")
        }
    }
}
