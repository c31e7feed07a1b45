/// How a column's values are stored, read from names such as `str`, `uint16` and `ndarray:uint32:4`
/// (MosaicML MDS).
public enum MDSEncoding: Equatable, Sendable {
    /// UTF-8 text, one variable-size value.
    case string
    /// A single number.
    case scalar(MDSElement)
    /// Numbers in C order. `element` nil: each value starts with a byte that names it. `shape` nil:
    /// each value has a header that holds it.
    case array(element: MDSElement?, shape: [Int]?)
    /// Anything else (`bytes`, `json`, `pkl`, images …), which is only ever skipped or copied.
    case opaque(String)

    /// The encoding that `name` denotes.
    public init(_ name: String) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("str", 1): self = .string
        case ("int", 1): self = .scalar(.int64)
        case ("ndarray", 1): self = .array(element: nil, shape: nil)
        case ("ndarray", 2...3):
            let shape = parts.count == 3 ? Self.shape(parts[2]) : nil
            guard let element = MDSElement(rawValue: parts[1]), parts.count == 2 || shape != nil
            else {
                self = .opaque(name)
                return
            }
            self = .array(element: element, shape: shape)
        default:
            self = MDSElement(rawValue: name).map { .scalar($0) } ?? .opaque(name)
        }
    }

    /// The name that denotes this encoding.
    public var name: String {
        switch self {
        case .string: "str"
        case .scalar(let element): element.rawValue
        case .array(nil, _): "ndarray"
        case .array(let element?, nil): "ndarray:\(element.rawValue)"
        case .array(let element?, let shape?):
            "ndarray:\(element.rawValue):\(shape.map(String.init).joined(separator: ","))"
        case .opaque(let name): name
        }
    }

    /// Bytes of every value, or nil where values differ in size or the encoding is opaque.
    public var fixedSize: Int? {
        switch self {
        case .scalar(let element): element.size
        case .array(let element?, let shape?): Self.product(shape, element.size)
        default: nil
        }
    }

    /// `1` … `2^32` per dimension, and a product of at most 2^32.
    private static func shape(_ text: String) -> [Int]? {
        var shape: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let dimension = Int(part), dimension >= 1 else { return nil }
            shape.append(dimension)
        }
        return product(shape, 8) == nil ? nil : shape
    }

    /// The product of `factors` and `size` if it is at most 2^35.
    static func product(_ factors: some Sequence<Int>, _ size: Int) -> Int? {
        var product = size
        for factor in factors {
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            guard !overflow, (0...(1 << 35)).contains(next) else { return nil }
            product = next
        }
        return product
    }
}

/// A number format of MDS columns; the raw value is its name.
public enum MDSElement: String, CaseIterable, Sendable {
    case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64

    /// Bytes of one number.
    public var size: Int {
        switch self {
        case .uint8, .int8: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// The byte that names the element in arrays of varying type.
    var code: UInt8 {
        switch self {
        case .uint8: 8
        case .int8: 9
        case .uint16: 16
        case .int16: 17
        case .float16: 18
        case .uint32: 32
        case .int32: 33
        case .float32: 34
        case .uint64: 64
        case .int64: 65
        case .float64: 66
        }
    }

    init?(code: UInt8) {
        guard let element = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = element
    }
}
