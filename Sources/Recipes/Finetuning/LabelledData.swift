import Formats
import Foundation
import LabelledText

/// The labelled files of a run, and how they are read.
public struct LabelledData: Sendable, Equatable {
    /// The formats there are.
    public enum Format: String, Sendable, CaseIterable {
        /// The files of a GLUE task, as its authors publish them or as the hub exports them.
        case glue
        /// XTREME's pairs: text, text, label, without names of columns.
        case xtreme
        /// Columns parted by tabs with names in the first row; quotation marks are plain.
        case table
        /// Comma-separated values with names in the first row.
        case csv
        /// JSON lines, or a JSON list or object of rows.
        case json
        /// Word and tag in the first and last column, a blank line between sentences.
        case conll
        /// WikiANN as published: the language and a colon stand before each word.
        case panx
        /// Universal NER.
        case uner
        /// CoNLL-U: FORM and UPOS.
        case conllu = "conll-u"
        /// SQuAD's JSON, versions 1.1 and 2; for vectors, each question and its context.
        case squad
        /// Judgements in a folder of BEIR's form: each query and the documents that answer it.
        case beir
        /// Ids of a query, a document that answers it, and others that do not.
        case triples
        /// A score and a pair, parted by tabs, without names of columns, as SemEval's.
        case semeval
    }

    /// A file, and what it is called: its language, or nothing.
    public struct File: Sendable, Equatable {
        /// A language or another name; empty for the only file of a split.
        public var name: String
        /// Where it is.
        public var path: String

        /// The file at `path`.
        public init(name: String = "", path: String) { (self.name, self.path) = (name, path) }
    }

    /// Names of columns or keys; empty for the usual ones.
    public struct Columns: Sendable, Equatable {
        /// Of the text, the second text, the label and the id.
        public var text = "", pair = "", label = "", id = ""

        /// The usual names.
        public init() {}
    }

    /// The format; nil for what the task and the file's ending say.
    public var format: Format?
    /// The task of GLUE or of XTREME whose columns and labels the files have.
    public var task: String?
    /// The scheme of tags; nil for what they look like.
    public var scheme: TagScheme?
    /// The folder in BEIR's form that has the texts of ids; nil for that of the judgements.
    public var corpus: String?
    /// Names of columns.
    public var columns = Columns()
    /// What is learned from.
    public var train: [File] = []
    /// What models are compared by while they are trained.
    public var dev: [File] = []
    /// What the kept model is measured on.
    public var test: [File] = []
    /// Malformed lines that are passed over in each file before one is an error.
    public var malformedLines = 0
    /// Whether wrong places of answers are mended and counted, in place of being an error.
    public var mendsOffsets = false
    /// The first so many examples of the training files are learned from; nil for all.
    public var examples: Int?

    /// No files.
    public init() {}
}

extension LabelledData {
    static var form: Form<LabelledData> {
        .section("labelled data", new: LabelledData(), familiar: familiarKeys) {
            Key("format", \.format, Form<Format>.choice.optional)
            Key(
                "task", \.task,
                Form<String>.text(
                    expected: "a task of GLUE or XTREME", remedy: "Write it like rte or paws-x."
                ).optional)
            Key("scheme", \.scheme, Form<TagScheme>.choice.optional)
            Key(
                "corpus", \.corpus,
                Form<String>.path(to: "a folder in BEIR's form").optional,
                isWritten: { $0.corpus != nil })
            Key("columns", \.columns, Columns.form, isWritten: { $0.columns != Columns() })
            Key("train", \.train, .files)
            Key("dev", \.dev, .files)
            Key("test", \.test, .files)
            Key(
                "skip_bad", \.malformedLines,
                .integer(
                    expected: "a number of lines", remedy: "Write 0 for none.", from: 0,
                    upTo: 1_000_000_000))
            Key("offsets", \.mendsOffsets, .one(of: [("exact", false), ("mended", true)]))
            Key("examples", \.examples, Form<Int>.count(of: "examples").or("all"))
        } check: { data, fields in
            try check(data.dev, fields["dev"])
            try check(data.test, fields["test"])
        }
    }

    /// Gives files that are measured names by which their scores are kept.
    package mutating func nameMeasured() { (dev, test) = (dev.named, test.named) }

    /// Checks that files that are measured have names, by which scores and predictions are kept.
    private static func check(_ files: [File], _ value: RecipeValue?) throws {
        let names = files.map(\.name)
        let bad = names.first { $0.contains("/") || $0.hasPrefix(".") }
        try value?.require(
            bad == nil, expected: "names of files such as languages", found: "“\(bad ?? "")”",
            remedy: "Predictions are written to files of these names: write letters and digits.")
        let twice = names.first { name in !name.isEmpty && names.count { $0 == name } > 1 }
        try value?.require(
            twice == nil, expected: "a name of its own for each file, by which its scores are kept",
            found: "“\(twice ?? "")” twice", remedy: "Write {NAME: FILE, NAME: FILE}.")
    }

