/// What stands in a set more than once.
public struct Repetitions: Sendable, Equatable {
    /// Examples whose id an earlier one has.
    public var ids = 0
    /// Examples whose texts an earlier one has, with whatever label.
    public var texts = 0
    /// Of those, the ones whose label is another than that of the first.
    public var otherLabels = 0

    /// Nothing repeats.
    public init() {}
}

extension LabelledSet where Content == ClassifiedText {
    /// What stands in this set more than once.
    public var repetitions: Repetitions {
        var found = Repetitions()
        var ids: Set<String> = []
        var labels: [[String]: TextLabel?] = [:]
        for example in examples {
            let content = example.content
            if !ids.insert(example.id).inserted { found.ids += 1 }
            if let first = labels[content.texts] {
                found.texts += 1
                if first != content.label { found.otherLabels += 1 }
            } else {
                labels[content.texts] = .some(content.label)
            }
        }
        return found
    }

    /// How many examples of this set have texts that stand in `other` too: a set to be scored by
    /// should share none with what was learned from.
    public func sharedTexts(with other: LabelledSet) -> Int {
        let known = Set(other.examples.map(\.content.texts))
        return examples.count { known.contains($0.content.texts) }
    }
}

extension ClassifiedText {
    /// The text, or both.
    fileprivate var texts: [String] { [text] + (pair.map { [$0] } ?? []) }
}
