import CXXHash
import Diagnostics

/// A hash that files are checked with, named as in MDS indexes.
public enum Checksum: String, CaseIterable, Codable, Sendable {
    case xxh32
    case xxh64
    case xxh128
    case xxh3_64
    case xxh3_128
    case sha1
    case sha256

    /// The hexadecimal digest of `bytes`, in lower case.
    public func digest(of bytes: [UInt8]) -> String { bytes.withUnsafeBytes { digest(of: $0) } }

    /// The hexadecimal digest of the file at `path`.
    public func digest(ofFileAt path: String) throws -> String {
        digest(of: try MappedFile(path: path))
    }

    /// The hexadecimal digest of `file`, read in pieces whose memory is given back.
    func digest(of file: MappedFile) -> String {
        let hasher = Hasher(self)
        let piece = 1 << 22
        for lower in stride(from: 0, to: file.count, by: piece) {
            let range = lower..<min(lower + piece, file.count)
            hasher.update(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
            file.release(range)
        }
        return hasher.digest()
    }

    func digest(of bytes: UnsafeRawBufferPointer) -> String {
        let hasher = Hasher(self)
        hasher.update(bytes)
        return hasher.digest()
    }
}

extension Checksum {
    /// A hash whose input arrives in pieces.
    final class Hasher {
        private enum State {
            case xxh32(OpaquePointer)
            case xxh64(OpaquePointer)
            case xxh3(OpaquePointer, wide: Bool)
            case sha1(SHA1)
            case sha256(SHA256)
        }

        private var state: State

        init(_ checksum: Checksum) {
            switch checksum {
            case .xxh32:
                let state = allocated(XXH32_createState())
                XXH32_reset(state, 0)
                self.state = .xxh32(state)
            case .xxh64:
                let state = allocated(XXH64_createState())
                XXH64_reset(state, 0)
                self.state = .xxh64(state)
            case .xxh3_64:
                let state = allocated(XXH3_createState())
                XXH3_64bits_reset(state)
                self.state = .xxh3(state, wide: false)
            case .xxh128, .xxh3_128:
                let state = allocated(XXH3_createState())
                XXH3_128bits_reset(state)
                self.state = .xxh3(state, wide: true)
            case .sha1: state = .sha1(SHA1())
            case .sha256: state = .sha256(SHA256())
            }
        }

        deinit {
            switch state {
            case .xxh32(let state): XXH32_freeState(state)
            case .xxh64(let state): XXH64_freeState(state)
            case .xxh3(let state, _): XXH3_freeState(state)
            case .sha1, .sha256: break
            }
        }

        func update(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count > 0 else { return }
            switch state {
            case .xxh32(let state): XXH32_update(state, bytes.baseAddress, bytes.count)
            case .xxh64(let state): XXH64_update(state, bytes.baseAddress, bytes.count)
            case .xxh3(let state, wide: false):
                XXH3_64bits_update(state, bytes.baseAddress, bytes.count)
            case .xxh3(let state, wide: true):
                XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
            case .sha1(var hash):
                hash.update(bytes)
                state = .sha1(hash)
            case .sha256(var hash):
                hash.update(bytes)
                state = .sha256(hash)
            }
        }

        /// The digest of everything so far.
        func digest() -> String {
            switch state {
            case .xxh32(let state): hexadecimal(XXH32_digest(state))
            case .xxh64(let state): hexadecimal(XXH64_digest(state))
            case .xxh3(let state, wide: false): hexadecimal(XXH3_64bits_digest(state))
            case .xxh3(let state, wide: true):
                { hexadecimal($0.high64) + hexadecimal($0.low64) }(XXH3_128bits_digest(state))
            case .sha1(let hash): hash.words().map(hexadecimal).joined()
            case .sha256(let hash): hash.words().map(hexadecimal).joined()
            }
        }
    }
}

private func allocated(_ state: OpaquePointer?) -> OpaquePointer {
    guard let state else { preconditionFailure("Checksum: no memory for a hash state") }
    return state
}

private func hexadecimal<Word: FixedWidthInteger & UnsignedInteger>(_ word: Word) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: Word.bitWidth / 4 - digits.count) + digits
}
