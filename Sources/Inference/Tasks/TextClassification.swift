import Encoders
import Foundation

/// A text, or a pair of texts, for a head that reads sequences.
public struct TextInput: Sendable, Equatable {
    /// The text, or the first of two.
    public var text: String
    /// The second text of a pair.
    public var pair: String?

    /// A text or a pair.
    public init(_ text: String, _ pair: String? = nil) { (self.text, self.pair) = (text, pair) }
}

/// What a model says of a text.
public struct Classification: Sendable, Equatable {
    /// The likeliest label; of a head for several at once, the likeliest all the same; nil of a
    /// head for scores.
    public let label: String?
    /// The labels that hold, by a head for several at once: those with a probability above ½.
    public let labels: [String]
    /// The score, of a head for scores.
    public let score: Double?
    /// The probability of each label, in the order of the head's labels.
    public let probabilities: [(label: String, probability: Double)]
    /// How many tokens of the text were cut off.
    public let cut: Int

    /// What the logits of a text mean.
    package init(_ logits: [Float], of task: TaskHead, cut: Int) {
        self.cut = cut
        guard task.objective != .regression else {
            (label, labels, probabilities) = (nil, [], [])
            score = Double(logits.first ?? 0)
            return
        }
        score = nil
        let shares = task.objective == .manyLabels ? logits.map(sigmoid) : softmax(logits)
        probabilities = Array(zip(task.labels, shares))
        label = largest(logits).map { task.labels[$0] }
        labels =
            task.objective == .manyLabels
            ? zip(task.labels, logits).filter { $1 > 0 }.map(\.0) : label.map { [$0] } ?? []
    }

    /// Equal in all.
    public static func == (a: Classification, b: Classification) -> Bool {
        a.label == b.label && a.labels == b.labels && a.score == b.score && a.cut == b.cut
            && a.probabilities.elementsEqual(b.probabilities, by: ==)
    }
}

/// Σ-normalised exponentials, in double precision.
package func softmax(_ logits: [Float]) -> [Double] {
    let largest = logits.max().map(Double.init) ?? 0
    let powers = logits.map { exp(Double($0) - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}

private func sigmoid(_ logit: Float) -> Double { 1 / (1 + exp(-Double(logit))) }

/// The place of the largest number, the first of equal ones; nil of none.
package func largest(_ numbers: [Float]) -> Int? {
    numbers.indices.max { numbers[$0] < numbers[$1] || numbers[$0] == numbers[$1] && $0 > $1 }
}

extension FineTunedModel {
    /// The labels or scores of texts, in their order.
    ///
    /// - Throws: `InputError` if the head is of another kind, and for logits that are not finite.
    public func classify(
        _ inputs: [TextInput], naming: (Int) -> String = { "input \($0 + 1)" }
    ) throws -> [Classification] {
        try require(.sequence)
        let encoded = encoder.sequences(of: inputs, on: parallel)
        let logits = try finiteLogits(of: encoded.map(\.sequence), naming: naming)
        return zip(logits, encoded).map { Classification($0.values, of: task, cut: $1.cut) }
    }

    /// Which of its choices fits each premise best: their places, in the order of the input, with
    /// the choices' logits.
    ///
    /// - Parameter choices: for each example its choices, each with the premise as first text.
    /// - Throws: as `classify`.
    public func choose(
        _ choices: [[TextInput]], naming: (Int) -> String = { "input \($0 + 1)" }
    ) throws -> [(choice: Int, logits: [Float])] {
        try require(.choice)
        let owners = choices.indices.flatMap { repeatElement($0, count: choices[$0].count) }
        let logits = try finiteLogits(
            of: encoder.sequences(of: choices.flatMap(\.self), on: parallel).map(\.sequence),
            naming: { naming(owners[$0]) })
        var rest = logits[...]
        return choices.map { choices in
            let own = rest.prefix(choices.count).map { $0[0, 0] }
            rest = rest.dropFirst(choices.count)
            return (largest(own) ?? 0, own)
        }
    }
}
