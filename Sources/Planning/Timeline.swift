import Curriculum
import Recipes

/// The schedules' values at one moment of a stage.
public struct TimelinePoint: Encodable, Sendable, Equatable {
    /// Tokens of the stage that are done.
    public let tokens: Int
    /// The learning rate of the step that begins here.
    public let learningRate: Double
    /// Share of tokens that are scored.
    public let maskRatio: Double
    /// Tokens the batch should have.
    public let batchTokens: Int
    /// Exponent τ of the languages' shares, of the first group's where there are groups; nil for
    /// UniMax.
    public let temperature: Double?
    /// Languages that are read.
    public let languages: Int
}

/// Steps of one batch size in a row.
public struct BatchSegment: Encodable, Sendable, Equatable {
    /// Tokens a batch should have.
    public let batchTokens: Int
    /// Microbatches it is cut into.
    public let microbatches: Int
    /// Tokens of the stage at which this size begins and at which the next one takes over.
    public let fromTokens, toTokens: Int
    /// Steps of this size, with microbatches filled to the last token.
    public let steps: Int
}

extension Stage {
    /// The schedules at enough moments for a line through them to be the curve, among them both
    /// sides of every switch.
    ///
    /// - Parameter entries: for each language, the token of the stage from which on it is read.
    package func timeline(entries: [Int]) -> [TimelinePoint] {
        let total = phase.tokens
        let rate = phase.learningRate
        let sampling = phase.data.groups[0].sampling
        let decay = min(rate.decayTokens ?? total, total - rate.warmupTokens)
        var moments: Set<Int> = [0, total, rate.warmupTokens, total - decay]
        for index in 1..<64 { moments.insert(fraction(index, of: 64, total)) }
        for index in 1...32 {
            // A root falls steeply at first.
            moments.insert(total - decay + fraction(index * index, of: 1024, decay))
        }
        let switches =
            phase.batch.size.dwells.map(\.end) + phase.mask.ratio.jumps(of: total)
            + [rate.drop?.atTokens].compactMap(\.self) + sampling.jumps(of: total)
        moments.formUnion([entries.filter { $0 > 0 }.min(), entries.max()].compactMap(\.self))
        for moment in switches where moment > 0 { moments.formUnion([moment - 1, moment]) }
        return moments.filter { $0 <= total }.sorted().map { tokens in
            let settings = settings(at: tokens)
            return TimelinePoint(
                tokens: tokens, learningRate: settings.learningRate,
                maskRatio: settings.batch.maskRatio, batchTokens: settings.batch.tokens,
                temperature: sampling.temperature(at: tokens, of: total),
                languages: entries.count { $0 <= tokens })
        }
    }

    /// The stage's steps, batch size after batch size. A size ends with the first step that reaches
    /// its end, as in training.
    package var batchSegments: [BatchSegment] {
        let batch = phase.batch
        let ends = batch.size.dwells.map { min($0.end, phase.tokens) } + [phase.tokens]
        var (clock, from) = (0, 0)
        return ends.compactMap { end in
            guard clock < end else { return nil }
            let request = settings(at: clock).batch
            let microbatches = request.microbatchCount(of: batch.microbatchTokens)
            let tokens = microbatches * batch.microbatchTokens
            let steps = (end - clock + tokens - 1) / tokens
            defer { (clock, from) = (clock + steps * tokens, end) }
            return BatchSegment(
                batchTokens: request.tokens, microbatches: microbatches, fromTokens: from,
                toTokens: end, steps: steps)
        }
    }

    /// The mask ratio on average over the stage's tokens.
    package var meanMaskRatio: Double {
        let parts = 4096
        let sum = (0..<parts).reduce(0.0) { sum, part in
            sum
                + phase.mask.ratio.value(
                    at: fraction(2 * part + 1, of: 2 * parts, phase.tokens), of: phase.tokens)
        }
        return phase.mask.ratio.shape == .constant ? phase.mask.ratio.from : sum / Double(parts)
    }

    /// The highest mask ratio of the stage.
    var largestMaskRatio: Double { max(phase.mask.ratio.from, phase.mask.ratio.to) }
}

/// `whole` · `part` / `parts`, rounded down, without overflow.
private func fraction(_ part: Int, of parts: Int, _ whole: Int) -> Int {
    parts.dividingFullWidth(whole.multipliedFullWidth(by: part)).quotient
}
