import Formats
import Foundation

/// `metrics.jsonl`: one JSON object per line, appended during the run.
///
/// A checkpoint records the file's length. A resumed run truncates the file to it, so that the
/// steps it repeats appear in the file once.
package struct MetricLog {
    /// What was damaged in the file and is mended; nil for nothing.
    package let repair: String?
    private let file: AppendedFile
    private let encoder = JSONFile.encoder

    /// Opens or creates the file at `path` and keeps, of its first `offset` bytes, the records that
    /// are not later than the checkpoint.
    package init(
        path: String, keepingBytes offset: Int,
        isLater: (MetricLines.Place) -> Bool = { _ in false }
    ) throws {
        guard offset > 0 else {
            file = try AppendedFile(path: path, keepingBytes: 0)
            repair = nil
            return
        }
        let contents = try FileContents.readIfPresent(path) ?? []
        let lines = MetricLines(contents, limit: offset, isLater: isLater)
        if lines.isRewritten { try AtomicFile.write(lines.bytes, to: path) }
        file = try AppendedFile(path: path, keepingBytes: lines.bytes.count)
        repair =
            lines.damages.isEmpty
            ? nil : "\(path) was damaged: \(lines.damages.joined(separator: "; "))"
    }

    /// Appends `record` as one line.
    package func append(_ record: some Encodable) throws {
        var line = try encoder.encode(record)
        line.append(UInt8(ascii: "\n"))
        try file.append(Array(line))
    }

    /// The evaluations in the file at `path`, in order; none where it is lost.
    package static func evaluations(in path: String) throws -> [EvaluationRecord] {
        try records("evaluation", in: path)
    }

    /// The finished stages in the file at `path`, in order; none where it is lost.
    package static func stages(in path: String) throws -> [StageRecord] {
        try records("stage", in: path)
    }

    private static func records<Record: Decodable>(
        _ type: String, in path: String
    ) throws -> [Record] {
        let decoder = JSONFile.decoder
        let mark = Array("\"type\":\"\(type)\"".utf8)
        let contents = try FileContents.readIfPresent(path) ?? []
        return try contents.split(separator: UInt8(ascii: "\n"))
            .filter { $0.firstRange(of: mark) != nil }
            .map { try decoder.decode(Record.self, from: Data($0)) }
    }

    /// Writes everything that was appended to the disk and returns the file's length in bytes.
    package func synchronize() throws -> Int {
        try file.synchronize()
        return file.count
    }
}
