import Diagnostics
import Encoders
import LabelledText
import Recipes

extension LabelledData {
    /// The format of a file: as the recipe says, else as its ending does.
    ///
    /// - Throws: `InputError` for a format that the task has not, and for Parquet.
    func format(of path: String, for task: FinetuneRecipe.Task) throws -> Format {
        let name = Self.ending(of: path)
        guard name != "parquet", name != "arrow" else {
            throw InputError(
                at: path, expected: "labelled text as JSON lines, TSV or CSV", found: "Parquet",
                remedy: "Convert it: python -c 'import pandas, sys; "
                    + "pandas.read_parquet(sys.argv[1]).to_json(sys.argv[2], orient=\"records\", "
                    + "lines=True, force_ascii=False)' FILE.parquet FILE.jsonl")
        }
        let usual: Format =
            switch task {
            case .answers: .squad
            case .choice: .json
            case .embedding where path.contains("/qrels/"): .beir
            case .tokens:
                ["json", "jsonl"].contains(name) ? .json : name == "conllu" ? .conllu : .conll
            case .text, .pair, .embedding:
                ["json", "jsonl", "ndjson"].contains(name) ? .json : name == "csv" ? .csv : .table
            }
        // The hub's exports of GLUE and XTREME are JSON with the names of their columns.
        let isExport = usual == .json && (format == .glue || format == .xtreme)
        let format = isExport ? .json : format ?? usual
        let fits: [Format] =
            switch task {
            case .text: [.glue, .table, .csv, .json]
            case .pair: [.glue, .xtreme, .semeval, .table, .csv, .json]
            case .tokens: [.conll, .panx, .uner, .conllu, .json]
            case .answers: [.squad]
            case .choice: [.json]
            case .embedding: [.json, .table, .csv, .squad, .beir, .triples]
            }
        guard fits.contains(format) else {
            throw InputError(
                at: "data.format",
                expected: fits.map(\.rawValue).joined(separator: ", ") + " for task "
                    + task.rawValue,
                found: format.rawValue, remedy: "Write one of them, or leave it out.")
        }
        return format
    }

    /// All that is read for a file of `data`: itself, and the texts that it has the ids of.
    ///
    /// - Throws: as `format(of:for:)`, and `InputError` for a folder without the texts.
    package func files(of file: File, for task: FinetuneRecipe.Task) throws -> [String] {
        guard task == .embedding else { return [file.path] }
        let format = try format(of: file.path, for: task)
        guard format == .beir || format == .triples else { return [file.path] }
        return [file.path]
            + (try RetrievalPairs.texts(
                ofFileAt: file.path, folder: corpus))
    }

    /// The ending of a file's name in small letters, without that of a compression.
    private static func ending(of path: String) -> String {
        var parts = path.lowercased().split(separator: "/").last?.split(separator: ".") ?? []
        if let last = parts.last, ["gz", "zst", "zstd"].contains(last) { parts.removeLast() }
        return parts.count > 1 ? String(parts[parts.count - 1]) : ""
    }

    func glueTask() throws -> GLUETask {
        if let task = task.flatMap(GLUETask.init(named:)) { return task }
        throw missingTask(of: "GLUE", GLUETask.allCases.map(\.rawValue))
    }

    func xtremeTask() throws -> XTREMETask {
        if let task = task.flatMap(XTREMETask.init(rawValue:)) { return task }
        throw missingTask(of: "XTREME", XTREMETask.allCases.map(\.rawValue))
    }

    private func missingTask(of benchmark: String, _ names: [String]) -> InputError {
        InputError(
            at: "data.task", expected: "a task of \(benchmark): \(names.joined(separator: ", "))",
            found: task ?? "none", remedy: "Write one of them below data.")
    }
}

extension LabelledData.Format {
    /// Which columns of a file of tagged words hold what.
    var tagLayout: TagLayout {
        switch self {
        case .panx: .panx
        case .uner: .uner
        case .conllu: .conllu
        default: .conll
        }
    }
}

extension TextFieldNames {
    /// These names behind those of a task, where a recipe does not write its own.
    func preferring(_ task: TextFieldNames) -> TextFieldNames {
        func merged(_ own: [String], _ first: [String]) -> [String] {
            own.count == 1 ? own : first + own
        }
        return TextFieldNames(
            text: merged(text, task.text), pair: merged(pair, task.pair),
            label: merged(label, task.label), id: merged(id, task.id))
    }
}

extension LabelledData.Columns {
    /// The names that are written, and the usual ones for the rest.
    func fieldNames(isPair: Bool, _ objective: TaskHead.Objective) -> TextFieldNames {
        var names: TextFieldNames =
            objective == .regression ? .scoredPairs : isPair ? .pairs : .single
        if objective == .manyLabels { names.label.insert("labels", at: 0) }
        if !isPair { (names.text, names.pair) = (TextFieldNames.single.text, []) }
        if !text.isEmpty { names.text = [text] }
        if !pair.isEmpty { names.pair = [pair] }
        if !label.isEmpty { names.label = [label] }
        if !id.isEmpty { names.id = [id] }
        return names
    }
}
