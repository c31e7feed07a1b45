import COpenSSL
import CXXHash
import Diagnostics

/// A hash that files are checked with, named as in MDS indexes: all that mosaicml-streaming writes.
public enum Checksum: String, CaseIterable, Codable, Sendable {
    case xxh32
    case xxh64
    case xxh128
    case xxh3_64
    case xxh3_128
    case md5
    case sha1
    case sha224
    case sha256
    case sha384
    case sha512
    case sha3_224
    case sha3_256
    case sha3_384
    case sha3_512
    case blake2b
    case blake2s

    /// The hexadecimal digest of `bytes`, in lower case.
    public func digest(of bytes: [UInt8]) -> String { bytes.withUnsafeBytes { digest(of: $0) } }

    /// The hexadecimal digest of all bytes that `body` hands to its parameter, in its order.
    package func digest(
        ofPieces body: (_ add: (Span<Float>) -> Void) throws -> Void
    ) rethrows -> String {
        let hasher = Hasher(self)
        try body { $0.withUnsafeBytes { hasher.update($0) } }
        return hasher.digest()
    }

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

    /// The name by which OpenSSL knows it; Python's hashlib writes some otherwise.
    private var nameInOpenSSL: String {
        switch self {
        case .sha3_224, .sha3_256, .sha3_384, .sha3_512: "sha3-\(rawValue.dropFirst(5))"
        case .blake2b: "blake2b512"
        case .blake2s: "blake2s256"
        default: rawValue
        }
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
            case secure(OpaquePointer)
        }

        private let state: State

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
            case .md5, .sha1, .sha224, .sha256, .sha384, .sha512, .sha3_224, .sha3_256, .sha3_384,
                .sha3_512, .blake2b, .blake2s:
                let state = allocated(EVP_MD_CTX_new())
                let started = EVP_DigestInit_ex(
                    state, EVP_get_digestbyname(checksum.nameInOpenSSL), nil)
                precondition(started == 1, "Checksum: OpenSSL has no \(checksum.nameInOpenSSL)")
                self.state = .secure(state)
            }
        }

        deinit {
            switch state {
            case .xxh32(let state): XXH32_freeState(state)
            case .xxh64(let state): XXH64_freeState(state)
            case .xxh3(let state, _): XXH3_freeState(state)
            case .secure(let state): EVP_MD_CTX_free(state)
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
            case .secure(let state): EVP_DigestUpdate(state, bytes.baseAddress, bytes.count)
            }
        }

        /// The digest of everything; nothing may be added after it.
        func digest() -> String {
            switch state {
            case .xxh32(let state): hexadecimal(XXH32_digest(state))
            case .xxh64(let state): hexadecimal(XXH64_digest(state))
            case .xxh3(let state, wide: false): hexadecimal(XXH3_64bits_digest(state))
            case .xxh3(let state, wide: true):
                { hexadecimal($0.high64) + hexadecimal($0.low64) }(XXH3_128bits_digest(state))
            case .secure(let state): Self.digest(state)
            }
        }

        private static func digest(_ state: OpaquePointer) -> String {
            var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            var count: UInt32 = 0
            EVP_DigestFinal_ex(state, &bytes, &count)
            return bytes.prefix(Int(count)).map(hexadecimal).joined()
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
