import Diagnostics

extension CacheRecipe {
    /// Keys of `cache`.
    enum Key: String, CaseIterable {
        case folder, limit
    }

    /// The user's folder for caches, and what the recipe changes.
    init(_ value: RecipeValue?) throws {
        self.init()
        guard let fields = try value?.fields(Key.self, of: "a cache") else { return }
        folder = try fields[.folder]?.path(to: "a folder for shards") ?? folder
        guard let limit = fields[.limit] else { return }
        guard let bytes = limit.text.flatMap(Quantity.bytes), bytes > 0 else {
            throw limit.error(
                expected: "a number of bytes above 0", remedy: "Write it like 200G or 1.5T.")
        }
        limitBytes = bytes
    }
}
