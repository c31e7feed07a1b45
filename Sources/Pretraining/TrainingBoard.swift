import Formats
import Runs

/// The curves of one stage in TensorBoard, which shows tags in groups by what stands before their
/// first slash, in the order of the alphabet: losses first, single languages last.
struct TrainingBoard {
    private let writer: TensorBoardWriter
    /// Means of the languages that the same stage brought in; none where all came at once.
    private let groups: [LossTable.Group]
    private let languageTags: [String: String]

    /// Curves that `writer` writes; `groups` has the languages by the stages that bring them in.
    init(_ writer: TensorBoardWriter, groups: [LossTable.Group]) {
        self.writer = writer
        self.groups = groups.count > 1 ? groups : []
        var tags: [String: String] = [:]
        for (index, group) in groups.enumerated() {
            for language in group.languages {
                tags[language] = "unseen_text_\(index + 1)_\(group.name)/\(language)"
            }
        }
        languageTags = tags
    }

    /// Writes the recipe that is trained.
    func begin(recipe: String, step: Int) throws {
        try writer.text("recipe", "```yaml\n\(recipe)```", step: step)
    }

    /// Writes a step.
    func log(_ step: StepRecord) throws {
        let scalars = [
            ("loss/train", step.loss), ("optimizer/learning_rate", step.learningRate),
            ("optimizer/gradient_norm", step.gradientNorm),
            ("schedule/mask_ratio", step.maskRatio),
            ("schedule/batch_tokens", Double(step.batchTokens)),
            ("schedule/tokens", Double(step.tokens)),
            ("speed/tokens_per_second", step.tokensPerSecond),
        ]
        for (tag, value) in scalars { try writer.scalar(tag, value, step: step.step) }
    }

    /// Writes the last step of the stage before, from which this one goes on.
    func join(_ step: RunHistory.Step) throws {
        let scalars = [
            ("loss/train", step.loss), ("optimizer/learning_rate", step.learningRate),
            ("optimizer/gradient_norm", step.gradientNorm),
            ("schedule/tokens", Double(step.tokens)),
            ("speed/tokens_per_second", step.tokensPerSecond),
        ]
        for (tag, value) in scalars { try writer.scalar(tag, value, step: step.step) }
    }

    /// Writes an evaluation: the mean, the groups' means, and every language.
    func log(_ evaluation: EvaluationRecord) throws {
        try writer.scalar("loss/held_out", evaluation.meanLoss, step: evaluation.step)
        for (index, group) in groups.enumerated() {
            guard let mean = evaluation.mean(of: group.languages) else { continue }
            try writer.scalar(
                "loss/held_out_\(index + 1)_\(group.name)", mean, step: evaluation.step)
        }
        for (language, loss) in evaluation.losses.sorted(by: { $0.key < $1.key }) {
            try writer.scalar(
                languageTags[language] ?? "unseen_text_others/\(language)", loss,
                step: evaluation.step)
        }
        try writer.flush()
    }

    /// Writes a probe: the mean, and every file.
    func log(_ probe: ProbeRecord) throws {
        try writer.scalar("probe/\(probe.probe)", probe.accuracy, step: probe.step)
        for (file, accuracy) in probe.accuracies.sorted(by: { $0.key < $1.key }) {
            try writer.scalar("probe_\(probe.probe)/\(file)", accuracy, step: probe.step)
        }
        try writer.flush()
    }

    /// Hands what was written to the operating system.
    func flush() throws { try writer.flush() }
}
