import Diagnostics
import Foundation

/// Writes a safetensors file tensor by tensor, or piece by piece, in any order. The file appears
/// under its name only when it is finished.
public final class SafetensorsWriter {
    /// A tensor that will be written.
    public struct Plan: Equatable, Sendable {
        /// Its name.
        public var name: String
        /// Its number format, one of F32, F16, BF16 and F64.
        public var element: SafetensorsElement
        /// Its dimensions, outermost first.
        public var shape: [Int]

        /// A tensor of `shape` numbers of `element`.
        public init(name: String, element: SafetensorsElement = .f32, shape: [Int]) {
            self.name = name
            self.element = element
            self.shape = shape
        }

        /// Count of numbers.
        public var count: Int { shape.reduce(1, *) }
    }

    /// The tensors in the order of their bytes: by element, larger ones first, then by name, as the
    /// reference writer has them. Writing in this order goes through the file front to back.
    public let layout: [Plan]

    private let file: OutputFile
    private var places: [String: (start: Int, number: Int)] = [:]
    private var missing: [Int]
    private var scratch: [UInt8] = []

    private static let pieceCount = 1 << 16

    /// Starts a file at `path` that will hold `tensors`; room for all of it is taken on the disk.
    public init(
        path: String, tensors: [Plan], metadata: [String: String] = ["format": "pt"]
    ) throws {
        let order = SafetensorsElement.allCases
        layout = order.flatMap { element in
            tensors.filter { $0.element == element }.sorted { $0.name < $1.name }
        }
        missing = layout.map(\.count)
        let header = try Self.header(layout, metadata: metadata)
        file = try OutputFile(path: path)
        var position = 8 + header.count
        for (number, tensor) in layout.enumerated() {
            let former = places.updateValue((position, number), forKey: tensor.name)
            precondition(former == nil, "SafetensorsWriter: two tensors named \(tensor.name)")
            precondition(tensor.element.isFloat, "SafetensorsWriter: \(tensor.name) is not a float")
            position += tensor.count * tensor.element.size
        }
        try file.reserve(position)
        try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
        try file.write(header)
    }

    /// Writes `values` into the tensor `name`, from its number `offset` on.
    public func write(_ values: Span<Float>, to name: String, from offset: Int = 0) throws {
        guard let place = places[name] else {
            preconditionFailure("SafetensorsWriter.write: no tensor \(name) was planned")
        }
        let tensor = layout[place.number]
        precondition(
            offset >= 0 && values.count <= tensor.count - offset,
            "SafetensorsWriter.write: \(values.count) numbers at \(offset) of \(tensor.count)")
        missing[place.number] -= values.count
        try values.withUnsafeBufferPointer { values in
            for lower in stride(from: 0, to: values.count, by: Self.pieceCount) {
                let part = lower..<min(lower + Self.pieceCount, values.count)
                try writePiece(
                    UnsafeBufferPointer(rebasing: values[part]), tensor.element,
                    at: place.start + (offset + lower) * tensor.element.size)
            }
        }
    }

    /// Writes all numbers of the tensor `name`.
    public func write(_ values: [Float], to name: String) throws {
        try write(values.span, to: name)
    }

    /// Completes the file. Every number of every tensor must have been written once.
    public func finish(synchronized: Bool = true) throws {
        for (tensor, count) in zip(layout, missing) {
            precondition(
                count == 0, "SafetensorsWriter.finish: \(count) numbers of \(tensor.name) missing")
        }
        try file.finish(synchronized: synchronized)
    }

    private func writePiece(
        _ values: UnsafeBufferPointer<Float>, _ element: SafetensorsElement, at place: Int
    ) throws {
        if element == .f32 { return try file.write(UnsafeRawBufferPointer(values), at: place) }
        let size = values.count * element.size
        if scratch.count < size { scratch = [UInt8](repeating: 0, count: size) }
        try scratch.withUnsafeMutableBytes {
            let target = UnsafeMutableRawBufferPointer(rebasing: $0[..<size])
            element.encode(values, to: target)
            try file.write(UnsafeRawBufferPointer(target), at: place)
        }
    }

    /// The JSON, padded by spaces to a multiple of 8.
    private static func header(_ layout: [Plan], metadata: [String: String]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func json(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        var entries: [String] = []
        if !metadata.isEmpty {
            entries.append("\"\(SafetensorsHeader.metadataKey)\":\(try json(metadata))")
        }
        var position = 0
        for tensor in layout {
            let end = position + tensor.count * tensor.element.size
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            entries.append(
                "\(try json(tensor.name)):{\"dtype\":\"\(tensor.element.rawValue)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(position),\(end)]}")
            position = end
        }
        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        return header
    }
}
