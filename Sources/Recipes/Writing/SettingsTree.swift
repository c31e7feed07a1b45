/// Settings as they are written down: text, lists and mappings with ordered keys.
indirect enum SettingsTree: Equatable {
    case text(String)
    case list([SettingsTree])
    case mapping([Member])

    /// A key with its value.
    struct Member: Equatable {
        let key: String
        let value: SettingsTree
    }

    /// A mapping with keys of an enumeration.
    init<Key: RawRepresentable>(_ members: KeyValuePairs<Key, SettingsTree>)
    where Key.RawValue == String {
        self = .mapping(members.map { Member(key: $0.key.rawValue, value: $0.value) })
    }

    /// The tree as YAML. What fits on a line is written on a line (`{ratio: 0.3}`); the rest is
    /// indented, with long lists of text wrapped.
    func yaml() -> String {
        guard case .mapping(let members) = self else { return flow + "\n" }
        return members.map { Self.block($0, indentation: 0) }.joined()
    }

    /// Every text in the tree under its path, such as `phases.0.mask.ratio`, in order.
    func flattened(path: String = "") -> [(path: String, text: String)] {
        func below(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
        switch self {
        case .text(let text): return [(path, text)]
        case .list(let elements):
            if elements.allSatisfy(\.isText) { return [(path, flow)] }
            return elements.enumerated().flatMap { $1.flattened(path: below(String($0))) }
        case .mapping(let members):
            return members.flatMap { $0.value.flattened(path: below($0.key)) }
        }
    }

    private static let lineLength = 100

    private var isText: Bool {
        if case .text = self { true } else { false }
    }

    /// The tree on one line.
    private var flow: String {
        switch self {
        case .text(let text): Self.scalar(text)
        case .list(let elements): "[" + elements.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let members):
            "{"
                + members.map { "\(Self.scalar($0.key)): \($0.value.flow)" }.joined(separator: ", ")
                + "}"
        }
    }

    private static func block(_ member: Member, indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        let key = margin + scalar(member.key) + ":"
        let line = "\(key) \(member.value.flow)"
        if line.count <= lineLength, !member.value.holdsMappingsInList { return line + "\n" }
        switch member.value {
        case .text: return line + "\n"
        case .mapping(let members):
            return key + "\n" + members.map { block($0, indentation: indentation + 2) }.joined()
        case .list(let elements) where elements.allSatisfy(\.isText):
            return key + "\n" + wrapped(elements, indentation: indentation + 2)
        case .list(let elements):
            return key + "\n"
                + elements.map { element($0, indentation: indentation + 2) }.joined()
        }
    }

    private var holdsMappingsInList: Bool {
        guard case .list(let elements) = self else { return false }
        return !elements.allSatisfy(\.isText)
    }

    /// An element of a list of mappings: its first key after the dash, the others below it.
    private static func element(_ tree: SettingsTree, indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        guard case .mapping(let members) = tree else { return "\(margin)- \(tree.flow)\n" }
        let text = members.map { block($0, indentation: indentation + 2) }.joined()
        return margin + "- " + text.dropFirst(indentation + 2)
    }

    /// A list in brackets over as many lines as it takes.
    private static func wrapped(_ elements: [SettingsTree], indentation: Int) -> String {
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

    /// A scalar: plain where YAML reads it back as it is, in double quotes otherwise.
    private static func scalar(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "_./+-".unicodeScalars.contains(scalar))
        }
        if isPlain, let first = text.first, first != "-" || text.count > 1, !text.hasPrefix("---") {
            return text
        }
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case _ where scalar.value < 0x20: "\\x" + hexadecimal(scalar.value)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        (value < 16 ? "0" : "") + String(value, radix: 16)
    }
}

extension SettingsTree {
    /// A name of an enumeration.
    static func choice(_ value: some RawRepresentable<String>) -> SettingsTree {
        .text(value.rawValue)
    }

    /// A number of tokens, or of other things that come in large numbers.
    static func quantity(_ value: Int) -> SettingsTree { .text(Quantity.text(value)) }

    /// A number in full.
    static func count(_ value: Int) -> SettingsTree { .text(String(value)) }

    /// A number.
    static func number(_ value: Double) -> SettingsTree { .text(Quantity.text(value)) }

    /// A list of text.
    static func names(_ values: [String]) -> SettingsTree { .list(values.map { .text($0) }) }
}
