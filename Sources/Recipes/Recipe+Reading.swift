import Diagnostics

extension Recipe {
    /// Reads and checks a recipe.
    ///
    /// - Parameters:
    ///   - path: the YAML file; relative paths in it are relative to its folder.
    ///   - overrides: `phases.0.mask.ratio=0.2` and the like, applied in order.
    ///   - scale: what the run's tokens are multiplied by (`scaled(by:)`), after the overrides.
    ///   - checksInputs: whether the files that the recipe names are opened: that they are there,
    ///     that manifests have its languages, its vocabulary and enough tokens.
    ///   - needsData: whether tokenizer and shards must be there too; a plan needs the manifests'
    ///     counts alone.
    /// - Throws: `InputError` naming file, line, key, what was expected and what was found.
    public static func read(
        _ path: String, overrides: [String] = [], scale: Double = 1, checksInputs: Bool = true,
        needsData: Bool = true
    ) throws -> Recipe {
        var source = try RecipeSource(file: path)
        for override in overrides { try source.override(override) }
        let recipe = try source.value.read(as: form).scaled(by: scale)
        if checksInputs {
            try InputCheck(recipe: recipe, source: source, needsData: needsData).run()
        }
        return recipe
    }

    /// Reads what `resolvedYAML()` wrote, without looking at the files it names; `path` is for
    /// messages.
    public init(resolved text: String, path: String) throws {
        let source = try RecipeSource(text: text, file: path)
        try source.require(
            .pretraining, remedy: "Name the folder of a run that mmbert-train made.")
        self = try source.value.read(as: Self.form)
    }
}
