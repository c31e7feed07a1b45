import Curriculum

extension Stage {
    /// The key of the phase by which what happens in the stage's first `tokens` tokens depends on
    /// how long the stage is, such as `mask.shape`; nil where it would be the same, to the bit, in
    /// a longer one.
    ///
    /// Warm-ups, drops, switches and entries have their places in tokens. What is spread over the
    /// whole stage has not: a decay from its beginning on, ramps, and caps, which are dealt over
    /// the stage's tokens.
    public func keyReadingLength(within tokens: Int) -> String? {
        guard tokens > 0 else { return nil }
        if phase.learningRate.dependsOnTotal(before: tokens, of: phase.tokens) {
            return "learning_rate.shape"
        }
        if phase.mask.ratio.dependsOnTotal { return "mask.shape" }
        let data = phase.data
        for (index, group) in data.groups.enumerated() {
            let place = data.onlyGroup == nil ? "data.groups.\(index)" : "data"
            if group.maxEpochs != nil { return "\(place).max_epochs" }
            if case .temperature(let ramp) = group.sampling, ramp.dependsOnTotal {
                return "\(place).temperature"
            }
        }
        return nil
    }
}
