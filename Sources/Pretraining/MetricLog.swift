import Formats
import Foundation

/// `metrics.jsonl`: one JSON object per line, appended during the run.
///
/// A checkpoint records the file's length. A resumed run truncates the file to it, so that the
/// steps it repeats appear in the file once.
package struct MetricLog {
    private let file: AppendedFile
    private let encoder = JSONFile.encoder

    /// Opens or creates the file at `path` and keeps its first `offset` bytes.
    package init(path: String, keepingBytes offset: Int) throws {
        file = try AppendedFile(path: path, keepingBytes: offset)
    }

    /// Appends `record` as one line.
    package func append(_ record: some Encodable) throws {
        var line = try encoder.encode(record)
        line.append(UInt8(ascii: "\n"))
        try file.append(Array(line))
    }

    /// The evaluations in the file at `path`, in order.
    package static func evaluations(in path: String) throws -> [EvaluationRecord] {
        try records("evaluation", in: path)
    }

    /// The finished stages in the file at `path`, in order.
    package static func stages(in path: String) throws -> [StageRecord] {
        try records("stage", in: path)
    }

    private static func records<Record: Decodable>(
        _ type: String, in path: String
    ) throws -> [Record] {
        let decoder = JSONFile.decoder
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        return try lines.filter { $0.contains("\"type\":\"\(type)\"") }
            .map { try decoder.decode(Record.self, from: Data($0.utf8)) }
    }

    /// Writes everything that was appended to the disk and returns the file's length in bytes.
    package func synchronize() throws -> Int {
        try file.synchronize()
        return file.count
    }
}
