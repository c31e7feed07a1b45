import Formats
import Foundation

/// Which files of a cache the cache made: the only ones that it counts, replaces or removes.
///
/// For each folder of files a text file of that name, with a line `BYTES PATH` for every file that
/// was begun there, the path inside the folder with percent escapes. Lines are added while nobody
/// else changes the cache.
struct CacheLedger {
    /// A file that the cache made.
    struct File: Hashable {
        /// Its path inside the cache.
        let path: String
        /// Its size when it is complete.
        let bytes: Int
    }

    /// Where the ledger's files are.
    let folder: String

    /// The folders of the cache that the cache made.
    func folders() throws -> [String] {
        try Folder.contents(of: folder).filter { !$0.hasPrefix(".") }
    }

    /// The files that the cache made in its folder `name`. Lines that are damaged do not count, and
    /// neither do paths that lead elsewhere.
    func files(in name: String) throws -> Set<File> {
        let path = Folder.join(folder, name)
        guard try Folder.entry(at: path)?.kind == .file else { return [] }
        let bytes = try FileContents.read(path)
        let text = String(decoding: bytes, as: UTF8.self)
        return Set(text.split(separator: "\n").compactMap { Self.file($0, in: name) })
    }

    /// Notes that the cache is about to make `file`.
    func add(_ file: File) throws {
        let name = file.path.prefix { $0 != "/" }
        let inside = file.path.dropFirst(name.count + 1)
        let escaped = inside.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
        let ledger = try AppendedFile(
            path: Folder.join(folder, String(name)), keepingBytes: .max, isOwn: true)
        // What an interruption left of a line ends here.
        try ledger.append(Array("\n\(file.bytes) \(escaped)\n".utf8))
    }

    private static func file(_ line: Substring, in name: String) -> File? {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let bytes = Int(parts[0]),
            let path = parts[1].removingPercentEncoding, (0...MDSIndex.largestFile).contains(bytes),
            Folder.isInside(path)
        else { return nil }
        return File(path: "\(name)/\(path)", bytes: bytes)
    }
}
