import Diagnostics
import Formats

extension FinetuneRecipe {
    /// Reads and checks a recipe; the files it names are not looked at.
    ///
    /// - Parameters:
    ///   - path: the YAML file; relative paths in it are relative to its folder.
    ///   - overrides: `learning_rate.peak=3e-5` and the like, applied in order.
    /// - Throws: `InputError` naming file, line, key, what was expected and what was found.
    public static func read(_ path: String, overrides: [String] = []) throws -> FinetuneRecipe {
        var source = try RecipeSource(file: path, kind: .finetuning)
        for override in overrides { try source.override(override) }
        return try source.value.read(as: form)
    }

    /// The recipe that `settings` make up, such as `task=pair` and `data.train=rte/train.tsv`;
    /// relative paths are relative to the working folder.
    ///
    /// - Throws: `InputError` naming the setting.
    public init(settings: [String]) throws {
        var source = try RecipeSource(text: "{}", file: "command line")
        for setting in settings { try source.override(setting) }
        self = try source.value.read(as: Self.form)
    }

    /// Reads what `resolvedYAML()` wrote; `path` is for messages.
    public init(resolved text: String, path: String) throws {
        self = try RecipeSource(text: text, file: path).value.read(as: Self.form)
    }

    /// The recipe as YAML text with every default written out, its keys always in the same order.
    /// Reading it from any folder gives an equal recipe.
    public func resolvedYAML() -> String { (Self.form.write(self) ?? .mapping([])).yaml }

    /// Key paths whose values differ, with this recipe's and the other's.
    public func differences(
        from other: FinetuneRecipe
    ) -> [(path: String, here: String?, there: String?)] {
        YAMLTree.differences(
            Self.form.write(self) ?? .mapping([]), Self.form.write(other) ?? .mapping([]))
    }
}
