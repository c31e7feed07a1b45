/// Why ranks cannot go on together: one of them has died, does not answer, or MPI reports an error.
///
/// Nothing that the user wrote is wrong, so programs exit with 1. The other ranks may wait for this
/// one, or it for them: whoever catches it prints it and calls `RankGroup.abort`.
package struct RankFailure: Error, Equatable, CustomStringConvertible {
    /// What happened, to whom and when: `rank 3 (node018) has not answered for 30 min in step 812`.
    package let description: String

    /// A failure with this description.
    package init(_ description: String) { self.description = description }
}
