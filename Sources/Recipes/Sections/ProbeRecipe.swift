import Formats

/// A small task by which a model is looked at while it is pre-trained: classes of texts are learned
/// from its vectors by logistic regression.
public struct ProbeRecipe: Sendable, Equatable {
    /// What it is called in logs.
    public var name = ""
    /// Whether texts are pairs.
    public var isPair = false
    /// Labelled files: `train` is learned from, `test` measured.
    public var data = LabelledData()
    /// The most tokens of a text.
    public var length = 128

    /// The files as those of a fine-tuning recipe, by which they are read.
    public var reading: FinetuneRecipe {
        var recipe = FinetuneRecipe()
        (recipe.name, recipe.task) = (name, isPair ? .pair : .text)
        (recipe.data, recipe.text.length) = (data, length)
        return recipe
    }
}

extension ProbeRecipe {
    fileprivate static var form: Form<ProbeRecipe> {
        .section("a probe", new: ProbeRecipe()) {
            Key("task", \.isPair, .one(of: [("text", false), ("pair", true)]))
            Key("data", \.data, LabelledData.form, required: "Write {train: FILE, test: FILE}.")
            Key("length", \.length, .tokens(from: 4, upTo: 1_000_000))
        } check: { probe, fields in
            try (fields["data"] ?? fields.value).require(
                probe.data.dev.isEmpty, expected: "no development set", found: "data.dev",
                remedy: "Nothing is chosen by it: remove it, or measure it as test.")
            for (key, files) in [("train", probe.data.train), ("test", probe.data.test)] {
                try (fields["data"] ?? fields.value).require(
                    !files.isEmpty,
                    expected: "files to \(key == "train" ? "learn from" : "measure")",
                    found: "no \(key)", remedy: "Write data: {train: FILE, test: FILE}.")
            }
        }
    }
}

extension Form<[ProbeRecipe]> {
    /// Probes by their names.
    static var probes: Form {
        Form(
            read: { value, _ in
                try value.members(of: "names of probes").map { name, value in
                    var probe = try value.read(as: ProbeRecipe.form)
                    probe.name = name
                    return probe
                }
            },
            write: { probes in
                guard !probes.isEmpty else { return nil }
                return .mapping(
                    probes.compactMap { probe in
                        ProbeRecipe.form.write(probe).map { .init(probe.name, $0) }
                    })
            })
    }
}
