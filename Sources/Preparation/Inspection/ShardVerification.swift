import Diagnostics
import Formats
import Host
import Reporting
import Synchronization

/// Reads folders of shards whole and lists everything that is wrong with them.
public struct ShardVerification: Sendable {
    /// A folder, with what is known about it besides its index.
    public struct Part: Sendable, Equatable {
        /// The folder of MDS shards.
        public var folder: String
        /// Where the counts are written: `manifest.yaml: deu_Latn`.
        public var counted: String
        /// Samples it must hold, nil if only its index says.
        public var samples: Int?
        /// Token ids it must hold.
        public var tokens: Int?

        /// A folder about which nothing more is known.
        public init(folder: String) {
            self.folder = folder
            counted = folder
        }

        /// A folder of which a manifest says the counts.
        public init(folder: String, counted: String, samples: Int, tokens: Int) {
            self.folder = folder
            self.counted = counted
            self.samples = samples
            self.tokens = tokens
        }
    }

    /// What was read.
    public struct Counts: Sendable, Equatable, Codable {
        /// Folders with an index.
        public var folders = 0
        /// Shards.
        public var shards = 0
        /// Samples that could be read.
        public var samples = 0
        /// Token ids in them.
        public var tokens = 0
        /// Ids among them that are padding; 0 where its id is not known.
        public var padding = 0
        /// Samples that begin with the token that begins a text; 0 where its id is not known.
        public var begun = 0
        /// Hashes that were compared.
        public var hashes = 0
        /// Shards of which the index has no hash.
        public var shardsWithoutHashes = 0
    }

    /// What was read.
    public private(set) var counts = Counts()
    /// Everything that is wrong, folder by folder.
    public private(set) var problems: [InputError] = []
    /// What is no damage, but other than what a run expects: samples with padding, samples that do
    /// not begin as texts do.
    public private(set) var warnings: [String] = []
    /// Hashes in indexes that could not be computed.
    public private(set) var unknownHashes: Set<String> = []

    /// What is known about a part after some of its shards.
    fileprivate struct PartState {
        var samples = 0
        var tokens = 0
        var padding = 0
        var shardsLeft = 0
        var problems: [Int: [InputError]] = [:]
    }

    /// Verifies `parts`: files, hashes, samples, counts.
    ///
    /// - Parameters:
    ///   - vocabulary: ids must be below it; nil for any.
    ///   - context: no sample may be longer; nil for any.
    ///   - marks: what padding and the beginning of a text are; nil where that is not known.
    ///   - progress: called with the share of bytes that are read; from any thread, one call at a
    ///     time.
    public init(
        _ parts: [Part], vocabulary: Int? = nil, context: Int? = nil,
        marks: MDSShardCheck.Marks? = nil, threads: Int = 1,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) {
        var states = parts.map { _ in PartState() }
        var work: [(part: Int, number: Int, shard: MDSIndex.Shard)] = []
        for (part, folder) in parts.map(\.folder).enumerated() {
            do {
                let shards = try MDSIndex(folder: folder).shards
                counts.folders += 1
                states[part].shardsLeft = shards.count
                work += shards.enumerated().map { (part, $0, $1) }
            } catch {
                states[part].problems[0] = [Self.problem(error, folder)]
                states[part].shardsLeft = -1
            }
        }
        let total = Double(max(1, work.reduce(0) { $0 + $1.shard.raw.bytes }))
        let shared = Mutex((counts: counts, states: states, unknown: Set<String>(), bytes: 0))
        concurrently(work.count, threads: threads) { [work] place in
            let (part, number, shard) = work[place]
            let check = MDSShardCheck(
                folder: parts[part].folder, shard: shard, vocabulary: vocabulary, marks: marks)
            shared.withLock {
                $0.counts.add(check)
                $0.states[part].add(check, number: number, context: context, parts[part])
                $0.unknown.formUnion(check.unknownHashes)
                $0.bytes += shard.raw.bytes
                progress(Double($0.bytes) / total)
            }
        }
        let (counts, ended, unknown) = shared.withLock { ($0.counts, $0.states, $0.unknown) }
        self.counts = counts
        unknownHashes = unknown
        for (part, state) in zip(parts, ended) {
            problems += state.problems.sorted { $0.key < $1.key }.flatMap(\.value)
            problems += state.countProblems(part)
        }
        if marks != nil { warnings = strangeSamples(zip(parts, ended).map { ($0, $1.padding) }) }
    }

    private func strangeSamples(_ parts: [(part: Part, padding: Int)]) -> [String] {
        var found: [String] = []
        let padded = parts.filter { $0.padding > 0 }
        if let first = padded.first {
            found.append(
                """
                \(percent(Double(counts.padding) / Double(counts.tokens), upTo: 3)) of the token \
                ids are padding (\(counted(counts.padding, "id")) in \
                \(padded.count) of \(counted(parts.count, "folder")), the first is \
                \(first.part.folder)): it would be trained on as if it were text. Write samples \
                at their own lengths.
                """)
        }
        if counts.samples > 0, counts.begun == 0 {
            found.append(
                """
                None of \(counted(counts.samples, "sample")) begins with the token that begins \
                a text, as those of `mmbert data build` do.
                """)
        }
        return found
    }

    private static func problem(_ error: any Error, _ folder: String) -> InputError {
        error as? InputError
            ?? InputError(
                at: folder, expected: "a folder of shards", found: "\(error)",
                remedy: "Check the folder.")
    }
}

extension ShardVerification.Counts {
    fileprivate mutating func add(_ check: MDSShardCheck) {
        shards += 1
        samples += check.samples
        tokens += check.tokens
        padding += check.padding
        begun += check.begun
        hashes += check.hashes
        shardsWithoutHashes += check.hasHashes ? 0 : 1
    }
}

extension ShardVerification.PartState {
    fileprivate mutating func add(
        _ check: MDSShardCheck, number: Int, context: Int?, _ part: ShardVerification.Part
    ) {
        samples += check.samples
        tokens += check.tokens
        padding += check.padding
        shardsLeft -= 1
        var found = check.problems
        if let context, check.longest > context {
            found.append(
                InputError(
                    at: part.counted,
                    expected: "samples of at most \(context) tokens, as the manifest says",
                    found: "one of \(check.longest) in shard \(number)",
                    remedy: "Correct the manifest's context, or build the data again."))
        }
        if !found.isEmpty { problems[number] = found }
    }

    /// Counts that differ from the manifest's. Where shards are damaged the counts follow from
    /// that and are left out.
    fileprivate func countProblems(_ part: ShardVerification.Part) -> [InputError] {
        guard shardsLeft == 0, problems.isEmpty else { return [] }
        return [("samples", part.samples, samples), ("tokens", part.tokens, tokens)].compactMap {
            name, expected, found in
            guard let expected, expected != found else { return nil }
            return InputError(
                at: part.counted, expected: "\(expected) \(name), as the manifest says",
                found: "\(found)", remedy: "Correct the manifest, or build the data again.")
        }
    }
}
