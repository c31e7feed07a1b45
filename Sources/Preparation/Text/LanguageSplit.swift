import Diagnostics
import Formats

/// Splits JSON lines by the language that each names, in one pass and bounded memory.
///
/// Text of many languages arrives mixed, perhaps through a pipe that gives it once. Lines collect
/// in memory and are appended to a compressed file per language. Lines that cannot be used are
/// counted here, so that every line in the split files can be used.
struct LanguageSplit {
    /// What was passed over.
    private(set) var report = ReadingReport()
    /// Languages that were met.
    private(set) var languages: Set<String> = []

    private let field: String
    private let folder: String
    private let kept: Set<String>?
    private var buffers: [String: [UInt8]] = [:]
    private var bufferedBytes = 0

    /// At most this many bytes wait in memory, of one language and of all.
    private static let largestBuffer = 1 << 20
    private static let mostBuffered = 1 << 26

    /// A split by the string under `field` into files in `folder`, of `languages` only if given.
    init(field: String, into folder: String, languages: [String]?) {
        self.field = field
        self.folder = folder
        kept = languages.map(Set.init)
    }

    /// Reads the files at `paths`; `-` is standard input.
    ///
    /// - Parameter progress: called with the bytes of files and of lines read so far.
    mutating func run(
        _ paths: [String], progress: (_ fileBytes: Int, _ lineBytes: Int) -> Void
    ) throws {
        try Folder.create(folder)
        var (fileBytes, lineBytes, lines) = (0, 0, 0)
        for path in paths {
            var reader = try LineReader(
                path: path, largestLine: DocumentReader.longestLine, refusingPages: true)
            while let line = try reader.next() {
                lines += 1
                lineBytes += line.bytes.count + 1
                try add(line, from: path)
                if lines % 4096 == 0 { progress(fileBytes + reader.bytesRead, lineBytes) }
            }
            fileBytes += reader.bytesRead
        }
        progress(fileBytes, lineBytes)
        for language in buffers.keys.sorted() { try flush(language) }
    }

    private mutating func add(_ line: LineReader.Line, from path: String) throws {
        func count(_ trouble: ReadingReport.Trouble) {
            report.count(trouble, at: path, line: line.number)
        }
        if line.isContinued || line.continuesPrevious {
            if !line.continuesPrevious { count(.tooLong) }
            return
        }
        guard line.bytes.contains(where: { $0 > 0x20 }) else { return count(.empty) }
        let found: [[UInt8]?]
        do {
            found = try JSONLine.strings(for: [field, "text"], in: line.bytes)
        } catch {
            return count(.malformedJSON)
        }
        guard let code = found[0].flatMap({ String(validating: $0, as: UTF8.self) }),
            TextSource.isCode(code)
        else { return count(.noLanguage) }
        guard kept?.contains(code) ?? true else { return }
        guard let text = found[1] else { return count(.noText) }
        if let trouble = ReadingReport.Trouble(of: text) { return count(trouble) }
        languages.insert(code)
        buffers[code, default: []].append(contentsOf: line.bytes)
        buffers[code]?.append(0x0a)
        bufferedBytes += line.bytes.count + 1
        if buffers[code, default: []].count >= Self.largestBuffer { try flush(code) }
        if bufferedBytes >= Self.mostBuffered {
            for language in buffers.keys.sorted() { try flush(language) }
        }
    }

    /// The file of a language.
    static func path(of language: String, in folder: String) -> String {
        Folder.join(folder, "\(language).jsonl.zst")
    }

    /// Appends a frame to the language's file.
    private mutating func flush(_ language: String) throws {
        guard let bytes = buffers.removeValue(forKey: language), !bytes.isEmpty else { return }
        let file = try AppendedFile(
            path: Self.path(of: language, in: folder), keepingBytes: .max)
        try file.append(Zstd.compress(bytes, level: 1))
        bufferedBytes -= bytes.count
    }
}
