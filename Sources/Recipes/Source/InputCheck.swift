import Curriculum
import Diagnostics
import Formats
import Foundation

/// Looks at the files a recipe names: what can be seen to be wrong before anything is computed.
struct InputCheck {
    let recipe: Recipe
    let source: RecipeSource
    /// Whether tokenizer, shards and weights must be there, beside the manifests' counts.
    let needsData: Bool

    func run() throws {
        if needsData {
            try requireFile(recipe.tokenizer, "a tokenizer", at: place(["tokenizer"]))
        }
        if needsData, let folder = recipe.model.initializeFrom {
            try requireFile(folder, "a model folder", at: place(["model", "initialize_from"]))
        }
        var manifests: [String: DataManifest] = [:]
        for (index, phase) in recipe.phases.enumerated() {
            let path = ["phases", String(index)]
            if phase.variants.isEmpty {
                try check(phase.data, of: phase, at: [path], &manifests)
            }
            for (number, variant) in phase.variants.enumerated() {
                let branch = path + ["variants", String(number)]
                try check(variant.data, of: phase, at: [branch, path], &manifests)
            }
        }
        let evaluated = try manifest(
            recipe.evaluate.manifest, at: place(["evaluate", "data", "manifest"]), &manifests)
        try requireLanguages(
            recipe.evaluate.languages, in: evaluated,
            at: place(["evaluate", "data", "languages"]))
    }

    /// Checks what a phase or variant reads; `paths` are where its `data` may be written, the most
    /// special first.
    private func check(
        _ data: DataRecipe, of phase: PhaseRecipe, at paths: [[String]],
        _ manifests: inout [String: DataManifest]
    ) throws {
        func place(_ key: String, ofGroup number: Int) -> RecipeValue {
            let places = paths.flatMap { path in
                data.onlyGroup == nil
                    ? [
                        path + ["data", "groups", String(number), key],
                        path + ["data", key], path + ["data", "groups", String(number)],
                    ] : [path + ["data", key]]
            }
            return places.compactMap(source.value(at:)).first
                ?? self.place(paths[0] + ["data"])
        }
        func selection(_ number: Int) -> String {
            if case .named = data.groups[number].languages { "sources" } else { "languages" }
        }
        var owners: [ShardPlace: String] = [:]
        for (number, group) in data.groups.enumerated() {
            let languages = place(selection(number), ofGroup: number)
            let manifest = try manifest(
                group.manifest, at: place("manifest", ofGroup: number), &manifests)
            if !group.skipsMissingLanguages {
                try requireLanguages(group.languages, in: manifest, at: languages)
            }
            let sources = group.languages.sources(in: manifest).filter { $0.tokens > 0 }
            try languages.require(
                !sources.isEmpty, expected: "languages with tokens in \(group.manifest)",
                found: "none", remedy: "Choose other languages, or build their data.")
            let count = Set(sources.map(\.language)).count
            if let entry = group.entry, entry.first >= count, !group.skipsMissingLanguages {
                throw place("entry", ofGroup: number).error(
                    expected: "fewer languages at first than the \(count) there are",
                    found: "\(entry.first)", remedy: "Lower first, or remove entry.")
            }
            try requireProportions(
                group, sources: sources, at: place("proportions", ofGroup: number))
            for source in sources {
                let place = try manifest.place(of: source)
                if let owner = owners.updateValue(group.name ?? "", forKey: place) {
                    throw languages.error(
                        expected: "sources that no other group reads",
                        found: "\(source.name), which \(owner) reads too",
                        remedy: "Leave it to one group; shares decide how much is read of it.")
                }
            }
        }
        let selected = try data.select { try self.manifest($0, at: self.place([]), &manifests) }
        let mixture = selected.mixture(tokens: phase.tokens)
        let read = Int(Double(phase.tokens) - mixture.shortfall)
        try place("max_epochs", ofGroup: 0).require(
            mixture.shortfall == 0,
            expected: "enough data for the phase's \(Quantity.text(phase.tokens)) tokens",
            found: "\(read) tokens where no language is read more often than this",
            remedy: "Raise max_epochs, lower tokens, or add data.")
    }

