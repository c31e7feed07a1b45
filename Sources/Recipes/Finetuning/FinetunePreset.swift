import Encoders

/// Published settings of a task, by which a recipe begins: `preset: glue/rte`.
///
/// Sources: the harness in which mmBERT was measured (nlu-evals) for GLUE and XTREME; EuroEval for
/// FoQA, and the harness's settings of SQuAD for TiQuAD, whose own are not published.
/// docs/finetune.md has them in a table.
struct FinetunePreset {
    let name: String
    let apply: @Sendable (inout FinetuneRecipe) -> Void

    /// The presets there are.
    static let all: [FinetunePreset] =
        [
            glue("cola", .text, metric: "matthews_correlation"), glue("sst2", .text),
            glue("mrpc", .pair, metric: "f1"),
            glue("stsb", .pair, metric: "spearman", objective: .regression),
            glue("qqp", .pair, metric: "f1"), glue("mnli", .pair), glue("qnli", .pair),
            glue("rte", .pair), glue("wnli", .pair),
        ] + [
            FinetunePreset(name: "xtreme/xnli") {
                $0.task = .pair
                ($0.data.format, $0.data.task) = (.xtreme, "xnli")
            },
            FinetunePreset(name: "xtreme/paws-x") {
                $0.task = .pair
                ($0.data.format, $0.data.task) = (.xtreme, "paws-x")
                $0.epochs = 2
            },
            tagging("xtreme/panx", format: .conll),
            tagging("xtreme/udpos", format: .conllu),
            FinetunePreset(name: "xtreme/xcopa") {
                $0.task = .choice
                $0.epochs = 5
            },
            answers("xtreme/squad"), answers("xtreme/tydiqa"), answers("tiquad"),
            FinetunePreset(name: "foqa") {
                squad(&$0)
                ($0.text.stride, $0.text.allowsNoAnswer) = (96, true)
                $0.learningRate = StepSchedule(peak: 2e-5, warmup: .steps(100))
                $0.optimizer.weightDecay = 0
                $0.evaluate = FinetuneEvaluation(everySteps: 30, keep: .best, patience: 2)
            },
        ]

    private static func glue(
        _ task: String, _ kind: FinetuneRecipe.Task, metric: String = "accuracy",
        objective: TaskHead.Objective = .oneLabel
    ) -> FinetunePreset {
        FinetunePreset(name: "glue/\(task)") {
            $0.task = kind
            ($0.data.format, $0.data.task) = (.glue, task)
            ($0.metric, $0.objective) = (metric, objective)
        }
    }

    private static func tagging(_ name: String, format: LabelledData.Format) -> FinetunePreset {
        FinetunePreset(name: name) {
            $0.task = .tokens
            $0.data.format = format
            ($0.epochs, $0.metric) = (10, "f1")
        }
    }

    private static func answers(_ name: String) -> FinetunePreset {
        FinetunePreset(name: name) { squad(&$0) }
    }

    private static func squad(_ recipe: inout FinetuneRecipe) {
        recipe.task = .answers
        recipe.data.format = .squad
        (recipe.text.length, recipe.text.stride) = (384, 128)
        recipe.learningRate.peak = 3e-5
        recipe.optimizer.weightDecay = 1e-4
        recipe.metric = "f1"
    }
}

extension FinetuneRecipe {
    /// `preset`: what holds before the other keys are read. It is not written out: the recipe that
    /// is has all its values.
    static var preset: Key<FinetuneRecipe> {
        Key(
            names: ["preset"],
            read: { recipe, fields, _ in
                let choices = FinetunePreset.all.map { ($0.name, $0.name) }
                guard let name = try fields["preset"]?.read(as: Form<String>.one(of: choices))
                else { return }
                FinetunePreset.all.first { $0.name == name }?.apply(&recipe)
            },
            write: { _ in [] })
    }

    /// Names of the presets.
    public static var presets: [String] { FinetunePreset.all.map(\.name) }
}
