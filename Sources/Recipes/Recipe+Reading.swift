import Diagnostics

extension Recipe {
    /// Reads and checks a recipe.
    ///
    /// - Parameters:
    ///   - path: the YAML file; relative paths in it are relative to its folder.
    ///   - overrides: `phases.0.mask.ratio=0.2` and the like, applied in order.
    /// - Throws: `InputError` naming file, line, key, what was expected and what was found.
    public static func read(_ path: String, overrides: [String] = []) throws -> Recipe {
        throw InputError(
            at: path, expected: "a recipe", found: "a file", remedy: "Reading comes next.")
    }

    /// The recipe as YAML text with every default written out, its keys always in the same order.
    public func resolvedYAML() -> String {
        ""
    }
}
