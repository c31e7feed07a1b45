import Diagnostics
import Encoders

/// `rope_parameters` of a `config.json`: the rotary bases of global and local layers.
struct HuggingFaceRotary: Decodable {
    /// What one type of layer uses.
    struct Parameters: Decodable {
        let type: String?
        let base: Double?
        /// Keys besides these two that mean something, in the order of the alphabet.
        let others: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: AnyKey.self)
            type = try container.decodeIfPresent(String.self, forKey: "rope_type")
            base = try container.decodeIfPresent(Double.self, forKey: "rope_theta")
            others = try container.allKeys.filter { key in
                switch key.stringValue {
                case "rope_type", "rope_theta": false
                // Rotates all columns of a head, as without this key.
                case "partial_rotary_factor":
                    try container.decodeIfPresent(Double.self, forKey: key) ?? 1 != 1
                default: try !container.decodeNil(forKey: key)
                }
            }.map(\.stringValue).sorted()
        }
    }

    let global, local: Parameters?
    /// Keys that name no type of layer.
    private let others: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        let (global, local) = (AnyKey(LayerType.global.rawValue), AnyKey(LayerType.local.rawValue))
        self.global = try container.decodeIfPresent(Parameters.self, forKey: global)
        self.local = try container.decodeIfPresent(Parameters.self, forKey: local)
        others = container.allKeys.map(\.stringValue)
            .filter { $0 != global.stringValue && $0 != local.stringValue }.sorted()
    }

    /// Throws an `InputError` that names the first key which asks for scaled positions.
    func rejectScaling(path: String) throws {
        func refuse(_ key: String, expected: String, found: String) -> InputError {
            InputError(
                at: "\(path): rope_parameters.\(key)", expected: expected, found: found,
                remedy: "Only plain rotary positions, one base for each type of layer, are "
                    + "supported.")
        }
        if let key = others.first {
            throw refuse(
                key, expected: LayerType.allCases.map(\.rawValue).joined(separator: " or "),
                found: "this key")
        }
        for (layers, parameters) in [(LayerType.global, global), (.local, local)] {
            let key = layers.rawValue
            if let type = parameters?.type, type != "default" {
                throw refuse("\(key).rope_type", expected: "default", found: type)
            }
            if let other = parameters?.others.first {
                throw refuse("\(key).\(other)", expected: "no such key", found: "one")
            }
        }
    }
}

/// Any key of a JSON object.
struct AnyKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init(stringLiteral: String) { stringValue = stringLiteral }
    init?(intValue: Int) { nil }
}

/// Any JSON value, of which only the presence counts.
struct AnyValue: Decodable {
    init(from decoder: any Decoder) throws {}
}
