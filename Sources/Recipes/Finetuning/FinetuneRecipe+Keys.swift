import Encoders
import Host

extension FinetuneRecipe {
    /// The recipe as YAML.
    static var form: Form<FinetuneRecipe> {
        .section("a fine-tuning recipe", new: FinetuneRecipe(), familiar: familiarKeys) {
            preset
            Key("name", \.name, .name, required: "The run's folder is named after it.")
            taskKey
            Key("model", \.model, .path(to: "a model folder"), required: "Name its folder.")
            Key(
                "weights", \.startsAtRandom,
                .one(of: [("pretrained", false), ("random", true)]))
            learningKeys
            Key("seed", \.seed, .seed)
        } check: { recipe, fields in
            try recipe.check(fields)
        }
    }

    /// `task`. Vectors have other usual settings than heads.
    static var taskKey: Key<FinetuneRecipe> {
        Key(
            names: ["task"],
            read: { recipe, fields, _ in
                guard let task = try fields["task"]?.read(as: Form<Task>.choice) else { return }
                if task == .embedding { recipe.takeEmbeddingDefaults() }
                recipe.task = task
            },
            write: { .member("task", $0.task) })
    }

    /// The settings with which encoders become sentence encoders.
    ///
    /// Sources: ModernBERT's script for sentence-transformers, the rate of mmBERT's sweep;
    /// docs/finetune.md has them in a table.
    private mutating func takeEmbeddingDefaults() {
        pooling = .mean
        text.length = 256
        epochs = 1
        batch.examples = 512
        learningRate = StepSchedule(peak: 1e-4, warmup: .share(0.05))
    }

    /// `metric`.
    static var metricKey: Key<FinetuneRecipe> { Key("metric", \.metric, metric.optional) }

    /// What says how a model learns a task, whichever the model is.
    @KeyList<FinetuneRecipe>
    static var learningKeys: [Key<FinetuneRecipe>] {
        Key("data", \.data, LabelledData.form)
        Key("labels", \.labels, labelNames, isWritten: { !$0.labels.isEmpty })
        Key("objective", \.objective, objectives, isWritten: { $0.task.hasObjective })
        Key("pooling", \.pooling, Form<TaskHead.Pooling>.choice.optional)
        textKeys
        vectorKeys
        Key("epochs", \.epochs, .positive(remedy: "Write it like 3.", upTo: 1e6))
        Key("batch", \.batch, ExampleBatch.form)
        Key("learning_rate", \.learningRate, StepSchedule.form)
        Key("optimizer", \.optimizer, FinetuneOptimizer.form)
        Key("train", \.trained, TrainedPart.form)
        Key("dropout", \.dropout, FinetuneDropout.form)
        metricKey
        Key("evaluate", \.evaluate, FinetuneEvaluation.form)
        Key("checkpoint", \.self, checkpoint)
        Key("precision", \.precision, .choice)
    }

    @KeyList<FinetuneRecipe>
    private static var textKeys: [Key<FinetuneRecipe>] {
        Key("length", \.text.length, .tokens(from: 4, upTo: 1_000_000))
        Key("stride", \.text.stride, .tokens(from: 0), isWritten: { $0.task == .answers })
        Key(
            "answer_length", \.text.answerLength, .tokens(),
            isWritten: { $0.task == .answers })
        Key("no_answer", \.text.allowsNoAnswer, .boolean, isWritten: { $0.task == .answers })
        Key("words", \.text.words, .choice, isWritten: { $0.task == .tokens })
        Key("truncate", \.text.truncates, .boolean, isWritten: { $0.task == .tokens })
    }

    @KeyList<FinetuneRecipe>
    private static var vectorKeys: [Key<FinetuneRecipe>] {
        Key("loss", \.vectors.rule, ContrastiveRule.form, isWritten: { $0.task == .embedding })
        Key("negatives", \.vectors.negatives, negatives, isWritten: { $0.task == .embedding })
        Key("normalize", \.vectors.normalizes, .boolean, isWritten: { $0.task == .embedding })
        Key(
            "prompts", \.vectors, VectorTraining.prompts,
            isWritten: { !($0.vectors.queryPrompt + $0.vectors.documentPrompt).isEmpty })
    }

