import Formats
import Foundation
import Reporting
import Serialization

/// The lines of `metrics.jsonl` that a resumed run keeps: whole records that were logged before its
/// checkpoint. What a crash or an editor damaged is left out, and told.
package struct MetricLines {
    /// Where a record belongs.
    package struct Place {
        /// `step`, `evaluation` or `stage`; others are kept as they are.
        package let type: String
        /// The stage's name, or `merge`.
        package let stage: String
        /// The optimizer step; nil for the end of a stage.
        package let step: Int?
    }

    /// The lines, each with its line feed.
    package private(set) var bytes: [UInt8] = []
    /// Whether the file differs from `bytes` in more than its length.
    private(set) var isRewritten = false
    /// What was wrong, in words.
    package private(set) var damages: [String] = []

    /// Takes those of the first `limit` bytes of `contents` that are records of a place that is not
    /// later than the checkpoint.
    package init(_ contents: [UInt8], limit: Int, isLater: (Place) -> Bool) {
        let kept = contents.prefix(limit)
        var (unreadable, later) = (0, 0)
        var start = kept.startIndex
        while let end = kept[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = kept[start..<end]
            start = end + 1
            if let place = Self.place(of: Array(line)) {
                if isLater(place) { later += 1 } else { bytes += line + [UInt8(ascii: "\n")] }
            } else {
                unreadable += 1
            }
        }
        isRewritten = unreadable + later > 0
        if contents.count < limit {
            damages.append("\(counted(limit - contents.count, "byte")) of it are lost")
        }
        if start < kept.endIndex { damages.append("half a line at its end was dropped") }
        if unreadable > 0 {
            damages.append("\(counted(unreadable, "line")) that cannot be read: dropped")
        }
        if later > 0 {
            damages.append("\(counted(later, "record")) of steps behind the checkpoint: dropped")
        }
    }

    /// Where the record in `line` belongs; nil where it is no record.
    private static func place(of line: [UInt8]) -> Place? {
        guard String(validating: line, as: UTF8.self) != nil else { return nil }
        var (type, stage) = ("", "")
        var step: Int?
        var reader = JSONReader(line)
        do {
            try reader.object { reader, key in
                switch key {
                case "type": type = String(decoding: try reader.string(), as: UTF8.self)
                case "stage": stage = String(decoding: try reader.string(), as: UTF8.self)
                case "step": step = try reader.integer()
                default: _ = try reader.skip()
                }
            }
            guard reader.isAtEnd() else { return nil }
            try check(line, of: type)
        } catch {
            return nil
        }
        return Place(type: type, stage: stage, step: step)
    }

    /// Checks that a record that is read again at the run's end can be.
    private static func check(_ line: [UInt8], of type: String) throws {
        switch type {
        case "evaluation":
            _ = try JSONFile.decoder.decode(EvaluationRecord.self, from: Data(line))
        case "stage": _ = try JSONFile.decoder.decode(StageRecord.self, from: Data(line))
        default: break
        }
    }
}
