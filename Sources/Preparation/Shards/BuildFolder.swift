import Diagnostics
import Formats

/// The folder of a build that is not complete: `OUTPUT.partial`, which gets its name when it is.
///
/// A language counts as done when its record is there, which is written after its shards; a build
/// that was interrupted keeps those and does the others again.
///
///     OUTPUT.partial/train/, held-out/     shards
///                    .build/options.json   what the build depends on
///                           done/CODE.json a language that is complete
///                           text/          lines that were split by language
///                           lock           held while a build runs
final class BuildFolder {
    /// What a build depends on besides the text.
    struct Options: Codable, Equatable {
        /// Counts changes of what a build makes of the same text and options.
        var version = 2
        var context: Int
        var heldOut: String
        var seed: UInt64
        /// A hash of the tokenizer's model.
        var tokenizer: String
        var languageField: String?
        /// Where documents lie, nil for the usual key.
        var textField: String?
    }

    /// A language that is complete.
    struct Record: Codable, Equatable {
        var files: [TextFile]
        var documents: Int
        var bytes: Int
        var training: Count
        var heldOut: Count?
        var report: ReadingReport

        struct Count: Codable, Equatable {
            var samples: Int
            var tokens: Int
        }
    }

    /// Where it is.
    let path: String
    private let output: String
    private let lock: FileLock

    /// What recipes name, written last.
    static let manifest = "manifest.yaml"

    /// What the build itself needs, gone when it is complete.
    private static let bookkeeping = ".build"

    /// Creates the folder of a build of `output`, or resumes the one that was interrupted.
    ///
    /// - Parameter restarting: whether to start from the beginning whatever is there.
    /// - Throws: `InputError` if `output` is there, another process builds it, or what was
    ///   interrupted had other options.
    init(output: String, options: Options, restarting: Bool) throws {
        guard try !Folder.exists(output) else {
            let isBuilt = try Folder.exists(Folder.join(output, Self.manifest))
            throw InputError(
                at: output, expected: "a path where nothing is yet",
                found: isBuilt ? "shards that are complete" : "a file or folder",
                remedy: isBuilt
                    ? "Use them, or remove them or choose another path to build again."
                    : "Remove it or choose another path.")
        }
        self.output = output
        path = "\(output).partial"
        let inner = Folder.join(path, Self.bookkeeping)
        // An empty folder is a build that was killed between creating it and what is in it.
        guard try Folder.exists(inner) || !Folder.exists(path) || Folder.contents(of: path).isEmpty
        else {
            throw InputError(
                at: path, expected: "nothing, or an interrupted build", found: "something else",
                remedy: "Move it away or choose another output.")
        }
        try Folder.create(inner)
        guard let lock = try FileLock(path: Folder.join(inner, "lock")) else {
            throw InputError(
                at: path, expected: "a build that no process works on", found: "one that runs",
                remedy: "Wait for it or choose another output.")
        }
        self.lock = lock
        if restarting { try clear() }
        let file = Folder.join(inner, "options.json")
        if try Folder.exists(file) {
            try Self.compare(options, with: JSONFile.read(file), at: path)
        } else {
            try clear()
            try JSONFile.write(options, to: file, synchronized: false)
        }
        try Folder.create(Folder.join(inner, "done"))
        try Folder.remove(Folder.join(inner, "runs"))
        for place in [path, inner, Folder.join(inner, "done")] {
            try AtomicFolder.removeLeftovers(in: place)
        }
    }

    /// A path in the folder that is gone when the build is complete.
    func temporary(_ name: String) -> String { Folder.join(place(Self.bookkeeping), name) }

    /// A path in the folder.
    func place(_ name: String) -> String { Folder.join(path, name) }

    private func record(of language: String) -> String { temporary("done/\(language).json") }

    /// The record of a language that is complete and whose text has not changed; its files are
    /// compared with their hashes. What else is there of the language is removed.
    func finished(_ source: TextSource) throws -> Record? {
        let file = record(of: source.language)
        if let files = try TextFile.all(source.paths), try Folder.exists(file),
            let record: Record = try? JSONFile.read(file), record.files == files,
            record.isPossible, isWhole("train", source.language, record.training),
            isWhole("held-out", source.language, record.heldOut)
        {
            return record
        }
        try forget(source.language)
        return nil
    }