    private static var negatives: Form<Int?> {
        Form<Int>.integer(
            expected: "a number of negatives", remedy: "Write all for those of every row.",
            from: 0, upTo: 1_000
        ).or("all")
    }

    static var familiarKeys: [String: String] {
        [
            "max_seq_length": "Did you mean length?", "max_length": "Did you mean length?",
            "model_name_or_path": "Did you mean model?", "num_train_epochs": "Did you mean epochs?",
            "per_device_train_batch_size": "Write batch: {examples: 32}.",
            "batch_size": "Write batch: {examples: 32}.",
            "lr": "Write learning_rate: {peak: 2e-5}.",
            "doc_stride": "Did you mean stride?", "warmup": "Write learning_rate: {warmup: 6%}.",
            "num_labels": "Write labels: [names].",
        ]
    }

    private static var labelNames: Form<[String]> {
        Form<String>.text(
            expected: "the name of a label", remedy: "Write it as the files have it."
        ).list(of: "names of labels")
    }

    private static var objectives: Form<TaskHead.Objective> {
        .one(of: [("classes", .oneLabel), ("multilabel", .manyLabels), ("score", .regression)])
    }

    private static var metric: Form<String> {
        .text(expected: "the name of a metric", remedy: "Write it like accuracy or f1.")
    }

    private static var checkpoint: Form<FinetuneRecipe> {
        .section("checkpoints", new: FinetuneRecipe()) {
            Key(
                "minutes", \.checkpointMinutes,
                Form<Double>.positive(
                    "a number of minutes above 0", remedy: "Write it like 10, or none."
                ).or("none"))
        }
    }

    /// What holds only together.
    func check(_ fields: RecipeFields) throws {
        try fields["labels"]?.require(
            Set(labels).count == labels.count, expected: "every label once",
            remedy: "Remove what is there twice.")
        try fields["stride"]?.require(
            text.stride < text.length, expected: "a stride below the length of \(text.length)",
            remedy: "Windows that share all their tokens would not move on.")
        try (fields["labels"] ?? fields.value).require(
            objective != .regression || labels.isEmpty, expected: "no labels for a score",
            remedy: "Remove them.")
        for key in ["loss", "negatives", "normalize", "prompts"] where task != .embedding {
            try fields[key]?.refuse(
                expected: "no \(key) for task \(task.rawValue)",
                remedy: "It is of task embedding: remove it.")
        }
        if task == .embedding {
            try fields["labels"]?.refuse(
                expected: "no labels for task embedding", remedy: "Remove them.")
            try fields["train"]?.require(
                trained != .head, expected: "a part of the encoder, as vectors have no head",
                remedy: "Write all, no-embeddings, or the first layer, like layers 2-.")
        }
        let measuresDev = !data.dev.isEmpty
        try (fields["evaluate"] ?? fields.value).require(
            measuresDev || (evaluate.keep == .last && evaluate.patience == nil),
            expected: "data.dev, by which the best model is found", found: "none",
            remedy: "Name a development set, or write keep: last.")
    }
}

extension FinetuneRecipe.Task {
    /// Whether its head may say other things than one class.
    var hasObjective: Bool { self == .text || self == .pair }
}

extension Key {
    /// The key `name` of a property with a form, written under a condition.
    init<Value>(
        _ name: String, _ property: WritableKeyPath<Section, Value>, _ form: Form<Value>,
        isWritten: @escaping (Section) -> Bool
    ) {
        self.init(name, property, isWritten: isWritten) { _ in form }
    }
}

extension VectorTraining {
    /// `prompts`, by the names that sentence-transformers uses.
    fileprivate static var prompts: Form<VectorTraining> {
        let prompt = Form<String>.text(
            expected: "a text", remedy: "Write it in quotation marks, like “query: ”.")
        return .section("prompts", new: VectorTraining()) {
            Key("query", \.queryPrompt, prompt, isWritten: { !$0.queryPrompt.isEmpty })
            Key("document", \.documentPrompt, prompt, isWritten: { !$0.documentPrompt.isEmpty })
        }
    }
}

