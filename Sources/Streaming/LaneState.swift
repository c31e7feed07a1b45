import Diagnostics

/// Everything a lane needs to continue to the bit.
///
/// Sequences that wait to be packed are named, not copied: they are read again.
public struct LaneState: Codable, Sendable, Equatable {
    /// A sequence that was read and not packed yet.
    public struct WaitingSequence: Codable, Sendable, Equatable {
        /// Index of its source.
        public var source: Int
        /// Its place in what the lane reads of the source.
        public var number: Int

        /// The sequence `number` of `source`.
        public init(source: Int, number: Int) {
            self.source = source
            self.number = number
        }

        /// Reads `[source, number]`.
        public init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            source = try values.decode(Int.self)
            number = try values.decode(Int.self)
        }

        /// Writes `[source, number]`.
        public func encode(to encoder: any Encoder) throws {
            var values = encoder.unkeyedContainer()
            try values.encode(source)
            try values.encode(number)
        }
    }

    /// Microbatches the lane has given.
    public var microbatches: Int
    /// The place of the next draw of a source.
    public var draw: LanguageSampler.Cursor
    /// What was dealt, in a phase with a budget.
    var deal: TokenDealer.State?
    /// Samples read of each source, over all epochs: `[sources]`.
    public var samplesRead: [Int]
    /// Sequences that wait to be packed, oldest first.
    public var waiting: [WaitingSequence]

    /// A lane at the beginning of a phase with `sources` sources.
    public init(sources: Int) {
        microbatches = 0
        draw = LanguageSampler.Cursor()
        samplesRead = Array(repeating: 0, count: sources)
        waiting = []
    }

    /// Checks that the state can be that of a lane with `sources` sources in `mixtures` mixtures.
    func check(sources: Int, mixtures: Int, lane: Int) throws {
        let problem: (expected: String, found: String)? =
            if samplesRead.count != sources {
                ("cursors of \(sources) sources", "\(samplesRead.count)")
            } else if let stray =
                ([microbatches, draw.block, draw.position, draw.firstBlock] + samplesRead)
                .first(where: { !(0..<1 << 48).contains($0) })
            {
                ("counts from 0 up to 2^48", "\(stray)")
            } else if draw.firstBlock > draw.block || !(0..<mixtures).contains(draw.mixture) {
                ("one of \(mixtures) mixtures", "number \(draw.mixture)")
            } else if !draw.owed.isEmpty, draw.owed.count != sources {
                ("draws owed to \(sources) sources", "\(draw.owed.count)")
            } else if let stray = draw.owed.first(where: { abs($0) >= 1 << 48 }) {
                ("draws owed below 2^48", "\(stray)")
            } else if let deal, deal.owed.count != sources || deal.tokens < 0 {
                ("tokens owed to \(sources) sources", "\(deal.owed.count)")
            } else if let stray = deal?.owed.first(where: { abs($0) >= 1 << 56 }) {
                ("tokens owed below 2^56", "\(stray)")
            } else if let stray = waiting.first(where: {
                !samplesRead.indices.contains($0.source)
                    || !(0..<samplesRead[$0.source]).contains($0.number)
            }) {
                ("waiting sequences among those read", "\(stray.number) of source \(stray.source)")
            } else {
                nil
            }
        guard let problem else { return }
        throw InputError(
            at: "state of lane \(lane)", expected: problem.expected, found: problem.found,
            remedy: "Resume with the recipe and data that the checkpoint was made with.")
    }
}
