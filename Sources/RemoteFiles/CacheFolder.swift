import Diagnostics
import Formats
import Foundation

/// The part of a cache that is on the disk: files, partial files, and how many bytes they are.
///
///     FOLDER/HOST-DIGEST/index.json
///                        shard.00000.mds.zstd
///                        shard.00001.mds.zstd.1234567.part
///     FOLDER/locks    which files are in use, and by whom (locks only, no content)
///           /used     bytes of complete and partial files, each partial file at its full size
///
/// Indexes are neither counted nor removed. Calls of one process come one at a time.
struct CacheFolder: Sendable {
    let path: String
    let limitBytes: Int
    let locks: RangeLocks

    /// Whether there is room.
    enum Reservation: Equatable {
        case made
        /// Everything that could be removed is in use; `elsewhere` also by other processes.
        case full(elsewhere: Bool)
    }

    private struct Entry {
        let relativePath: String
        let isPartial: Bool
        let bytes: Int
        let modified: Int
    }

    /// Opens the cache in the folder `path`, which is created if it is missing, and counts it.
    init(path: String, limitBytes: Int) throws {
        try Folder.create(path)
        self.path = path
        self.limitBytes = limitBytes
        locks = try RangeLocks(path: Folder.join(path, "locks"))
        try changing { try write(used: entries().reduce(0) { $0 + $1.bytes }) }
    }

    /// The path of a file of the cache.
    func path(of relativePath: String) -> String { Folder.join(path, relativePath) }

    /// Whether the complete file is there.
    func has(_ file: CachedFile) throws -> Bool {
        try Folder.status(of: path(of: file.relativePath))?.bytes == file.file.bytes
    }

    /// Makes room for `file` and begins its partial file, or finds the one that is there. Least
    /// recently used files make way, except those that `isInUse` names or other processes use.
    func reserve(_ file: CachedFile, isInUse: (String) -> Bool) throws -> Reservation {
        try changing {
            let partial = path(of: file.partialRelativePath)
            if try Folder.exists(partial) { return .made }
            var used = readUsed()
            var isUsedElsewhere = false
            if used + file.file.bytes > limitBytes {
                let entries = try entries()
                used = entries.reduce(0) { $0 + $1.bytes }
                for entry in entries.sorted(by: { $0.modified < $1.modified })
                where used + file.file.bytes > limitBytes && !isInUse(entry.relativePath) {
                    if try remove(entry) {
                        used -= entry.bytes
                    } else {
                        isUsedElsewhere = true
                    }
                }
            }
            guard used + file.file.bytes <= limitBytes else {
                try write(used: used)
                return .full(elsewhere: isUsedElsewhere)
            }
            try Folder.create(Folder.parent(of: partial))
            _ = try AppendedFile(path: partial, keepingBytes: 0)
            try write(used: used + file.file.bytes)
            return .made
        }
    }

    /// Gives the partial file of `file`, which is complete now, its name.
    func complete(_ file: CachedFile) throws {
        try changing {
            let place = path(of: file.relativePath)
            let replaced = try Folder.status(of: place)?.bytes ?? 0
            try Folder.rename(path(of: file.partialRelativePath), to: place)
            if replaced > 0 { try write(used: readUsed() - replaced) }
        }
    }

    /// Removes the complete file `file`, which is not what it should be.
    func discard(_ file: CachedFile) throws {
        try changing {
            let place = path(of: file.relativePath)
            guard let status = try Folder.status(of: place) else { return }
            try Folder.remove(place)
            try write(used: readUsed() - status.bytes)
        }
    }

    /// Runs `body` while no other process changes what is in the cache.
    private func changing<Result>(_ body: () throws -> Result) throws -> Result {
        try locks.lock(CacheLock.changes, .exclusive)
        defer { locks.unlock(CacheLock.changes) }
        return try body()
    }

    /// Removes a file that no other process uses; false if one does.
    private func remove(_ entry: Entry) throws -> Bool {
        let number = CacheLock.use(of: entry.relativePath)
        guard try locks.tryLock(number, .exclusive) else { return false }
        defer { locks.unlock(number) }
        let suffix = entry.isPartial ? ".\(entry.bytes)\(CachedFile.partialSuffix)" : ""
        try Folder.remove(path(of: entry.relativePath + suffix))
        return true
    }

    /// Everything that counts, from all folders of the cache.
    private func entries() throws -> [Entry] {
        var entries: [Entry] = []
        var folders = try Folder.contents(of: path)
        while let folder = folders.popLast() {
            guard let status = try Folder.status(of: path(of: folder)) else { continue }
            if status.isFolder {
                folders += try Folder.contents(of: path(of: folder)).map { "\(folder)/\($0)" }
            } else if folder.contains("/"), Folder.name(of: folder) != MDSIndex.fileName {
                entries.append(Self.entry(folder, status))
            }
        }
        return entries
    }

    private static func entry(_ path: String, _ status: Folder.Status) -> Entry {
        if path.hasSuffix(CachedFile.partialSuffix) {
            let stem = path.dropLast(CachedFile.partialSuffix.count)
            if let dot = stem.lastIndex(of: "."), let bytes = Int(stem[stem.index(after: dot)...]) {
                return Entry(
                    relativePath: String(stem[..<dot]), isPartial: true, bytes: bytes,
                    modified: status.modified)
            }
        }
        return Entry(
            relativePath: path, isPartial: false, bytes: status.bytes, modified: status.modified)
    }

    /// The count that the last change left; all there is if that cannot be read.
    private func readUsed() -> Int {
        let text = try? String(contentsOfFile: Folder.join(path, "used"), encoding: .utf8)
        return text.flatMap { Int($0) } ?? Int.max / 2
    }

    private func write(used: Int) throws {
        try AtomicFile.write("\(used)", to: Folder.join(path, "used"), synchronized: false)
    }
}
