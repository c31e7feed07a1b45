import CZstd
import Diagnostics
import Glibc

/// The uncompressed bytes of a shard from front to back. A compressed shard is decompressed as a
/// stream: memory is zstd's window and a small buffer, not the shard.
final class ShardBytes {
    /// The file that is read.
    let file: MappedFile
    /// Size of the uncompressed shard, as the index says.
    let count: Int
    /// Where the next byte is in the uncompressed shard.
    private(set) var position = 0

    private let decoder: ZstdDecoder?
    private var input: ZSTD_inBuffer
    private var buffer: UnsafeMutableRawBufferPointer
    private var available = 0..<0
    private var released = 0

    private static let smallestBuffer = 1 << 15
    private static let releaseInterval = 1 << 17

    /// The shard of `count` bytes that `file` holds, as one or more zstd frames if `isCompressed`.
    init(file: MappedFile, isCompressed: Bool, count: Int) throws {
        self.file = file
        self.count = count
        input = ZSTD_inBuffer(src: file.bytes.baseAddress, size: file.count, pos: 0)
        decoder = isCompressed ? try ZstdDecoder(path: file.path) : nil
        buffer = .allocate(byteCount: isCompressed ? Self.smallestBuffer : 0, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// The next `count` bytes, valid until the next call.
    func next(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count <= self.count - position else { throw tooShort(count) }
        defer { position += count }
        guard decoder != nil else {
            releaseConsumed(upTo: position)
            return UnsafeRawBufferPointer(rebasing: file.bytes[position..<(position + count)])
        }
        while available.count < count { try fill(atLeast: count) }
        defer { available = (available.lowerBound + count)..<available.upperBound }
        return UnsafeRawBufferPointer(rebasing: buffer[available.prefix(count)])
    }

    /// Leaves out `count` bytes.
    func skip(_ count: Int) throws {
        guard count <= self.count - position else { throw tooShort(count) }
        position += count
        guard decoder != nil else { return }
        var rest = count
        while rest > available.count {
            rest -= available.count
            available = 0..<0
            try fill(atLeast: 1)
        }
        available = (available.lowerBound + rest)..<available.upperBound
    }

    /// Checks, after the last byte, that the file ends as well.
    func finish() throws {
        guard let decoder, position == count else { return }
        var extra: UInt8 = 0
        let surplus = try withUnsafeMutableBytes(of: &extra) {
            try decoder.decode(&input, into: $0)
        }
        guard available.isEmpty, surplus == 0 else {
            throw InputError.damaged(
                file.path,
                expected: "\(count) bytes when decompressed, as \(MDSIndex.fileName) says",
                found: "more")
        }
        try decoder.finish()
    }

    /// Decompresses more after what is available; `wanted` is the room that must be there.
    private func fill(atLeast wanted: Int) throws {
        guard let decoder, let start = buffer.baseAddress else { return }
        if available.lowerBound > 0 {
            memmove(start, start + available.lowerBound, available.count)
            available = 0..<available.count
        }
        if available.count == buffer.count {
            // Grown only as far as bytes really came, so that a false size costs nothing.
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(buffer.count, min(2 * buffer.count, wanted + Self.smallestBuffer)),
                alignment: 64)
            larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
            buffer.deallocate()
            buffer = larger
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[available.count...])
        let decoded = try decoder.decode(&input, into: room)
        guard decoded > 0 else {
            throw InputError.damaged(
                file.path,
                expected: "\(count) bytes when decompressed, as \(MDSIndex.fileName) says",
                found: "fewer")
        }
        available = 0..<(available.count + decoded)
        releaseConsumed(upTo: input.pos)
    }

    private func releaseConsumed(upTo end: Int) {
        guard end - released >= Self.releaseInterval else { return }
        file.release(released..<end)
        released = end
    }

    private func tooShort(_ wanted: Int) -> InputError {
        .damaged(
            file.path, expected: "\(wanted) more bytes at byte \(position) of the shard",
            found: "\(count - position)")
    }
}