extension ContrastiveRule {
    static var form: Form<ContrastiveRule> {
        let size = Form<Int>.count(of: "numbers", upTo: 1_000_000)
        return .section("a loss", new: ContrastiveRule(), familiar: familiarKeys) {
            Key("name", \.loss, .choice)
            Key("scale", \.scale, .positive(remedy: "The usual one is 20.", upTo: 1e6))
            Key("symmetric", \.isSymmetric, .boolean)
            Key("mask_duplicates", \.masksDuplicates, .boolean)
            Key(
                "dimensions", \.dimensions, size.list(of: "sizes of vectors"),
                isWritten: { !$0.dimensions.isEmpty })
        } check: { rule, fields in
            for key in ["symmetric", "mask_duplicates"] where rule.loss == .coSENT {
                try fields[key]?.refuse(
                    expected: "no \(key) for cosent", remedy: "It is of in-batch: remove it.")
            }
        }
    }

    private static var familiarKeys: [String: String] {
        [
            "temperature": "Write scale, which is 1 / temperature.",
            "matryoshka_dims": "Did you mean dimensions?",
        ]
    }
}

extension ExampleBatch {
    static var form: Form<ExampleBatch> {
        .section("a batch", new: ExampleBatch(), familiar: familiarKeys) {
            Key("examples", \.examples, .count(of: "examples", upTo: 1_000_000))
            Key("microbatch", \.microbatch, .tokens(upTo: 1_000_000_000))
        }
    }

    private static var familiarKeys: [String: String] {
        ["pairs": "Did you mean examples?", "mini_batch_size": "Did you mean microbatch?"]
    }
}

extension FinetuneOptimizer {
    static var form: Form<FinetuneOptimizer> {
        .section("an optimizer", new: FinetuneOptimizer(), familiar: familiarKeys) {
            Key("name", \.name, .choice)
            Key("betas", \.betas, .betas(such: "[0.9, 0.999]"))
            Key("eps", \.epsilon, .positive(remedy: "The usual one is 1e-8."))
            Key("weight_decay", \.weightDecay, .weightDecay)
            Key(
                "clip", \.clip,
                Form<Double>.positive("a norm above 0", remedy: "Write it like 1.0, or none.")
                    .or("none"))
        }
    }

    private static var familiarKeys: [String: String] {
        [
            "max_grad_norm": "Did you mean clip?", "grad_clip": "Did you mean clip?",
            "lr": "Write learning_rate: {peak: 2e-5}, outside of optimizer.",
        ]
    }

    private var betas: [Double] {
        get { [beta1, beta2] }
        set { (beta1, beta2) = (newValue[0], newValue[1]) }
    }
}

extension FinetuneDropout {
    static var form: Form<FinetuneDropout> {
        let rate = Form<Double>.number(
            expected: "a ratio from 0 to below 1", remedy: "Write it like 0.1.",
            where: (0..<1).contains)
        return .section("dropout", new: FinetuneDropout()) {
            Key("attention", \.attention, rate)
            Key("classifier", \.classifier, rate.optional)
        }
    }
}

extension FinetuneEvaluation {
    static var form: Form<FinetuneEvaluation> {
        .section("evaluation", new: FinetuneEvaluation()) {
            Key("every_steps", \.everySteps, Form<Int>.count(of: "steps").or("epoch"))
            Key("keep", \.keep, .choice)
            Key("patience", \.patience, Form<Int>.count(of: "measurements").or("none"))
        }
    }
}

extension TrainedPart {
    /// `all`, `no-embeddings`, `head`, or `layers 12-`.
    static var form: Form<TrainedPart> {
        .scalar(
            expected: "all, no-embeddings, head, or the first layer that is trained",
            remedy: "Write it like layers 12-, which counts layers from 0.",
            write: { part in
                switch part {
                case .all: .text("all")
                case .withoutEmbeddings: .text("no-embeddings")
                case .head: .text("head")
                case .layers(let first): .text("layers \(first)-")
                }
            },
            parse: { text in
                switch text {
                case "all": return .all
                case "no-embeddings": return .withoutEmbeddings
                case "head": return .head
                default:
                    guard text.hasPrefix("layers "), text.hasSuffix("-") else { return nil }
                    return Quantity.integer(String(text.dropFirst(7).dropLast())).flatMap {
                        0...1_000_000 ~= $0 ? .layers(from: $0) : nil
                    }
                }
            })
    }
}
