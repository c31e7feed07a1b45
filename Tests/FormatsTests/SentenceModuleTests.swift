import Diagnostics
import Formats
import TestSupport
import Testing

@Suite("Modules of sentence-transformers")
struct SentenceModuleTests {
    @Test(
        "lie inside the model's folder",
        arguments: [
            ("", true), ("1_Pooling", true), ("a/b", true), ("..a/b..", true),
            ("../other/1_Pooling", false), ("a/../../b", false), ("/etc", false), ("..", false),
            ("a/..", false),
        ])
    func places(path: String, isInside: Bool) throws {
        let folder = try TemporaryFolder()
        try folder.write(#"[{"path": "\#(path)", "type": "a.Pooling"}]"#, to: "modules.json")
        let module = try #require(try SentenceModule.list(of: folder.path)?.first)
        #expect(module.kind == "Pooling" && !module.isKnown)
        guard !isInside else {
            let place = try module.place(in: folder.path, at: 0)
            #expect(place == (path.isEmpty ? folder.path : folder.path(path)))
            return
        }
        let error = #expect(throws: InputError.self) {
            try module.place(in: folder.path, at: 0)
        }
        #expect(error?.location == folder.path("modules.json: [0].path"))
        #expect(error?.found == "\"\(path)\"")
    }

    @Test("are none where no file lists them")
    func absent() throws {
        #expect(try SentenceModule.list(of: TemporaryFolder().path) == nil)
    }
}
