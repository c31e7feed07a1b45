import Diagnostics

/// Reads the samples of one MDS shard in order, as a stream: one column of token ids (or any other
/// column as bytes), whatever else the samples hold.
///
/// Nothing in the file is trusted: each count, place and size is compared with the index and with
/// what is really there, and an `InputError` names the file, what was expected and what was found.
public final class MDSShardReader {
    /// Count of samples in the shard.
    public let sampleCount: Int
    /// The number of the sample that is read next, from 0 to `sampleCount`.
    public private(set) var nextSample = 0
    /// The file that is read: the compressed one, or the raw one where that is all there is.
    public var path: String { bytes.file.path }

    private let columns: [MDSIndex.Column]
    private let column: Int
    private let isCompressed: Bool
    private var bytes: ShardBytes
    /// Where each sample begins, and the end of the last.
    private let places: [UInt32]

    /// A value larger than this is refused.
    static let largestValue = 1 << 26

    /// Opens `shard` of the index in `folder` for reading the column named `column`. With
    /// `verifyHash` the whole file is first compared with a hash of the index.
    public init(
        folder: String, shard: MDSIndex.Shard, column: String = "input_ids",
        verifyHash: Bool = false
    ) throws {
        let (file, isCompressed) = try shard.open(in: folder)
        guard let column = shard.columns.firstIndex(where: { $0.name == column }) else {
            throw InputError(
                at: file.path, expected: "a column \(column)",
                found: "the columns \(shard.columns.map(\.name).joined(separator: ", "))",
                remedy: "Name a folder of shards that hold token ids.")
        }
        if verifyHash { try shard.verify(file, isCompressed: isCompressed) }
        bytes = try ShardBytes(file: file, isCompressed: isCompressed, count: shard.raw.bytes)
        places = try Self.readPlaces(from: bytes, shard: shard)
        sampleCount = shard.samples
        columns = shard.columns
        self.column = column
        self.isCompressed = isCompressed
    }

    /// Makes `sample` the next one. Going forward decompresses what lies between; going back starts
    /// from the front.
    public func skip(to sample: Int) throws {
        precondition(
            (0...sampleCount).contains(sample),
            "MDSShardReader.skip: sample \(sample) of \(sampleCount)")
        let place = Int(places[sample])
        if place < bytes.position {
            bytes = try ShardBytes(
                file: bytes.file, isCompressed: isCompressed, count: bytes.count)
        }
        try bytes.skip(place - bytes.position)
        nextSample = sample
    }

    /// The token ids of the next sample, or nil after the last one.
    public func nextTokenIDs() throws -> [Int32]? {
        var ids: [Int32] = []
        return try appendNextTokenIDs(to: &ids) == nil ? nil : ids
    }

    /// Appends the token ids of the next sample to `ids` and returns their count, or nil after the
    /// last sample.
    public func appendNextTokenIDs(to ids: inout [Int32]) throws -> Int? {
        let before = ids.count
        let found: Void? = try withNextValue { value, location in
            try TokenArray.append(
                value, encoding: columns[column].encoding, to: &ids, location: location)
        }
        return found.map { ids.count - before }
    }

    /// The bytes of the column in the next sample, or nil after the last one.
    package func nextBytes() throws -> [UInt8]? {
        try withNextValue { value, _ in Array(value) }
    }

    /// Calls `body` with the column's bytes and a description of where they are.
    private func withNextValue<Result>(
        _ body: (UnsafeRawBufferPointer, SampleLocation) throws -> Result
    ) throws -> Result? {
        guard nextSample < sampleCount else { return nil }
        let location = SampleLocation(path: path, sample: nextSample)
        if bytes.position != places[nextSample] { try skip(to: nextSample) }
        let (before, size, after) = try nextExtent(location)
        guard size <= Self.largestValue else {
            throw InputError.damaged(
                location.text, expected: "a value of at most \(Self.largestValue) bytes",
                found: "\(size)")
        }
        try bytes.skip(before)
        let result = try body(bytes.next(size), location)
        try bytes.skip(after)
        nextSample += 1
        if nextSample == sampleCount { try bytes.finish() }
        return result
    }

    /// Reads the sizes at the front of a sample; returns the bytes before, in and after the column.
    private func nextExtent(
        _ location: SampleLocation
    ) throws -> (before: Int, size: Int, after: Int) {
        let variable = columns.count { $0.size == nil }
        let sizes = try bytes.next(4 * variable)
        var (before, size, total, read) = (0, 0, 4 * variable, 0)
        for number in columns.indices {
            if number == column { before = total - 4 * variable }
            let width: Int
            if let fixed = columns[number].size {
                width = fixed
            } else {
                width = Int(sizes.loadUnaligned(fromByteOffset: 4 * read, as: UInt32.self))
                read += 1
            }
            if number == column { size = width }
            total += width
        }
        let extent = Int(places[nextSample + 1]) - Int(places[nextSample])
        guard total == extent else {
            throw InputError.damaged(
                location.text, expected: "columns that fill \(extent) bytes",
                found: "\(total) bytes")
        }
        return (before, size, total - 4 * variable - before - size)
    }

    /// Reads the count of samples and the table of their places, and stops at the first sample.
    private static func readPlaces(
        from bytes: ShardBytes, shard: MDSIndex.Shard
    ) throws -> [UInt32] {
        let path = bytes.file.path
        let count = Int(try bytes.next(4).loadUnaligned(as: UInt32.self))
        guard count == shard.samples else {
            throw InputError.damaged(
                path, expected: "\(shard.samples) samples, as \(MDSIndex.fileName) says",
                found: "\(count)")
        }
        var places: [UInt32] = []
        var previous = 4 * (count + 2)
        let smallest = shard.smallestSample
        while places.count <= count {
            let piece = min(4096, count + 1 - places.count)
            let table = try bytes.next(4 * piece)
            for number in 0..<piece {
                let place = table.loadUnaligned(fromByteOffset: 4 * number, as: UInt32.self)
                guard place >= previous, place <= bytes.count else {
                    throw InputError.damaged(
                        "\(path): place of sample \(places.count)",
                        expected: "\(previous) to \(bytes.count)", found: "\(place)")
                }
                places.append(place)
                previous = Int(place) + smallest
            }
        }
        guard Int(places[count]) == bytes.count else {
            throw InputError.damaged(
                path, expected: "samples that end at byte \(bytes.count)",
                found: "an end at \(places[count])")
        }
        try bytes.skip(Int(places[0]) - bytes.position)
        return places
    }
}
