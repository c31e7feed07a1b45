import Diagnostics

/// How a file differs from what is known about it.
public struct FileMismatch: Equatable, Sendable {
    /// What is known: `xxh64 0123…`, `4096 bytes`.
    public let expected: String
    /// What is there.
    public let found: String

    /// `found` in place of `expected`.
    public init(expected: String, found: String) {
        (self.expected, self.found) = (expected, found)
    }
}

extension MDSIndex.File {
    /// Compares the file at `path` with the size in the index and with the hash that is fastest to
    /// compute; nil if it is the file. Without a hash of a known kind the size decides.
    public func mismatch(ofFileAt path: String) throws -> FileMismatch? {
        let file = try MappedFile(path: path)
        guard file.count == bytes else {
            return FileMismatch(expected: "\(bytes) bytes", found: "\(file.count)")
        }
        return mismatch(of: file)
    }

    /// Compares the content of `file` with the hash that is fastest to compute.
    func mismatch(of file: MappedFile) -> FileMismatch? {
        let known = Checksum.bySpeed.first { hashes[$0.rawValue] != nil }
        guard let checksum = known else { return nil }
        let expected = hashes[checksum.rawValue] ?? ""
        let found = checksum.digest(of: file)
        guard found != expected.lowercased() else { return nil }
        return FileMismatch(expected: "\(checksum.rawValue) \(expected)", found: found)
    }
}

extension Checksum {
    /// Every algorithm, about the fastest first.
    fileprivate static let bySpeed: [Checksum] = [
        .xxh3_64, .xxh3_128, .xxh128, .xxh64, .xxh32, .sha1, .sha256, .sha224, .blake2b, .md5,
        .sha512, .sha384, .blake2s, .sha3_224, .sha3_256, .sha3_384, .sha3_512,
    ]
}
