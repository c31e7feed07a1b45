import Formats

/// Prints a value as one line of JSON on standard output.
func printJSON(_ value: some Encodable) throws {
    print(String(decoding: try JSONFile.encoder.encode(value), as: UTF8.self))
}
