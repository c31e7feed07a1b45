import Diagnostics

/// Reads a shard whole and says everything that is wrong with it, where a reader stops at the
/// first.
///
/// It compares the sizes of its files and every hash in the index (those of the uncompressed bytes
/// even where only the compressed file is there), and checks that every sample can be read and
/// holds token ids of the vocabulary.
public struct MDSShardCheck {
    /// What is wrong, in the order in which it was found.
    public private(set) var problems: [InputError] = []
    /// Samples that could be read.
    public private(set) var samples = 0
    /// Token ids in them.
    public private(set) var tokens = 0
    /// Ids of the longest of them.
    public private(set) var longest = 0
    /// Ids among them that are padding, where its id is known.
    public private(set) var padding = 0
    /// Samples that begin with the token that begins a text, where its id is known.
    public private(set) var begun = 0
    /// Hashes that were compared.
    public private(set) var hashes = 0
    /// Whether the index has any hash of the shard's files.
    public var hasHashes: Bool {
        !shard.raw.hashes.isEmpty || shard.zip.map { !$0.hashes.isEmpty } ?? false
    }
    /// Algorithms named by the index that this program cannot compute.
    public private(set) var unknownHashes: Set<String> = []

    private let folder: String
    private let shard: MDSIndex.Shard
    private let vocabulary: Int?
    private let marks: Marks?
    private var strayIDs = Stray()
    private var unreadable = 0
    /// Why the hashes of the raw bytes were not compared.
    private var unhashed: (any Error)?

    /// The ids that show whether samples are as `mmbert data build` makes them.
    public struct Marks: Sendable {
        let padding: Int32
        let begin: Int32

        /// - Parameters:
        ///   - padding: the id that fills samples up, which ours have none of.
        ///   - begin: the id that every sample begins with.
        public init(padding: Int32, begin: Int32) {
            (self.padding, self.begin) = (padding, begin)
        }
    }

    /// Samples with an id outside the vocabulary.
    private struct Stray {
        var samples = 0
        var first: (sample: Int, id: Int32)?
    }

    /// This many samples that cannot be read are reported one by one.
    private static let mostTold = 5

    /// Checks `shard` of the index in `folder`; without `vocabulary` ids may be any, and without
    /// `marks` they are not looked for.
    public init(
        folder: String, shard: MDSIndex.Shard, vocabulary: Int? = nil, marks: Marks? = nil
    ) {
        self.folder = folder
        self.shard = shard
        self.vocabulary = vocabulary
        self.marks = marks
        do {
            guard try checkFiles() else { return }
            try readSamples()
        } catch {
            add(error)
        }
        if problems.isEmpty, let unhashed { add(unhashed) }
        tellStrayIDs()
    }

    /// Sizes and hashes of the files; whether reading makes sense.
    private mutating func checkFiles() throws -> Bool {
        let raw = Folder.join(folder, shard.raw.basename)
        let zip = shard.zip.map { Folder.join(folder, $0.basename) }
        let hasZip = try zip.map(Folder.exists) ?? false
        let hasRaw = try Folder.exists(raw)
        guard hasRaw || hasZip else {
            problems.append(
                InputError(
                    at: zip ?? raw, expected: "the shard's file", found: "nothing there",
                    remedy: "Copy it again from its source, or build the data again."))
            return false
        }
        var isWhole = true
        if let zip, let file = shard.zip, hasZip { isWhole = check(file, at: zip) }
        if hasRaw {
            isWhole = check(shard.raw, at: raw) && isWhole
        } else if isWhole {
            checkRawHashes()
        }
        return isWhole
    }

    private mutating func check(_ file: MDSIndex.File, at path: String) -> Bool {
        do {
            let mapped = try MappedFile(path: path)
            guard mapped.count == file.bytes else {
                throw InputError.damaged(
                    path, expected: "\(file.bytes) bytes, as the index says",
                    found: "\(mapped.count)")
            }
            for (name, expected) in file.hashes.sorted(by: { $0.key < $1.key }) {
                guard let checksum = known(name) else { continue }
                compare(checksum, checksum.digest(of: mapped), expected, path)
            }
            return true
        } catch {
            add(error)
            return false
        }
    }

