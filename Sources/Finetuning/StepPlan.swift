import Randomness

/// Which examples each step of a run learns from: those of every epoch in an order of its own, so
/// many a step.
///
/// Where texts are contrasted with all others of their batch, none may come twice in one: a row
/// with a text that is there already waits for the next.
package final class StepPlan {
    /// Steps of the run.
    package let total: Int
    /// Steps that were planned with fewer than half of the examples a step has, but for the last of
    /// an epoch.
    package let shortSteps: Int
    private let count: Int
    private let batch: Int
    private let generator: CounterGenerator
    /// The texts of each example as numbers; nil where they may come twice.
    private let texts: [[Int32]]?
    /// The step with which each epoch begins, and where the last one would end.
    private let starts: [Int]
    private var cached: (epoch: Int, batches: [[Int]])?

    /// Rows that wait, of which a batch looks at so many times its size.
    private static let patience = 16

    /// - Parameters:
    ///   - count: examples.
    ///   - batch: examples a step.
    ///   - texts: the texts of each example, none of which may be twice in a batch; nil where
    ///     they may.
    package init(
        count: Int, batch: Int, epochs: Double, seed: UInt64, texts: [[[UInt8]]]? = nil
    ) {
        (self.count, self.batch) = (count, batch)
        generator = CounterGenerator(seed: seed, purpose: "order of examples")
        self.texts = texts.map(Self.numbered)
        let whole = (count + batch - 1) / batch
        guard let numbers = self.texts, count > 0 else {
            total = max(1, Int((epochs * Double(whole)).rounded(.up)))
            starts = Array(stride(from: 0, through: total + whole, by: max(1, whole)))
            shortSteps = 0
            return
        }
        var starts = [0]
        var total = 0
        var short = 0
        for epoch in 0..<Int(epochs.rounded(.up)) {
            let order = generator.permutation(of: count, stream: UInt64(epoch))
            let batches = Self.batches(of: order, numbers, size: batch)
            let share = min(1, epochs - Double(epoch))
            let steps = Int((share * Double(batches.count)).rounded(.up))
            short += batches.dropLast().prefix(steps).count { 2 * $0.count < batch }
            total += steps
            starts.append(starts[epoch] + batches.count)
        }
        (self.total, self.starts, shortSteps) = (max(1, total), starts, short)
    }

    /// The examples of a step, from 0.
    package func examples(of step: Int) -> ArraySlice<Int> {
        let epoch = epoch(of: step)
        let batches = batches(of: epoch)
        return batches[step - starts[epoch]][...]
    }

    /// How often the examples were read after so many steps.
    package func epochs(after steps: Int) -> Double {
        guard steps > 0 else { return 0 }
        let epoch = epoch(of: steps - 1)
        let (start, end) = (starts[epoch], starts[epoch + 1])
        return Double(epoch) + Double(steps - start) / Double(end - start)
    }

    /// Whether an epoch ends after so many steps.
    package func isEndOfEpoch(after steps: Int) -> Bool { steps > 0 && starts.contains(steps) }

    /// Steps of the first epoch.
    package var firstEpoch: Int { starts[1] }

    private func epoch(of step: Int) -> Int {
        (starts.firstIndex { $0 > step } ?? starts.count - 1) - 1
    }

    private func batches(of epoch: Int) -> [[Int]] {
        if let cached, cached.epoch == epoch { return cached.batches }
        let order = generator.permutation(of: count, stream: UInt64(epoch))
        let batches =
            texts.map { Self.batches(of: order, $0, size: batch) }
            ?? stride(from: 0, to: count, by: batch).map {
                Array(order[$0..<min(count, $0 + batch)])
            }
        cached = (epoch, batches)
        return batches
    }

    /// A number for each different text.
    private static func numbered(_ texts: [[[UInt8]]]) -> [[Int32]] {
        var numbers: [[UInt8]: Int32] = [:]
        return texts.map { texts in
            texts.map { text in
                if let number = numbers[text] { return number }
                numbers[text] = Int32(numbers.count)
                return Int32(numbers.count - 1)
            }
        }
    }

    /// The examples in `order` as batches without a text that comes twice.
    private static func batches(
        of order: [Int], _ texts: [[Int32]], size: Int
    ) -> [[Int]] {
        var rest = order[...]
        var waiting: [Int] = []
        var batches: [[Int]] = []
        while !rest.isEmpty || !waiting.isEmpty {
            var batch: [Int] = []
            var taken: Set<Int32> = []
            func takes(_ example: Int) -> Bool {
                guard batch.count < size, taken.isDisjoint(with: texts[example]) else {
                    return false
                }
                taken.formUnion(texts[example])
                batch.append(example)
                return true
            }
            let looked = waiting.prefix(patience * size)
            waiting = looked.filter { !takes($0) } + waiting.dropFirst(looked.count)
            while batch.count < size, waiting.count < patience * size, let next = rest.popFirst() {
                if !takes(next) { waiting.append(next) }
            }
            batches.append(batch)
        }
        return batches
    }
}
