/// A count with its noun: `1 document`, `2 documents`, `0 documents`.
///
/// - Parameters:
///   - noun: the singular.
///   - plural: the plural; the singular and an s if nil.
public func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count) \(agreeing(count, noun, plural))"
}

/// The word that agrees with a count that stands elsewhere, or is written in another way:
/// `was` for 1, `were` for 2.
///
/// - Parameters:
///   - singular: the word for one.
///   - plural: the word for more, or none; the singular and an s if nil.
public func agreeing(
    _ count: some Numeric, _ singular: String, _ plural: String? = nil
) -> String {
    count == 1 ? singular : plural ?? singular + "s"
}
