import ArgumentParser
import Preparation
import Reporting

/// Which text a command reads.
struct TextOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: .init("Files and folders with text; CODE=PATH names a code.", valueName: "path"))
    var input: [String]
    @Option(
        name: .customLong("languages"), parsing: .upToNextOption,
        help: .init("Only these languages.", valueName: "code"))
    var chosenLanguages: [String] = []
    @Option(
        help: .init(
            "The key of JSON lines, or column of a table, under which documents lie.",
            valueName: "name"))
    var textField = TextFields.usual.text
    @Option(help: .init("The code of the language that all inputs are in.", valueName: "code"))
    var language: String?
    @Option(
        help: .init(
            "The key or column under which each document names the code of its language.",
            valueName: "name"))
    var languageField: String?
    @Flag(help: "Take names of files and folders for languages although they are no codes.")
    var anyName = false

    func validate() throws {
        guard language == nil || languageField == nil else {
            throw ValidationError("--language and --language-field: give one of them.")
        }
        guard !textField.isEmpty, textField != languageField else {
            throw ValidationError("--text-field and --language-field: give two names.")
        }
    }

    /// The languages that were chosen; nil for all.
    var languages: [String]? { chosenLanguages.isEmpty ? nil : chosenLanguages }

    /// The keys or columns.
    var fields: TextFields { TextFields(text: textField, language: languageField) }

    /// What was found, and what was passed over.
    func found() throws -> (text: ShardBuilder.Text, passedOver: PassedOver) {
        if languageField != nil {
            let (files, passedOver) = try TextSearch.mixedFiles(input, fields: fields)
            return (.mixed(files: files, fields: fields, languages: languages), passedOver)
        }
        let inputs = language.map { code in input.map { "\(code)=\($0)" } } ?? input
        let found = try TextSearch(
            inputs, languages: languages, textField: textField, acceptsAnyName: anyName)
        if !anyName { tellSpelling(of: found.sources.map(\.language)) }
        return (.languages(found.sources), found.passedOver)
    }
}

/// Tells which of the languages are not spelled as in mmBERT's manifests and lists.
func tellSpelling(of languages: [String]) {
    let others = languages.filter { !LanguageCode.isSpelledOut($0) }
    guard !others.isEmpty else { return }
    let shown = others.prefix(8).joined(separator: ", ")
    let more = others.count > 8 ? " and \(others.count - 8) more" : ""
    tell(
        """
        note: \(shown)\(more): mmBERT and FineWeb2 write codes with the script, such as deu_Latn; \
        recipes know languages by the names that they have here.
        """)
}
