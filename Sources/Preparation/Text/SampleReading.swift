import Host
import Synchronization
import Tokenization

/// One reading of all sources, several at the same time, in which words are counted until there is
/// more text than wanted.
final class SampleReading: Sendable {
    /// What a source has, and how many bytes of it were taken.
    typealias Found = (report: ReadingReport, taken: Int)

    private struct State {
        var progress = TextSample.Progress()
        /// One for each thread that has counted and is not counting now.
        var counts: [WordCounts] = []
    }

    private let sources: [TextSource]
    private let threads: Int
    private let limit: Int
    private let tell: @Sendable (TextSample.Progress) -> Void
    private let state: Mutex<State>

    /// How much text is read between two reports of progress.
    private static let roundSize = 1 << 18

    /// - Parameter limit: bytes of text; beyond it nothing is counted.
    init(
        _ sources: [TextSource], threads: Int, limit: Int,
        _ progress: @escaping @Sendable (TextSample.Progress) -> Void
    ) {
        self.sources = sources
        self.threads = threads
        self.limit = limit
        tell = progress
        var start = State()
        start.progress.totalFileBytes = sources.reduce(0) { sum, source in
            sum.flatMap { sum in source.size.map { sum + $0 } }
        }
        state = Mutex(start)
    }

    /// Reads the sources, the largest first.
    ///
    /// - Parameter fractions: how much of each is taken.
    func read(fractions: [Double]) throws -> [Found] {
        let order = sources.indices.sorted {
            (sources[$1].size ?? .max, $0) < (sources[$0].size ?? .max, $1)
        }
        let found = try concurrently(order.count, threads: threads) { turn in
            try self.read(self.sources[order[turn]], fraction: fractions[order[turn]])
        }
        var result = [Found](repeating: (ReadingReport(), 0), count: sources.count)
        for (place, found) in zip(order, found) { result[place] = found }
        return result
    }

    /// All words that were taken; nil when there was more text than the limit.
    func words() -> WordCounts? {
        state.withLock { state in
            guard !state.progress.isMeasuring else { return nil }
            var words = state.counts.popLast() ?? WordCounts()
            while let next = state.counts.popLast() { words.add(next) }
            return words
        }
    }

    private func read(_ source: TextSource, fraction: Double) throws -> Found {
        var counts = state.withLock { $0.counts.popLast() } ?? WordCounts()
        var reader = DocumentReader(source)
        var told = (fileBytes: 0, textBytes: 0)
        var due = 0.0
        var taken = 0
        var isCounting = true
        while let document = try reader.next() {
            for line in document.split(separator: 0x0a) where isCounting {
                for piece in TextSample.pieces(of: line) {
                    // A piece is taken when the bytes due exceed those taken by half of it.
                    due += fraction * Double(piece.count)
                    guard due >= Double(taken) + Double(piece.count) / 2 else { continue }
                    taken += piece.count
                    counts.add(piece)
                }
            }
            if reader.report.bytes - told.textBytes >= Self.roundSize {
                isCounting = add(reader, &told)
                if !isCounting { counts = WordCounts() }
            }
        }
        if add(reader, &told) { state.withLock { $0.counts.append(counts) } }
        return (reader.report, taken)
    }

    /// Reports what was read since the last time.
    ///
    /// - Returns: whether words are still to be counted.
    private func add(
        _ reader: DocumentReader, _ told: inout (fileBytes: Int, textBytes: Int)
    ) -> Bool {
        defer { told = (reader.bytesRead, reader.report.bytes) }
        return state.withLock { state in
            state.progress.fileBytes += reader.bytesRead - told.fileBytes
            state.progress.textBytes += reader.report.bytes - told.textBytes
            if state.progress.textBytes > limit {
                state.progress.isMeasuring = true
                state.counts = []
            }
            tell(state.progress)
            return !state.progress.isMeasuring
        }
    }
}
