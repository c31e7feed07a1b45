import Diagnostics
import Formats
import Foundation

/// Brings a file whose size and hash are known from a web server to this machine, resuming where
/// an earlier download stopped.
struct Download {
    let url: URL
    /// The address as messages name it.
    let name: String
    let file: MDSIndex.File
    /// Where its bytes are collected.
    let partialPath: String
    let client: HTTPClient
    let retries: Retries
    let cancellation: Cancellation
    /// Called with the number of bytes that are there.
    let progress: (Int) -> Void

    /// Most bytes asked for in one request, which bounds what waits in memory.
    private static let pieceBytes = 16 << 20
    /// A connection that brought this much was worth its attempt.
    private static let worthwhileBytes = 64 << 10

    /// Fills the file at `partialPath`, flushes it to the disk, and compares it with what is known
    /// about it. What does not match is fetched a second time from the front.
    ///
    /// - Throws: `InputError` that names the address; `CancellationError`.
    func run() throws {
        var mismatch = try fetch(isRefetch: false)
        if let first = mismatch {
            retries.notify(
                .warning(
                    "\(name): expected \(first.expected), found \(first.found); fetching it again"))
            _ = try AppendedFile(path: partialPath, keepingBytes: 0, isOwn: true)
            mismatch = try fetch(isRefetch: true)
        }
        guard let mismatch else { return }
        _ = try AppendedFile(path: partialPath, keepingBytes: 0, isOwn: true)
        throw InputError(
            at: name, expected: "\(mismatch.expected), as \(MDSIndex.fileName) says",
            found: "\(mismatch.found), twice",
            remedy: "The server's file and its \(MDSIndex.fileName) do not belong together: tell "
                + "its owner. If the data were replaced, begin a new run with an empty cache.")
    }

    /// What tells that the server has another file, before all of it is here.
    private struct OtherSize: Error {
        let found: String
    }

    private func fetch(isRefetch: Bool) throws -> FileMismatch? {
        var partial = try AppendedFile(path: partialPath, keepingBytes: file.bytes, isOwn: true)
        do {
            try retries.run(
                name, step: Self.worthwhileBytes, cancellation: cancellation,
                position: { partial.count }
            ) {
                while partial.count < file.bytes {
                    try fetchPiece(into: &partial, isRefetch)
                }
            }
        } catch let other as OtherSize {
            return FileMismatch(expected: "\(file.bytes) bytes", found: other.found)
        }
        try partial.synchronize()
        return try file.mismatch(ofFileAt: partialPath)
    }

    private func fetchPiece(into partial: inout AppendedFile, _ isRefetch: Bool) throws {
        let range = partial.count..<min(partial.count + Self.pieceBytes, file.bytes)
        var isFirst = true
        do {
            try client.get(
                url, range: range, limitBytes: file.bytes, isRefetch: isRefetch,
                cancellation: cancellation
            ) { head, piece in
                if let total = head.total, total != file.bytes {
                    throw OtherSize(found: "\(total)")
                }
                if isFirst, head.start != partial.count {
                    // A server that knows no parts gives the whole file.
                    partial = try AppendedFile(
                        path: partialPath, keepingBytes: head.start, isOwn: true)
                }
                isFirst = false
                if partial.count + piece.count > file.bytes { throw OtherSize(found: "more") }
                try partial.append(Array(piece))
                progress(partial.count)
            }
        } catch HTTPFailure.excess {
            throw OtherSize(found: "more")
        } catch HTTPFailure.status(416, _) {
            throw OtherSize(found: "at most \(range.lowerBound)")
        }
        if isFirst { throw HTTPFailure.nonsense("an answer without content") }
    }
}
