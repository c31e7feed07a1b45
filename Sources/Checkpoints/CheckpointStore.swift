import Diagnostics
import Formats
import Foundation

/// The checkpoints of a run, in one folder: `NAME/` for each, and `latest`, a file that holds the
/// name of the newest.
///
/// A checkpoint is complete or absent. It is written in a temporary folder, described by checksums,
/// flushed to the disk, and only then renamed to its name; what an interruption leaves behind is
/// removed when the store is opened again. `latest` is for people and scripts: the store itself
/// finds the newest checkpoint by the numbers in the checkpoints' records, so nothing depends on
/// the moment between the renaming and the writing of `latest`.
///
/// One process at a time may have a store open.
public struct CheckpointStore: Sendable {
    /// Where the checkpoints are.
    public let folder: String
    /// How many checkpoints stay, besides protected ones; at least 1.
    public let keep: Int
    /// What was wrong with `latest` when the store was opened, and is mended; nil for nothing.
    public private(set) var repair: String?
    /// Called before each step of a save; tests interrupt here.
    package var willTake: @Sendable (SaveStep) throws -> Void = { _ in }

    /// The file that names the newest checkpoint.
    public static let pointerName = "latest"
    private static let replacedSuffix = ".replaced"

    /// Opens the store in `folder`, which is created if it is missing: removes what an interrupted
    /// save left and corrects `latest`.
    public init(folder: String, keep: Int) throws {
        precondition(keep >= 1, "CheckpointStore: cannot keep \(keep) checkpoints")
        self.folder = folder
        self.keep = keep
        try Folder.create(folder)
        try AtomicFolder.removeLeftovers(in: folder)
        repair = try mendPointer()
    }

    /// The store in `folder`, which may be missing, to look at: nothing is made or corrected.
    public init(reading folder: String) {
        self.folder = folder
        keep = 1
    }

    /// Saves a checkpoint: `write` puts its files into the empty folder it is given.
    ///
    /// When this returns, the checkpoint is on the disk under its name, `latest` names it and
    /// checkpoints beyond `keep` are gone. If anything fails, the checkpoint is absent and the
    /// earlier ones are untouched. A checkpoint of the same name is replaced; until the new one is
    /// in its place it is called `NAME.replaced`.
    ///
    /// - Parameter isProtected: the checkpoint stays however many follow (the end of a stage).
    /// - Throws: `InputError` where the disk is full or not writable; what `write` throws.
    @discardableResult
    public func save(
        name: String, isProtected: Bool = false, write: (_ folder: String) throws -> Void
    ) throws -> Checkpoint {
        precondition(
            !name.isEmpty && !name.hasPrefix(".") && !name.contains("/")
                && name != Self.pointerName, "CheckpointStore: \(name) cannot name a checkpoint")
        let number = (try contents().checkpoints.last?.record.number ?? 0) + 1
        let path = Folder.join(folder, name)
        try Folder.create(Folder.name(of: folder), in: Folder.parent(of: folder))
        try willTake(.write)
        try AtomicFolder.write(to: path, replacing: true, makingParents: false) { temporary in
            try write(temporary)
            try willTake(.describe)
            let record = try CheckpointRecord(
                describing: temporary, number: number, isProtected: isProtected)
            try record.write(into: temporary)
            try willTake(.rename)
            try setAside(path)
        }
        AtomicFolder.discard(path + Self.replacedSuffix)
        let checkpoint = try Checkpoint(folder: path)
        try willTake(.point)
        try point(to: checkpoint)
        try willTake(.retire)
        try retire()
        return checkpoint
    }

