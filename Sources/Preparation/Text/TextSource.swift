import Diagnostics
import Formats

/// The text files of one language.
public struct TextSource: Sendable, Equatable {
    /// The language's code, such as `deu_Latn`.
    public let language: String
    /// Its files, `-` for standard input, in the order in which they are read.
    public let paths: [String]
    /// The files' sizes as they are on disk, nil when one of them is not a regular file.
    public let size: Int?

    /// Whether documents are blocks of plain text or lines of JSON.
    enum Format {
        case plain
        case jsonLines

        init?(path: String) {
            var name = Folder.name(of: path)
            for compression in [".gz", ".zst"] where name.hasSuffix(compression) {
                name.removeLast(compression.count)
            }
            if name.hasSuffix(".txt") {
                self = .plain
            } else if name.hasSuffix(".jsonl") || path == "-" {
                self = .jsonLines
            } else {
                return nil
            }
        }
    }

    /// Finds the text in files and folders, one source per language in the order of codes.
    ///
    /// An input is a file `CODE.jsonl.zst` (or `.txt`, `.jsonl`, each also with `.gz` or `.zst`),
    /// a folder of such files or of folders named by code, or `CODE=PATH` where the code is not in
    /// the name, with `-` for JSON lines on standard input. Other files in folders are passed over.
    ///
    /// - Parameter languages: keep only these, nil for all.
    /// - Throws: `InputError` for an input that holds no text or a language that it lacks.
    public static func find(_ inputs: [String], languages: [String]? = nil) throws -> [TextSource] {
        var paths: [String: [String]] = [:]
        for input in inputs {
            let found = try files(in: input)
            if found.isEmpty {
                throw InputError(
                    at: input, expected: "text in .txt or .jsonl files, plain, .gz or .zst",
                    found: "none", remedy: "Name a file or folder with text.")
            }
            for (language, path) in found { paths[language, default: []].append(path) }
        }
        for language in languages ?? [] where paths[language] == nil {
            throw InputError(
                at: "--languages", expected: "languages of the input", found: language,
                remedy: "The input has \(Self.summary(of: paths.keys.sorted())).")
        }
        let kept = languages.map(Set.init) ?? Set(paths.keys)
        return paths.filter { kept.contains($0.key) }.sorted { $0.key < $1.key }.map {
            TextSource(language: $0.key, paths: $0.value)
        }
    }

    /// The files of JSON lines in files and folders, for text whose lines name their language.
    ///
    /// - Throws: `InputError` for an input without any.
    public static func mixedFiles(_ inputs: [String]) throws -> [String] {
        try inputs.flatMap { input in
            let found = try filesOfOneLanguage(input).filter { Format(path: $0) == .jsonLines }
            guard !found.isEmpty else {
                throw InputError(
                    at: input, expected: "JSON lines in .jsonl files, plain, .gz or .zst",
                    found: "none", remedy: "Plain text cannot name its language.")
            }
            return found
        }
    }

    init(language: String, paths: [String]) {
        self.language = language
        self.paths = paths
        var size: Int? = 0
        for path in paths { size = size.flatMap { sum in Self.size(of: path).map { sum + $0 } } }
        self.size = size
    }

    private static func size(of path: String) -> Int? {
        path == "-" ? nil : try? DecodedFile(path: path).size
    }

    private static func summary(of languages: [String]) -> String {
        let shown = languages.prefix(8).joined(separator: ", ")
        return languages.count > 8 ? "\(shown) and \(languages.count - 8) more" : shown
    }

    private static func files(in input: String) throws -> [(language: String, path: String)] {
        if let equals = input.firstIndex(of: "="), try !Folder.exists(input) {
            let language = String(input[..<equals])
            let path = String(input[input.index(after: equals)...])
            try check(language: language, at: input)
            return try filesOfOneLanguage(path).map { (language, $0) }
        }
        if input == "-" {
            throw InputError(
                at: "-", expected: "a language code for standard input", found: "none",
                remedy: "Write --language CODE, or --language-field NAME if each line names it.")
        }
        guard try Folder.isFolder(input) else {
            return try filesOfOneLanguage(input).map { (try language(ofFile: $0), $0) }
        }
        return try Folder.contents(of: input).filter { !$0.hasPrefix(".") }.flatMap {
            try files(named: $0, in: input)
        }
    }

    /// The text in an entry of an input folder: a folder of one language, or a file.
    private static func files(
        named name: String, in folder: String
    ) throws -> [(language: String, path: String)] {
        let path = Folder.join(folder, name)
        guard try Folder.isFolder(path) else {
            return Format(path: path) == nil ? [] : [(try language(ofFile: path), path)]
        }
        let files = try filesOfOneLanguage(path)
        if !files.isEmpty { try check(language: name, at: path) }
        return files.map { (name, $0) }
    }

    /// A file itself, or the text files in a folder.
    private static func filesOfOneLanguage(_ path: String) throws -> [String] {
        if try Folder.isFolder(path) {
            return try Folder.contents(of: path).map { Folder.join(path, $0) }
                .filter { try Format(path: $0) != nil && !Folder.isFolder($0) }
        }
        guard try path == "-" || Folder.exists(path) else {
            throw InputError(
                at: path, expected: "a file or folder with text", found: "nothing there",
                remedy: "Check the path.")
        }
        guard Format(path: path) != nil else {
            throw InputError(
                at: path, expected: "a name ending in .txt or .jsonl, perhaps with .gz or .zst",
                found: Folder.name(of: path), remedy: "Rename the file after what it holds.")
        }
        return [path]
    }

    /// The code is what stands before the first dot of a file's name.
    private static func language(ofFile path: String) throws -> String {
        let code = Folder.name(of: path).prefix { $0 != "." }
        try check(language: String(code), at: path)
        return String(code)
    }

    /// Whether `text` can be a language's code: letters, digits, `_` and `-`.
    public static func isCode(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 100
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    return true
                default: return false
                }
            }
    }

    private static func check(language: String, at location: String) throws {
        guard isCode(language) else {
            throw InputError(
                at: location, expected: "a language code of letters, digits, _ and -",
                found: "“\(language)”",
                remedy: "Name the file like deu_Latn.jsonl, or write --input deu_Latn=PATH.")
        }
    }
}
