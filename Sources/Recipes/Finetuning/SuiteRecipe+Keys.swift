import Formats
import Yams

extension SuiteRecipe {
    /// The suite as YAML.
    static var form: Form<SuiteRecipe> {
        .section("a suite", new: SuiteRecipe(), familiar: familiarKeys) {
            Key("name", \.name, .name, required: "The suite's folder is named after it.")
            Key(
                "models", \.models, Model.named,
                required: "Write {NAME: FOLDER}, or give --model NAME=FOLDER.")
            Key("seeds", \.seeds, Form<UInt64>.seed.list(of: "seeds"))
            Key("baselines", \.baselines, Form<Baseline>.choice.list(of: "baselines"))
            dataFolder
            tasksWithSweep
            Key("tables", \.tables, Table.form.list(of: "tables"))
            Key("keep_models", \.keepsModels, .boolean)
            Key("keep_vectors", \.keepsVectors, .boolean)
        } check: { suite, fields in
            try suite.check(fields)
        }
    }

    private static var familiarKeys: [String: String] {
        [
            "model": "Write models: {NAME: FOLDER}.", "seed": "Write seeds: [1, 2, 3].",
            "task": "Write tasks: {NAME: {…}}.",
            "data": "It belongs to a task; data_folder is "
                + "where all tasks' files lie.",
        ]
    }

    /// `data_folder`: where paths of labelled files start. They are absolute when they are read, so
    /// it is not written out.
    private static var dataFolder: Key<SuiteRecipe> {
        Key(names: ["data_folder"], read: { _, _, _ in }, write: { _ in [] })
    }

    /// `sweep` and `tasks`, each of which a sweep reads once for each combination.
    private static var tasksWithSweep: Key<SuiteRecipe> {
        Key(
            names: ["sweep", "tasks"],
            read: { suite, fields, _ in
                let common = try fields["sweep"].map(SweptKey.read) ?? []
                suite.sweep = common.map(\.sweep)
                let folder = try fields["data_folder"]?.read(
                    as: Form<String>.path(to: "the folder of the labelled files"))
                let tasks = try fields.required("tasks", remedy: "Write tasks: {NAME: {…}}.")
                suite.tasks = try tasks.members(of: "names of tasks").map { name, value in
                    try value.requireName(name)
                    return try SuiteTask(name, value, sweeping: common, dataFolder: folder)
                }
                try tasks.require(
                    !suite.tasks.isEmpty, expected: "a task at least", remedy: "Add one.")
            },
            write: { suite in
                [YAMLTree.Member].member(
                    "sweep", suite.sweep.isEmpty ? nil : SweptKey.tree(suite.sweep))
                    + .member(
                        "tasks",
                        .mapping(
                            suite.tasks.map { task in
                                .init(
                                    task.name,
                                    SuiteTask.form(of: task.kind).write(task) ?? .mapping([]))
                            }))
            })
    }

    /// What holds only together.
    private func check(_ fields: RecipeFields) throws {
        let whole = fields.value
        try (fields["models"] ?? whole).require(
            !models.isEmpty, expected: "a model at least",
            remedy: "Write {NAME: FOLDER}, or give --model NAME=FOLDER.")
        let (names, baseline) = (models.map(\.name), Baseline.majority.rawValue)
        try (fields["models"] ?? whole).require(
            Set(names).count == names.count && !names.contains(baseline),
            expected: "a name of its own for each model, other than the baseline's, \(baseline)",
            found: names.joined(separator: ", "), remedy: "Rename one.")
        try (fields["seeds"] ?? whole).require(
            !seeds.isEmpty && Set(seeds).count == seeds.count,
            expected: "seeds, at least one and each once", remedy: "Write them like [1, 2, 3].")
        for task in tasks {
            try checkStart(of: task, at: ["tasks", task.name, "start_from"], whole)
        }
        for (number, table) in tables.enumerated() {
            for (key, names, known) in [
                ("columns", table.columns, tasks.map(\.name)),
                ("rows", table.rows, models.map(\.name)),
            ] {
                for name in names where !known.contains(name) {
                    let place = whole.source.value(at: ["tables", "\(number)", key]) ?? whole
                    throw place.error(
                        expected: (key == "rows" ? "models" : "tasks") + " of the suite: "
                            + known.joined(separator: ", "), found: name,
                        remedy: nearestName(to: name, among: known).map { "Did you mean \($0)?" }
                            ?? "Write one of them.")
                }
            }
        }
    }

    private func checkStart(
        of task: SuiteTask, at path: [String], _ whole: RecipeValue
    ) throws {
        guard let name = task.startsFrom else { return }
        let place = whole.source.value(at: path) ?? whole
        let known = tasks.filter { $0.kind == .finetune && $0.name != task.name }.map(\.name)
        guard let start = self[task: name], start.kind == .finetune, name != task.name else {
            throw place.error(
                expected: "another task that is trained"
                    + (known.isEmpty ? "" : ": " + known.joined(separator: ", ")), found: name,
                remedy: nearestName(to: name, among: known).map { "Did you mean \($0)?" }
                    ?? "Add the task, or remove start_from.")
        }
        let line = line(of: task)
        try place.require(
            line.count <= tasks.count, expected: "a task that does not itself start from this one",
            found: line.prefix(tasks.count + 1).map(\.name).joined(separator: " ← "),
            remedy: "Remove one start_from.")
    }
}

extension SuiteRecipe.Model {
    /// Names of models with their folders, or with what else is to be said of them.
    fileprivate static var named: Form<[SuiteRecipe.Model]> {
        let path = Form<String>.path(to: "a model folder")
        let section = Form<SuiteRecipe.Model>.section("a model", new: SuiteRecipe.Model()) {
            Key("model", \.folder, path, required: "Name its folder.")
            Key(
                "weights", \.startsAtRandom,
                .one(of: [("pretrained", false), ("random", true)]))
        }
        return Form(
            read: { value, _ in
                try value.members(of: "names of models").map { name, value in
                    try value.requireName(name)
                    var model = SuiteRecipe.Model()
                    if value.isMapping {
                        model = try value.read(as: section)
                    } else {
                        model.folder = try value.read(as: path)
                    }
                    model.name = name
                    return model
                }
            },
            write: { models in
                .mapping(
                    models.map {
                        .init(
                            $0.name,
                            $0.startsAtRandom
                                ? section.write($0) ?? .text($0.folder) : .text($0.folder))
                    })
            })
    }
}

extension SuiteRecipe.Table {
    fileprivate static var form: Form<SuiteRecipe.Table> {
        let names = Form<String>.text(
            expected: "a name", remedy: "Write it as the suite has it.")
        var rows = names.list(of: "models")
        let read = rows.read
        rows.read = { value, previous in
            value.text == "models" ? [] : try read(value, previous)
        }
        rows.write = { $0.isEmpty ? .text("models") : .list($0.map(YAMLTree.text)) }
        return .section("a table", new: SuiteRecipe.Table()) {
            Key(
                "title", \.title,
                .text(expected: "a title", remedy: "Write what the table shows."),
                required: "Write what the table shows.")
            Key("rows", \.rows, rows)
            Key("columns", \.columns, names.list(of: "tasks"))
            Key("average", \.hasAverage, .boolean)
        }
    }
}

extension RecipeValue {
    /// Checks that the key of this value can be part of a file's name.
    func requireName(_ name: String) throws {
        let isPlain = name.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
        }
        try require(
            isPlain && name.first != "." && !name.isEmpty,
            expected: "a name of letters, digits, '-', '_' and '.'", found: "“\(name)”",
            remedy: "Folders are named after it: write it like rte.")
    }
}
