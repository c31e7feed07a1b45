import Formats

/// What data sets keep apart by name, beside the text for training.
enum SetAside {
    /// Parts that are for judging a model.
    private static let splits: Set<String> = [
        "test", "validation", "valid", "val", "dev", "eval", "held-out", "held_out", "heldout",
    ]

    /// Why a folder of this name is passed over; nil where it is not.
    static func reason(against folder: String) -> PassedOver.Reason? {
        isSplit(folder) ? .split : isRemoved(folder) ? .removed : nil
    }

    /// Whether a folder of this name, or a file such as `test-00000-of-00001.parquet`, is a part
    /// of a data set that is for judging a model.
    static func isSplit(_ path: String) -> Bool {
        let stem = Folder.name(of: path).lowercased().prefix { $0 != "." }
        if splits.contains(String(stem)) { return true }
        let front = stem.prefix { $0 != "-" && $0 != "_" }
        return splits.contains(String(front))
            && stem[front.endIndex...].dropFirst().first?.isNumber == true
    }

    /// Whether a folder holds what FineWeb2 removed from a language's text: `deu_Latn_removed`.
    private static func isRemoved(_ path: String) -> Bool {
        let name = Folder.name(of: path)
        return name.hasSuffix("_removed") && LanguageCode.isSpelledOut(name.dropLast(8))
    }
}
