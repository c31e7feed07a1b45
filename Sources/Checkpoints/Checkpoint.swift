import Formats

/// A complete checkpoint: a Hugging Face model folder with the trainer's state in `trainer/`.
public struct Checkpoint: Sendable, Equatable {
    /// Where it is.
    public let folder: String
    /// What is in it.
    public let record: CheckpointRecord

    /// The name of the folder.
    public var name: String { Folder.name(of: folder) }

    /// Opens the checkpoint in `folder`; an `InputError` says why it is not one. The files'
    /// contents are not checked: `verify` does that.
    public init(folder: String) throws {
        self.folder = folder
        record = try CheckpointRecord(readingFrom: folder)
    }

    /// Reads every file and compares size and checksum; an `InputError` names the first file that
    /// is missing or not as it was written.
    public func verify() throws { try record.verify(folder) }
}
