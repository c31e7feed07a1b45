import Formats
import Foundation

/// `metrics.jsonl`: one JSON object a line, appended while the run goes on.
///
/// A checkpoint remembers the file's length. A resumed run cuts the file back to it, so that the
/// steps it takes again stand in the file once.
struct MetricLog {
    private let file: FileHandle
    private let encoder = JSONFile.encoder

    /// Opens or creates the file at `path` and keeps its first `offset` bytes.
    init(path: String, keepingBytes offset: Int) throws {
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(filePath: path))
        }
        file = try FileHandle(forUpdating: URL(filePath: path))
        let length = try file.seekToEnd()
        if length > offset {
            try file.truncate(atOffset: UInt64(offset))
        }
    }

    /// Appends `record` as one line.
    func append(_ record: some Encodable) throws {
        var line = try encoder.encode(record)
        line.append(UInt8(ascii: "\n"))
        try file.write(contentsOf: line)
    }

    /// The evaluations in the file at `path`, in order.
    static func evaluations(in path: String) throws -> [EvaluationRecord] {
        let decoder = JSONFile.decoder
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        return try lines.filter { $0.contains("\"type\":\"evaluation\"") }
            .map { try decoder.decode(EvaluationRecord.self, from: Data($0.utf8)) }
    }

    /// Puts everything that was appended on the disk and returns the file's length in bytes.
    func synchronize() throws -> Int {
        try file.synchronize()
        return Int(try file.offset())
    }
}
