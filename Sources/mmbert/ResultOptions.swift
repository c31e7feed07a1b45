import ArgumentParser
import Diagnostics
import Formats

/// How a command prints its result.
struct ResultOptions: ParsableArguments {
    @Flag(help: "Print the result as one JSON object on standard output.") var json = false

    /// Prints `result` as JSON, or its text.
    func print(_ result: some Encodable, text: @autoclosure () -> String) throws {
        if json { return try printJSON(result) }
        try StandardOutput.print(visible(text(), keepsLines: true))
    }
}

/// Prints a value as one line of JSON on standard output.
func printJSON(_ value: some Encodable) throws {
    try StandardOutput.print(
        String(decoding: try JSONFile.encoder.encode(value), as: UTF8.self))
}
