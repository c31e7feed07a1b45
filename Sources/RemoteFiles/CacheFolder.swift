import Diagnostics
import Formats
import Foundation

/// The part of a cache that is on the disk: files, partial files, and how many bytes they are.
///
///     FOLDER/HOST-DIGEST/index.json
///                        shard.00000.mds.zstd
///                        shard.00001.mds.zstd.1234567.part
///     FOLDER/.mmbert-cache/files/HOST-DIGEST   which of these files the cache made
///                         /locks               which are in use, and by whom (no content)
///                         /used                bytes of complete and partial files, each partial
///                                              file at its full size
///
/// Indexes are neither counted nor removed. What the cache did not make, it leaves as it is, and
/// it follows no link. Calls of one process come one at a time.
struct CacheFolder: Sendable {
    let path: String
    let limitBytes: Int
    let locks: RangeLocks
    let ledger: CacheLedger

    static let stateName = ".mmbert-cache"

    /// Whether there is room.
    enum Reservation: Equatable {
        case made
        /// Everything that could be removed is in use; `elsewhere` also by other processes.
        case full(elsewhere: Bool)
    }

    private struct Entry {
        let file: CacheLedger.File
        let isPartial: Bool
        let modified: Int
    }

    /// Opens the cache in the folder `path`, which is created if it is missing, and counts it.
    init(path: String, limitBytes: Int) throws {
        let state = Folder.join(path, Self.stateName)
        try Folder.create(path)
        if let entry = try Folder.entry(at: state), entry.kind != .folder {
            throw Self.stranger(state, expected: "the folder of the cache's own notes")
        }
        ledger = CacheLedger(folder: Folder.join(state, "files"))
        try Folder.create(ledger.folder)
        self.path = path
        self.limitBytes = limitBytes
        locks = try RangeLocks(path: Folder.join(state, "locks"))
        try changing { try write(used: entries().reduce(0) { $0 + $1.file.bytes }) }
    }

    /// The path of a file of the cache.
    func path(of relativePath: String) -> String { Folder.join(path, relativePath) }

    /// Whether the complete file is there.
    ///
    /// - Throws: `InputError` where a folder on the way is none that the cache made.
    func has(_ file: CachedFile) throws -> Bool {
        guard let entry = try entry(at: file.relativePath) else { return false }
        return entry.kind == .file && entry.bytes == file.file.bytes
    }

    /// Makes room for `file` and begins its partial file, or finds the one that is there. Least
    /// recently used files make way, except those that `isInUse` names or other processes use.
    func reserve(_ file: CachedFile, isInUse: (String) -> Bool) throws -> Reservation {
        try changing {
            let made = try requireOwn([file.relativePath, file.partialRelativePath], of: file)
            if made.contains(file.partialRelativePath) { return .made }
            let (used, isUsedElsewhere) = try makeRoom(for: file, isInUse: isInUse)
            guard used + file.file.bytes <= limitBytes else {
                try write(used: used)
                return .full(elsewhere: isUsedElsewhere)
            }
            let partial = path(of: file.partialRelativePath)
            try Folder.create(Folder.parent(of: partial))
            try ledger.add(file.made)
            _ = try AppendedFile(path: partial, keepingBytes: 0, isOwn: true)
            try write(used: used + file.file.bytes)
            return .made
        }
    }

    /// Removes least recently used files until there is room for `file`; the bytes in use then, and
    /// whether other processes kept some from being removed.
    private func makeRoom(
        for file: CachedFile, isInUse: (String) -> Bool
    ) throws -> (used: Int, isUsedElsewhere: Bool) {
        var used = readUsed()
        var isUsedElsewhere = false
        guard used + file.file.bytes > limitBytes else { return (used, false) }
        let entries = try entries()
        used = entries.reduce(0) { $0 + $1.file.bytes }
        for entry in entries.sorted(by: { $0.modified < $1.modified })
        where used + file.file.bytes > limitBytes && !isInUse(entry.file.path) {
            if try remove(entry) {
                used -= entry.file.bytes
            } else {
                isUsedElsewhere = true
            }
        }
        return (used, isUsedElsewhere)
    }

    /// Gives the partial file of `file`, which is complete now, its name.
    func complete(_ file: CachedFile) throws {
        try changing {
            let made = try requireOwn([file.relativePath], of: file)
            let place = path(of: file.relativePath)
            let replaced = made.isEmpty ? 0 : try Folder.entry(at: place)?.bytes ?? 0
            try Folder.rename(path(of: file.partialRelativePath), to: place)
            if replaced > 0 { try write(used: max(0, readUsed() - replaced)) }
        }
    }

