import Diagnostics
import Glibc

/// A whole file as read-only memory. Pages are fetched when they are touched and need no file
/// descriptor, so thousands of files can be open at once. The file must not be shortened while it
/// is mapped; replacing or removing it is harmless.
public final class MappedFile: @unchecked Sendable {
    /// Where the file is.
    public let path: String
    /// Its content; valid as long as this object lives.
    let bytes: UnsafeRawBufferPointer

    /// Size in bytes.
    public var count: Int { bytes.count }

    /// Maps the regular file at `path`; an `InputError` says why that fails.
    public init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError.refused(path, expected: "a readable file") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw InputError.refused(path, expected: "a readable file")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw InputError(
                at: path, expected: "a regular file", found: "a folder or device",
                remedy: "Check the path.")
        }
        self.path = path
        let count = Int(status.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
            start != MAP_FAILED
        else { throw InputError.refused(path, expected: "a file that can be mapped into memory") }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        if let start = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
        }
    }

    /// Calls `body` with the content.
    package func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        try body(bytes.bytes)
    }

    /// Lets the system take back the resident pages of `range` (they are read again when touched),
    /// so that reading through a large file does not grow the process.
    func release(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let lower = (range.lowerBound + page - 1) / page * page
        let upper = range.upperBound / page * page
        guard lower < upper, upper <= bytes.count, let start = bytes.baseAddress else { return }
        madvise(UnsafeMutableRawPointer(mutating: start + lower), upper - lower, MADV_DONTNEED)
    }
}
