import Diagnostics
import Formats

/// The file `checkpoint.json`, written last into every checkpoint: what is in it.
public struct CheckpointRecord: Codable, Sendable, Equatable {
    /// One file of the checkpoint.
    public struct File: Codable, Sendable, Equatable {
        /// Size in bytes.
        public let bytes: Int
        /// The xxHash64 of the content, 16 hexadecimal digits.
        public let xxh64: String
    }

    /// Version of this file's layout.
    public let version: Int
    /// Place in the order of saving, growing by one from checkpoint to checkpoint of a store.
    public let number: Int
    /// Whether the store keeps this checkpoint however old it gets.
    public let isProtected: Bool
    /// Every other file, by its path inside the checkpoint.
    public let files: [String: File]

    /// The record's own name.
    public static let fileName = "checkpoint.json"
    private static let currentVersion = 1

    /// Describes the files that are in `folder` now.
    init(describing folder: String, number: Int, isProtected: Bool) throws {
        version = Self.currentVersion
        self.number = number
        self.isProtected = isProtected
        var files: [String: File] = [:]
        for path in try Self.paths(in: folder) where path != Self.fileName {
            let absolute = Folder.join(folder, path)
            files[path] = File(
                bytes: try MappedFile(path: absolute).count,
                xxh64: try Checksum.xxh64.digest(ofFileAt: absolute))
        }
        self.files = files
    }

    /// Reads the record of the checkpoint in `folder`.
    init(readingFrom folder: String) throws {
        let path = Folder.join(folder, Self.fileName)
        guard try Folder.exists(path) else {
            throw InputError(
                at: path, expected: "the list of a checkpoint's files", found: "no such file",
                remedy: "This folder is not a complete checkpoint: choose another one.")
        }
        self = try JSONFile.read(path)
        guard version == Self.currentVersion else {
            throw InputError(
                at: path, expected: "version \(Self.currentVersion)", found: "version \(version)",
                remedy: "Use the version of mmbert that wrote this checkpoint.")
        }
        guard (0...TrainerState.largestCount).contains(number) else {
            throw Self.damage(
                "\(path): number", expected: "a count from 0 to 2^53", found: "\(number)")
        }
        if let name = files.keys.sorted().first(where: { !Folder.isInside($0) }) {
            throw Self.damage(
                "\(path): files", expected: "paths inside the checkpoint", found: "\"\(name)\"")
        }
    }

    /// Writes the record into `folder`.
    func write(into folder: String) throws {
        try JSONFile.write(
            self, to: Folder.join(folder, Self.fileName), synchronized: false)
    }

    /// Compares the files in `folder` with the record: every one is there, of its size and hash.
    func verify(_ folder: String) throws {
        for (path, file) in files.sorted(by: { $0.key < $1.key }) {
            let absolute = Folder.join(folder, path)
            guard try Folder.exists(absolute) else {
                throw Self.damage(absolute, expected: "a file of the checkpoint", found: "none")
            }
            let bytes = try MappedFile(path: absolute).count
            guard bytes == file.bytes else {
                throw Self.damage(
                    absolute, expected: "\(file.bytes) bytes", found: "\(bytes) bytes")
            }
            let digest = try Checksum.xxh64.digest(ofFileAt: absolute)
            guard digest == file.xxh64 else {
                throw Self.damage(absolute, expected: "xxh64 \(file.xxh64)", found: digest)
            }
        }
    }

    private static func damage(_ path: String, expected: String, found: String) -> InputError {
        InputError(
            at: path, expected: expected, found: found,
            remedy: "The checkpoint is damaged: continue from another one.")
    }

    /// The files below `folder`, as paths inside it, sorted.
    private static func paths(in folder: String, under prefix: String = "") throws -> [String] {
        var paths: [String] = []
        for name in try Folder.contents(of: Folder.join(folder, prefix)) {
            let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
            if try Folder.isFolder(Folder.join(folder, path)) {
                paths += try Self.paths(in: folder, under: path)
            } else {
                paths.append(path)
            }
        }
        return paths
    }
}
