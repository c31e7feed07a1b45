import Foundation

/// The largest of a row of logits with their softmax probabilities.
struct LikelyTokens {
    /// Ids and probabilities, the likeliest first; of equal ones the lower id.
    let entries: [(id: Int32, probability: Double)]

    /// The `count` largest of the vocabulary's logits.
    init(_ logits: Span<Float>, count: Int) {
        var best: [(id: Int32, logit: Float)] = []
        for index in logits.indices {
            let logit = logits[index]
            if best.count == count, let last = best.last, logit <= last.logit { continue }
            let place = best.firstIndex { $0.logit < logit } ?? best.count
            best.insert((Int32(index), logit), at: place)
            if best.count > count { best.removeLast() }
        }
        let largest = Double(best.first?.logit ?? 0)
        var total = 0.0
        for index in logits.indices { total += exp(Double(logits[index]) - largest) }
        entries = best.map { ($0.id, exp(Double($0.logit) - largest) / total) }
    }
}
