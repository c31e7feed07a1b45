import Formats
import Testing

/// Standard output that has no room, is closed, or is not read to its end.
@Suite struct OutputTests {
    private static func commands(on used: UsedModel) throws -> [[String]] {
        let data = try SmallData.shared()
        let texts = used.folder.path("texts.txt")
        try used.folder.write("the <mask>\n", to: "masks.txt")
        let recipe = try SmallRun.reference().path("recipe.yaml")
        let shards = data.folder + "/shards"
        return [
            ["embed", "--model", used.model, "--input", texts],
            ["score", "--model", used.model, "--input", texts],
            ["fill-mask", "--model", used.model, "--input", used.folder.path("masks.txt")],
            ["tokenizer", "encode", "--tokenizer", data.folder + "/tokenizer", texts],
            ["data", "inspect", shards], ["data", "verify", "--json", shards],
            ["plan", recipe, "--no-calibration"], ["--help"], ["merge", "--help"],
        ]
    }

    @Test func `a full or closed output is an error of every command`() throws {
        let used = try UsedModel()
        for command in try Self.commands(on: used) {
            for redirection in ["exec >/dev/full", "exec >&-"] {
                let ending = try Program.mmbert.run(behind: redirection, command)
                let place = "\(command.prefix(2)) behind \(redirection)"
                #expect(ending.exitCode == 2, "\(place): \(ending.messages)")
                #expect(ending.messages.contains("error: standard output: "), "\(place)")
            }
            let whole = try Program.mmbert.run(command)
            #expect(whole.exitCode == 0 && !whole.output.isEmpty, "\(command)")
        }
        let help = try Program.trainer.run(behind: "exec >/dev/full", ["--help"])
        #expect(help.exitCode == 2 && help.messages.contains("error: standard output: "))
    }

    @Test func `a reader that goes away ends a command without a word`() throws {
        let used = try UsedModel()
        try used.folder.write(String(repeating: "two words\n", count: 40_000), to: "long.txt")
        let data = try SmallData.shared()
        let encode = ["tokenizer", "encode", "--tokenizer", data.folder + "/tokenizer"]
        let shell = try RunningProgram(
            "/bin/sh",
            ["-c", "\"$0\" \"$@\" | head -n 1", Program.mmbert.path] + encode
                + [used.folder.path("long.txt")], in: nil
        ).wait()
        #expect(shell.messages == "" && shell.output.split(separator: "\n").count == 1)
    }

    @Test func `work goes on when nobody reads its messages`() throws {
        let data = try SmallData.shared()
        let used = try UsedModel()
        let train = [
            "tokenizer", "train", "--input", data.folder + "/text", "--vocabulary", "500",
            "--output", used.folder.path("trained"),
        ]
        // The reader of messages is gone before the first one.
        let code = used.folder.path("code")
        let script = #"{ sleep 1; "$0" "$@" 2>&1 >/dev/null; echo $? > "\#(code)"; } | true"#
        let shell = try RunningProgram(
            "/bin/sh", ["-c", script, Program.mmbert.path] + train, in: nil
        ).wait()
        #expect(shell.exitCode == 0)
        #expect(String(decoding: try FileContents.read(code), as: UTF8.self) == "0\n")
        #expect(try Folder.exists(used.folder.path("trained")))
    }
}
