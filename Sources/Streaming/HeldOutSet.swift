import PackedBatches
import RemoteFiles
import Randomness

/// Held-out text with fixed masks, on which models are compared.
///
/// The masks are a function of seed, language and sample, not of what is packed together: the
/// same tokens are hidden from every model, in every phase with the same context and mask ratio.
public struct HeldOutSet: Sendable {
    /// The languages; their indexes are the batches' `sequenceSources`.
    public let languages: [String]
    /// The whole set, packed.
    public let batches: [PackedBatch]

    /// Reads at most `tokensPerLanguage` tokens of each source, but at least one sample: the
    /// first samples, in the order of the shards.
    ///
    /// In every sequence at least one token is scored. `cache` keeps what comes from web servers.
    ///
    /// - Throws: `InputError` for a damaged or missing shard or index.
    public init(
        sources: [StreamSource], tokensPerLanguage: Int, context: Int, microbatchTokens: Int,
        masking: TokenMasker.Configuration, maskRatio: Double, seed: UInt64,
        cache: ShardCache? = nil
    ) throws {
        languages = sources.map(\.language)
        let catalogue = try ShardCatalogue(sources, cache: cache)
        // First shards are fetched side by side while they are read one after another.
        let forecasts = catalogue.entries.map { $0.cached?.forecast() }
        for (entry, forecast) in zip(catalogue.entries, forecasts) {
            try forecast?.expect(entry.shards.prefix(1).map(\.storedFile))
        }
        let masker = TokenMasker(masking)
        let generators = sources.map {
            CounterGenerator(seed: seed, purpose: "held-out mask/\($0.name)")
        }
        var batches: [PackedBatch] = []
        var packer = SequencePacker(capacity: microbatchTokens, context: context)
        func pack() {
            let sequences = packer.takeMicrobatch()
            var batch = PackedBatch(sequences)
            for (index, sequence) in sequences.enumerated() {
                _ = masker.mask(
                    &batch.tokenIDs, labels: &batch.labels, rows: batch.rows(ofSequence: index),
                    ratio: maskRatio, generator: generators[Int(sequence.source)],
                    stream: UInt64(sequence.number))
            }
            batches.append(batch)
        }
        for (source, entry) in catalogue.entries.enumerated() {
            try entry.readSamples(tokens: tokensPerLanguage, context: context, masking) {
                number, tokenIDs in
                packer.append(
                    StreamedSequence(
                        source: Int32(source), number: number, tokenIDs: tokenIDs))
                if !packer.wantsMore { pack() }
            }
            try forecasts[source]?.expect([])
        }
        while !packer.waiting.isEmpty { pack() }
        self.batches = batches
    }
}

extension ShardCatalogue.Entry {
    /// Reads samples from the first on, as long as they have at most `tokens` tokens together
    /// when each is cut to `context`; one at least.
    fileprivate func readSamples(
        tokens: Int, context: Int, _ masking: TokenMasker.Configuration,
        _ body: (_ number: Int, _ tokenIDs: [Int32]) -> Void
    ) throws {
        var reader = SampleReader(
            entry: self, vocabularySize: masking.vocabularySize, verifiesHashes: true)
        var tokensRead = 0
        var number = 0
        for shard in shards.indices {
            for sample in 0..<shards[shard].samples {
                let tokenIDs: [Int32]
                do {
                    tokenIDs = try reader.tokenIDs(ofSample: sample, inShard: shard)
                } catch let full as CacheIsFull {
                    throw full.inputError
                }
                tokensRead += min(tokenIDs.count, context)
                guard number == 0 || tokensRead <= tokens else { return }
                body(number, tokenIDs)
                number += 1
            }
        }
    }
}
