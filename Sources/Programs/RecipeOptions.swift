import ArgumentParser
import Recipes

/// What is changed in a recipe on the command line.
public struct RecipeOptions: ParsableArguments {
    /// Settings of single keys, such as `phases.0.mask.ratio=0.2`.
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: .init(
            "Change a key of the recipe, such as phases.0.mask.ratio=0.2. Repeatable.",
            valueName: "key=value"))
    public var overrides: [String] = []

    /// How much of the run is taken.
    @Option(
        help: .init(
            "A smaller run of the same form: tokens times this, batches times its root.",
            valueName: "factor"))
    public var scale = Scale.one

    /// As the parser makes it.
    public init() {}

    /// The recipe in the file at `path`, changed.
    ///
    /// - Parameter needsData: whether the shards, the tokenizer and the weights it names must be
    ///   there.
    /// - Throws: `InputError` that names the place and the key that is wrong.
    public func recipe(at path: String, needsData: Bool = true) throws -> Recipe {
        try Recipe.read(
            path, overrides: overrides, scale: scale.factor, needsData: needsData)
    }
}
