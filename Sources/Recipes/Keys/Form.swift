import Formats

/// How a kind of value is written in a recipe: the one description by which it is read, written
/// out, and scaled.
struct Form<Value> {
    /// Reads a value. `previous` is what holds where the recipe writes only a part of it; nil where
    /// everything must be written.
    var read: (_ value: RecipeValue, _ previous: Value?) throws -> Value
    /// The value as it is written; nil if it is left out.
    var write: (Value) -> YAMLTree?
    /// The value in a run of another scale.
    var scale: (Value, RunScale) -> Value = { value, _ in value }
}

extension RecipeValue {
    /// The value that this is in a form, with nothing to inherit.
    func read<Value>(as form: Form<Value>) throws -> Value { try form.read(self, nil) }
}

extension Form {
    /// The same text for another type.
    func converted<Other>(
        to convert: @escaping (Value) -> Other, from original: @escaping (Other) -> Value
    ) -> Form<Other> {
        Form<Other>(
            read: { convert(try read($0, $1.map(original))) },
            write: { write(original($0)) },
            scale: { convert(scale(original($0), $1)) })
    }

    /// A value that may be missing, and is then left out.
    var optional: Form<Value?> {
        Form<Value?>(
            read: { try read($0, $1 ?? nil) },
            write: { $0.flatMap(write) },
            scale: { value, by in value.map { scale($0, by) } })
    }

    /// A value that may be missing, for which `word` is written.
    func or(_ word: String) -> Form<Value?> {
        var form = optional
        form.read = { $0.text == word ? nil : try read($0, $1 ?? nil) }
        form.write = { $0.map(write) ?? .text(word) }
        return form
    }

    /// A list of such values.
    func list(of things: String) -> Form<[Value]> {
        Form<[Value]>(
            read: { value, _ in try value.list(of: things).map { try $0.read(as: self) } },
            write: { .list($0.compactMap(write)) },
            scale: { values, by in values.map { scale($0, by) } })
    }

    /// A value of which more must hold than its own form says.
    func checked(_ check: @escaping (Value, RecipeValue) throws -> Void) -> Form {
        var form = self
        form.read = { value, previous in
            let result = try read(value, previous)
            try check(result, value)
            return result
        }
        return form
    }

    /// A value that becomes another one in a run of another scale.
    func scaled(_ scale: @escaping (Value, RunScale) -> Value) -> Form {
        Form(read: read, write: write, scale: scale)
    }

    /// A mapping with the described keys.
    ///
    /// - Parameters:
    ///   - what: what it is called in a message, such as "a batch".
    ///   - new: what holds before a key is read.
    ///   - isWhole: whether keys that a new mapping must have must also be there in one that
    ///     changes a previous value.
    ///   - last: keys that are written after the others, in this order.
    ///   - familiar: keys that other programs have, with what to do about them here.
    ///   - check: what the keys' values must fulfil together.
    static func section(
        _ what: String, new: Value, isWhole: Bool = false, last: [String] = [],
        familiar: [String: String] = [:],
        @KeyList<Value> keys: () -> [Key<Value>],
        check: @escaping (inout Value, RecipeFields) throws -> Void = { _, _ in }
    ) -> Form {
        let keys = keys()
        return Form(
            read: { value, previous in
                let fields = try value.fields(
                    keys.flatMap(\.names), of: what, familiar: familiar)
                let previous = isWhole ? nil : previous
                var section = previous ?? new
                for key in keys { try key.read(&section, fields, previous == nil) }
                try check(&section, fields)
                return section
            },
            write: { section in
                let members = keys.flatMap { $0.write(section) }
                return .mapping(
                    members.filter { !last.contains($0.key) }
                        + last.flatMap { name in members.filter { $0.key == name } })
            },
            scale: { section, scale in
                var section = section
                for key in keys { key.scale(&section, scale) }
                return section
            })
    }
}