    /// Makes `checkpoint`, of this store or of another, the newest of this store: saves a copy
    /// under its name.
    ///
    /// - Throws: `InputError` where it is damaged, or the disk full or not writable.
    @discardableResult
    public func adopt(_ checkpoint: Checkpoint) throws -> Checkpoint {
        try checkpoint.verify()
        if let newest = try contents().checkpoints.last,
            try Folder.isSame(newest.folder, checkpoint.folder)
        {
            return newest
        }
        return try save(
            name: checkpoint.name, isProtected: checkpoint.record.isProtected
        ) { folder in
            for path in checkpoint.record.files.keys.sorted() {
                let copy = Folder.join(folder, path)
                try Folder.create(Folder.parent(of: copy))
                try AtomicFile.copy(
                    Folder.join(checkpoint.folder, path), to: copy, synchronized: false)
            }
        }
    }

    /// All checkpoints, oldest first, without a look at their files' contents.
    public func checkpoints() throws -> [Checkpoint] { try contents().checkpoints }

    /// The newest checkpoint all of whose files are as they were written, and what is wrong with
    /// the newer ones and with folders that are not checkpoints.
    public func newestIntact() throws -> (checkpoint: Checkpoint?, damages: [InputError]) {
        let (checkpoints, strangers) = try contents()
        var damages = strangers
        for checkpoint in checkpoints.reversed() {
            do {
                try checkpoint.verify()
                return (checkpoint, damages)
            } catch let damage as InputError {
                damages.append(damage)
            }
        }
        return (nil, damages)
    }

    /// Makes way for a new checkpoint at `path`, without being incomplete at any moment.
    private func setAside(_ path: String) throws {
        guard try Folder.exists(path) else { return }
        if try Folder.exists(path + Self.replacedSuffix) {
            try AtomicFolder.remove(path + Self.replacedSuffix)
        }
        try Folder.rename(path, to: path + Self.replacedSuffix)
    }

    private func contents() throws -> (checkpoints: [Checkpoint], strangers: [InputError]) {
        var checkpoints: [Checkpoint] = []
        var strangers: [InputError] = []
        guard try Folder.exists(folder) else { return ([], []) }
        for name in try Folder.contents(of: folder)
        where !name.hasPrefix(".") && name != Self.pointerName {
            let path = Folder.join(folder, name)
            guard try Folder.isFolder(path) else { continue }
            do {
                checkpoints.append(try Checkpoint(folder: path))
            } catch let error as InputError {
                strangers.append(error)
            }
        }
        return (checkpoints.sorted { $0.record.number < $1.record.number }, strangers)
    }

    private var pointer: String { Folder.join(folder, Self.pointerName) }

    private func point(to checkpoint: Checkpoint) throws {
        try AtomicFile.write(checkpoint.name + "\n", to: pointer)
    }

    /// Makes `latest` name the newest checkpoint, and says what was wrong with it.
    private func mendPointer() throws -> String? {
        let newest = try contents().checkpoints.last
        let isThere = try Folder.exists(pointer)
        if isThere, try Folder.isFolder(pointer) {
            try Folder.rename(pointer, to: Folder.join(folder, ".\(Self.pointerName).damaged"))
        } else if isThere {
            if let newest, (try? FileContents.read(pointer)) == Array("\(newest.name)\n".utf8) {
                return nil
            }
            if newest == nil { try Folder.remove(pointer) }
        }
        guard let newest else {
            return isThere ? "\(pointer) is removed: there is no checkpoint to name" : nil
        }
        try point(to: newest)
        let state = isThere ? "did not name the newest checkpoint" : "was missing"
        return "\(pointer) \(state); now it names \(newest.name)"
    }

    /// Removes the oldest checkpoints beyond `keep` that are not protected.
    private func retire() throws {
        let retirable = try contents().checkpoints.filter { !$0.record.isProtected }
        for checkpoint in retirable.dropLast(keep) {
            AtomicFolder.discard(checkpoint.folder)
        }
    }
}

/// The steps of saving a checkpoint, in their order.
package enum SaveStep: Int, CaseIterable, Sendable {
    /// Create the temporary folder and write the files.
    case write
    /// Write the checksums.
    case describe
    /// Flush everything to the disk and rename the folder.
    case rename
    /// Name the checkpoint in `latest`.
    case point
    /// Remove checkpoints beyond those to keep.
    case retire
}
