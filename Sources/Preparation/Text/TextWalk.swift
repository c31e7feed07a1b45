import Diagnostics
import Formats

/// A walk through files and folders that keeps those with text and counts the others.
struct TextWalk {
    /// A file with text.
    struct File {
        /// Where it is.
        var path: String
        /// The names of the folders between the input and it.
        var folders: [String] = []
    }

    /// What was not kept.
    private(set) var passedOver = PassedOver()

    private let fields: TextFields

    /// A walk that keeps files which may have `fields`: plain text cannot name its language.
    init(fields: TextFields) { self.fields = fields }

    /// A file itself, which was named and must be text, or the text in a folder and all below it.
    mutating func files(at path: String) throws -> [File] {
        if try Folder.isFolder(path) { return try files(inFolder: path, folders: [], below: []) }
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
                expected: "a name ending in \(TextFormat.endings), text perhaps with .gz or .zst",
                found: Folder.name(of: path),
                remedy: passedOver.remedy ?? "Rename the file after what it holds.")
        }
        guard fields.language == nil || format != .plain else {
            passedOver.add(path, .plain)
            return []
        }
        guard try !TextFormat.isAmbiguous(path) || isJSONLines(path) else {
            passedOver.add(path, .otherJSON)
            return []
        }
        return [File(path: path)]
    }

    /// The text in a folder and all below it, in the order of names.
    ///
    /// - Parameters:
    ///   - folders: the names of the folders from the input to it.
    ///   - parents: the folders above it that the walk came through.
    private mutating func files(
        inFolder folder: String, folders: [String], below parents: [String]
    ) throws -> [File] {
        if try parents.contains(where: { try Folder.isSame($0, folder) }) {
            passedOver.add(folder, .link)
            return []
        }
        let entries = try entries(of: folder)
        var files: [File] = []
        for path in entries {
            if try Folder.isFolder(path) {
                if let reason = SetAside.reason(against: path) {
                    passedOver.add(path, reason)
                    continue
                }
                files += try self.files(
                    inFolder: path, folders: folders + [Folder.name(of: path)],
                    below: parents + [folder])
            } else if try isText(path) {
                files.append(File(path: path, folders: folders))
            }
        }
        if entries.isEmpty { passedOver.add(folder, .folder) }
        return files
    }

    /// The paths in a folder that are not hidden, in the order of names.
    private mutating func entries(of folder: String) throws -> [String] {
        try Folder.contents(of: folder).compactMap { name in
            let path = Folder.join(folder, name)
            guard name.hasPrefix(".") else { return path }
            passedOver.add(path, .hidden)
            return nil
        }
    }

    /// Whether a file in a folder is text that is kept; others are counted.
    private mutating func isText(_ path: String) throws -> Bool {
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
        guard fields.language == nil || format != .plain else { return .plain }
        if SetAside.isSplit(path) { return .split }
        guard TextFormat.isAmbiguous(path) else { return nil }
        return try isJSONLines(path) ? nil : .otherJSON
    }

    private func isJSONLines(_ path: String) throws -> Bool {
        try TextFormat.isJSONLines(path, textField: fields.text)
    }
}
