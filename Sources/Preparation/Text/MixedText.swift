import Diagnostics
import Formats

extension ShardBuilder.Text {
    /// The text of each language, so that it can be read more than once: text whose documents name
    /// their language is split into files in `folder`, which is created if it is needed.
    ///
    /// - Returns: the sources, and what was passed over in splitting.
    /// - Throws: `InputError` for files that cannot be read, and standard input in one language.
    public func apart(
        in folder: String
    ) throws -> (sources: [TextSource], passedOver: ReadingReport) {
        switch self {
        case .languages(let sources):
            guard !sources.contains(where: { $0.paths.contains("-") }) else {
                throw InputError(
                    at: "-", expected: "text that can be read twice", found: "standard input",
                    remedy: "Write it to a file, or name languages by --language-field.")
            }
            return (sources, ReadingReport())
        case .mixed(let files, let fields, let languages):
            var split = LanguageSplit(fields: fields, into: folder, languages: languages)
            try split.run(files) { _, _ in }
            return (try split.sources, split.report)
        }
    }
}

extension LanguageSplit {
    /// The text of each language that was met.
    var sources: [TextSource] { get throws { try Self.sources(of: languages, in: folder) } }

    /// The text of languages that was split into files in `folder`.
    static func sources(
        of languages: some Sequence<String>, in folder: String
    ) throws -> [TextSource] {
        try languages.sorted().map {
            try TextSource(language: $0, paths: [path(of: $0, in: folder)])
        }
    }
}
