/// Which pieces of a vocabulary are features: those that occur in given texts.
///
/// A piece that no example has would have the weight 0: a column of its own changes nothing.
public struct PieceColumns: Sendable {
    /// The pieces' ids, ascending; a piece's place is its column.
    public let ids: [Int32]
    private let columns: [Int32: Int32]

    /// The pieces that occur in `texts`, each a list of pieces' ids.
    public init(of texts: [[Int32]]) {
        var known: Set<Int32> = []
        for text in texts { known.formUnion(text) }
        ids = known.sorted()
        columns = Dictionary(
            uniqueKeysWithValues: ids.enumerated().map { ($1, Int32($0)) })
    }

    /// The number of columns.
    public var count: Int { ids.count }

    /// The column of a piece; nil for one that is no feature.
    func column(of id: Int32) -> Int32? { columns[id] }
}
