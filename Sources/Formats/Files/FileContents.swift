import Diagnostics
import Glibc

/// Small files, read whole.
public enum FileContents {
    /// The bytes of the regular file at `path`.
    ///
    /// - Throws: `InputError` where it cannot be opened or read, or is no regular file.
    public static func read(_ path: String) throws -> [UInt8] {
        let file = try OpenedFile(path: path)
        var bytes = [UInt8](repeating: 0, count: file.size)
        var count = 0
        while true {
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: 1 << 12) }
            let size = try bytes.withUnsafeMutableBytes {
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
            }
            if size == 0 { break }
            count += size
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// The bytes of the file at `path`; nil where nothing is there.
    ///
    /// - Throws: `InputError` as `read`.
    public static func readIfPresent(_ path: String) throws -> [UInt8]? {
        try Folder.exists(path) ? read(path) : nil
    }
}

/// A regular file that is open for reading, and closed when it is released.
struct OpenedFile: ~Copyable {
    /// Where it is.
    let path: String
    /// Its size in bytes when it was opened.
    let size: Int
    /// What the system knows it by.
    let descriptor: Int32

    /// Opens the file at `path`. What is no regular file is refused without waiting for it, as
    /// opening a named pipe would.
    init(path: String) throws {
        self.path = path
        descriptor = openFile(path, O_RDONLY | O_NONBLOCK)
        guard descriptor >= 0 else { throw InputError.refused(path, expected: "a readable file") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw InputError.refused(path, expected: "a readable file", code: code)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw InputError(
                at: path, expected: "a regular file",
                found: Folder.kind(status.st_mode), remedy: "Check the path.")
        }
        guard !Self.isPointer(descriptor, size: Int(status.st_size)) else {
            close(descriptor)
            throw ContentKind.lfsPointer.error(at: path, expected: "the file itself")
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Whether a file is a git-lfs pointer: whatever was to be read, it is not here.
    private static func isPointer(_ descriptor: Int32, size: Int) -> Bool {
        guard size > 0, size < ContentKind.pointerLimit else { return false }
        let front = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(0, uninterrupted { pread(descriptor, buffer.baseAddress, size, 0) })
        }
        return ContentKind(front: front) == .lfsPointer
    }

    /// Reads the next bytes into `buffer`, which is not empty; 0 at the end.
    borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = uninterrupted { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else {
            throw InputError.refused(path, expected: "a file that can be read to its end")
        }
        return count
    }
}