    /// Removes the complete file `file`, which is not what it should be.
    func discard(_ file: CachedFile) throws {
        try changing {
            guard try !requireOwn([file.relativePath], of: file).isEmpty else { return }
            let place = path(of: file.relativePath)
            let bytes = try Folder.entry(at: place)?.bytes ?? 0
            try Folder.remove(place)
            try write(used: max(0, readUsed() - bytes))
        }
    }

    /// Checks that a file of the cache may be read or replaced at `relativePath`: that what is
    /// there, and every folder on the way, is no link.
    func requireNoLink(to relativePath: String) throws {
        guard let entry = try entry(at: relativePath), entry.kind != .file else { return }
        throw Self.stranger(path(of: relativePath), expected: "a file of the cache")
    }

    /// Which of `paths`, where `file` is to be, are there.
    ///
    /// - Throws: `InputError` where one of them is something that the cache did not make.
    private func requireOwn(_ paths: [String], of file: CachedFile) throws -> Set<String> {
        let present = try paths.filter { try entry(at: $0) != nil }
        guard !present.isEmpty else { return [] }
        let made = try ledger.files(in: file.folderName)
        for path in present {
            let isMade = made.contains { $0.path == file.relativePath }
            guard isMade, try entry(at: path)?.kind == .file else {
                throw Self.stranger(self.path(of: path), expected: "a file that the cache made")
            }
        }
        return Set(present)
    }

    /// What is at a path inside the cache; nil for nothing.
    ///
    /// - Throws: `InputError` where one of the folders on the way is none, but a link for example.
    private func entry(at relativePath: String) throws -> Folder.Entry? {
        if let stray = try strayFolder(above: relativePath) {
            throw Self.stranger(stray, expected: "a folder that the cache made")
        }
        return try Folder.entry(at: path(of: relativePath))
    }

    /// The first of the folders that lead to a path inside the cache that is none.
    private func strayFolder(above relativePath: String) throws -> String? {
        let parts = relativePath.split(separator: "/")
        for count in 1..<max(1, parts.count) {
            let folder = path(of: parts.prefix(count).joined(separator: "/"))
            guard let entry = try Folder.entry(at: folder) else { return nil }
            if entry.kind != .folder { return folder }
        }
        return nil
    }

    private static func stranger(_ path: String, expected: String) -> InputError {
        InputError(
            at: path, expected: expected, found: "something else, or a link",
            remedy: "Move it out of the cache, or name another folder in cache.folder.")
    }

    /// Runs `body` while no other process changes what is in the cache.
    private func changing<Result>(_ body: () throws -> Result) throws -> Result {
        try locks.lock(CacheLock.changes, .exclusive)
        defer { locks.unlock(CacheLock.changes) }
        return try body()
    }

    /// Removes a file that no other process uses; false if one does.
    private func remove(_ entry: Entry) throws -> Bool {
        let number = CacheLock.use(of: entry.file.path)
        guard try locks.tryLock(number, .exclusive) else { return false }
        defer { locks.unlock(number) }
        try Folder.remove(path(of: entry.isPartial ? entry.file.partialPath : entry.file.path))
        return true
    }

    /// Everything that counts: the files that the cache made and that are still there.
    private func entries() throws -> [Entry] {
        try ledger.folders().flatMap { name in
            try ledger.files(in: name).flatMap { file in
                try [false, true].compactMap { isPartial in
                    let path = isPartial ? file.partialPath : file.path
                    guard try strayFolder(above: path) == nil,
                        let entry = try entry(at: path), entry.kind == .file,
                        isPartial || entry.bytes == file.bytes
                    else { return nil }
                    return Entry(file: file, isPartial: isPartial, modified: entry.modified)
                }
            }
        }
    }

    /// The count that the last change left; all there is if that cannot be read.
    private func readUsed() -> Int {
        let place = Folder.join(Folder.parent(of: locks.path), "used")
        let text = try? String(decoding: FileContents.read(place), as: UTF8.self)
        let used = text.flatMap { Int($0) } ?? -1
        return (0...Int.max / 2).contains(used) ? used : Int.max / 2
    }

    private func write(used: Int) throws {
        try AtomicFile.write(
            "\(used)", to: Folder.join(Folder.parent(of: locks.path), "used"), synchronized: false)
    }
}
