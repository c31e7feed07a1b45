import Diagnostics
import Host
import Reporting

/// Whether the memory that a step needs is there.
package enum MemoryCheck {
    /// Checks that `needed` bytes of memory are there.
    ///
    /// - Parameters:
    ///   - recipe: what the error names.
    ///   - remedy: what to do where they are not.
    ///   - limit: what this process may have at most; nil if not known.
    ///   - available: what is free now; nil if not known.
    /// - Throws: `InputError` if it is more than this machine may give.
    /// - Returns: a warning where it is more than is free now.
    package static func warning(
        _ needed: Int, of recipe: String, remedy: String, limit: Int? = Memory.limit,
        available: Int? = Memory.available
    ) throws -> String? {
        if let limit, needed > limit {
            throw InputError(
                at: recipe, expected: "a step that fits into \(binaryBytes(limit)) of memory",
                found: "one of \(binaryBytes(needed))", remedy: remedy)
        }
        guard let available, needed > available else { return nil }
        return """
            a step needs about \(binaryBytes(needed)) of memory, and \(binaryBytes(available)) \
            are free now
            """
    }
}
