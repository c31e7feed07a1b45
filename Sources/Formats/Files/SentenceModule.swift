import Diagnostics

/// One of the modules through which sentence-transformers sends a text, as `modules.json` lists
/// them.
public struct SentenceModule: Decodable, Sendable, Equatable {
    /// The folder of its files inside the model's; empty for the model's own.
    public let path: String
    /// The name of its class, such as `sentence_transformers.models.Pooling`.
    public let type: String

    /// The class without where it comes from: `Pooling`.
    public var kind: Substring { type.split(separator: ".").last ?? "" }

    /// Whether it is a class of sentence-transformers itself.
    public var isKnown: Bool { type.hasPrefix("sentence_transformers.") }

    /// The modules of the model in `folder`, in their order; nil where it has no `modules.json`.
    ///
    /// - Throws: `InputError` where that is something else.
    public static func list(of folder: String) throws -> [SentenceModule]? {
        let path = Folder.join(folder, ModelFiles.modules)
        return try Folder.exists(path) ? JSONFile.readPlain(path) : nil
    }

    /// Where the module's files are.
    ///
    /// - Parameters:
    ///   - folder: the model's folder.
    ///   - index: the module's place in the list.
    /// - Throws: `InputError` where its path leads out of the folder.
    public func place(in folder: String, at index: Int) throws -> String {
        guard path.isEmpty || Folder.isInside(path) else {
            throw InputError(
                at: "\(Folder.join(folder, ModelFiles.modules)): [\(index)].path",
                expected: "a folder inside the model's", found: "\"\(path)\"",
                remedy: "Copy the module's files into the model's folder, and name them there.")
        }
        return path.isEmpty ? folder : Folder.join(folder, path)
    }
}
