/// What trimming left of the models' task vectors, and where the models disagreed.
public struct Agreement: Sendable, Equatable, Encodable {
    /// Entries in all.
    public internal(set) var elements = 0
    /// Per model: entries that are not zero after trimming.
    public internal(set) var kept: [Int]
    /// Entries that at least two models kept.
    public internal(set) var shared = 0
    /// Entries that two models kept with opposite signs.
    public internal(set) var conflicting = 0

    /// Nothing seen yet.
    init(models: Int) {
        kept = [Int](repeating: 0, count: models)
    }

    /// Adds what another stretch or tensor showed.
    mutating func add(_ other: Agreement) {
        elements += other.elements
        for model in kept.indices { kept[model] += other.kept[model] }
        shared += other.shared
        conflicting += other.conflicting
    }
}
