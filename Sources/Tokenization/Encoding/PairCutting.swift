/// How two texts are cut where they are too long together. Always at their ends.
public enum PairCutting: Sendable {
    /// The longer one down to the shorter one, then both alike, by the names of Hugging Face's
    /// tokenizers library and with its counts.
    case longestFirst
    /// The second one alone; the first one only where it leaves nothing of the second.
    case onlySecond

    /// How many ids of each text are kept.
    ///
    /// With n₁ ≤ n₂ ids, n₁ + n₂ > `room`, `longestFirst` keeps all n₁ and `room` − n₁ of the other
    /// where this is no less than n₁, and else ⌊`room` / 2⌋ of the shorter and the rest of the other.
    public func counts(_ first: Int, _ second: Int, room: Int) -> (first: Int, second: Int) {
        guard first > room || second > room - first else { return (first, second) }
        switch self {
        case .onlySecond:
            let kept = min(first, room)
            return (kept, room - kept)
        case .longestFirst:
            var (shorter, longer) = (min(first, second), max(first, second))
            longer = shorter > room ? shorter : max(shorter, room - shorter)
            if shorter > room - longer {
                shorter = room / 2
                longer = shorter + room % 2
            }
            return first > second ? (longer, shorter) : (shorter, longer)
        }
    }
}