    private static var familiarKeys: [String: String] {
        [
            "train_file": "Did you mean train?", "validation": "Did you mean dev?",
            "validation_file": "Did you mean dev?", "test_file": "Did you mean test?",
        ]
    }
}

extension LabelledData.Columns {
    fileprivate static var form: Form<LabelledData.Columns> {
        let name = Form<String>.text(
            expected: "the name of a column or key", remedy: "Write it as the file has it.")
        return .section("names of columns", new: LabelledData.Columns()) {
            Key("text", \.text, name, isWritten: { !$0.text.isEmpty })
            Key("pair", \.pair, name, isWritten: { !$0.pair.isEmpty })
            Key("label", \.label, name, isWritten: { !$0.label.isEmpty })
            Key("id", \.id, name, isWritten: { !$0.id.isEmpty })
        }
    }
}

extension [LabelledData.File] {
    /// The files with names that tell them apart: where several have none, their places from 1.
    package var named: [LabelledData.File] {
        guard count > 1 else { return self }
        return enumerated().map { place, file in
            file.name.isEmpty ? LabelledData.File(name: "\(place + 1)", path: file.path) : file
        }
    }
}

extension Form<[LabelledData.File]> {
    /// One file; a list of files; a mapping of names to files; or a path with `{lang}` in it, for
    /// every file of that form, compressed or not.
    static var files: Form {
        let path = Form<String>.path(to: "a labelled file")
        return Form(
            read: { value, _ in
                if value.isMapping {
                    return try value.members(of: "names of files").map { name, value in
                        LabelledData.File(name: name, path: try value.read(as: path))
                    }
                }
                if value.isList {
                    return try value.list(of: "files").map {
                        LabelledData.File(path: try $0.read(as: path))
                    }
                }
                let text = try value.read(as: path)
                guard text.contains(placeholder) else { return [LabelledData.File(path: text)] }
                let files = try files(like: text)
                try value.require(
                    !files.isEmpty, expected: "files of this form", found: "none like \(text)",
                    remedy: "\(placeholder) stands for what differs in their names.")
                return files
            },
            write: { files in
                guard !files.isEmpty else { return nil }
                if files.allSatisfy(\.name.isEmpty) {
                    return files.count == 1
                        ? .text(files[0].path) : .list(files.map { .text($0.path) })
                }
                return .mapping(files.map { .init($0.name, .text($0.path)) })
            })
    }

    private static var placeholder: String { "{lang}" }

    /// The files whose paths have something in place of the placeholder, by that: the same wherever
    /// the placeholder stands.
    private static func files(like pattern: String) throws -> [LabelledData.File] {
        let parts = pattern.components(separatedBy: placeholder)
        // What is replaced stands in one folder's or file's name.
        let folder = Folder.parent(of: parts[0] + "x")
        let before = String(parts[0].dropFirst(folder == "/" ? 1 : folder.count + 1))
        let after = parts.dropFirst().joined(separator: placeholder)
        let nameEnd = after.prefix { $0 != "/" }
        let below = after.dropFirst(nameEnd.count)
        guard try Folder.isFolder(folder) else { return [] }
        let names = try Folder.contents(of: folder)
        return try names.sorted().compactMap { name in
            // A compressed file counts where there is no plain one.
            let ending = below.isEmpty ? [".gz", ".zst"].first(where: name.hasSuffix) : nil
            let plain = String(name.dropLast(ending?.count ?? 0))
            let found =
                language(of: name, from: before, to: String(nameEnd))
                ?? (ending == nil || names.contains(plain)
                    ? nil : language(of: plain, from: before, to: String(nameEnd)))
            guard let language = found else { return nil }
            let rest = below.replacingOccurrences(of: placeholder, with: language)
            let path = Folder.join(folder, name) + rest
            return try Folder.exists(path) ? LabelledData.File(name: language, path: path) : nil
        }
    }

    /// What stands in `name` between `before` and `after`, which may have the placeholder again;
    /// nil where it is no such name.
    private static func language(
        of name: String, from before: String, to after: String
    ) -> String? {
        guard name.hasPrefix(before) else { return nil }
        let rest = name.dropFirst(before.count)
        return rest.indices.lazy.map { String(rest[...$0]) }.first { language in
            rest == language + after.replacingOccurrences(of: placeholder, with: language)
        }
    }
}
