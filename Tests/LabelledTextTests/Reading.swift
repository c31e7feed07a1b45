import Diagnostics
import Formats
import Foundation
import LabelledText
import TestSupport
import Testing

/// The error that reading gives; nil, and a failed test, for none.
func refusal(_ reading: () throws -> some Any) -> InputError? {
    var found: InputError?
    #expect(throws: InputError.self) {
        do {
            _ = try reading()
        } catch let error as InputError {
            found = error
            throw error
        }
    }
    return found
}

/// The path of made-up text in the fixtures.
func made(_ name: String) -> String { Fixtures.path("LabelledText/\(name)") }

/// What Python's own readers found in a real file.
struct RealSet: CustomTestStringConvertible {
    let format: Substring
    let file: String
    let examples: Int
    let labels: [String: Int]
    let digest: Substring

    var testDescription: String { file }
    var path: String { SharedFolder.path("eval/\(file)") }

    /// Files of one format; none where the folder with real sets is absent.
    static func files(of format: String) -> [RealSet] {
        guard SharedFolder.has("eval"),
            let table = try? Fixtures.bytes("LabelledText/real-sets.tsv")
        else { return [] }
        let rows = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
        return rows.compactMap { row in
            let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 5, fields[0].split(separator: ":")[0] == format
            else { return nil }
            let labels = fields[3].split(separator: " ").compactMap { label -> (String, Int)? in
                guard let sign = label.lastIndex(of: "=") else { return nil }
                return (String(label[..<sign]), Int(label[label.index(after: sign)...]) ?? -1)
            }
            return RealSet(
                format: fields[0], file: String(fields[1]), examples: Int(fields[2]) ?? -1,
                labels: Dictionary(uniqueKeysWithValues: labels), digest: fields[4])
        }
    }

    /// Compares all examples, each as the fields that Python's script digested.
    func compare<Content>(
        _ set: LabelledSet<Content>, _ fields: (LabelledExample<Content>) -> [String]
    ) {
        #expect(set.examples.count == examples)
        #expect(set.counts.examples == examples)
        #expect(set.counts.labels == labels)
        var bytes: [UInt8] = []
        for example in set.examples {
            bytes += fields(example).joined(separator: "\u{1f}").utf8
            bytes.append(0x1e)
        }
        #expect(Checksum.sha256.digest(of: bytes) == digest)
    }
}

extension ClassifiedText {
    /// As Python's script digests it.
    var fields: [String] {
        let written: String =
            switch label {
            case .name(let name): name
            case .names(let names): names.joined(separator: ",")
            case .score(let score): "\(score)"
            case nil: ""
            }
        return [text] + (pair.map { [$0] } ?? []) + [written]
    }
}