    /// Opens a manifest once, and checks that it was made for the model's vocabulary. A model that
    /// others made may have rows that no token uses.
    private func manifest(
        _ path: String, at value: RecipeValue, _ manifests: inout [String: DataManifest]
    ) throws -> DataManifest {
        if let manifest = manifests[path] { return manifest }
        try requireFile(path, "a manifest", at: value)
        let manifest = try DataManifest(contentsOf: path, checkingFolders: needsData)
        let vocabulary = recipe.model.configuration.vocabularySize
        let hasSpareRows = recipe.model.initializeFrom != nil && manifest.vocabulary < vocabulary
        try (source.value(at: ["model", "vocabulary"]) ?? place(["model"])).require(
            hasSpareRows || manifest.vocabulary == vocabulary,
            expected: "the vocabulary of \(manifest.vocabulary) that \(path) was made with",
            found: "\(vocabulary)",
            remedy: recipe.model.initializeFrom == nil || recipe.model.hasNewVocabulary
                ? "Write vocabulary: \(manifest.vocabulary), or build the data anew."
                : "Build the data with the model's own tokenizer, or write vocabulary: "
                    + "\(manifest.vocabulary) and initialize_tokens: mean-of-pieces.")
        manifests[path] = manifest
        return manifest
    }

    private func requireLanguages(
        _ languages: LanguageSelection, in manifest: DataManifest, at value: RecipeValue
    ) throws {
        var known = Set(manifest.sources.map(\.language))
        var kind = "languages"
        if case .named = languages {
            known = Set(manifest.sources.map(\.name))
            kind = "sources"
        }
        if case .largest(let count) = languages, count > known.count {
            throw value.error(
                expected: "at most the \(known.count) languages of \(manifest.path)",
                found: "\(count)", remedy: "Lower the number, or write all.")
        }
        let missing = languages.missing(in: manifest)
        guard let first = missing.first else { return }
        let others = missing.count - 1
        let nearest = nearestName(to: first, among: known.sorted())
        throw value.error(
            expected: "\(kind) of \(manifest.path)",
            found: others == 0 ? first : "\(first) and \(others) more that it lacks",
            remedy: nearest.map { "Did you mean \($0)?" }
                ?? "Build its data or remove it; a phase may have missing_languages: skip.")
    }

    private func requireProportions(
        _ data: DataGroup, sources: [DataManifest.Source], at value: RecipeValue
    ) throws {
        let known = Set(sources.map(\.language))
        for proportion in data.proportions where !known.contains(proportion.language) {
            let written = source.value(at: value.path + [proportion.language]) ?? value
            throw written.error(
                expected: "a language that the phase reads", found: proportion.language,
                remedy: nearestName(to: proportion.language, among: known.sorted())
                    .map { "Did you mean \($0)?" } ?? "Add it to languages, or remove its share.")
        }
        let sum = data.proportions.reduce(0) { $0 + $1.share }
        try value.require(
            data.proportions.count < known.count || sum > 1 - 1e-9,
            expected: "shares that add up to 1, as every language has one",
            found: "shares that add up to \(Quantity.text(rounding: sum))",
            remedy: "Raise them, or leave a language to the temperature.")
    }

    private func requireFile(_ path: String, _ what: String, at value: RecipeValue) throws {
        try value.require(
            try Folder.exists(path), expected: what,
            found: "nothing at \(path)", remedy: "Relative paths start at the recipe's folder.")
    }

    /// The value at a path; where the recipe leaves it out, what it would be part of, named by the
    /// whole path.
    private func place(_ path: [String]) -> RecipeValue {
        var written = path
        while true {
            if let value = source.value(at: written) {
                return RecipeValue(node: value.node, path: path, source: source)
            }
            written.removeLast()
        }
    }
}
