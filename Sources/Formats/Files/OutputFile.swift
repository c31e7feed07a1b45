import Diagnostics
import Glibc

/// A file being written, buffered. It appears under its name only when `finish` has been called;
/// until then its bytes are in a temporary file beside it, which is removed if this object is
/// released unfinished.
public final class OutputFile {
    /// The name the finished file will have.
    public let path: String
    /// Bytes written so far, buffered ones included.
    public private(set) var position = 0

    private let temporary: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferSize = 1 << 18

    /// Creates the temporary file; the folder must exist.
    ///
    /// - Throws: `InputError` where it cannot be written, or where a folder, a named pipe, a
    ///   device or a stream such as `/dev/stdout` is at `path`: the finished file would take its
    ///   place.
    public init(path: String) throws {
        try Self.checkPlace(path)
        self.path = path
        temporary = TemporaryName.beside(path)
        descriptor = openFile(temporary, O_RDWR | O_CREAT | O_EXCL)
        guard descriptor >= 0 else {
            throw InputError.refused(path, expected: "a folder in which this file can be written")
        }
        buffer.reserveCapacity(Self.bufferSize)
    }

    private static func checkPlace(_ path: String) throws {
        func refused(_ found: String, at place: String) -> InputError {
            InputError(
                at: place, expected: "a path for a file, where nothing or a file is",
                found: found, remedy: "Name a file.")
        }
        guard !path.isEmpty else { throw refused("an empty path", at: "output") }
        guard let status = try Folder.look(at: path) else { return }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw refused(Folder.kind(status.st_mode), at: path)
        }
        // A file behind `/dev/stdout` would not be written: the link would become one.
        guard !Folder.isStream(path) else { throw refused("a stream of a program", at: path) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporary)
    }

    /// Appends `bytes`.
    public func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    /// Appends `text` as UTF-8.
    public func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Appends `bytes`.
    public func write(_ bytes: RawSpan) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        position += bytes.count
        if buffer.count + bytes.count > Self.bufferSize { try flush() }
        if bytes.count >= Self.bufferSize {
            try emit(bytes, at: nil)
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    /// Writes `bytes` at `offset` of the file, leaving `position` alone.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        try flush()
        try emit(bytes, at: offset)
    }

    /// Makes the file `size` bytes long, so that a full disk is noticed before the work is done.
    func reserve(_ size: Int) throws {
        var code: Int32
        repeat { code = posix_fallocate(descriptor, 0, off_t(size)) } while code == EINTR
        guard code == 0 || code == EOPNOTSUPP || code == EINVAL else { throw failure(code) }
        guard uninterrupted({ ftruncate(descriptor, off_t(size)) }) == 0 else {
            throw failure(errno)
        }
    }

    /// Hands buffered bytes to the operating system.
    public func flush() throws {
        guard !buffer.isEmpty else { return }
        try buffer.withUnsafeBytes { try emit($0, at: nil) }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Gives the file its name. With `synchronized`, content and name are on the disk when this
    /// returns, and a crash at any moment leaves either the old file or the new one.
    public func finish(synchronized: Bool = true) throws {
        precondition(descriptor >= 0, "OutputFile.finish: \(path) is already finished")
        try flush()
        if synchronized, uninterrupted({ fsync(descriptor) }) != 0 { throw failure(errno) }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0, rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw failure(code)
        }
        if synchronized { try Folder.synchronize(Folder.parent(of: path)) }
    }

    private func emit(_ bytes: UnsafeRawBufferPointer, at offset: Int?) throws {
        guard writeAll(bytes, to: descriptor, at: offset) else { throw failure(errno) }
    }

    private func failure(_ code: Int32) -> InputError {
        .refused(path, expected: "room and permission to write \(position) bytes", code: code)
    }
}
