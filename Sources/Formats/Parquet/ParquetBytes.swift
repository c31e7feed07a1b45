import Diagnostics
import Glibc

/// The bytes of a regular file, read at the places that are asked for.
final class ParquetBytes {
    /// Where the file is.
    let path: String
    /// Its size.
    let count: Int

    private let file: OpenedFile

    /// Opens the file at `path`.
    init(path: String) throws {
        self.path = path
        file = try OpenedFile(path: path)
        count = file.size
    }

    /// The bytes in `range`, which lies inside the file.
    func read(_ range: Range<Int>) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var done = 0
        while done < bytes.count {
            let size = bytes.withUnsafeMutableBytes { buffer in
                uninterrupted {
                    pread(
                        file.descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done,
                        off_t(range.lowerBound + done))
                }
            }
            guard size >= 0 else {
                throw InputError.refused(path, expected: "a file that can be read to its end")
            }
            guard size > 0 else {
                throw InputError.damaged(
                    path, expected: "\(count) bytes, as it had when it was opened", found: "fewer")
            }
            done += size
        }
        return bytes
    }
}
