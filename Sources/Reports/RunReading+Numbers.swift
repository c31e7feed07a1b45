import Recipes
import Runs

extension RunReading {
    /// Tokens before the beginning of `stage`: those read in the stages it continues, or planned.
    package func startTokens(of stage: Stage) -> Double {
        guard let parent = stage.parent.map({ stages[$0] }) else { return 0 }
        return startTokens(of: parent)
            + (reading(of: parent).map { Double($0.tokens) }
                ?? Double(parent.phase.tokens))
    }

    /// What `stage` read; nil before its end.
    func reading(of stage: Stage) -> StageRecord? {
        history.readings.last { $0.stage == stage.name }
    }

    /// Tokens of `stage` that are trained so far.
    func tokensDone(in stage: Stage) -> Int {
        reading(of: stage)?.tokens ?? history.steps(of: stage.name).last?.stageTokens ?? 0
    }

    /// Tokens that are trained so far, in all stages.
    package var tokensDone: Int {
        stages.reduce(0) { saturated($0, tokensDone(in: $1)) }
    }

    /// Tokens that the recipe asks for, in all stages.
    package var plannedTokens: Int { stages.reduce(0) { saturated($0, $1.phase.tokens) } }

    /// The evaluation at the end of `stage`, or the last so far.
    func lastEvaluation(of stage: Stage) -> EvaluationRecord? {
        history.evaluations.last { $0.stage == stage.name && $0.step > 0 }
    }

    /// The merged model's evaluation.
    var merged: EvaluationRecord? {
        history.evaluations.last { $0.stage == EvaluationRecord.merge }
    }

    /// The evaluation by which the run is compared with others: the merged model's, else the last.
    var final: EvaluationRecord? { merged ?? history.evaluations.last }

    /// The evaluations of which tables have a column: before training, the stages' ends or the
    /// last so far, the merge.
    package var milestones: [EvaluationRecord] {
        let start = history.evaluations.first { $0.step == 0 }
        return ([start] + stages.map(lastEvaluation) + [merged]).compactMap(\.self)
    }

    /// What a milestone is called.
    func name(of evaluation: EvaluationRecord) -> String {
        guard evaluation.step > 0 else { return "start" }
        return evaluation.isStageEnd ? evaluation.stage : "\(evaluation.stage), so far"
    }

    /// Languages that were evaluated, group after group.
    var evaluatedGroups: [LossTable.Group] {
        let evaluated = Set(history.evaluations.flatMap(\.losses.keys))
        return groups.compactMap { group in
            let languages = group.languages.filter(evaluated.contains)
            return languages.isEmpty
                ? nil : LossTable.Group(name: group.name, languages: languages)
        }
    }

    /// When something was logged last, in seconds since 1970; nil for versions that did not say.
    var lastTime: Double? {
        let steps = history.stages.compactMap { $0.steps.last?.time }
        return (steps + history.evaluations.compactMap(\.time)).max()
    }
}

/// A sum that stays at the largest number instead of passing it.
func saturated(_ a: Int, _ b: Int) -> Int {
    let (sum, isOver) = a.addingReportingOverflow(b)
    return isOver ? .max : sum
}
