import Diagnostics
import Foundation

extension MDSIndex {
    /// The index that the JSON text `data`, read from `path`, holds.
    static func decode(_ data: Data, path: String) throws -> MDSIndex {
        let document: IndexRecord = try JSONFile.decode(data, path: path)
        guard document.version == 2 else {
            throw InputError(
                at: "\(path): version", expected: "2", found: "\(document.version)",
                remedy: "Write the shards with a current version of mosaicml-streaming.")
        }
        return MDSIndex(
            shards: try document.shards.enumerated().map { number, record in
                try record.shard(at: "\(path): shards[\(number)]")
            })
    }

    /// The JSON text of this index, keys sorted, as mosaicml-streaming expects it.
    func encoded() throws -> [UInt8] {
        let record = IndexRecord(shards: shards.map { ShardRecord($0, withFiles: true) })
        return try Self.json(record)
    }

    /// The JSON text that a shard's file carries: its record without files and count.
    static func header(of shard: Shard) throws -> [UInt8] {
        try json(ShardRecord(shard, withFiles: false))
    }

    /// JSON with sorted keys and a space after each comma and colon: the bytes that Python writes,
    /// so that shards and their hashes equal the reference writer's.
    private static func json(_ record: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var result: [UInt8] = []
        var (isInString, isEscaped) = (false, false)
        for byte in try encoder.encode(record) {
            result.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                isInString.toggle()
            } else if isInString {
                isEscaped = byte == UInt8(ascii: "\\")
            } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") {
                result.append(UInt8(ascii: " "))
            }
        }
        return result
    }
}

/// `index.json`, key by key.
private struct IndexRecord: Codable {
    var shards: [ShardRecord]
    var version = 2
}

/// A shard in `index.json`, key by key.
private struct ShardRecord: Codable {
    struct File: Codable {
        var basename: String
        var bytes: Int
        var hashes: [String: String]
    }

    enum CodingKeys: String, CodingKey {
        case columnEncodings = "column_encodings"
        case columnNames = "column_names"
        case columnSizes = "column_sizes"
        case compression, format, hashes
        case raw = "raw_data"
        case samples
        case sizeLimit = "size_limit"
        case version
        case zip = "zip_data"
    }

    var columnEncodings: [String]
    var columnNames: [String]
    var columnSizes: [Int?]
    var compression: String?
    var format: String
    var hashes: [String]
    var raw: File?
    var samples: Int?
    var sizeLimit: Int?
    var version: Int
    var zip: File?

    init(_ shard: MDSIndex.Shard, withFiles: Bool) {
        columnEncodings = shard.columns.map(\.encoding.name)
        columnNames = shard.columns.map(\.name)
        columnSizes = shard.columns.map(\.size)
        compression = shard.compression
        format = "mds"
        hashes = shard.hashes
        raw = withFiles ? File(shard.raw) : nil
        samples = withFiles ? shard.samples : nil
        sizeLimit = shard.sizeLimit
        version = 2
        zip = withFiles ? shard.zip.map(File.init) : nil
    }

    /// Absent values are written as null, as the reference reader looks every key up.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(columnEncodings, forKey: .columnEncodings)
        try container.encode(columnNames, forKey: .columnNames)
        try container.encode(columnSizes, forKey: .columnSizes)
        try container.encode(compression, forKey: .compression)
        try container.encode(format, forKey: .format)
        try container.encode(hashes, forKey: .hashes)
        try container.encode(sizeLimit, forKey: .sizeLimit)
        try container.encode(version, forKey: .version)
        guard let samples else { return }
        try container.encode(raw, forKey: .raw)
        try container.encode(samples, forKey: .samples)
        try container.encode(zip, forKey: .zip)
    }
}

extension ShardRecord.File {
    fileprivate init(_ file: MDSIndex.File) {
        self.init(basename: file.basename, bytes: file.bytes, hashes: file.hashes)
    }

    fileprivate func file(at location: String) throws -> MDSIndex.File {
        guard Folder.isInside(basename) else {
            throw InputError.damaged(
                "\(location).basename", expected: "a path inside the folder",
                found: "\"\(basename)\"")
        }
        guard basename != MDSIndex.fileName else {
            throw InputError.damaged(
                "\(location).basename", expected: "another file than the index",
                found: "\"\(basename)\"")
        }
        guard (0...MDSIndex.largestShard).contains(bytes) else {
            throw InputError.damaged(
                "\(location).bytes", expected: "0 to \(MDSIndex.largestShard)", found: "\(bytes)")
        }
        return MDSIndex.File(basename: basename, bytes: bytes, hashes: hashes)
    }
}

extension ShardRecord {
    fileprivate func shard(at location: String) throws -> MDSIndex.Shard {
        func check(_ isRight: Bool, _ key: CodingKeys, _ expected: String, _ found: String) throws {
            guard !isRight else { return }
            throw InputError.damaged(
                "\(location).\(key.rawValue)", expected: expected, found: found)
        }
        try check(format == "mds", .format, "\"mds\"", "\"\(format)\"")
        try check(version == 2, .version, "2", "\(version)")
        try check(!columnNames.isEmpty, .columnNames, "at least one column", "none")
        for (key, count) in [
            (CodingKeys.columnEncodings, columnEncodings.count),
            (.columnSizes, columnSizes.count),
        ] {
            try check(
                count == columnNames.count, key, "\(columnNames.count) entries as column_names has",
                "\(count)")
        }
        try check(
            Set(columnNames).count == columnNames.count, .columnNames, "names that differ",
            "\(columnNames)")
        let samples = samples ?? -1
        try check(
            (0...MDSIndex.largestSampleCount).contains(samples), .samples,
            "0 to \(MDSIndex.largestSampleCount)", self.samples.map(String.init) ?? "nothing")
        guard let raw = try raw?.file(at: "\(location).raw_data") else {
            throw InputError.damaged("\(location).raw_data", expected: "this key", found: "nothing")
        }
        try check(
            raw.bytes >= 4 * (samples + 2), .raw, "room for the places of \(samples) samples",
            "\(raw.bytes) bytes")
        let zip = try zip?.file(at: "\(location).zip_data")
        try check(
            (zip == nil) == (compression == nil), .zip,
            compression == nil ? "null, as compression is null" : "a compressed file",
            zip == nil ? "null" : "a compressed file")
        return MDSIndex.Shard(
            columns: try columns(at: location), compression: compression, hashes: hashes, raw: raw,
            zip: zip, samples: samples, sizeLimit: sizeLimit)
    }

    private func columns(at location: String) throws -> [MDSIndex.Column] {
        try columnNames.indices.map { number in
            var column = MDSIndex.Column(
                name: columnNames[number], encoding: MDSEncoding(columnEncodings[number]))
            // The reference reader takes 0 and null alike as "each sample says it".
            let size = columnSizes[number] == 0 ? nil : columnSizes[number]
            let isRight =
                switch column.encoding {
                case .opaque: size.map { (1...MDSIndex.largestShard).contains($0) } ?? true
                default: size == column.size
                }
            guard isRight else {
                throw InputError.damaged(
                    "\(location).column_sizes[\(number)]",
                    expected: column.size.map(String.init)
                        ?? "null, as \(column.encoding.name) varies in size",
                    found: columnSizes[number].map(String.init) ?? "null")
            }
            column.size = size
            return column
        }
    }
}
