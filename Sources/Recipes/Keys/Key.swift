import Formats

/// A key of a section, described once: from this it is read, written out, scaled, and listed in
/// messages. A few keys that say one thing together share a description.
struct Key<Section> {
    /// The key, or the keys, in the order in which messages list them.
    let names: [String]
    /// Puts what is written into the section; `isNew` says that nothing is inherited, so that what
    /// has no default must be written.
    let read: (_ section: inout Section, _ fields: RecipeFields, _ isNew: Bool) throws -> Void
    /// What is written of the section.
    let write: (Section) -> [YAMLTree.Member]
    /// Brings the section to another scale.
    var scale: (_ section: inout Section, RunScale) -> Void = { _, _ in }
}

extension Key {
    /// The key `name` of a property, whose form depends on keys before it.
    ///
    /// - Parameters:
    ///   - remedy: what to write, for a key that a new section must have; nil for one with a
    ///     default.
    ///   - isWritten: whether the key is written out.
    init<Value>(
        _ name: String, _ property: WritableKeyPath<Section, Value>, required remedy: String? = nil,
        isWritten: @escaping (Section) -> Bool = { _ in true },
        form: @escaping (Section) -> Form<Value>
    ) {
        self.init(
            names: [name],
            read: { section, fields, isNew in
                let form = form(section)
                if let remedy, isNew {
                    let value = try fields.required(name, remedy: remedy)
                    section[keyPath: property] = try value.read(as: form)
                } else if let value = fields[name] {
                    section[keyPath: property] = try form.read(value, section[keyPath: property])
                }
            },
            write: { section in
                guard isWritten(section) else { return [] }
                return .member(name, form(section).write(section[keyPath: property]))
            },
            scale: { section, scale in
                let form = form(section)
                section[keyPath: property] = form.scale(section[keyPath: property], scale)
            })
    }

    /// The key `name` of a property.
    init<Value>(
        _ name: String, _ property: WritableKeyPath<Section, Value>, _ form: Form<Value>,
        required remedy: String? = nil
    ) {
        self.init(name, property, required: remedy) { _ in form }
    }
}

extension Key {
    /// The same key of a section that holds this one at `place`.
    func inside<Whole>(_ place: WritableKeyPath<Whole, Section>) -> Key<Whole> {
        Key<Whole>(
            names: names,
            read: { whole, fields, isNew in try read(&whole[keyPath: place], fields, isNew) },
            write: { write($0[keyPath: place]) },
            scale: { whole, by in scale(&whole[keyPath: place], by) })
    }
}

/// Collects the keys of a section, one to a line.
@resultBuilder
enum KeyList<Section> {
    static func buildExpression(_ key: Key<Section>) -> [Key<Section>] { [key] }

    static func buildExpression(_ keys: [Key<Section>]) -> [Key<Section>] { keys }

    static func buildBlock(_ keys: [Key<Section>]...) -> [Key<Section>] { keys.flatMap(\.self) }
}

extension [YAMLTree.Member] {
    /// A key with its value; none without a value.
    static func member(_ name: String, _ value: YAMLTree?) -> [YAMLTree.Member] {
        value.map { [.init(name, $0)] } ?? []
    }

    /// A key with the name of a choice.
    static func member(_ name: String, _ choice: some RawRepresentable<String>) -> Self {
        member(name, .text(choice.rawValue))
    }
}
