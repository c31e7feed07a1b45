import Diagnostics
import Foundation

/// A tensor in a safetensors file.
public struct SafetensorsTensor: Equatable, Sendable {
    /// Its name, such as `model.final_norm.weight`.
    public let name: String
    /// Its number format.
    public let element: SafetensorsElement
    /// Its dimensions, outermost first; empty for a single number.
    public let shape: [Int]
    /// Where its bytes are in the file.
    let range: Range<Int>

    /// Count of numbers.
    public var count: Int { range.count / element.size }

    /// The indexes of one of its numbers, outermost first.
    func indexes(of number: Int) -> [Int] {
        var indexes: [Int] = []
        var number = number
        for size in shape.reversed() {
            indexes.append(number % max(size, 1))
            number /= max(size, 1)
        }
        return indexes.reversed()
    }
}

/// A safetensors file, mapped into memory. The whole header is checked when the file is opened:
/// tensors tile the file without holes or overlaps and have the sizes that their shapes say.
public final class SafetensorsFile: Sendable {
    /// Where the file is.
    public var path: String { file.path }
    /// The tensors in the order of their bytes.
    public let tensors: [SafetensorsTensor]
    /// The free text that the header holds, such as `format: pt`.
    public let metadata: [String: String]

    private let file: MappedFile
    private let positions: [String: Int]

    /// A longer header is refused, as the reference reader does.
    static let largestHeader = 100_000_000

    /// Opens the file at `path`; an `InputError` says what is wrong with it.
    public init(path: String) throws {
        file = try MappedFile(path: path)
        let header = try Self.header(of: file)
        metadata = header.metadata
        tensors = try header.tensors(path: path, start: header.end, end: file.count)
        positions = Dictionary(
            tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The tensor of that name, or nil.
    public func tensor(named name: String) -> SafetensorsTensor? {
        positions[name].map { tensors[$0] }
    }

    /// The numbers of a tensor of F32, F16, BF16 or F64, as `Float`, whatever they are.
    package func floats(_ name: String) throws -> [Float] {
        let tensor = try floatTensor(name)
        return decoded(tensor, 0..<tensor.count)
    }

    /// The numbers of a tensor of floats in `range`.
    func decoded(_ tensor: SafetensorsTensor, _ range: Range<Int>) -> [Float] {
        [Float](unsafeUninitializedCapacity: range.count) { target, count in
            tensor.element.decode(
                bytes(of: tensor, range),
                to: UnsafeMutableBufferPointer(rebasing: target[..<range.count]))
            count = range.count
        }
    }

    /// Overwrites `target` by the numbers of a tensor of F32, F16, BF16 or F64, from the number
    /// `offset` on; `target` must not reach beyond the tensor.
    ///
    /// - Throws: `InputError` where one of them is NaN or infinite, as weights never are.
    public func read(
        _ name: String, from offset: Int = 0, into target: inout MutableSpan<Float>
    ) throws {
        let tensor = try floatTensor(name)
        let count = target.count
        precondition(
            offset >= 0 && count <= tensor.count - offset,
            "SafetensorsFile.read: \(count) numbers from \(offset) of \(tensor.count) in \(name)")
        target.withUnsafeMutableBufferPointer {
            tensor.element.decode(bytes(of: tensor, offset..<offset + count), to: $0)
        }
        guard target.span.areFinite else { throw notFinite(tensor) }
    }

    private func bytes(
        of tensor: SafetensorsTensor, _ range: Range<Int>
    ) -> UnsafeRawBufferPointer {
        let start = tensor.range.lowerBound + range.lowerBound * tensor.element.size
        return UnsafeRawBufferPointer(
            rebasing: file.bytes[start..<(start + range.count * tensor.element.size)])
    }

    /// Calls `body` with the bytes of a tensor of any element.
    package func withBytes<Result>(
        of name: String, _ body: (RawSpan) throws -> Result
    ) throws -> Result {
        let tensor = try known(name)
        return try body(UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range]).bytes)
    }

    /// Lets the system take back the memory through which these numbers of the tensor `name` were
    /// read (they are read again when asked for), so that going through a large file does not
    /// grow the process.
    public func release(_ name: String, _ numbers: Range<Int>) {
        guard let tensor = tensor(named: name) else { return }
        let start = tensor.range.lowerBound + numbers.lowerBound * tensor.element.size
        file.release(start..<(start + numbers.count * tensor.element.size))
    }

    private func known(_ name: String) throws -> SafetensorsTensor {
        guard let tensor = tensor(named: name) else {
            throw InputError(
                at: path, expected: "a tensor \(name)", found: "none of that name",
                remedy: "Check that the file belongs to this kind of model.")
        }
        return tensor
    }

    private func floatTensor(_ name: String) throws -> SafetensorsTensor {
        let tensor = try known(name)
        guard tensor.element.isFloat else {
            throw InputError(
                at: "\(path): \(name)", expected: "F32, F16, BF16 or F64",
                found: tensor.element.rawValue, remedy: "Save the tensor as F32.")
        }
        return tensor
    }

    /// The header's JSON, after its length has been checked.
    private static func header(of file: MappedFile) throws -> SafetensorsHeader {
        guard file.count >= 8 else {
            throw InputError.damaged(
                file.path, expected: "a safetensors file", found: "\(file.count) bytes")
        }
        let length = file.bytes.loadUnaligned(as: UInt64.self)
        guard length <= largestHeader, Int(length) <= file.count - 8 else {
            throw InputError.damaged(
                file.path,
                expected: "a header of at most \(min(largestHeader, file.count - 8)) bytes",
                found: "\(length)")
        }
        let end = 8 + Int(length)
        let text = Data(file.bytes[8..<end])
        guard text.first == UInt8(ascii: "{") else {
            throw InputError.damaged(
                file.path, expected: "a header that begins with {", found: "another byte")
        }
        var header: SafetensorsHeader = try JSONFile.decode(text, path: file.path)
        header.end = end
        return header
    }
}
