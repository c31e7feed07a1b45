import TensorCore

extension GradientExchange {
    /// What a rank sends in a step in which all lanes are present.
    package struct Traffic: Sendable, Equatable {
        /// Bytes of gradients that `reduce` sends to other ranks.
        package var gradients = 0
        /// Bytes of weights that `spread` sends to other ranks.
        package var weights = 0
        /// Those of both that go to other machines.
        package var toOtherMachines = 0

        /// So many bytes.
        package init(gradients: Int = 0, weights: Int = 0, toOtherMachines: Int = 0) {
            (self.gradients, self.weights) = (gradients, weights)
            self.toOtherMachines = toOtherMachines
        }
    }

    /// What this rank sends.
    package var traffic: Traffic {
        var traffic = Traffic()
        for stage in stages {
            let values = stage.plan([Bool](repeating: true, count: lanes)).valueCounts[stage.member]
            for bucket in 0..<buckets.count {
                let pieces = pieces(among: stage.level, in: bucket)
                let bytes = pieces.map { $0.elementCount * MemoryLayout<Float>.stride }
                for (member, other) in stage.ranks.enumerated() where member != stage.member {
                    let (gradients, weights) = (values * bytes[member], bytes[stage.member])
                    traffic.gradients += gradients
                    traffic.weights += weights
                    guard ranks.machines[other] != ranks.machines[ranks.rank] else { continue }
                    traffic.toOtherMachines += gradients + weights
                }
            }
        }
        return traffic
    }
}
