import Runs

extension Report: Encodable {
    private enum CodingKeys: String, CodingKey { case runs, differences, final }

    private struct Run: Encodable {
        let name, folder, recipe: String
        let isFinished: Bool
        let tokens, plannedTokens: Int
        let parameters: Int?
        let stages: [Stage]
        /// Mean held-out loss by group of languages and milestone, in nats.
        let losses: [Row]
        let notes: [String]
    }

    private struct Stage: Encodable {
        let name: String
        let plannedTokens, tokens: Int
        let lastTrainingLoss: Double?
        let tokensByLanguage: [String: Int]?
        let expectedShares: [String: Double]?
    }

    private struct Row: Encodable {
        let languages: String
        let values: [String: Double]
    }

    private struct Difference: Encodable {
        let key: String
        let values: [String?]
    }

    private struct Final: Encodable {
        let languages: String
        let losses: [Double?]
    }

    /// The runs with their stages and losses; of several also the differences of their recipes and
    /// the final losses, each in the order of the runs.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(runs.map(encoded), forKey: .runs)
        guard !isOfOne else { return }
        try container.encode(
            differences.map { Difference(key: $0.key, values: $0.values) }, forKey: .differences)
        try container.encode(
            finalRows.map { Final(languages: $0.name, losses: $0.losses) }, forKey: .final)
    }

    private func encoded(_ run: RunReading) -> Run {
        let milestones = run.milestones
        return Run(
            name: run.name, folder: run.folder.path, recipe: run.recipe.name,
            isFinished: run.isFinished, tokens: run.tokensDone, plannedTokens: run.plannedTokens,
            parameters: run.record?.parameters,
            stages: run.stages.map { stage in
                Stage(
                    name: stage.name, plannedTokens: stage.phase.tokens,
                    tokens: run.tokensDone(in: stage),
                    lastTrainingLoss: run.history.steps(of: stage.name).last?.loss,
                    tokensByLanguage: run.reading(of: stage)?.tokensByLanguage,
                    expectedShares: run.expectedShares[stage.index])
            },
            losses: lossRows(run, milestones).map { name, losses in
                let named = zip(milestones.map(run.name), losses).compactMap { name, loss in
                    loss.map { (name, $0) }
                }
                return Row(
                    languages: name,
                    values: Dictionary(named, uniquingKeysWith: { _, last in last }))
            }, notes: run.notes)
    }
}
