import Diagnostics
import Formats

/// Splits text by the language that each document names, in one pass and bounded memory.
///
/// Text of many languages arrives mixed, perhaps through a pipe that gives it once. Documents
/// collect in memory and are appended as JSON lines to a compressed file per language. What cannot
/// be used is counted here, so that every line in the split files can be used.
struct LanguageSplit {
    /// What was passed over.
    private(set) var report = ReadingReport()
    /// Languages that were met.
    private(set) var languages: Set<String> = []

    /// The folder of the split files.
    let folder: String
    private let fields: TextFields
    private let kept: Set<String>?
    private var buffers: [String: [UInt8]] = [:]
    private var bufferedBytes = 0

    /// At most this many bytes wait in memory, of one language and of all.
    private static let largestBuffer = 1 << 20
    private static let mostBuffered = 1 << 26

    /// A split by the string under the language's field into files in `folder`, of `languages` only
    /// if given.
    init(fields: TextFields, into folder: String, languages: [String]?) {
        self.fields = fields
        self.folder = folder
        kept = languages.map(Set.init)
    }

    /// Reads the files at `paths`; `-` is standard input.
    ///
    /// - Parameter progress: called with the bytes of files and of text read so far.
    mutating func run(
        _ paths: [String], progress: (_ fileBytes: Int, _ textBytes: Int) -> Void
    ) throws {
        try Folder.create(folder)
        var (fileBytes, textBytes, count) = (0, 0, 0)
        for path in paths {
            var records = try TextFormat.reader(of: path, fields: fields)
            while let record = try records.next() {
                count += 1
                textBytes += record.text?.count ?? 0
                try add(record, from: path)
                if count % 4096 == 0 { progress(fileBytes + records.bytesRead, textBytes) }
            }
            fileBytes += records.bytesRead
        }
        progress(fileBytes, textBytes)
        for language in buffers.keys.sorted() { try flush(language) }
    }

    private mutating func add(_ record: TextRecord, from path: String) throws {
        func count(_ trouble: ReadingReport.Trouble) {
            report.count(trouble, at: path, line: record.place)
        }
        if let trouble = record.trouble { return count(trouble) }
        guard let code = record.language.flatMap({ String(validating: $0, as: UTF8.self) }),
            TextSource.isCode(code)
        else { return count(.noLanguage) }
        guard kept?.contains(code) ?? true else { return }
        if let trouble = record.reasonAgainst { return count(trouble) }
        let line = JSONLine.line(with: record.text ?? [])
        guard line.count <= TextFormat.longestRecord else { return count(.tooLong) }
        languages.insert(code)
        buffers[code, default: []].append(contentsOf: line)
        buffers[code]?.append(0x0a)
        bufferedBytes += line.count + 1
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
