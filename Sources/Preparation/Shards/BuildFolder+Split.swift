import Formats

extension BuildFolder {
    /// Mixed text that was split by language.
    struct SplitRecord: Codable {
        /// The files it came from; nil where one of them was standard input.
        var files: [TextFile]?
        /// The languages that were asked for; nil for all.
        var wanted: [String]?
        /// Those that were met.
        var languages: [String]
        /// What was passed over.
        var report: ReadingReport
    }

    /// Splits `files` by the language under its field, unless an interrupted build has done so.
    /// Standard input is taken to be the same.
    func split(
        _ files: [String], fields: TextFields, languages: [String]?,
        _ progress: (ShardBuilder.Progress) -> Void
    ) throws -> SplitRecord {
        let file = temporary("split.json")
        let (present, wanted) = (try TextFile.all(files), languages?.sorted())
        if try Folder.exists(file), let record: SplitRecord = try? JSONFile.read(file),
            record.files == present, record.wanted == wanted
        {
            return record
        }
        try Folder.remove(file)
        try Folder.remove(temporary("text"))
        var told = ShardBuilder.Progress()
        told.isSplitting = true
        told.totalFileBytes = present.map { $0.reduce(0) { $0 + $1.size } }
        var split = LanguageSplit(fields: fields, into: temporary("text"), languages: languages)
        try split.run(files) { fileBytes, lineBytes in
            (told.fileBytes, told.textBytes) = (fileBytes, lineBytes)
            progress(told)
        }
        let record = SplitRecord(
            files: present, wanted: wanted, languages: split.languages.sorted(),
            report: split.report)
        try JSONFile.write(record, to: file, synchronized: false)
        return record
    }
}
