/// Text in the JSON files of a folder.
enum JSONText {
    /// Text as a JSON string.
    static func quoted(_ text: String) -> String { "\"\(inside(text))\"" }

    /// Text as it stands between the quotation marks of a JSON string.
    static func inside(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { json, scalar in
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
    }
}
