/// Settings of a published task of vectors, by which a task begins: `preset: mteb/STS17`. The data
/// is the user's, in the form that docs/evaluate.md says.
///
/// Source: the metadata of mteb 2.26.24, from which scripts/peers/mteb_presets.py writes the list:
/// MTEB v2 in English and multilingual, and CoIR by mteb's names.
struct VectorTaskPreset: Sendable {
    let name: String
    let kind: SuiteTask.Kind
    private let metric: String?
    private let split: String?
    private let leavesOutQuery: Bool
    private let perLabel: Int?
    private let documents: Int?
    private let depth: Int?

    init(
        _ name: String, _ kind: SuiteTask.Kind, metric: String? = nil, split: String? = nil,
        leavesOutQuery: Bool = false, perLabel: Int? = nil, documents: Int? = nil,
        depth: Int? = nil
    ) {
        (self.name, self.kind, self.metric, self.split) = (name, kind, metric, split)
        (self.leavesOutQuery, self.perLabel) = (leavesOutQuery, perLabel)
        (self.documents, self.depth) = (documents, depth)
    }

    /// The preset of a name.
    init?(named name: String) {
        guard let preset = Self.all.first(where: { $0.name == name }) else { return nil }
        self = preset
    }

    /// The presets there are, by name.
    static let all: [VectorTaskPreset] =
        (plain.flatMap { kind, names in
            names.split(whereSeparator: \.isWhitespace).map { VectorTaskPreset(String($0), kind) }
        } + special).sorted { $0.name < $1.name }

    private func apply(to task: inout SuiteTask) {
        task.recipe.metric = metric
        task.vectors.leavesOutQuery = leavesOutQuery
        if let split { task.vectors.split = split }
        if let perLabel { task.vectors.examplesPerLabel = perLabel }
        if let documents { task.vectors.documents = .count(documents) }
        task.vectors.depth = depth
        // mteb counts each direction as a set of its own.
        if kind == .mining { task.recipe.metric = metric ?? "f1_forward" }
        // mteb's column of labels of pairs.
        if kind == .pairs { task.recipe.data.columns.label = "labels" }
    }

    /// `preset` of a task that measures vectors. It is not written out.
    static var key: Key<SuiteTask> {
        Key(
            names: ["preset"],
            read: { task, fields, _ in
                guard let value = fields["preset"] else { return }
                let choices = all.map { ($0.name, $0.name) }
                let name = try value.read(as: Form<String>.one(of: choices))
                guard let preset = VectorTaskPreset(named: name) else { return }
                try value.require(
                    preset.kind == task.kind, expected: "a preset of kind \(task.kind.rawValue)",
                    found: "\(name), of kind \(preset.kind.rawValue)",
                    remedy: "Write its kind, or leave kind out.")
                preset.apply(to: &task)
            },
            write: { _ in [] })
    }
}

extension SuiteTask {
    /// Names of the presets of tasks that measure vectors.
    public static var vectorPresets: [String] { VectorTaskPreset.all.map(\.name) }
}
