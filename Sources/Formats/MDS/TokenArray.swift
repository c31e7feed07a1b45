import Diagnostics

/// Where a sample is, for errors.
struct SampleLocation {
    let path: String
    let sample: Int

    var text: String { "\(path): sample \(sample)" }
}

/// Token ids in the forms that MDS has for arrays.
enum TokenArray {
    /// Appends the ids in `bytes`, the value of a column of `encoding`, to `ids`. An array of more
    /// than one dimension gives its numbers in C order.
    static func append(
        _ bytes: UnsafeRawBufferPointer, encoding: MDSEncoding, to ids: inout [Int32],
        location: SampleLocation
    ) throws {
        guard case .array(let fixedElement, let fixedShape) = encoding else {
            throw InputError(
                at: location.text, expected: "token ids stored as ndarray", found: encoding.name,
                remedy: "Write the column as ndarray:uint32.")
        }
        var reader = ValueReader(bytes: bytes, location: location)
        let element = try fixedElement ?? reader.element()
        let count = try fixedShape.map { $0.reduce(1, *) } ?? reader.elementCount()
        let values = UnsafeRawBufferPointer(rebasing: bytes[reader.position...])
        let (size, overflow) = count.multipliedReportingOverflow(by: element.size)
        guard !overflow, size == values.count else {
            throw InputError.damaged(
                location.text, expected: "\(count) values of \(element.rawValue)",
                found: "\(values.count) bytes")
        }
        let isRight =
            switch element {
            case .uint8: append(values, count, UInt8.self, to: &ids)
            case .int8: append(values, count, Int8.self, to: &ids)
            case .uint16: append(values, count, UInt16.self, to: &ids)
            case .int16: append(values, count, Int16.self, to: &ids)
            case .uint32, .int32: append32(values, count, to: &ids)
            case .uint64: append(values, count, UInt64.self, to: &ids)
            case .int64: append(values, count, Int64.self, to: &ids)
            case .float16, .float32, .float64:
                throw InputError(
                    at: location.text, expected: "integers as token ids", found: element.rawValue,
                    remedy: "Write the column as ndarray:uint32.")
            }
        guard isRight else {
            throw InputError.damaged(
                location.text, expected: "token ids from 0 to \(Int32.max)",
                found: "a number outside of that")
        }
    }

    /// 32-bit ids are copied as they are; as signed numbers those out of range are negative.
    private static func append32(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, to ids: inout [Int32]
    ) -> Bool {
        ids.append(addingCapacity: count) { target in
            target.copyMemory(from: bytes)
            var signs: Int32 = 0
            for id in target.bindMemory(to: Int32.self) { signs |= id }
            return signs >= 0
        }
    }

    private static func append<Number: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, _ type: Number.Type, to ids: inout [Int32]
    ) -> Bool {
        ids.append(addingCapacity: count) { target in
            let ids = target.bindMemory(to: Int32.self)
            var isRight = true
            for i in 0..<count {
                let number = bytes.loadUnaligned(fromByteOffset: i &* Number.bitWidth / 8, as: type)
                isRight = isRight && number >= 0 && number <= Int32.max
                ids[i] = Int32(truncatingIfNeeded: number)
            }
            return isRight
        }
    }
}

/// The front of an array's bytes.
private struct ValueReader {
    let bytes: UnsafeRawBufferPointer
    let location: SampleLocation
    var position = 0

    /// The byte that names the element.
    mutating func element() throws -> MDSElement {
        let code = try UInt8(number(width: 1))
        guard let element = MDSElement(code: code) else {
            throw InputError.damaged(
                location.text, expected: "the code of a number format", found: "\(code)")
        }
        return element
    }

    /// The product of the dimensions in a shape header.
    mutating func elementCount() throws -> Int {
        let header = try number(width: 1)
        let (dimensions, width) = (header >> 2, 1 << (header & 3))
        guard dimensions >= 1 else {
            throw InputError.damaged(
                location.text, expected: "an array of at least one dimension", found: "none")
        }
        var sizes: [Int] = []
        for _ in 0..<dimensions { sizes.append(try number(width: width)) }
        guard let count = MDSEncoding.product(sizes, 1), sizes.allSatisfy({ $0 >= 1 }) else {
            throw InputError.damaged(
                location.text, expected: "an array that fits in a shard",
                found: "the shape \(sizes)")
        }
        return count
    }

    /// The next unsigned number of `width` bytes; those over `Int.max` become `Int.max`.
    private mutating func number(width: Int) throws -> Int {
        guard bytes.count - position >= width else {
            throw InputError.damaged(
                location.text, expected: "an array with its header", found: "\(bytes.count) bytes")
        }
        var value: UInt64 = 0
        for i in 0..<width { value |= UInt64(bytes[position + i]) << UInt64(8 * i) }
        position += width
        return Int(clamping: value)
    }
}

extension [Int32] {
    /// Makes room for `count` more ids, which `fill` writes; they are kept if it returns true.
    fileprivate mutating func append(
        addingCapacity count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Bool
    ) -> Bool {
        if isEmpty, capacity < count {
            // The usual case, in which nothing need be written twice.
            var isRight = false
            self = [Int32](unsafeUninitializedCapacity: count) { room, filled in
                isRight = fill(
                    UnsafeMutableRawBufferPointer(start: room.baseAddress, count: 4 * count))
                filled = isRight ? count : 0
            }
            return isRight
        }
        let before = self.count
        append(contentsOf: repeatElement(0, count: count))
        let isRight = withUnsafeMutableBytes {
            fill(UnsafeMutableRawBufferPointer(rebasing: $0[(4 * before)...]))
        }
        if !isRight { removeLast(count) }
        return isRight
    }
}
