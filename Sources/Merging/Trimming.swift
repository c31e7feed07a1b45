/// Which entries of a task vector stay: the step "trim" of TIES.
package struct Trimming {
    /// Entries of larger magnitude stay.
    package let threshold: Float
    /// How many entries of exactly this magnitude stay, too: the first ones.
    package private(set) var remainingTies: Int

    /// Nothing is trimmed.
    package static let none = Trimming(threshold: 0, remainingTies: .max)

    /// The number of entries that stay per tensor: ⌊density · count⌋, all for a density of 1.
    package static func keptPerTensor(count: Int, density: Double) -> Int {
        density >= 1 ? count : Int(density * Double(count))
    }

    /// The rank, from the largest, of the smallest entry that stays when the whole model is one
    /// vector of `count` entries. The paper's code keeps what is at least as large as the
    /// (count − ⌊count · density⌋)-th smallest, which is one entry more than the share.
    package static func smallestKeptRank(count: Int, density: Double) -> Int {
        density >= 1 ? count : min(count, Int(Double(count) * density) + 1)
    }

    /// Keeps exactly `kept` entries, the first ones where magnitudes tie.
    package init(keeping kept: Int, selected: (magnitude: Float, larger: Int)) {
        self.init(threshold: selected.magnitude, remainingTies: kept - selected.larger)
    }

    /// Keeps every entry of at least this magnitude.
    package init(atLeast magnitude: Float) {
        self.init(threshold: magnitude, remainingTies: .max)
    }

    private init(threshold: Float, remainingTies: Int) {
        self.threshold = threshold
        self.remainingTies = remainingTies
    }

    /// Sets what does not stay to zero. Called for the parts of a task vector in their order.
    package mutating func apply(to entries: inout [Float]) {
        var delta = entries.mutableSpan
        let threshold = threshold
        var ties: Int32 = 0
        for index in 0..<delta.count { ties &+= delta[index].magnitude == threshold ? 1 : 0 }
        if remainingTies >= Int(ties) {
            for index in 0..<delta.count {
                delta[index] = delta[index].magnitude < threshold ? 0 : delta[index]
            }
            if remainingTies != .max { remainingTies -= Int(ties) }
        } else {
            keepFirstTies(of: &delta)
        }
    }

    /// The rare case that not all entries of the threshold's magnitude stay.
    private mutating func keepFirstTies(of delta: inout MutableSpan<Float>) {
        for index in 0..<delta.count where delta[index].magnitude <= threshold {
            if delta[index].magnitude == threshold, remainingTies > 0 {
                remainingTies -= 1
            } else {
                delta[index] = 0
            }
        }
    }
}
