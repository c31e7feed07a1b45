/// An id of a special token in a `config.json`: a number, or a list of several that play the role,
/// of which the first counts, as where one is wanted.
struct HuggingFaceTokenID: Decodable {
    /// The only id or the first; nil for an empty list.
    let first: Int?

    init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            var ids: [Int] = []
            while !list.isAtEnd { ids.append(try list.decode(Int.self)) }
            first = ids.first
        } else {
            first = try decoder.singleValueContainer().decode(Int.self)
        }
    }
}