    /// Records in the folder at `path` that a language is complete.
    static func finish(_ source: TextSource, _ record: Record, in path: String) throws {
        let file = Folder.join(path, "\(bookkeeping)/done/\(source.language).json")
        try JSONFile.write(record, to: file, synchronized: false)
    }

    /// Removes what is there of languages other than `languages`.
    func keepOnly(_ languages: Set<String>) throws {
        var found: Set<String> = []
        for name in ["train", "held-out"] where try Folder.exists(place(name)) {
            found.formUnion(try Folder.contents(of: place(name)))
        }
        for language in found.subtracting(languages) { try forget(language) }
    }

    /// Whether a language is complete.
    var hasFinished: Bool {
        get throws {
            let records = temporary("done")
            return try Folder.exists(records) && !Folder.contents(of: records).isEmpty
        }
    }

    /// Flushes everything to the disk and gives the folder its name: from then on the result is
    /// complete. Returns the error of removing what the build needed for itself, which changes
    /// nothing about that.
    func complete() throws -> InputError? {
        try AtomicFolder.place(path, at: output)
        let bookkeeping = Folder.join(output, Self.bookkeeping)
        do {
            try Folder.remove(bookkeeping)
            return nil
        } catch {
            return error as? InputError
                ?? InputError(
                    at: bookkeeping, expected: "a folder that can be removed", found: "\(error)",
                    remedy: "Remove it by hand.")
        }
    }

    /// Removes the folder.
    func discard() {
        try? Folder.remove(path)
    }

    /// Removes everything but the lock.
    private func clear() throws {
        for name in try Folder.contents(of: path) where name != Self.bookkeeping {
            try Folder.remove(place(name))
        }
        for name in try Folder.contents(of: place(Self.bookkeeping)) where name != "lock" {
            try Folder.remove(temporary(name))
        }
    }

    private func forget(_ language: String) throws {
        try Folder.remove(record(of: language))
        try Folder.remove(place("train/\(language)"))
        try Folder.remove(place("held-out/\(language)"))
    }

    /// Whether the shards of a language are those that were written.
    private func isWhole(_ part: String, _ language: String, _ count: Record.Count?) -> Bool {
        guard let count else { return true }
        let folder = place("\(part)/\(language)")
        guard let index = try? MDSIndex(folder: folder), index.samples == count.samples else {
            return false
        }
        return index.shards.allSatisfy { shard in
            let file = shard.zip ?? shard.raw
            let mismatch = try? file.mismatch(ofFileAt: Folder.join(folder, file.basename))
            return mismatch == .some(nil)
        }
    }

    private static func compare(_ options: Options, with other: Options, at path: String) throws {
        let pairs = [
            ("version of the shards", "\(options.version)", "\(other.version)"),
            ("--context", "\(options.context)", "\(other.context)"),
            ("--held-out", options.heldOut, other.heldOut),
            ("--seed", "\(options.seed)", "\(other.seed)"),
            ("tokenizer with hash", options.tokenizer, other.tokenizer),
            ("--language-field", options.languageField ?? "none", other.languageField ?? "none"),
            ("--text-field", options.textField ?? "text", other.textField ?? "text"),
        ]
        for (name, here, there) in pairs where here != there {
            throw InputError(
                at: path, expected: "\(name) \(there), as in the interrupted build",
                found: here,
                remedy: "Give the same options to resume, or --restart to start again.")
        }
    }
}

/// A text file as it was when it was read.
struct TextFile: Codable, Equatable {
    var path: String
    var size: Int
    /// When it was changed last, in nanoseconds since 1970.
    var changed: Int

    /// The files at `paths`; nil if one of them is not a regular file, such as standard input.
    static func all(_ paths: [String]) throws -> [TextFile]? {
        var files: [TextFile] = []
        for path in paths {
            guard path != "-", let status = try Folder.status(of: path), !status.isFolder else {
                return nil
            }
            files.append(TextFile(path: path, size: status.bytes, changed: status.modified))
        }
        return files
    }
}
