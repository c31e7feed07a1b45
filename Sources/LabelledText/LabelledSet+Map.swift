extension LabelledSet {
    /// The same examples with other contents.
    package func map<Other>(_ change: (Content) -> Other) -> LabelledSet<Other> {
        LabelledSet<Other>(
            examples: examples.map {
                LabelledExample(id: $0.id, location: $0.location, content: change($0.content))
            }, counts: counts)
    }
}
