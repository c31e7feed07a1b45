/// Values as they are written to YAML: scalars, lists, and mappings with ordered keys.
package indirect enum YAMLTree: Equatable {
    /// A string; it is put in quotes where YAML would take it for something else.
    case text(String)
    /// A number or a truth value as it is written.
    case plain(String)
    case list([YAMLTree])
    case mapping([Member])

    /// A key with its value.
    package struct Member: Equatable {
        package let key: String
        package let value: YAMLTree

        /// `key: value`
        package init(_ key: String, _ value: YAMLTree) {
            (self.key, self.value) = (key, value)
        }

        /// `key: value` as lines, each indented by so many spaces.
        package func block(indentation: Int = 0) -> String {
            let margin = String(repeating: " ", count: indentation)
            let key = margin + YAMLTree.scalar(self.key) + ":"
            let line = "\(key) \(value.flow)"
            if line.count <= lineLength, !value.holdsMappingsInList { return line + "\n" }
            switch value {
            case .text, .plain: return line + "\n"
            case .mapping(let members):
                return key + "\n" + members.map { $0.block(indentation: indentation + 2) }.joined()
            case .list(let elements) where elements.allSatisfy(\.isScalar):
                return key + "\n" + YAMLTree.wrapped(elements, indentation: indentation + 2)
            case .list(let elements):
                return key + "\n"
                    + elements.map { $0.element(indentation: indentation + 2) }.joined()
            }
        }
    }

    /// A whole number in full.
    package static func count(_ value: Int) -> YAMLTree { .plain(String(value)) }

    /// The tree as YAML. What fits on a line is written on a line (`{ratio: 0.3}`); the rest is
    /// indented, with long lists of scalars wrapped.
    package var yaml: String {
        guard case .mapping(let members) = self else { return flow + "\n" }
        return members.map { $0.block() }.joined()
    }

    /// Every scalar in the tree under its path, such as `phases.0.mask.ratio`, in order; a list of
    /// scalars counts as one.
    package func flattened(path: String = "") -> [(path: String, text: String)] {
        func below(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
        switch self {
        case .text(let text), .plain(let text): return [(path, text)]
        case .list(let elements):
            if elements.allSatisfy(\.isScalar) { return [(path, flow)] }
            return elements.enumerated().flatMap { $1.flattened(path: below(String($0))) }
        case .mapping(let members):
            return members.flatMap { $0.value.flattened(path: below($0.key)) }
        }
    }

    /// The tree on one line.
    package var flow: String {
        switch self {
        case .text(let text): Self.scalar(text)
        case .plain(let text): text
        case .list(let elements): "[" + elements.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let members):
            "{"
                + members.map { "\(Self.scalar($0.key)): \($0.value.flow)" }.joined(separator: ", ")
                + "}"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .text, .plain: true
        case .list, .mapping: false
        }
    }

    private var holdsMappingsInList: Bool {
        guard case .list(let elements) = self else { return false }
        return !elements.allSatisfy(\.isScalar)
    }

    /// An element of a list of mappings: its first key after the dash, the others below it.
    private func element(indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        guard case .mapping(let members) = self else { return "\(margin)- \(flow)\n" }
        let text = members.map { $0.block(indentation: indentation + 2) }.joined()
        return margin + "- " + text.dropFirst(indentation + 2)
    }

    /// A list in brackets over as many lines as it takes.
    private static func wrapped(_ elements: [YAMLTree], indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        var lines: [String] = []
        var line = margin + "["
        for (index, element) in elements.enumerated() {
            let piece = element.flow + (index + 1 < elements.count ? "," : "]")
            if line.count + piece.count + 1 > lineLength {
                lines.append(line)
                line = margin + " " + piece
            } else {
                line += (line.hasSuffix("[") ? "" : " ") + piece
            }
        }
        return (lines + [line]).joined(separator: "\n") + "\n"
    }
}

private let lineLength = 100
