import Diagnostics

/// The names of a set's labels, in the order in which files count them.
///
/// Labels are matched by name, and numbers are places in this list: that which row of a classifier
/// means what is a matter of the model's folder, never of a file's order.
public struct LabelNames: Sendable, Equatable {
    /// The names, in order.
    public let names: [String]

    private let places: [String: Int]
    /// Names in lower case that only one name has.
    private let lowercased: [String: Int]

    /// The labels of the list at `location`.
    ///
    /// - Throws: `InputError` for a list with fewer than two names, an empty one, or one twice.
    public init(_ names: [String], at location: String = "labels") throws {
        func refused(_ found: String) -> InputError {
            InputError(
                at: location, expected: "two or more names, each once", found: found,
                remedy: "Write the names of the labels, such as [negative, positive].")
        }
        guard names.count > 1 else { throw refused("\(names.count)") }
        var places: [String: Int] = [:]
        var lowercased: [String: [Int]] = [:]
        for (place, name) in names.enumerated() {
            guard name == name.trimmed, !name.isEmpty else {
                throw refused(name.isBlank ? "an empty name" : "space around “\(name)”")
            }
            guard places.updateValue(place, forKey: name) == nil else {
                throw refused("“\(name)” twice")
            }
            lowercased[name.lowercased(), default: []].append(place)
        }
        self.names = names
        self.places = places
        self.lowercased = lowercased.filter { $0.value.count == 1 }.mapValues { $0[0] }
    }

    /// Labels that are known to be right.
    init(known names: [String]) {
        self.names = names
        places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        lowercased = places
    }

    /// Whether a name of the list is `name`, to the letter.
    func contains(_ name: String) -> Bool { places[name] != nil }

    /// The name that a file writes as `written`: itself, or in other case where only one name is
    /// meant, or its place in the list from 0. Nil for anything else.
    public func name(for written: String) -> String? {
        let written = written.trimmed
        if let place = places[written] ?? lowercased[written.lowercased()] { return names[place] }
        guard let place = Int(written), "\(place)" == written, names.indices.contains(place)
        else { return nil }
        return names[place]
    }

    /// The name for `written` at `location`.
    ///
    /// - Throws: `InputError` for what is no label of the list.
    func required(_ written: String, at location: String) throws -> String {
        if let name = name(for: written) { return name }
        throw InputError(
            at: location, expected: "one of the labels \(shown)",
            found: "“\(written.prefix(100))”",
            remedy: "Correct the label, or list all the labels that the file has.")
    }

    private var shown: String {
        let more = names.count > 12 ? " and \(names.count - 12) more" : ""
        return names.prefix(12).map { String($0.prefix(60)) }.joined(separator: ", ") + more
    }
}
