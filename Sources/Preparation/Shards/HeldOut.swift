/// How many documents of each language are kept out of training, whole, for evaluation.
///
/// Which ones is a function of the seed, the language and the document's number. A language never
/// gives more than a quarter of its documents; one with four or more documents gives at least one
/// (unless none are asked for).
public enum HeldOut: Sendable, Equatable, CustomStringConvertible {
    /// About this share of the documents, in [0, 0.25].
    case share(Double)
    /// This many documents.
    case documents(Int)

    /// The share or, from 1 on, the count that a person writes; nil for anything else.
    public init?(_ text: String) {
        if let count = Int(text), count >= 1 {
            self = .documents(count)
        } else if let share = Double(text), 0...0.25 ~= share {
            self = .share(share)
        } else {
            return nil
        }
    }
}

extension HeldOut {
    /// The number as a person writes it.
    public var description: String {
        switch self {
        case .share(let share): "\(share)"
        case .documents(let count): "\(count)"
        }
    }
}

/// Decides, document after document, which are held out.
///
/// With a share, a document is held out when its random key is below it. With a count, those with
/// the smallest keys are, so a document may leave the selection when a better one comes. The
/// smallest keys also serve languages so small that a share would choose none.
package struct HeldOutSelection<Document> {
    /// Where a document goes.
    package enum Place: Sendable {
        case training
        case heldOut
    }

    private let rule: HeldOut
    private var count = 0
    private var certain = 0
    /// Documents that are not decided yet, smallest key first.
    private var waiting: [(key: Double, document: Document)] = []

    /// With a share, at most this many documents may wait.
    private static var mostWaiting: Int { 64 }

    /// Nothing offered yet.
    package init(_ rule: HeldOut) {
        self.rule = rule
    }

    /// Offers the next document with its key, uniform in [0, 1), and returns the documents of which
    /// the place is now certain.
    package mutating func offer(
        _ document: Document, key: Double
    ) -> [(document: Document, place: Place)] {
        count += 1
        let place = waiting.firstIndex { key < $0.key } ?? waiting.count
        waiting.insert((key, document), at: place)
        var decided = releaseSurplus(limit: limit)
        if case .share = rule, waiting.count > Self.mostWaiting {
            certain += 1
            decided.append((waiting.removeFirst().document, .heldOut))
        }
        return decided
    }

    /// Decides on the documents that are still waiting, to be called at the end.
    package mutating func finish() -> [(document: Document, place: Place)] {
        let surplus = releaseSurplus(limit: min(limit, max(0, count / 4 - certain)))
        defer { waiting = [] }
        return surplus + waiting.map { ($0.document, .heldOut) }
    }

    /// How many documents may still wait.
    private var limit: Int {
        switch rule {
        case .documents(let most): most
        case .share(0): 0
        case .share(let share): max(1, waiting.prefix { $0.key < share }.count)
        }
    }

    private mutating func releaseSurplus(limit: Int) -> [(document: Document, place: Place)] {
        guard waiting.count > limit else { return [] }
        defer { waiting.removeSubrange(limit...) }
        return waiting[limit...].map { ($0.document, .training) }
    }
}
