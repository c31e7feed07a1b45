import Diagnostics
import Formats
import TestSupport
import Testing

@Suite("A folder that is held")
struct HeldFolderTests {
    @Test("is where its path leads, or where it was renamed to")
    func renamed() throws {
        let folder = try TemporaryFolder()
        let (old, new) = (folder.path("runs/a"), folder.path("others/b"))
        try Folder.create(old)
        try Folder.create(Folder.parent(of: new))
        let held = try HeldFolder(path: old)
        #expect(try held.place(formerly: old) == old)
        try Folder.rename(old, to: new)
        let place = try held.place(formerly: old)
        #expect(try Folder.isSame(place, new) && Folder.name(of: place) == "b")
        // Another folder of the old name is not it.
        try Folder.create(old)
        #expect(try Folder.isSame(held.place(formerly: old), new))
        #expect(try held.place(formerly: new) == new)
    }

    @Test(
        "is gone where it was removed, also if another one has its name", arguments: [true, false])
    func removed(isMadeAgain: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("run")
        try Folder.create(path)
        let held = try HeldFolder(path: path)
        try Folder.remove(path)
        if isMadeAgain { try Folder.create(path) }
        let error = #expect(throws: InputError.self) { try held.place(formerly: path) }
        #expect(error?.location == path)
        #expect(error?.found.contains(isMadeAgain ? "another folder" : "nothing") == true)
    }

    @Test("A folder made inside one that is gone does not bring that back")
    func inside() throws {
        let folder = try TemporaryFolder()
        try Folder.create("one", in: folder.path)
        try Folder.create("one", in: folder.path)
        #expect(try Folder.isFolder(folder.path("one")))
        #expect(throws: InputError.self) { try Folder.create("two", in: folder.path("gone")) }
        #expect(throws: InputError.self) {
            try AtomicFolder.write(to: folder.path("gone/two"), makingParents: false) { _ in }
        }
        #expect(try !Folder.exists(folder.path("gone")))
        try folder.write("text", to: "file")
        #expect(throws: InputError.self) { try Folder.create("file", in: folder.path) }
    }
}
