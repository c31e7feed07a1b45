import Formats

extension Recipe {
    /// The recipe as YAML text with every default written out, its keys always in the same order.
    ///
    /// `Recipe.read` of this text, from any folder, gives an equal recipe: paths are absolute,
    /// presets and lists of languages are spelled out.
    public func resolvedYAML() -> String { tree.yaml }

    /// What differs between two recipes: key paths with this recipe's and the other's value.
    public func differences(from other: Recipe) -> [(path: String, here: String?, there: String?)] {
        YAMLTree.differences(tree, other.tree)
    }

    private var tree: YAMLTree { Self.form.write(self) ?? .mapping([]) }
}

extension YAMLTree {
    /// What differs between two trees: paths of scalars with both texts.
    static func differences(
        _ first: YAMLTree, _ second: YAMLTree
    ) -> [(path: String, here: String?, there: String?)] {
        let (here, there) = (first.flattened(), second.flattened())
        let hereTexts = Dictionary(here, uniquingKeysWith: { first, _ in first })
        let thereTexts = Dictionary(there, uniquingKeysWith: { first, _ in first })
        let paths = here.map(\.path) + there.map(\.path).filter { hereTexts[$0] == nil }
        return paths.compactMap { path in
            let (here, there) = (hereTexts[path], thereTexts[path])
            return here == there ? nil : (path, here, there)
        }
    }
}
