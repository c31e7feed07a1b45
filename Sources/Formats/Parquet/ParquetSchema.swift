/// The columns of a Parquet file: which of them are asked for, where they are among all.
struct ParquetSchema {
    /// A column that holds values: a leaf in the tree of fields.
    struct Column {
        /// Its place among the leaves, which is that of its chunk in each row group.
        var place: Int
        /// Its name, with those of the groups around it: `meta.language`.
        var path: String
        /// How its values are stored; nil for a type that the format did not have.
        var type: ParquetFormat.PhysicalType?
        /// What its values mean, as the older field of the format tells; nil where it does not.
        var convertedType: Int?
        /// How many of its fields and groups may be missing.
        var definitionLevels: Int
        /// How many of them may be there more than once.
        var repetitionLevels: Int

        /// Whether every row has one string of bytes, or none.
        var isText: Bool {
            type == .byteArray && repetitionLevels == 0 && ![5, 20].contains(convertedType)
        }
    }

    /// How many leaves there are.
    private(set) var leaves = 0
    /// The leaves whose paths were asked for.
    private(set) var wanted: [Column] = []
    /// The groups whose paths were asked for, such as lists.
    private(set) var wantedGroups: [String] = []
    /// The first columns of text, for messages.
    private(set) var texts: [String] = []
    /// How many columns of text there are.
    private(set) var textCount = 0

    /// One field as the file lists it.
    private struct Field {
        var type: Int?
        var repetition = 0
        var name = ""
        var children = 0
        var convertedType: Int?
    }

    /// A group whose fields are being read.
    private struct Group {
        var path: String
        var left: Int
        var definitionLevels: Int
        var repetitionLevels: Int
    }

    private var open: [Group] = []
    private var isComplete = false

    private static let deepest = 64
    private static let longestPath = 1 << 12

    /// The schema that the list at `reader` describes: a tree, parents before children.
    init(_ reader: inout ThriftReader, _ kind: ThriftReader.Kind, wanted names: [String]) throws {
        try reader.list(kind) { reader, kind in
            try add(Self.field(&reader, kind), wanted: names)
        }
        guard isComplete else { throw ThriftReader.Problem.malformed("a schema without its end") }
    }

    private static func field(
        _ reader: inout ThriftReader, _ kind: ThriftReader.Kind
    ) throws -> Field {
        guard kind == .structure else {
            throw ThriftReader.Problem.malformed("a schema that is no list of fields")
        }
        var field = Field()
        try reader.structure { reader, number, kind in
            switch number {
            case 1: field.type = try reader.integer(kind)
            case 3: field.repetition = try reader.integer(kind)
            case 4: field.name = try reader.text(kind)
            case 5: field.children = try reader.integer(kind)
            case 6: field.convertedType = try reader.integer(kind)
            default: return false
            }
            return true
        }
        return field
    }

    private mutating func add(_ field: Field, wanted names: [String]) throws {
        guard !isComplete, 0...Int(Int32.max) ~= field.children else {
            throw ThriftReader.Problem.malformed("a schema that is no tree")
        }
        guard let parent = open.last else {
            open.append(
                Group(path: "", left: field.children, definitionLevels: 0, repetitionLevels: 0))
            return close()
        }
        guard let repetition = ParquetFormat.Repetition(rawValue: field.repetition) else {
            throw ThriftReader.Problem.malformed("a field of repetition \(field.repetition)")
        }
        let path = parent.path.isEmpty ? field.name : "\(parent.path).\(field.name)"
        guard path.utf8.count <= Self.longestPath, open.count < Self.deepest else {
            throw ThriftReader.Problem.malformed("fields nested too deeply, or names too long")
        }
        open[open.count - 1].left -= 1
        let group = Group(
            path: path, left: field.children,
            definitionLevels: parent.definitionLevels + (repetition == .required ? 0 : 1),
            repetitionLevels: parent.repetitionLevels + (repetition == .repeated ? 1 : 0))
        if field.children > 0 {
            open.append(group)
            if names.contains(path) { wantedGroups.append(path) }
        } else {
            addLeaf(field, group, wanted: names)
            close()
        }
    }

    private mutating func addLeaf(_ field: Field, _ group: Group, wanted names: [String]) {
        let column = Column(
            place: leaves, path: group.path,
            type: field.type.flatMap(ParquetFormat.PhysicalType.init),
            convertedType: field.convertedType, definitionLevels: group.definitionLevels,
            repetitionLevels: group.repetitionLevels)
        leaves += 1
        if names.contains(group.path), !wanted.contains(where: { $0.path == group.path }) {
            wanted.append(column)
        }
        if column.isText {
            textCount += 1
            if texts.count < 20 { texts.append(group.path) }
        }
    }

    /// Leaves the groups that have no more fields.
    private mutating func close() {
        while open.last?.left == 0 { open.removeLast() }
        isComplete = open.isEmpty
    }
}
