import Diagnostics
import Formats

/// A walk through files and folders that keeps those with text and counts the others.
struct TextWalk {
    /// What was not kept.
    private(set) var passedOver = PassedOver()

    private let formats: Set<TextFormat>

    /// A walk that keeps files of `formats`.
    init(formats: Set<TextFormat> = [.plain, .jsonLines]) { self.formats = formats }

    /// A file itself, which was named and must be text, or the text in a folder and all below it.
    mutating func files(at path: String) throws -> [String] {
        if try Folder.isFolder(path) { return try files(inFolder: path, below: []) }
        guard try path == "-" || Folder.exists(path) else {
            throw InputError(
                at: path, expected: "a file or folder with text", found: "nothing there",
                remedy: "Check the path.")
        }
        guard let format = TextFormat(path: path) else {
            let reason = PassedOver.reason(of: path)
            passedOver.add(path, reason)
            throw InputError(
                at: path,
                expected: "a name ending in .txt, .jsonl or .ndjson, perhaps with .gz or .zst",
                found: Folder.name(of: path),
                remedy: passedOver.remedy ?? "Rename the file after what it holds.")
        }
        guard formats.contains(format) else {
            passedOver.add(path, .plain)
            return []
        }
        guard try !TextFormat.isAmbiguous(path) || TextFormat.isJSONLines(path) else {
            passedOver.add(path, .otherJSON)
            return []
        }
        return [path]
    }

    /// The text in a folder and all below it, in the order of names.
    ///
    /// - Parameter parents: the folders above it that the walk came through.
    mutating func files(inFolder folder: String, below parents: [String]) throws -> [String] {
        if try parents.contains(where: { try Folder.isSame($0, folder) }) {
            passedOver.add(folder, .link)
            return []
        }
        let entries = try entries(of: folder)
        var files: [String] = []
        for path in entries {
            if try Folder.isFolder(path) {
                files += try self.files(inFolder: path, below: parents + [folder])
            } else if try isText(path) {
                files.append(path)
            }
        }
        if entries.isEmpty { passedOver.add(folder, .folder) }
        return files
    }

    /// The paths in a folder that are not hidden, in the order of names.
    mutating func entries(of folder: String) throws -> [String] {
        try Folder.contents(of: folder).compactMap { name in
            let path = Folder.join(folder, name)
            guard name.hasPrefix(".") else { return path }
            passedOver.add(path, .hidden)
            return nil
        }
    }

    /// Whether a file in a folder is text that is kept; others are counted.
    mutating func isText(_ path: String) throws -> Bool {
        guard let reason = try reasonAgainst(path) else { return true }
        // What `data synthesize` writes beside its text.
        if reason != .otherJSON || Folder.name(of: path) != SyntheticLanguages.descriptionName {
            passedOver.add(path, reason)
        }
        return false
    }

    private func reasonAgainst(_ path: String) throws -> PassedOver.Reason? {
        guard try Folder.exists(path) else { return .link }
        guard try Folder.status(of: path) != nil else { return .special }
        guard let format = TextFormat(path: path) else { return PassedOver.reason(of: path) }
        guard formats.contains(format) else { return .plain }
        guard TextFormat.isAmbiguous(path) else { return nil }
        return try TextFormat.isJSONLines(path) ? nil : .otherJSON
    }
}
