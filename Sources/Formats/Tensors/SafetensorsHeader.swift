import Diagnostics

/// The JSON at the front of a safetensors file: names to element, shape and place.
struct SafetensorsHeader: Decodable {
    struct Entry: Decodable {
        enum CodingKeys: String, CodingKey {
            case element = "dtype"
            case shape
            case offsets = "data_offsets"
        }

        var element: String
        var shape: [Int]
        var offsets: [Int]
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Free text.
    var metadata: [String: String] = [:]
    /// The tensors, in no order.
    var entries: [(name: String, entry: Entry)] = []
    /// Where the header ends and the tensors begin in the file.
    var end = 0

    static let metadataKey = "__metadata__"

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for key in container.allKeys {
            if key.stringValue == Self.metadataKey {
                metadata = try container.decode([String: String].self, forKey: key)
            } else {
                entries.append((key.stringValue, try container.decode(Entry.self, forKey: key)))
            }
        }
    }

    /// The tensors in the order of their bytes, which must fill the file from `start` to `end`.
    func tensors(path: String, start: Int, end: Int) throws -> [SafetensorsTensor] {
        var tensors = try entries.map { try tensor($0.name, $0.entry, path, start, end) }
        tensors.sort {
            ($0.range.lowerBound, $0.range.upperBound, $0.name)
                < ($1.range.lowerBound, $1.range.upperBound, $1.name)
        }
        var position = start
        for tensor in tensors {
            guard tensor.range.lowerBound == position else {
                throw InputError.damaged(
                    "\(path): \(tensor.name).data_offsets",
                    expected: "bytes from \(position - start) on, after the tensor before",
                    found: "\(tensor.range.lowerBound - start)")
            }
            position = tensor.range.upperBound
        }
        guard position == end else {
            throw InputError.damaged(
                path, expected: "\(position) bytes, as the header says", found: "\(end)")
        }
        return tensors
    }

    private func tensor(
        _ name: String, _ entry: Entry, _ path: String, _ start: Int, _ end: Int
    ) throws -> SafetensorsTensor {
        let location = "\(path): \(name)"
        guard let element = SafetensorsElement(rawValue: entry.element) else {
            throw InputError(
                at: "\(location).dtype",
                expected: SafetensorsElement.allCases.map(\.rawValue).joined(separator: ", "),
                found: "\"\(entry.element)\"", remedy: "Save the tensor as F32 or BF16.")
        }
        var size = element.size
        for dimension in entry.shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard dimension >= 0, !overflow else {
                throw InputError.damaged(
                    "\(location).shape", expected: "a shape that fits in the file",
                    found: "\(entry.shape)")
            }
            size = product
        }
        let room = end - start
        guard entry.offsets.count == 2, entry.offsets[0] >= 0,
            entry.offsets[0] <= entry.offsets[1], entry.offsets[1] <= room
        else {
            throw InputError.damaged(
                "\(location).data_offsets", expected: "a begin and an end within \(room) bytes",
                found: "\(entry.offsets)")
        }
        guard entry.offsets[1] - entry.offsets[0] == size else {
            throw InputError.damaged(
                "\(location).data_offsets",
                expected: "\(size) bytes for \(element.rawValue) \(entry.shape)",
                found: "\(entry.offsets[1] - entry.offsets[0])")
        }
        return SafetensorsTensor(
            name: name, element: element, shape: entry.shape,
            range: (start + entry.offsets[0])..<(start + entry.offsets[1]))
    }
}