    /// Hashes of the raw bytes, which only decompression gives.
    private mutating func checkRawHashes() {
        let hashers = shard.raw.hashes.sorted { $0.key < $1.key }.compactMap { name, expected in
            known(name).map { (checksum: $0, hasher: Checksum.Hasher($0), expected: expected) }
        }
        guard !hashers.isEmpty else { return }
        do {
            let (file, isCompressed) = try shard.open(in: folder)
            let bytes = try ShardBytes(
                file: file, isCompressed: isCompressed, count: shard.raw.bytes)
            while bytes.position < bytes.count {
                let piece = try bytes.next(min(1 << 18, bytes.count - bytes.position))
                for (_, hasher, _) in hashers { hasher.update(piece) }
            }
            let path = "\(file.path), decompressed"
            for (checksum, hasher, expected) in hashers {
                compare(checksum, hasher.digest(), expected, path)
            }
        } catch {
            // Reading the samples meets the same damage as a rule, and says more of it.
            unhashed = error
        }
    }

    private mutating func known(_ name: String) -> Checksum? {
        guard let checksum = Checksum(rawValue: name) else {
            unknownHashes.insert(name)
            return nil
        }
        return checksum
    }

    private mutating func compare(
        _ checksum: Checksum, _ found: String, _ expected: String, _ path: String
    ) {
        hashes += 1
        guard found != expected.lowercased() else { return }
        add(
            InputError.damaged(
                path, expected: "\(checksum.rawValue) \(expected), as the index says", found: found)
        )
    }

    private mutating func readSamples() throws {
        let reader = try MDSShardReader(folder: folder, shard: shard)
        while reader.nextSample < reader.sampleCount {
            let sample = reader.nextSample
            do {
                guard let ids = try reader.nextTokenIDs() else { break }
                count(ids, sample: sample, path: reader.path)
            } catch {
                unreadable += 1
                if unreadable <= Self.mostTold { add(error) }
                // What cannot be decompressed throws again here, and ends the shard.
                try reader.skip(to: sample + 1)
            }
        }
        guard unreadable > Self.mostTold else { return }
        add(
            InputError.damaged(
                reader.path, expected: "samples that can be read",
                found: "\(unreadable - Self.mostTold) more that cannot"))
    }

    private mutating func count(_ ids: [Int32], sample: Int, path: String) {
        samples += 1
        tokens += ids.count
        longest = max(longest, ids.count)
        if let marks {
            padding += ids.count { $0 == marks.padding }
            begun += ids.first == marks.begin ? 1 : 0
        }
        if ids.isEmpty {
            add(
                InputError.damaged(
                    "sample \(sample) of \(path)", expected: "token ids", found: "none"))
        }
        guard let vocabulary, let stray = ids.first(where: { $0 < 0 || Int($0) >= vocabulary })
        else { return }
        strayIDs.samples += 1
        if strayIDs.first == nil { strayIDs.first = (sample, stray) }
    }

    private mutating func tellStrayIDs() {
        guard let (sample, id) = strayIDs.first, let vocabulary else { return }
        let others = strayIDs.samples - 1
        add(
            InputError(
                at: "sample \(sample) of \(Folder.join(folder, shard.raw.basename))",
                expected: "token ids below the vocabulary's \(vocabulary)",
                found: "\(id)" + (others > 0 ? ", and others in \(others) more samples" : ""),
                remedy: "Build the shards with the tokenizer that goes with them."))
    }

    private mutating func add(_ error: any Error) {
        let problem =
            error as? InputError
            ?? InputError.damaged(folder, expected: "a shard that can be read", found: "\(error)")
        // Damage after which nothing can be read is met again when reading continues.
        if problem != problems.last { problems.append(problem) }
    }
}
