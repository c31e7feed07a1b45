import ArgumentParser

/// Where the recipe is: given by itself, or with `--recipe`.
public struct RecipeFile: ParsableArguments {
    @Argument(help: .init("The recipe, a YAML file.", valueName: "recipe"))
    private var argument: String?

    @Option(name: .customLong("recipe"), help: .init("The same.", valueName: "file"))
    private var option: String?

    /// The recipe's path.
    public var path: String { option ?? argument ?? "" }

    /// As the parser makes it.
    public init() {}

    /// Throws where there is no recipe, or more than one.
    public func validate() throws {
        guard option != nil || argument != nil else {
            throw ValidationError("Missing expected argument '<recipe>', a YAML file.")
        }
        if let option, let argument {
            throw ValidationError("Two recipes, \(argument) and \(option): name one.")
        }
    }
}
