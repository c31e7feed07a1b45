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
        let file = try OpenedFile(path: path)
        self.path = path
        guard file.size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, file.size, PROT_READ, MAP_PRIVATE, file.descriptor, 0),
            start != MAP_FAILED
        else { throw InputError.refused(path, expected: "a file that can be mapped into memory") }
        bytes = UnsafeRawBufferPointer(start: start, count: file.size)
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
