import CZlib

/// The header of a page, which lies before its bytes.
struct ParquetPageHeader {
    /// What the page holds; nil for what the format did not have.
    var kind: ParquetFormat.PageKind?
    /// The size of its bytes in the file, and after decompression.
    var compressedSize = -1
    var size = -1
    /// The CRC-32 of its bytes in the file, where the writer noted it.
    var checksum: UInt32?
    /// Values and nulls.
    var values = -1
    /// How its values are encoded, by number.
    var encoding = -1
    /// How its definition levels are encoded, by number, in the first version of data pages.
    var levelEncoding = ParquetFormat.Encoding.rle.rawValue
    /// The sizes of its levels, which the second version does not compress.
    var definitionSize = 0
    var repetitionSize = 0
    /// Whether its values are compressed.
    var isCompressed = true

    /// Reads the header.
    init(_ reader: inout ThriftReader) throws {
        try reader.structure { reader, number, kind in
            switch number {
            case 1: self.kind = ParquetFormat.PageKind(rawValue: try reader.integer(kind))
            case 2: size = try reader.integer(kind)
            case 3: compressedSize = try reader.integer(kind)
            case 4: checksum = UInt32(truncatingIfNeeded: try reader.integer(kind))
            case 5: try readData(&reader)
            case 7: try readDictionary(&reader)
            case 8: try readDataV2(&reader)
            default: return false
            }
            return true
        }
    }

    private mutating func readData(_ reader: inout ThriftReader) throws {
        try reader.structure { reader, number, kind in
            switch number {
            case 1: values = try reader.integer(kind)
            case 2: encoding = try reader.integer(kind)
            case 3: levelEncoding = try reader.integer(kind)
            default: return false
            }
            return true
        }
    }

    private mutating func readDictionary(_ reader: inout ThriftReader) throws {
        try reader.structure { reader, number, kind in
            switch number {
            case 1: values = try reader.integer(kind)
            case 2: encoding = try reader.integer(kind)
            default: return false
            }
            return true
        }
    }

    private mutating func readDataV2(_ reader: inout ThriftReader) throws {
        try reader.structure { reader, number, kind in
            switch number {
            case 1: values = try reader.integer(kind)
            case 4: encoding = try reader.integer(kind)
            case 5: definitionSize = try reader.integer(kind)
            case 6: repetitionSize = try reader.integer(kind)
            case 7: isCompressed = try reader.boolean(kind)
            default: return false
            }
            return true
        }
    }

    /// Throws where a number cannot be that of a page with at most `available` bytes in the file.
    func check(available: Int) throws {
        guard size >= 0, 0...available ~= compressedSize else {
            throw ThriftReader.Problem.malformed("a page of \(compressedSize) bytes")
        }
        guard kind == .index || values >= 0 else {
            throw ThriftReader.Problem.malformed("a page of \(values) values")
        }
        let levels = definitionSize.addingReportingOverflow(repetitionSize)
        guard definitionSize >= 0, repetitionSize >= 0, !levels.overflow,
            levels.partialValue <= min(size, compressedSize)
        else { throw ThriftReader.Problem.malformed("levels larger than their page") }
    }

    /// Whether `bytes` have the checksum that the header notes, if it does.
    func matches(_ bytes: [UInt8]) -> Bool {
        guard let checksum else { return true }
        return bytes.withUnsafeBytes { buffer in
            UInt32(
                truncatingIfNeeded: crc32(
                    0, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    UInt32(buffer.count)))
        } == checksum
    }
}
