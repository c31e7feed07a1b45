import Checkpoints
import Formats
import Foundation

extension CheckpointStore {
    /// Saves `sample-NUMBER` with two small files.
    func saveSample(_ number: Int, isProtected: Bool = false, content: String? = nil) throws {
        try save(name: "sample-\(number)", isProtected: isProtected) { folder in
            let content = content ?? "weights of sample \(number)"
            try AtomicFile.write(content, to: "\(folder)/weights")
            try Folder.create("\(folder)/trainer")
            try AtomicFile.write("state of sample \(number)", to: "\(folder)/trainer/state")
        }
    }

    /// The names of all checkpoints, oldest first.
    func names() throws -> [String] { try checkpoints().map(\.name) }

    /// What `latest` says.
    func pointer() throws -> String {
        try String(contentsOfFile: "\(folder)/latest", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
    }
}

extension Checkpoint {
    /// Place in the order of saving.
    var number: Int { record.number }

    /// The content of the sample's first file.
    func sample() throws -> String {
        try String(contentsOfFile: "\(folder)/weights", encoding: .utf8)
    }
}
