import Formats
import Reporting

extension CacheFolder {
    /// What a person should know about files in the cache's folder that the cache did not make, in
    /// a sentence; nil where there are none.
    func strangers() throws -> String? {
        let folders = Set(try ledger.folders())
        var strangers = try Folder.contents(of: path).filter {
            $0 != Self.stateName && !folders.contains($0)
        }
        for name in folders.sorted() {
            let made = try ledger.files(in: name).flatMap { [$0.path, $0.partialPath] }
            try find(in: name, beside: Set(made + ["\(name)/\(MDSIndex.fileName)"]), &strangers)
        }
        guard let first = strangers.first else { return nil }
        return "\(path): \(counted(strangers.count, "file or folder", plural: "files and folders"))"
            + " there, such as \(first), \(agreeing(strangers.count, "is", "are")) not the cache's"
            + agreeing(strangers.count, ": it stays, and does", ": they stay, and do")
            + " not count towards cache.limit"
    }

    /// Adds what is below the folder `name` and not among `made` to `strangers`.
    private func find(
        in name: String, beside made: Set<String>, _ strangers: inout [String]
    ) throws {
        guard let entry = try Folder.entry(at: path(of: name)) else { return }
        guard entry.kind == .folder else {
            strangers.append(name)
            return
        }
        for child in try Folder.contents(of: path(of: name)) where !child.hasPrefix(".") {
            let path = "\(name)/\(child)"
            if try Folder.entry(at: self.path(of: path))?.kind == .folder {
                try find(in: path, beside: made, &strangers)
            } else if !made.contains(path) {
                strangers.append(path)
            }
        }
    }
}
